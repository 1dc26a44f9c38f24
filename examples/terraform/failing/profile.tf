# One profile for each product, so that its cost can be told apart.
resource "aws_bedrock_inference_profile" "chat" {
  name        = "${local.name}-chat"
  description = "Chat of the support assistant"

  model_source {
    copy_from = local.chat_profile_arn
  }
}

resource "aws_bedrockagent_prompt" "triage" {
  name            = "${local.name}-triage"
  default_variant = "default"

  variant {
    name          = "default"
    model_id      = aws_bedrock_inference_profile.chat.arn
    template_type = "TEXT"

    inference_configuration {
      text {
        max_tokens  = 200
        temperature = 0
      }
    }

    template_configuration {
      text {
        text = "Is this message an order, a complaint or a question? {{message}}"

        input_variable {
          name = "message"
        }
      }
    }
  }
}
