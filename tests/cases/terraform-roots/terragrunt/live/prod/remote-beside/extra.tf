resource "aws_bedrockagent_agent" "extra" {
  foundation_model = "amazon.nova-micro-v1:0"
}
