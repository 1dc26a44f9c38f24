resource "aws_bedrock_inference_profile" "own" {
  name = "own"
  model_source {
    copy_from = "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-5-sonnet-20240620-v1:0"
  }
}

resource "aws_bedrock_custom_model" "tuned" {
  custom_model_name     = "tuned"
  job_name              = "tuned"
  base_model_identifier = "arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-text-express-v1"
  role_arn              = "arn:aws:iam::123456789012:role/tuner"
  hyperparameters       = { epochCount = "1" }
  output_data_config {
    s3_uri = "s3://tuned/out"
  }
  training_data_config {
    s3_uri = "s3://tuned/in.jsonl"
  }
}

resource "aws_bedrock_provisioned_model_throughput" "tuned" {
  provisioned_model_name = "tuned"
  model_arn              = aws_bedrock_custom_model.tuned.custom_model_arn
  model_units            = 1
}

resource "aws_bedrockagent_agent" "on_profile" {
  agent_name              = "on-profile"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = aws_bedrock_inference_profile.own.arn
}

resource "aws_bedrockagent_agent" "on_throughput" {
  agent_name              = "on-throughput"
  agent_resource_role_arn = "arn:aws:iam::123456789012:role/agent"
  foundation_model        = aws_bedrock_provisioned_model_throughput.tuned.provisioned_model_arn
}

resource "aws_lambda_function" "worker" {
  function_name = "worker"
  role          = "arn:aws:iam::123456789012:role/worker"
  package_type  = "Image"
  image_uri     = "123456789012.dkr.ecr.us-east-1.amazonaws.com/worker:1"
  environment {
    variables = {
      MODEL_ID = "anthropic.claude-3-haiku-20240307-v1:0"
      PROFILE  = aws_bedrock_inference_profile.own.arn
    }
  }
}
