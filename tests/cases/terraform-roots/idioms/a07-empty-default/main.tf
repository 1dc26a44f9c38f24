variable "parser" {
  type    = string
  default = null
}

variable "fallback" {
  type    = string
  default = ""
}

resource "aws_bedrockagent_agent" "this" {
  agent_name              = "this"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = coalesce(var.parser, var.fallback, "amazon.nova-micro-v1:0")
}

resource "aws_bedrockagent_agent" "chosen" {
  agent_name              = "chosen"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = var.fallback != "" ? var.fallback : "amazon.nova-pro-v1:0"
}
