variable "agents" {
  type = map(object({
    model   = optional(string, "amazon.nova-lite-v1:0")
    memory  = optional(number)
    prompts = optional(list(object({ model = string })), [])
    extra   = optional(object({ model = optional(string, "amazon.nova-micro-v1:0") }), {})
  }))
}

variable "names" {
  type    = set(string)
  default = ["b", "a"]
}

variable "pair" {
  type    = tuple([string, number])
  default = ["amazon.nova-pro-v1:0", "5"]
}

resource "aws_bedrockagent_agent" "a" {
  for_each = var.agents
  model    = each.value.model
  memory   = each.value.memory
  prompt   = try(each.value.prompts[0].model, "none")
  extra    = each.value.extra.model
}

resource "aws_bedrockagent_agent" "b" {
  for_each = var.names
  model    = "amazon.nova-premier-v1:0"
  name     = each.key
  first    = var.pair[0]
  second   = var.pair[1]
}
