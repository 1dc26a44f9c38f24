resource "aws_bedrockagent_agent" "a" {
  foundation_model = "anthropic.claude-v2"
}
