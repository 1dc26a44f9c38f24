variable "environment_variables" {
  type    = map(string)
  default = {}
}

locals {
  config = {
    chat      = "us.amazon.nova-pro-v1:0"
    embedding = "amazon.titan-embed-text-v2:0"
    other     = "gpt-4o"
  }
}

resource "aws_lambda_function" "worker" {
  function_name = "worker"
  role          = "arn:aws:iam::123456789012:role/worker"
  description   = "Was on anthropic.claude-v2:1"
  package_type  = "Image"
  image_uri     = "123456789012.dkr.ecr.us-east-1.amazonaws.com/worker:1"
  environment {
    variables = merge(var.environment_variables, { CONFIG = jsonencode(local.config) })
  }
}

resource "aws_ecs_task_definition" "app" {
  family = "app"
  container_definitions = jsonencode([{
    name  = "app"
    image = "app:1"
    environment = [
      { name = "MODEL", value = "cohere.command-r-v1:0" },
      { name = "OTHER", value = "claude-3-opus-20240229" },
    ]
  }])
}

resource "aws_ssm_parameter" "model" {
  name  = "/app/model"
  type  = "String"
  value = "cohere.command-r-plus-v1:0"
}
