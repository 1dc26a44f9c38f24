# Idioms that no offline plan can have: inputs that are not set, models that an account tells, other vendors' resources.

provider "aws" {
  region = "us-east-1"
}

# A7
variable "model" {
  type        = string
  description = "For example anthropic.claude-v2:1"
}

variable "choice" {
  type = string
  validation {
    condition     = contains(["amazon.nova-lite-v1:0", "amazon.nova-pro-v1:0"], var.choice)
    error_message = "One of anthropic.claude-v2:1."
  }
}

resource "aws_bedrockagent_agent" "open" {
  foundation_model = var.model
}

resource "aws_bedrockagent_agent" "bounded" {
  foundation_model = var.choice
}

# A13
data "aws_bedrock_foundation_models" "embedding" {
  by_output_modality = "EMBEDDING"
}

resource "aws_bedrock_inference_profile" "first" {
  name = "first"
  model_source {
    copy_from = data.aws_bedrock_foundation_models.embedding.model_summaries[0].model_arn
  }
}

# A22, with a workspace that is not known
locals {
  by_workspace = { dev = "amazon.titan-text-lite-v1", prod = "amazon.titan-text-express-v1" }
  # model = "anthropic.claude-instant-v1"
  unused = "anthropic.claude-3-opus-20240229-v1:0"
  sizes  = { "cohere.embed-english-v3" = 1024, "amazon.titan-embed-text-v1" = 1536 }
}

resource "aws_bedrockagent_agent" "by_workspace" {
  agent_name       = "size-${local.sizes["cohere.embed-english-v3"]}"
  foundation_model = local.by_workspace[terraform.workspace]
}

# A24, with a file that the workspace chooses
resource "gateway_model" "bedrock" {
  for_each   = { for m in yamldecode(file("${path.module}/config/${terraform.workspace}.yaml")).models : m.name => m }
  base_model = each.value.id
}

# A40
module "remote" {
  source     = "aws-ia/bedrock/aws"
  version    = "0.0.31"
  foundation = { model = "us.amazon.nova-premier-v1:0" }
}

# A41
resource "awscc_bedrock_knowledge_base" "k" {
  knowledge_base_configuration = {
    type = "VECTOR"
    vector_knowledge_base_configuration = {
      embedding_model_arn = "arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-embed-text-v2:0"
    }
  }
}

# A43
resource "helm_release" "app" {
  name = "app"
  values = [yamlencode({
    models = ["us.anthropic.claude-3-5-haiku-20241022-v1:0", "gpt-4o", "claude-3-haiku-20240307"]
  })]
  set {
    name  = "defaultModel"
    value = "us.anthropic.claude-3-7-sonnet-20250219-v1:0"
  }
}

# Provider 6: the Region of a resource
resource "aws_bedrockagent_agent" "elsewhere" {
  region           = "ap-northeast-1"
  foundation_model = "amazon.nova-micro-v1:0"
}

# A44
output "model" {
  value = "mistral.mistral-7b-instruct-v0:2"
}
