terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.second]
    }
  }
}

data "aws_region" "second" {
  provider = aws.second
}

resource "aws_bedrockagent_agent" "first" {
  agent_name              = "first"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = "amazon.nova-pro-v1:0"
}

resource "aws_bedrock_inference_profile" "second" {
  provider = aws.second
  name     = "second"
  model_source {
    copy_from = "arn:aws:bedrock:${data.aws_region.second.name}::foundation-model/amazon.nova-pro-v1:0"
  }
}

module "deeper" {
  source = "../deeper"
  providers = {
    aws = aws.second
  }
}
