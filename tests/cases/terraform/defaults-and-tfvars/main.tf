variable "chat" {
  type    = string
  default = "anthropic.claude-3-haiku-20240307-v1:0"
}

variable "titles" {
  type = string
}

variable "embed" {
  default = "amazon.titan-embed-text-v1"
}

variable "from_environment" {}

variable "automatic" {}

variable "given" {
  type    = list(string)
  default = []
}

variable "secret_model" {
  default   = "amazon.nova-pro-v1:0"
  sensitive = true
}

variable "nothing" {
  type = string
}

variable "bounded" {
  default = "amazon.nova-lite-v1:0"

  validation {
    condition     = contains(["amazon.nova-lite-v1:0", "amazon.nova-pro-v1:0"], var.bounded)
    error_message = "No other model."
  }
}

variable "not_null" {
  nullable = false
  default  = "amazon.nova-micro-v1:0"
}

resource "aws_bedrockagent_agent" "a" {
  chat     = var.chat
  titles   = var.titles
  embed    = var.embed
  env      = var.from_environment
  auto     = var.automatic
  given    = var.given[1]
  secret   = var.secret_model
  nothing  = var.nothing
  bounded  = var.bounded
  not_null = var.not_null
}
