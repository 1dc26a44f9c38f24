provider "aws" {
  region = "eu-west-1"
}

provider "aws" {
  alias = "ambient"
}

data "aws_region" "here" {}

data "aws_region" "ambient" {
  provider = aws.ambient
}

data "aws_partition" "here" {}

data "aws_partition" "ambient" {
  provider = aws.ambient
}

data "aws_caller_identity" "me" {}

data "aws_bedrock_foundation_model" "embed" {
  model_id = "amazon.titan-embed-text-v2:0"
}

data "aws_bedrock_foundation_model" "by_arn" {
  model_id = "arn:aws:bedrock:us-west-2::foundation-model/cohere.embed-english-v3"
}

data "aws_bedrock_inference_profile" "eu" {
  inference_profile_id = "eu.amazon.nova-lite-v1:0"
}

data "aws_bedrock_inference_profile" "own" {
  inference_profile_id = "abcdef123456"
}

data "aws_bedrock_foundation_models" "all" {
  by_provider = "anthropic"
}

resource "aws_bedrockagent_knowledge_base" "kb" {
  region_name = data.aws_region.here.name
  ambient     = data.aws_region.ambient.id
  own_arn     = "arn:${data.aws_partition.here.partition}:bedrock:${data.aws_region.here.name}:${data.aws_caller_identity.me.account_id}:custom-model/x"
  open_arn    = "arn:${data.aws_partition.ambient.partition}:bedrock:${data.aws_region.ambient.name}::foundation-model/amazon.nova-pro-v1:0"
  same        = data.aws_region.ambient.name == data.aws_region.ambient.id ? "same" : "different"
  embed       = data.aws_bedrock_foundation_model.embed.model_arn
  embed_id    = data.aws_bedrock_foundation_model.embed.model_id
  by_arn      = data.aws_bedrock_foundation_model.by_arn.model_arn
  eu          = data.aws_bedrock_inference_profile.eu.inference_profile_arn
  own         = data.aws_bedrock_inference_profile.own.inference_profile_arn
  external    = data.aws_bedrock_foundation_models.all.model_summaries[0].model_id
}

data "aws_arn" "parts" {
  arn = data.aws_bedrock_foundation_model.by_arn.model_arn
}

resource "aws_ssm_parameter" "of_an_arn" {
  name  = data.aws_arn.parts.region
  value = data.aws_arn.parts.resource
}
