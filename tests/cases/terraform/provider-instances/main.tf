variable "fallback" {}

provider "aws" {
  region = "us-east-1"
}

provider "aws" {
  alias    = "by_region"
  for_each = toset(["eu-central-1", "eu-west-1"])
  region   = each.value
}

# The key decides.
resource "aws_bedrockagent_agent" "each" {
  for_each         = toset(["eu-central-1", "eu-west-1"])
  provider         = aws.by_region[each.key]
  agent_name       = each.key
  foundation_model = "anthropic.claude-v2"
}

resource "aws_bedrockagent_agent" "literal" {
  provider         = aws.by_region["eu-west-1"]
  foundation_model = "anthropic.claude-v2"
}

# No Region is taken for one that is not known.
resource "aws_bedrockagent_agent" "unknown" {
  provider         = aws.by_region[var.fallback]
  foundation_model = "anthropic.claude-v2"
}

resource "aws_bedrockagent_agent" "nameless" {
  provider         = var.fallback == "x" ? aws.by_region : aws
  foundation_model = "anthropic.claude-v2"
}

module "inner" {
  source    = "./modules/inner"
  for_each  = toset(["eu-central-1", "eu-west-1"])
  providers = { aws = aws.by_region[each.key] }
}
