include "root" {
  path   = find_in_parent_folders("root.hcl")
  expose = true
}

locals {
  env = read_terragrunt_config(find_in_parent_folders("env.hcl"))
}

terraform {
  source = "../../../modules//agent"
}

inputs = {
  embed_model = local.env.locals.embed
  region      = include.root.locals.region
  agents      = { fast = "anthropic.claude-3-haiku-20240307-v1:0" }
}
