variable "model" {
  type = string
}

variable "name" {
  type = string
}

variable "sub_model" {
  type    = string
  default = "amazon.titan-text-lite-v1"
}

resource "aws_bedrockagent_agent" "this" {
  agent_name              = var.name
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = var.model
}

module "inner" {
  source = "./inner"
  model  = var.sub_model
}

output "model" {
  value = aws_bedrockagent_agent.this.foundation_model
}
