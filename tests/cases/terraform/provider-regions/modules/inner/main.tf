terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.other]
    }
  }
}

data "aws_region" "here" {}

resource "aws_bedrockagent_agent" "plain" {
  name = data.aws_region.here.name
}

resource "aws_bedrockagent_agent" "aliased" {
  provider = aws.other
}
