terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

provider "aws" {
  region = "us-west-2"
}

locals {
  role = "arn:aws:iam::123456789012:role/agent"
  stages = {
    dev  = "amazon.nova-micro-v1:0"
    prod = "amazon.nova-pro-v1:0"
  }
  pairs    = { for pair in setproduct(keys(local.stages), ["chat", "mail"]) : join("-", pair) => { stage = pair[0], use = pair[1] } }
  rows     = csvdecode(file("${path.module}/models.csv"))
  decoded  = yamldecode(templatefile("${path.module}/models.yaml.tftpl", { geo = "us", extra = true }))
  files    = { for name in fileset(path.module, "agents/*.json") : trimsuffix(basename(name), ".json") => jsondecode(file("${path.module}/${name}")) }
  defaults = { model = "amazon.nova-lite-v1:0", temperature = 0 }
  profile  = "arn:aws:bedrock:us-west-2:123456789012:inference-profile/us.amazon.nova-lite-v1:0"
  zipped   = zipmap(["b", "a"], ["cohere.command-r-v1:0", "cohere.command-r-plus-v1:0"])
}

variable "agents" {
  type = map(object({
    model   = optional(string)
    options = optional(object({ fallback = optional(string, "amazon.titan-text-express-v1"), on = optional(bool, true) }), {})
  }))
  default = {
    plain = {}
    own   = { model = "mistral.mistral-large-2402-v1:0" }
    other = { options = { fallback = "mistral.mistral-small-2402-v1:0" } }
    off   = { options = { on = false } }
  }
}

resource "aws_bedrockagent_agent" "product" {
  for_each                = local.pairs
  agent_name              = each.key
  agent_resource_role_arn = local.role
  foundation_model        = local.stages[each.value.stage]
}

resource "aws_bedrockagent_agent" "csv" {
  for_each                = { for row in local.rows : row.name => row if row.vendor != "openai" }
  agent_name              = each.key
  agent_resource_role_arn = local.role
  foundation_model        = "${each.value.vendor}.${each.value.model}"
}

resource "aws_bedrockagent_agent" "template" {
  count                   = length(local.decoded.models)
  agent_name              = local.decoded.models[count.index].name
  agent_resource_role_arn = local.role
  foundation_model        = local.decoded.models[count.index].id
}

resource "aws_bedrockagent_agent" "file" {
  for_each                = local.files
  agent_name              = each.key
  agent_resource_role_arn = local.role
  foundation_model        = merge(local.defaults, each.value)["model"]
}

resource "aws_bedrockagent_agent" "optional" {
  for_each                = { for name, agent in var.agents : name => agent if agent.options.on }
  agent_name              = each.key
  agent_resource_role_arn = local.role
  foundation_model        = coalesce(each.value.model, each.value.options.fallback)
}

resource "aws_bedrockagent_agent" "tried" {
  agent_name              = "tried"
  agent_resource_role_arn = local.role
  foundation_model        = try(local.decoded.missing.model, local.defaults["none"], local.defaults.model)
}

resource "aws_bedrockagent_agent" "cut" {
  agent_name              = "cut"
  agent_resource_role_arn = local.role
  foundation_model        = element(split("/", local.profile), 1)
}

resource "aws_bedrockagent_agent" "zipped" {
  agent_name              = "zipped"
  agent_resource_role_arn = local.role
  foundation_model        = local.zipped[sort(keys(local.zipped))[0]]
}

resource "aws_bedrockagent_agent" "heredoc" {
  agent_name              = "heredoc"
  agent_resource_role_arn = local.role
  foundation_model = trimspace(<<-EOT
    %{if local.defaults.temperature == 0~}
    us.anthropic.claude-3-5-haiku-20241022-v1:0
    %{else~}
    us.anthropic.claude-3-opus-20240229-v1:0
    %{endif~}
  EOT
  )
}

resource "aws_bedrockagent_agent" "one" {
  agent_name              = "one"
  agent_resource_role_arn = local.role
  foundation_model        = one([for name, model in local.stages : model if name == "dev"])
}

resource "aws_bedrockagent_agent" "found" {
  agent_name              = "found"
  agent_resource_role_arn = local.role
  foundation_model        = regex("inference-profile/(.+)$", local.profile)[0]
}

resource "aws_bedrockagent_prompt" "nested" {
  name = "nested"
  dynamic "variant" {
    for_each = { for name, model in local.stages : name => { model = model, limits = name == "prod" ? [200] : [] } }
    content {
      name          = variant.key
      model_id      = variant.value.model
      template_type = "TEXT"
      template_configuration {
        text {
          text = "Hello"
        }
      }
      dynamic "inference_configuration" {
        for_each = variant.value.limits
        iterator = limit
        content {
          text {
            max_tokens = limit.value
          }
        }
      }
    }
  }
}

module "outer" {
  source   = "./outer"
  for_each = local.stages
  name     = each.key
  models   = { chat = each.value, embed = "amazon.titan-embed-text-v2:0" }
}

module "consumer" {
  source = "./inner"
  model  = module.outer["prod"].models.chat
  name   = "consumer"
}

resource "aws_bedrockagent_agent" "from_all" {
  count                   = length(values(module.outer)[*].models.chat)
  agent_name              = "from-all"
  agent_resource_role_arn = local.role
  foundation_model        = flatten([for one in module.outer : [for use, model in one.models : model if use == "chat"]])[count.index]
}
