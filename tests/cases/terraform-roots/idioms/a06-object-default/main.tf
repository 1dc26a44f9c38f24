variable "kb" {
  type    = object({ name = string, embed_model = string, dims = number })
  default = { name = "docs", embed_model = "cohere.embed-multilingual-v3", dims = 1024 }
}

data "aws_bedrock_foundation_model" "embed" {
  model_id = var.kb.embed_model
}

resource "aws_bedrock_inference_profile" "embed" {
  name = var.kb.name
  model_source {
    copy_from = data.aws_bedrock_foundation_model.embed.model_arn
  }
}
