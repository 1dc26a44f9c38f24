variable "model" {
  type = string
}

resource "aws_bedrockagent_agent" "sub" {
  agent_name              = "sub"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = var.model
}
