variable "model" {
  default = "amazon.nova-pro-v1:0"
}

locals {
  replaced = "amazon.nova-pro-v1:0"
}

resource "aws_bedrockagent_agent" "a" {
  foundation_model = "overridden once more"

  variant {
    model_id = "amazon.nova-premier-v1:0"
  }
}
