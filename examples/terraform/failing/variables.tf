variable "region" {
  description = "Where the assistant runs."
  type        = string
  default     = "eu-west-1"
}

variable "environment" {
  description = "Suffix of every name."
  type        = string
}

variable "account_id" {
  description = "The account that owns the inference profiles."
  type        = string
}

variable "chat_model" {
  description = "Cross-Region inference profile that answers customers."
  type        = string
  default     = "us.anthropic.claude-opus-4-1-20250805-v1:0"
}

variable "titles_model" {
  description = "Model that names conversations; small and cheap."
  type        = string
}

variable "artifacts_bucket" {
  description = "Bucket with the function's package."
  type        = string
}

variable "documents_bucket" {
  description = "Bucket with the documents that the assistant may quote."
  type        = string
}
