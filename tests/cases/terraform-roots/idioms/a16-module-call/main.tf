module "agent" {
  source    = "../agent"
  for_each  = { fast = "amazon.nova-micro-v1:0", smart = "amazon.nova-pro-v1:0" }
  model     = each.value
  name      = each.key
  sub_model = "us.amazon.nova-lite-v1:0"
}

module "numbered" {
  source = "../agent"
  count  = 2
  model  = ["amazon.nova-lite-v1:0", "ai21.jamba-1-5-mini-v1:0"][count.index]
  name   = "n${count.index}"
}

module "none" {
  source = "../agent"
  count  = 0
  model  = "anthropic.claude-v2:1"
  name   = "none"
}

resource "aws_bedrockagent_agent" "from_output" {
  agent_name              = "from-output"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = module.agent["fast"].model
}

resource "aws_bedrockagent_agent" "from_splat" {
  agent_name              = "from-splat"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = (module.numbered[*].model)[1]
}
