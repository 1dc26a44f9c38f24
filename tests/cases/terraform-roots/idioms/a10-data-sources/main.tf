data "aws_bedrock_foundation_model" "embed" {
  model_id = "amazon.titan-embed-text-v2:0"
}

data "aws_bedrock_inference_profile" "chat" {
  inference_profile_id = "us.anthropic.claude-3-7-sonnet-20250219-v1:0"
}

resource "aws_bedrock_inference_profile" "embed" {
  name = "embed"
  model_source {
    copy_from = data.aws_bedrock_foundation_model.embed.model_arn
  }
}

resource "aws_bedrockagent_agent" "by_profile" {
  agent_name              = "by-profile"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = data.aws_bedrock_inference_profile.chat.inference_profile_id
}

resource "aws_bedrockagent_agent" "by_profile_arn" {
  agent_name              = "by-profile-arn"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = data.aws_bedrock_inference_profile.chat.inference_profile_arn
}

resource "aws_bedrockagent_agent" "by_id" {
  agent_name              = "by-id"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = data.aws_bedrock_foundation_model.embed.model_id
}
