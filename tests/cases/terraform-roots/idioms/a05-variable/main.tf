variable "model" {
  type = string
}

variable "models" {
  type    = list(string)
  default = ["amazon.nova-lite-v1:0", "amazon.nova-pro-v1:0"]
}

variable "by_name" {
  type = map(object({ id = string, size = optional(number, 4) }))
  default = {
    large = { id = "mistral.mistral-large-2402-v1:0" }
  }
}

resource "aws_bedrockagent_agent" "scalar" {
  agent_name              = "scalar"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = var.model
}

resource "aws_bedrockagent_agent" "second" {
  agent_name              = "second"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = var.models[1]
}

resource "aws_bedrockagent_agent" "named" {
  agent_name              = "named"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = var.by_name["large"].id
}
