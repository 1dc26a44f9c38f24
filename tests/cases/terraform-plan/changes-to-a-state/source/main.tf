terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "regions" {
  default = { home = "eu-central-1" }
}

provider "aws" {
  region                      = var.regions["home"]
  access_key                  = "example"
  secret_key                  = "example"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

resource "aws_bedrockagent_agent" "updated" {
  agent_name              = "updated"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = "anthropic.claude-sonnet-4-20250514-v1:0"
  tags                    = { team = "support" }
}

moved {
  from = aws_bedrockagent_agent.before
  to   = aws_bedrockagent_agent.updated
}

resource "aws_bedrock_provisioned_model_throughput" "replaced" {
  provisioned_model_name = "replaced"
  model_arn              = "arn:aws:bedrock:eu-central-1::foundation-model/amazon.nova-pro-v1:0"
  model_units            = 1
}

resource "aws_ssm_parameter" "same" {
  name           = "same"
  type           = "String"
  insecure_value = "amazon.nova-lite-v1:0"
}

removed {
  from = aws_bedrock_provisioned_model_throughput.forgotten
  lifecycle {
    destroy = false
  }
}
