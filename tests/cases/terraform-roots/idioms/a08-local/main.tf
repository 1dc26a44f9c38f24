data "aws_region" "now" {}

resource "aws_bedrock_inference_profile" "sonnet" {
  name = "sonnet"
  model_source {
    copy_from = local.sonnet_fm
  }
}

resource "aws_bedrockagent_agent" "sonnet" {
  agent_name              = "sonnet"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = local.sonnet
}
