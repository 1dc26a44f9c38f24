variable "create" {
  default = false
}

variable "enabled" {}

variable "size" {
  default = 2
}

variable "parser" {
  default = null
}

variable "models" {}

resource "aws_bedrockagent_agent" "gated" {
  count            = var.create ? 1 : 0
  foundation_model = "amazon.nova-lite-v1:0"
}

resource "aws_bedrockagent_agent" "open" {
  count            = var.enabled ? 1 : 0
  foundation_model = "amazon.nova-pro-v1:0"
}

resource "aws_bedrockagent_agent" "many" {
  count            = var.size
  foundation_model = ["amazon.nova-micro-v1:0", "amazon.nova-premier-v1:0"][count.index]
}

resource "aws_bedrockagent_agent" "each" {
  for_each         = var.models
  foundation_model = each.value
}

resource "aws_bedrockagent_data_source" "d" {
  dynamic "parsing" {
    for_each = var.parser == null ? [] : [var.parser]
    content {
      model_arn = parsing.value
      fallback  = "amazon.nova-lite-v1:0"
    }
  }

  dynamic "variant" {
    for_each = { a = "amazon.nova-pro-v1:0", b = "amazon.titan-text-express-v1" }
    iterator = it
    content {
      name = it.key
      dynamic "inner" {
        for_each = [it.value]
        content {
          model_id = inner.value
        }
      }
    }
  }

  variant {
    inner {
      model_id = "cohere.command-r-v1:0"
    }
  }

  gated = one(aws_bedrockagent_agent.gated[*].foundation_model)
  open  = try(aws_bedrockagent_agent.open[0].foundation_model, "none")
  first = aws_bedrockagent_agent.many[0].foundation_model
  any   = values(aws_bedrockagent_agent.each)[*].agent_arn
}
