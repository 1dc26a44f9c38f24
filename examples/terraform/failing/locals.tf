data "aws_partition" "current" {}

locals {
  name = "support-assistant-${var.environment}"

  models = {
    chat  = var.chat_model
    embed = "amazon.titan-embed-text-v2:0"
  }

  # A cross-Region profile needs a grant on the model itself in every Region that it may route to.
  chat_base_model = trimprefix(local.models.chat, "us.")
  chat_regions    = ["us-east-1", "us-east-2", "us-west-2"]

  chat_profile_arn = "arn:${data.aws_partition.current.partition}:bedrock:${var.region}:${var.account_id}:inference-profile/${local.models.chat}"
  embed_model_arn  = "arn:aws:bedrock:${var.region}::foundation-model/${local.models["embed"]}"
}
