locals {
  names = {
    "anthropic.claude-v2"    = "chat"
    (local.fast)             = "fast"
    "${local.provider}.plus" = "own"
  }
  fast     = "amazon.nova-lite-v1:0"
  provider = "example"
  listed   = jsondecode(file("${path.module}/listed.json"))
  written  = yamldecode(file("${path.module}/written.yaml"))
}

resource "aws_bedrockagent_agent" "each" {
  for_each         = local.names
  agent_name       = each.value
  foundation_model = each.key
}

resource "aws_bedrockagent_agent" "turned" {
  for_each         = { for model, name in merge(local.listed, local.written) : name => model }
  agent_name       = each.key
  foundation_model = each.value
}

resource "aws_lambda_function" "f" {
  environment {
    variables = {
      FIRST = keys(local.names)[0]
      ALL   = join(",", keys(zipmap(["cohere.embed-english-v3"], ["x"])))
    }
  }
}
