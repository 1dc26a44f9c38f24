resource "aws_bedrockagent_agent" "helper" {
  agent_name              = "helper"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = "us.anthropic.claude-3-5-haiku-20241022-v1:0" # latency matters
}
