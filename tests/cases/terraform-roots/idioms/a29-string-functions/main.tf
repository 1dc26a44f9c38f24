variable "model" {
  type    = string
  default = "us.anthropic.claude-3-5-sonnet-20241022-v2:0"
}

locals {
  base_id = replace(replace(var.model, "us.", ""), "eu.", "")
  geo     = try(regex("^(us|eu|apac)\\.", var.model)[0], "")
  vendor  = split(".", trimprefix(var.model, "us."))[0]
  name    = split(":", var.model)[0]
  version = "v2:0"
}

resource "aws_bedrock_inference_profile" "stripped" {
  name = "stripped"
  model_source {
    copy_from = "arn:aws:bedrock:us-east-1::foundation-model/${local.base_id}"
  }
}

resource "aws_bedrockagent_agent" "with_geo" {
  agent_name              = "with-geo"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = "${local.geo}.${local.vendor}.claude-3-haiku-20240307-v1:0"
}

resource "aws_bedrockagent_agent" "put_together" {
  agent_name              = "put-together"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = join(":", [join("-", ["anthropic.claude-3-5-sonnet", "20240620", "v1"]), "0"])
}

resource "aws_bedrockagent_agent" "split_and_joined" {
  agent_name              = "split-and-joined"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = startswith(var.model, "us.") ? format("%s:%d", local.name, 0) : "amazon.titan-text-lite-v1"
}
