variable "model" {
  type    = string
  default = "anthropic.claude-3-haiku-20240307-v1:0"
}

resource "aws_sfn_state_machine" "s" {
  name     = "s"
  role_arn = "arn:aws:iam::123456789012:role/s"
  definition = jsonencode({
    StartAt = "Ask"
    States = {
      Ask = {
        Type       = "Task"
        Resource   = "arn:aws:states:::bedrock:invokeModel"
        Parameters = { ModelId = "arn:aws:bedrock:us-east-1::foundation-model/${var.model}", Body = {} }
        End        = true
      }
    }
  })
}

resource "aws_scheduler_schedule" "daily" {
  name                = "daily"
  schedule_expression = "rate(1 day)"
  flexible_time_window {
    mode = "OFF"
  }
  target {
    arn      = "arn:aws:lambda:us-east-1:123456789012:function:f"
    role_arn = "arn:aws:iam::123456789012:role/s"
    input    = jsonencode({ modelId = "amazon.nova-lite-v1:0" })
  }
}

resource "aws_cloudwatch_event_target" "t" {
  rule  = "nightly"
  arn   = "arn:aws:lambda:us-east-1:123456789012:function:f"
  input = templatefile("${path.module}/input.json.tftpl", { model = var.model })
}
