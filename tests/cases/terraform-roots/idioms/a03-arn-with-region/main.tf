data "aws_partition" "this" {}

data "aws_region" "this" {}

data "aws_caller_identity" "me" {}

resource "aws_bedrock_inference_profile" "chat" {
  name = "chat"
  model_source {
    copy_from = "arn:${data.aws_partition.this.partition}:bedrock:${data.aws_region.this.name}:${data.aws_caller_identity.me.account_id}:inference-profile/us.amazon.nova-lite-v1:0"
  }
}

resource "aws_bedrock_inference_profile" "embed" {
  name = "embed"
  model_source {
    copy_from = "arn:${data.aws_partition.this.partition}:bedrock:${data.aws_region.this.name}::foundation-model/amazon.titan-embed-text-v2:0"
  }
}
