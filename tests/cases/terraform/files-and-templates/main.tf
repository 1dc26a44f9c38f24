variable "model" {
  default = "amazon.nova-lite-v1:0"
}

variable "region" {}

locals {
  settings = yamldecode(file("${path.module}/config/models.yaml"))
  bedrock  = { for m in local.settings.models : m.name => m if m.vendor == "bedrock" }
  document = jsondecode(file("config/agent.json"))
  inline   = yamldecode("model: ${var.region}-x\nother: amazon.nova-pro-v1:0")
}

resource "gateway_model" "bedrock" {
  for_each   = local.bedrock
  base_model = each.value.id
}

resource "aws_sfn_state_machine" "m" {
  from_json  = local.document.agent.models[1]
  inline     = local.inline.model
  inline_too = local.inline.other
  template = templatefile("${path.module}/config/policy.json.tftpl", {
    model  = var.model
    region = var.region
  })
  decoded = jsondecode(templatefile("${path.module}/config/policy.json.tftpl", {
    model  = var.model
    region = var.region
  })).Resource
  heredoc = <<-EOT
    first ${var.model}
    second amazon.nova-micro-v1:0
  EOT
  outside = file("../../../../pyproject.toml")
  missing = fileexists("config/none.json") ? "there" : "not there"
  lost    = file("config/none.json")
}
