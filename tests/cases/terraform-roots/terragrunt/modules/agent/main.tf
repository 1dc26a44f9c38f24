variable "chat_model" {
  type    = string
  default = "anthropic.claude-v2:1"
}

variable "embed_model" {
  type = string
}

variable "agents" {
  type    = map(string)
  default = {}
}

variable "parser" {
  type    = string
  default = "anthropic.claude-3-5-sonnet-20240620-v1:0"
}

resource "aws_bedrockagent_agent" "chat" {
  agent_name              = "chat"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = var.chat_model
}

resource "aws_bedrockagent_agent" "each" {
  for_each                = var.agents
  agent_name              = each.key
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = each.value
}

resource "aws_bedrock_inference_profile" "embed" {
  name = "embed"
  model_source {
    copy_from = "arn:aws:bedrock:eu-west-1::foundation-model/${var.embed_model}"
  }
}

resource "aws_bedrockagent_agent" "parser" {
  agent_name              = "parser"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = var.parser
}
