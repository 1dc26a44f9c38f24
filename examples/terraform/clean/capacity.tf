resource "aws_bedrock_provisioned_model_throughput" "titles" {
  provider = aws.oregon

  provisioned_model_name = "${local.name}-titles"
  model_arn              = "arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-lite-v1:0:24k"
  model_units            = 1
  commitment_duration    = "OneMonth"
}
