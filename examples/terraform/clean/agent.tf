module "agent" {
  source = "./modules/agent"

  name              = local.name
  foundation_model  = var.chat_model
  role_arn          = aws_iam_role.assistant.arn
  knowledge_base_id = aws_bedrockagent_knowledge_base.handbook.id
}
