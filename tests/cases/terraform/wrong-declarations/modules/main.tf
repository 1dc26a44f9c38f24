variable "needed" {}

resource "aws_bedrockagent_agent" "inner" {
  foundation_model = var.needed
}
