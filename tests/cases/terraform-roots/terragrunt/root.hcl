locals {
  region = get_env("AWS_REGION", "eu-west-1")
}

generate "provider" {
  path      = "provider.tf"
  if_exists = "overwrite_terragrunt"
  contents  = <<-EOT
    provider "aws" {
      region = "${local.region}"
    }
  EOT
}

inputs = {
  chat_model = "amazon.nova-lite-v1:0"
  unit       = path_relative_to_include()
}
