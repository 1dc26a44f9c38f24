data "aws_bedrock_foundation_model" "embed" {
  model_id = "cohere.embed-english-v3"
}

resource "aws_iam_policy" "kb" {
  name = "kb"
  policy = templatefile("${path.module}/policies/kb.json", {
    model_arn = data.aws_bedrock_foundation_model.embed.model_arn
    extras    = ["amazon.nova-lite-v1:0", "amazon.nova-pro-v1:0"]
  })
}
