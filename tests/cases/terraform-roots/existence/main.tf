variable "bots" {
  type = map(object({ model = string, enabled = optional(bool, true) }))
  default = {
    chat   = { model = "anthropic.claude-3-haiku-20240307-v1:0" }
    search = { model = "amazon.nova-lite-v1:0", enabled = false }
    sum    = { model = "amazon.nova-pro-v1:0" }
  }
}

variable "fallbacks" {
  type    = list(string)
  default = []
}

locals {
  enabled = { for name, bot in var.bots : name => bot if bot.enabled }
  role    = "arn:aws:iam::123456789012:role/agent"
}

resource "aws_bedrockagent_agent" "each" {
  for_each                = local.enabled
  agent_name              = each.key
  agent_resource_role_arn = local.role
  foundation_model        = each.value.model
}

resource "aws_bedrockagent_agent" "fallback" {
  count                   = length(var.fallbacks) > 0 ? 1 : 0
  agent_name              = "fallback"
  agent_resource_role_arn = local.role
  foundation_model        = var.fallbacks[0]
}

resource "aws_bedrockagent_agent" "counted" {
  count                   = 2
  agent_name              = "counted-${count.index}"
  agent_resource_role_arn = local.role
  foundation_model        = ["amazon.nova-micro-v1:0", "amazon.titan-text-lite-v1"][count.index]
}

module "each" {
  source   = "./m"
  for_each = toset(["eu-west-1", "us-west-2"])
  region   = each.value
  model    = each.value == "eu-west-1" ? "amazon.nova-lite-v1:0" : "amazon.nova-pro-v1:0"
}

module "off" {
  source = "./m"
  count  = 0
  region = "us-east-1"
  model  = "anthropic.claude-v2"
}
