variable "region" {
  type = string
}

variable "model" {
  type = string
}

resource "aws_bedrock_inference_profile" "own" {
  name = "own-${var.region}"
  model_source {
    copy_from = "arn:aws:bedrock:us-east-1::foundation-model/${var.model}"
  }
}

resource "aws_bedrockagent_agent" "uses" {
  agent_name              = "uses-${var.region}"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = aws_bedrock_inference_profile.own.arn
}
