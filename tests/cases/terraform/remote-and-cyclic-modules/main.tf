module "remote" {
  source  = "aws-ia/bedrock/aws"
  version = "0.0.31"
}

module "git" {
  source   = "git::https://example.com/kb.git?ref=v1"
  for_each = { docs = "cohere.embed-english-v3", code = "amazon.titan-embed-text-v2:0" }
  name     = each.key
  settings = { embedding = each.value }
}

module "loop" {
  source = "./loop"
}

resource "aws_bedrockagent_agent" "a" {
  foundation_model = module.remote.model
}
