variable "variants" {
  type = list(object({
    name          = string
    model_id      = string
    template_type = optional(string, "TEXT")
  }))
}

resource "aws_bedrockagent_prompt" "this" {
  name            = "triage"
  default_variant = var.variants[0].name

  dynamic "variant" {
    for_each = var.variants
    content {
      name          = variant.value.name
      model_id      = variant.value.model_id
      template_type = variant.value.template_type
      template_configuration {
        text {
          text = "Say what is asked, not anthropic.claude-v2:1."
        }
      }
    }
  }
}
