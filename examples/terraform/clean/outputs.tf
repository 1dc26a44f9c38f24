output "agent_alias_arn" {
  value = module.agent.alias_arn
}

output "chat_profile_arn" {
  value = aws_bedrock_inference_profile.chat.arn
}
