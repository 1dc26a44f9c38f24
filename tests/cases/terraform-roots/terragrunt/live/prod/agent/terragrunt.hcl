include {
  path = find_in_parent_folders("root.hcl")
}

dependency "profile" {
  config_path = "../profile"
  mock_outputs = {
    arn = "arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-3-sonnet-20240229-v1:0"
  }
}

terraform {
  source = "${get_terragrunt_dir()}/../../../modules/agent"
}

inputs = {
  chat_model  = dependency.profile.outputs.arn
  embed_model = read_terragrunt_config("${get_terragrunt_dir()}/../env.hcl").locals.embed
}
