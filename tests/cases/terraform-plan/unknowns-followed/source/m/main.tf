terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
variable "model" { type = string }
variable "secret" { 
  type = string
  sensitive = true 
}
variable "other" { type = any }
resource "aws_bedrockagent_agent" "a" {
  count = 2
  agent_name = "m${count.index}"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/x"
  foundation_model = count.index == 0 ? var.model : var.other.a.m
}
output "agent_model" { value = var.model }
output "id" { value = aws_bedrockagent_agent.a[0].id }
