variable "region" {
  default = "eu-central-1"
}

provider "aws" {
  region = var.region
}

provider "aws" {
  alias  = "oregon"
  region = "us-west-2"
}

provider "aws" {
  alias  = "tokyo"
  region = "ap-northeast-1"
}

resource "aws_bedrockagent_agent" "default" {}

resource "aws_bedrockagent_agent" "oregon" {
  provider = aws.oregon
}

resource "aws_bedrockagent_agent" "own" {
  region = "us-east-1"
}

resource "awscc_bedrock_agent" "none" {}

module "inherits" {
  source = "./modules/inner"
}

module "handed" {
  source = "./modules/inner"
  providers = {
    aws       = aws.oregon
    aws.other = aws.tokyo
  }
}
