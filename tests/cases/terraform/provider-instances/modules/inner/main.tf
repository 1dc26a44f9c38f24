resource "aws_bedrockagent_agent" "plain" {
  foundation_model = "anthropic.claude-v2"
}
