variable "model" {
  type    = string
  default = "amazon.nova-lite-v1:0"
}

locals {
  kept     = "amazon.nova-micro-v1:0"
  replaced = "amazon.nova-lite-v1:0"
}

resource "aws_bedrockagent_agent" "a" {
  foundation_model = "amazon.nova-lite-v1:0"
  kept             = local.kept
  replaced         = local.replaced
  variable         = var.model

  variant {
    model_id = "amazon.nova-lite-v1:0"
  }

  variant {
    model_id = "amazon.nova-lite-v1:0"
  }

  other {
    model_id = "amazon.nova-micro-v1:0"
  }

  from_json {
    model_id = "amazon.nova-lite-v1:0"
  }

  dynamic "made_from_json" {
    for_each = [1]
    content {
      model_id = "amazon.nova-lite-v1:0"
    }
  }
}
