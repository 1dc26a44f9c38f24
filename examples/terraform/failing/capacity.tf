resource "aws_bedrock_provisioned_model_throughput" "titles" {
  provider = aws.oregon

  provisioned_model_name = "${local.name}-titles"
  model_arn              = "arn:aws:bedrock:us-west-2::foundation-model/anthropic.claude-3-haiku-20240307-v1:0:48k"
  model_units            = 1
  commitment_duration    = "OneMonth"
}
