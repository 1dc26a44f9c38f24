variable "enabled" {
  type    = bool
  default = true
}

variable "legacy_enabled" {
  type    = bool
  default = false
}

resource "aws_bedrockagent_agent" "on" {
  count                   = var.enabled ? 1 : 0
  agent_name              = "on"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = "amazon.nova-lite-v1:0"
}

resource "aws_bedrockagent_agent" "off" {
  count                   = var.legacy_enabled ? 1 : 0
  agent_name              = "off"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = "anthropic.claude-v2"
}

resource "aws_bedrockagent_agent" "three" {
  count                   = 3
  agent_name              = "three-${count.index}"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = element(["amazon.nova-lite-v1:0", "amazon.nova-pro-v1:0"], count.index)
}
