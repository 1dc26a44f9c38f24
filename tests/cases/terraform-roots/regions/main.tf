terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

locals {
  frankfurt = "eu-central-1"
}

provider "aws" {
  region = "us-east-1"
}

provider "aws" {
  alias  = "oregon"
  region = "us-west-2"
}

provider "aws" {
  alias  = "frankfurt"
  region = local.frankfurt
}

resource "aws_bedrockagent_agent" "here" {
  agent_name              = "here"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = "amazon.nova-lite-v1:0"
}

resource "aws_bedrockagent_agent" "oregon" {
  provider                = aws.oregon
  agent_name              = "oregon"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = "amazon.nova-lite-v1:0"
}

data "aws_region" "frankfurt" {
  provider = aws.frankfurt
}

resource "aws_bedrockagent_agent" "frankfurt" {
  provider                = aws.frankfurt
  agent_name              = "frankfurt"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = data.aws_region.frankfurt.name == "eu-central-1" ? "eu.amazon.nova-lite-v1:0" : "us.amazon.nova-lite-v1:0"
}

module "inherits" {
  source = "./pair"
  providers = {
    aws.second = aws.oregon
  }
}

module "handed_over" {
  source = "./pair"
  providers = {
    aws        = aws.oregon
    aws.second = aws.frankfurt
  }
}
