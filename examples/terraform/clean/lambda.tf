resource "aws_lambda_function" "titles" {
  function_name = "${local.name}-titles"
  role          = aws_iam_role.assistant.arn
  runtime       = "python3.13"
  handler       = "titles.handler"
  s3_bucket     = var.artifacts_bucket
  s3_key        = "titles.zip"
  timeout       = 30

  environment {
    variables = {
      LOG_LEVEL       = "INFO"
      TITLES_MODEL_ID = var.titles_model
    }
  }
}
