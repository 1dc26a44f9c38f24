locals {
  embed  = "amazon.titan-embed-text-v2:0"
  unused = "anthropic.claude-v2:1"
}
