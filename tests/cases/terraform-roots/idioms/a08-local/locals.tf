locals {
  region    = data.aws_region.now.name
  sonnet_fm = "arn:aws:bedrock:${local.region}::foundation-model/${local.sonnet}"
  sonnet    = "anthropic.claude-3-sonnet-20240229-v1:0"
  unused    = "anthropic.claude-v2:1"
}
