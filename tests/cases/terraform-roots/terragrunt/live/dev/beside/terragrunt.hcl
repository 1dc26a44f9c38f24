include "root" {
  path   = find_in_parent_folders("root.hcl")
  expose = true
}

terraform {
  source = "../../../modules//agent"
}

inputs = {
  embed_model = "amazon.titan-embed-text-v1"
  region      = "us-east-1"
}
