variable "agents" {
  type    = map(string)
  default = { fast = "anthropic.claude-3-haiku-20240307-v1:0", "smart one" = "anthropic.claude-3-opus-20240229-v1:0" }
}

variable "objects" {
  type    = map(object({ model = string, enabled = optional(bool, true) }))
  default = { on = { model = "amazon.nova-lite-v1:0" }, off = { model = "amazon.titan-text-lite-v1", enabled = false } }
}

resource "aws_bedrockagent_agent" "all" {
  for_each                = var.agents
  agent_name              = "a"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = each.value
}

resource "aws_bedrockagent_agent" "filtered" {
  for_each                = { for name, one in var.objects : name => one if one.enabled }
  agent_name              = each.key
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = each.value["model"]
}

resource "aws_bedrockagent_agent" "by_key" {
  for_each                = toset(["amazon.nova-pro-v1:0", "amazon.nova-micro-v1:0"])
  agent_name              = "by-key"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = each.key
}

resource "aws_bedrockagent_agent_alias" "of" {
  for_each         = aws_bedrockagent_agent.by_key
  agent_alias_name = "alias"
  agent_id         = each.value.agent_id
  description      = each.value.foundation_model
}
