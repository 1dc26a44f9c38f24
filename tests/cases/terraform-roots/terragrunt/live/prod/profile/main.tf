variable "chat_model" {
  type = string
}

resource "aws_bedrock_inference_profile" "p" {
  name = "p"
  model_source {
    copy_from = "arn:aws:bedrock:eu-west-1::foundation-model/${var.chat_model}"
  }
}
