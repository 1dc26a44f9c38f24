variable "env" {
  type    = string
  default = "prod"
}

locals {
  by_env = {
    dev  = { model = "amazon.nova-lite-v1:0" }
    prod = { model = "amazon.nova-pro-v1:0" }
  }
  cfg = local.by_env[var.env]
  dimensions = {
    "amazon.titan-embed-text-v1"   = 1536
    "amazon.titan-embed-text-v2:0" = 1024
    "cohere.embed-english-v3"      = 1024
  }
  by_workspace = {
    default = "mistral.mistral-small-2402-v1:0"
    prod    = "mistral.mistral-large-2402-v1:0"
  }
}

resource "aws_bedrockagent_agent" "by_env" {
  agent_name              = "by-env"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = local.cfg.model
}

resource "aws_bedrockagent_agent" "quoted" {
  agent_name              = "quoted"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = local.by_env["dev"]["model"]
}

resource "aws_bedrockagent_agent" "lookup" {
  agent_name              = "lookup"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = lookup(local.by_workspace, terraform.workspace, "amazon.titan-text-lite-v1")
}

resource "aws_bedrockagent_agent" "interpolated_key" {
  agent_name              = "d${local.dimensions["cohere.embed-english-v3"]}"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = local.by_env["${var.env}"].model
}
