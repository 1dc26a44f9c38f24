resource "terraform_data" "gateway" {
  input = {
    model_name = "fast"
    litellm_params = {
      model = "bedrock/us.anthropic.claude-3-5-haiku-20241022-v1:0"
    }
  }
}

resource "terraform_data" "elsewhere" {
  input = { model = "anthropic/claude-3-5-haiku-20241022", alternative = "gpt-4o-2024-08-06" }
}

output "model" {
  value = "anthropic.claude-v2:1"
}
