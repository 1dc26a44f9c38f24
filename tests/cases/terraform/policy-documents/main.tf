variable "regions" {
  type    = list(string)
  default = ["us-east-1", "us-west-2"]
}

variable "open" {
  type = list(string)
}

data "aws_iam_policy_document" "base" {
  statement {
    sid       = "Base"
    actions   = ["bedrock:InvokeModel"]
    resources = ["arn:aws:bedrock:*::foundation-model/amazon.nova-lite-v1:0"]
  }

  statement {
    sid       = "Replaced"
    actions   = ["bedrock:InvokeModel"]
    resources = ["arn:aws:bedrock:*::foundation-model/amazon.titan-text-express-v1"]
  }
}

data "aws_iam_policy_document" "override" {
  statement {
    sid       = "Replaced"
    effect    = "Deny"
    actions   = ["bedrock:*", "s3:*"]
    resources = ["*"]
  }
}

data "aws_iam_policy_document" "whole" {
  source_policy_documents   = [data.aws_iam_policy_document.base.json]
  override_policy_documents = [data.aws_iam_policy_document.override.json]

  statement {
    sid       = "Own"
    actions   = ["bedrock:InvokeModel"]
    resources = [for r in var.regions : "arn:aws:bedrock:${r}::foundation-model/amazon.nova-pro-v1:0"]

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::123456789012:role/x", "arn:aws:iam::123456789012:role/y"]
    }

    condition {
      test     = "StringEquals"
      variable = "Profile"
      values   = ["arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-pro-v1:0"]
    }
  }
}

data "aws_iam_policy_document" "open" {
  dynamic "statement" {
    for_each = var.open
    content {
      actions   = ["bedrock:InvokeModel"]
      resources = ["arn:aws:bedrock:${statement.value}::foundation-model/amazon.nova-micro-v1:0"]
    }
  }
}

resource "aws_iam_policy" "p" {
  policy = data.aws_iam_policy_document.whole.json
}

resource "aws_iam_role_policy" "inline" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "bedrock:InvokeModel"
      Resource = formatlist("arn:aws:bedrock:%s::foundation-model/cohere.command-r-v1:0", var.regions)
    }]
  })
}

resource "aws_iam_policy" "open" {
  policy = data.aws_iam_policy_document.open.minified_json
}
