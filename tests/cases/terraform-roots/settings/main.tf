variable "models" {
  type = map(string)
  default = {
    chat  = "anthropic.claude-3-haiku-20240307-v1:0"
    embed = "amazon.titan-embed-text-v2:0"
  }
}

variable "region" {
  default = "us-east-1"
}

locals {
  config = { for name, model in var.models : upper(name) => model }
}

resource "aws_ssm_parameter" "each" {
  for_each = var.models
  name     = "/app/${each.key}"
  type     = "String"
  value    = each.value
}

resource "aws_ssm_parameter" "local" {
  name  = "/app/default"
  type  = "String"
  value = local.config["CHAT"]
}

resource "aws_lambda_function" "f" {
  function_name = "f"
  role          = "arn:aws:iam::123456789012:role/f"
  package_type  = "Image"
  image_uri     = "123456789012.dkr.ecr.us-east-1.amazonaws.com/f:1"

  environment {
    variables = merge(local.config, { FALLBACK = "amazon.nova-micro-v1:0" })
  }
}

resource "aws_ecs_task_definition" "t" {
  family = "t"
  container_definitions = jsonencode([{
    name        = "c"
    image       = "c:1"
    essential   = true
    environment = [for name, model in local.config : { name = name, value = model }]
  }])
}

resource "terraform_data" "d" {
  input = { models = values(var.models), region = var.region }
}
