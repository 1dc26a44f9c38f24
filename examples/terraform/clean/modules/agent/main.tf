resource "aws_bedrockagent_agent" "this" {
  agent_name                  = var.name
  agent_resource_role_arn     = var.role_arn
  foundation_model            = var.foundation_model
  idle_session_ttl_in_seconds = var.idle_session_ttl
  prepare_agent               = true

  instruction = <<-EOT
    You answer questions of customers about their orders, and quote the handbook.
    Say so when the handbook does not cover a question.
  EOT
}

resource "aws_bedrockagent_agent_knowledge_base_association" "this" {
  agent_id             = aws_bedrockagent_agent.this.agent_id
  description          = "The customer handbook."
  knowledge_base_id    = var.knowledge_base_id
  knowledge_base_state = "ENABLED"
}

resource "aws_bedrockagent_agent_alias" "live" {
  agent_alias_name = "live"
  agent_id         = aws_bedrockagent_agent.this.agent_id
}
