variable "env" {
  default = "dev"
}

variable "model" {}

resource "aws_bedrockagent_agent" "a" {
  foundation_model = var.model
  agent_name       = "${var.env}/${var.model}"
}
