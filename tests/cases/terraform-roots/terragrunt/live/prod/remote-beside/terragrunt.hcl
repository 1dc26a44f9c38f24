include "root" {
  path           = find_in_parent_folders("root.hcl")
  merge_strategy = "deep"
}

terraform {
  source = "git::https://example.com/modules.git//agent?ref=v1"
}

inputs = {
  settings = { model = "amazon.nova-pro-v1:0" }
}
