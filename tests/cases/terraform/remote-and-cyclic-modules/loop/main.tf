module "again" {
  source = "../loop"
}

module "root" {
  source = "../"
}

resource "aws_bedrockagent_agent" "inner" {
  foundation_model = "amazon.nova-lite-v1:0"
}
