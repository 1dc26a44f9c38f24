region      = "eu-west-1"
environment = "dev"
kb          = { name = "docs", embed_model = "amazon.titan-embed-text-v1", dims = 1536 }
agents = {
  fast  = { model = "anthropic.claude-3-haiku-20240307-v1:0" }
  smart = { model = "", tier = "large" }
  plain = { model = "" }
}
