# Terragrunt copies it into the module.
resource "aws_bedrockagent_agent" "extra" {
  foundation_model = var.embed_model == "" ? "amazon.nova-lite-v1:0" : "amazon.nova-micro-v1:0"
}
