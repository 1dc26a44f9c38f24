resource "aws_bedrockagent_agent" "good" {
  foundation_model = "amazon.nova-lite-v1:0"
  undeclared       = var.nothing
  unknown_local    = local.nothing
  no_resource      = aws_bedrockagent_agent.nothing.arn
}

resource "aws_bedrockagent_agent" "good" {
  foundation_model = "amazon.nova-pro-v1:0"
}

variable "twice" {}

variable "twice" {
  default = "amazon.titan-text-express-v1"
}

blok "x" {
}

module "called" {
  source = "./modules"
  extra  = "amazon.nova-micro-v1:0"
}

module "gone" {
  source = "./gone"
}

locals {
  a = local.b
  b = local.a
}

resource "aws_bedrockagent_agent" "cycle" {
  foundation_model = local.a
}
