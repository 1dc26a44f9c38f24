terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
variable "env" { default = "prod" }
variable "region" { default = "us-west-2" }
variable "secret_model" { 
  type = string
  sensitive = true
  default = "anthropic.claude-3-haiku-20240307-v1:0" 
}
provider "aws" {
  region = var.region
  access_key = "x" 
  secret_key = "y"
  skip_credentials_validation = true
  skip_requesting_account_id = true
  skip_metadata_api_check = true
}
provider "aws" {
  alias = "east"
  region = "us-east-1"
  access_key = "x" 
  secret_key = "y"
  skip_credentials_validation = true
  skip_requesting_account_id = true
  skip_metadata_api_check = true
}
data "aws_region" "now" {}
resource "aws_bedrock_inference_profile" "p" {
  for_each = { fast = "anthropic.claude-3-haiku-20240307-v1:0", smart = "anthropic.claude-sonnet-4-20250514-v1:0" }
  name = each.key
  model_source { copy_from = "arn:aws:bedrock:${data.aws_region.now.name}::foundation-model/${each.value}" }
}
resource "aws_bedrock_inference_profile" "q" {
  count = 1
  provider = aws.east
  name = "q"
  model_source { copy_from = "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0" }
}
locals { q = aws_bedrock_inference_profile.q[0].arn }
resource "aws_bedrockagent_prompt" "static" {
  name = "static"
  default_variant = "two"
  variant {
    name = "two"
    template_type = "TEXT"
    model_id = aws_bedrock_inference_profile.q[0].arn
    template_configuration { 
     text { text = "x" } 
    }
  }
}
resource "aws_bedrockagent_prompt" "dyn" {
  name = "dyn"
  default_variant = "two"
  dynamic "variant" {
    for_each = { two = aws_bedrock_inference_profile.q[0].arn }
    content {
    name = variant.key
    template_type = "TEXT"
    model_id = variant.value
    template_configuration { 
     text { text = "x" } 
    }
    }
  }
}
resource "aws_bedrockagent_prompt" "dynu" {
  name = "dynu"
  default_variant = "two"
  dynamic "variant" {
    for_each = aws_bedrock_inference_profile.q[0].models
    content {
    name = variant.key
    template_type = "TEXT"
    model_id = variant.value.model_arn
    template_configuration { 
     text { text = "x" } 
    }
    }
  }
}
module "agent" {
  source = "./m"
  for_each = aws_bedrock_inference_profile.p
  model = each.value.arn
  secret = var.secret_model
  other = { a = { m = aws_bedrock_inference_profile.q[0].arn } }
}
resource "aws_bedrockagent_agent" "l" {
  for_each = aws_bedrock_inference_profile.p
  agent_name = "l"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/x"
  foundation_model = var.env == "prod" ? aws_bedrock_inference_profile.p[each.key].arn : local.q
}
resource "aws_bedrockagent_agent" "o" {
  agent_name = "o"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/x"
  foundation_model = module.agent["fast"].agent_model
}
resource "aws_bedrockagent_agent" "secret" {
  agent_name = "secret"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/x"
  foundation_model = var.secret_model
}
resource "aws_bedrockagent_agent_alias" "o" {
  agent_id = aws_bedrockagent_agent.o.agent_id
  agent_alias_name = "o"
}
data "aws_iam_policy_document" "d" {
  statement { 
    actions = ["bedrock:InvokeModel"]
    resources = ["arn:aws:bedrock:*::foundation-model/anthropic.claude-3-haiku-20240307-v1:0", aws_bedrock_inference_profile.q[0].arn]
  }
}
resource "aws_iam_policy" "p" {
  name = "p"
  policy = data.aws_iam_policy_document.d.json
}
resource "aws_lambda_function" "f" {
  function_name = "f"
  role = "arn:aws:iam::123456789012:role/x"
  runtime = "python3.13"
  handler = "x.y"
  s3_bucket = "b"
  s3_key = "k"
  environment { variables = { MODEL = aws_bedrock_inference_profile.q[0].arn, OTHER = "anthropic.claude-3-haiku-20240307-v1:0", SECRET = var.secret_model } }
}
