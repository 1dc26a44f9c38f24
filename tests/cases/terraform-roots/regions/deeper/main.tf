resource "aws_bedrockagent_agent" "deep" {
  agent_name              = "deep"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = "amazon.nova-micro-v1:0"
}
