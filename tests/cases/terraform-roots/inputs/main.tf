terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
  }
}

variable "region" {
  type = string
}

variable "kb" {
  type    = object({ name = string, embed_model = string, dims = number })
  default = { name = "docs", embed_model = "cohere.embed-multilingual-v3", dims = 1024 }
}

variable "agents" {
  type    = map(object({ model = string, tier = optional(string, "small") }))
  default = { only = { model = "amazon.titan-text-lite-v1" } }
}

variable "tiers" {
  type = map(string)
  default = {
    small = "amazon.nova-micro-v1:0"
    large = "amazon.nova-pro-v1:0"
  }
}

variable "untouched" {
  type    = string
  default = "amazon.nova-lite-v1:0"
}

variable "later" {
  type    = string
  default = "anthropic.claude-v2"
}

variable "environment" {
  type = string
  validation {
    condition     = contains(["dev", "prod"], var.environment)
    error_message = "dev or prod."
  }
}

locals {
  settings = merge({ model = "anthropic.claude-v2:1" }, jsondecode(file("${path.module}/settings/${var.environment}.json")))
}

provider "aws" {
  region = var.region
}

resource "aws_bedrockagent_agent" "each" {
  for_each                = var.agents
  agent_name              = each.key
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = each.value.model != "" ? each.value.model : var.tiers[each.value.tier]
}

resource "aws_bedrock_inference_profile" "embed" {
  name = var.kb.name
  model_source {
    copy_from = "arn:aws:bedrock:${var.region}::foundation-model/${var.kb.embed_model}"
  }
}

resource "aws_bedrockagent_agent" "untouched" {
  agent_name              = "untouched"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = var.untouched
}

resource "aws_bedrockagent_agent" "later" {
  agent_name              = "later"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = var.later
}

resource "aws_bedrockagent_agent" "settings" {
  agent_name              = "settings"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = local.settings.model
}
