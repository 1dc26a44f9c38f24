resource "aws_bedrockagent_agent" "good" {
  foundation_model = "amazon.nova-lite-v1:0"
  perhaps          = try(local.nothing, "amazon.nova-pro-v1:0")
  unread           = var.nothing
}
