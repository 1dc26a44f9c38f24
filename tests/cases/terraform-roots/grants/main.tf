variable "extra" {
  type    = list(string)
  default = ["amazon.titan-embed-text-v2:0"]
}

locals {
  arn = "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0"
}

data "aws_iam_policy_document" "invoke" {
  statement {
    actions   = ["bedrock:InvokeModel"]
    resources = [local.arn]
  }

  dynamic "statement" {
    for_each = var.extra
    content {
      actions   = ["bedrock:InvokeModel"]
      resources = ["arn:aws:bedrock:*::foundation-model/${statement.value}"]
    }
  }
}

resource "aws_iam_policy" "made" {
  name   = "made"
  policy = data.aws_iam_policy_document.invoke.json
}

resource "aws_iam_role_policy" "own" {
  name = "own"
  role = "chat"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "Own"
      Effect   = "Allow"
      Action   = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]
      Resource = [local.arn, "arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-pro-v1:0"]
    }]
  })
}

module "handed" {
  source = "./m"
  policy = data.aws_iam_policy_document.invoke.json
}
