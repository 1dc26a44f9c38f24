variable "model" {}

variable "embedding" {
  default = "amazon.titan-embed-text-v2:0"
}

resource "aws_bedrockagent_agent" "this" {
  count            = 1
  foundation_model = var.model
  embedding        = var.embedding
}

output "model" {
  value = one(aws_bedrockagent_agent.this[*].foundation_model)
}

output "arn" {
  value = aws_bedrockagent_agent.this[0].agent_arn
}
