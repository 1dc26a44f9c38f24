variable "regions" {
  type    = list(string)
  default = ["us-east-1", "us-east-2", "us-west-2"]
}

locals {
  base_id = "amazon.nova-pro-v1:0"
  ids     = ["amazon.nova-lite-v1:0", "amazon.nova-micro-v1:0"]
}

data "aws_iam_policy_document" "formatted" {
  statement {
    actions   = ["bedrock:InvokeModel"]
    resources = formatlist("arn:aws:bedrock:%s::foundation-model/${local.base_id}", var.regions)
  }
}

data "aws_iam_policy_document" "by_for" {
  statement {
    actions   = ["bedrock:InvokeModel"]
    resources = flatten([for r in var.regions : [for id in local.ids : "arn:aws:bedrock:${r}::foundation-model/${id}"]])
  }
}

resource "aws_iam_policy" "both" {
  name = "both"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      jsondecode(data.aws_iam_policy_document.formatted.json).Statement,
      jsondecode(data.aws_iam_policy_document.by_for.json).Statement,
    )
  })
}
