variable "model" {
  type    = string
  default = "amazon.nova-lite-v1:0"
}

data "aws_region" "now" {}

data "aws_caller_identity" "me" {}

data "aws_iam_policy_document" "invoke" {
  statement {
    actions = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]
    resources = [
      "arn:aws:bedrock:${data.aws_region.now.name}::foundation-model/${var.model}",
      "arn:aws:bedrock:*::foundation-model/amazon.titan-embed-text-v2:0",
      "arn:aws:bedrock:eu-*::foundation-model/*",
      "arn:aws:bedrock:${data.aws_region.now.name}:${data.aws_caller_identity.me.account_id}:inference-profile/*",
      "arn:aws:bedrock:*::foundation-model/*.anthropic.claude-3-opus-20240229-v1:0",
      "arn:aws:bedrock:*::foundation-model/anthropic.claude-*",
    ]
  }
  statement {
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::docs/*"]
  }
}

resource "aws_iam_policy" "invoke" {
  name   = "invoke"
  policy = data.aws_iam_policy_document.invoke.json
}
