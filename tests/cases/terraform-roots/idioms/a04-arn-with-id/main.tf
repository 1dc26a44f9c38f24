variable "region" {
  type = string
}

variable "chat_model" {
  type    = string
  default = "anthropic.claude-3-haiku-20240307-v1:0"
}

resource "aws_iam_policy" "invoke" {
  name = "invoke"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "bedrock:InvokeModel"
      Resource = ["arn:aws:bedrock:${var.region}::foundation-model/${var.chat_model}"]
    }]
  })
}
