data "aws_region" "now" {}

locals {
  region = data.aws_region.now.name
}

variable "use_profile" {
  type    = bool
  default = false
}

variable "make_profile" {
  type    = bool
  default = true
}

variable "profile_source" {
  type    = string
  default = null
}

variable "model" {
  type    = string
  default = "anthropic.claude-3-5-sonnet-20241022-v2:0"
}

resource "aws_bedrock_inference_profile" "p" {
  count = var.make_profile ? 1 : 0
  name  = "p"
  model_source {
    copy_from = "arn:aws:bedrock:us-east-1::foundation-model/${var.model}"
  }
}

resource "aws_bedrockagent_agent" "by_region" {
  agent_name              = "by-region"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = local.region == "ap-northeast-1" ? "amazon.titan-text-express-v1" : "amazon.nova-lite-v1:0"
}

resource "aws_bedrockagent_agent" "flags" {
  agent_name              = "flags"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = var.use_profile ? var.profile_source : (var.make_profile ? aws_bedrock_inference_profile.p[0].arn : var.model)
}

resource "aws_bedrockagent_agent" "colons" {
  agent_name              = "colons"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = var.use_profile ? "us.amazon.nova-pro-v1:0" : var.model == "x:y" ? "us.amazon.nova-lite-v1:0" : "us.amazon.nova-micro-v1:0"
}
