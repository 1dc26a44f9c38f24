variable "name" {
  type = string
}

variable "foundation_model" {
  description = "Model id, inference profile id, or the ARN of either."
  type        = string
}

variable "role_arn" {
  type = string
}

variable "knowledge_base_id" {
  type = string
}

variable "idle_session_ttl" {
  type    = number
  default = 900
}
