variable "name" {
  type = string
}

variable "model" {
  type = string
}

resource "aws_bedrockagent_agent" "this" {
  agent_name              = var.name
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = var.model
}

output "model" {
  value = aws_bedrockagent_agent.this.foundation_model
}
