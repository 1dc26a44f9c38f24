locals {
  cfg = yamldecode(file("${path.module}/config/${terraform.workspace}.yaml"))
}

resource "aws_bedrockagent_agent" "from_yaml" {
  for_each                = { for m in local.cfg.models : m.name => m if m.vendor == "bedrock" }
  agent_name              = each.key
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = each.value.id
}

resource "terraform_data" "gateway" {
  for_each = { for m in local.cfg.models : m.name => m }
  input    = { name = each.key, base_model = each.value.id }
}
