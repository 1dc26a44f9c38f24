module "remote" {
  source  = "aws-ia/bedrock/aws"
  version = "0.0.31"
}

module "git" {
  source = "git::https://example.com/kb.git?ref=v1"
}

module "loop" {
  source = "./loop"
}

resource "aws_bedrockagent_agent" "a" {
  foundation_model = module.remote.model
}
