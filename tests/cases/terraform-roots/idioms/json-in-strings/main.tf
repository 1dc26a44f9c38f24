variable "model" {
  type    = string
  default = "anthropic.claude-3-haiku-20240307-v1:0"
}

resource "aws_sfn_state_machine" "flow" {
  name     = "flow"
  role_arn = "arn:aws:iam::123456789012:role/flow"
  definition = jsonencode({
    StartAt = "Ask"
    States = {
      Ask = {
        Type     = "Task"
        Resource = "arn:aws:states:::bedrock:invokeModel"
        Parameters = {
          ModelId = "arn:aws:bedrock:us-east-1::foundation-model/${var.model}"
          Body    = { prompt = "Hello" }
        }
        End = true
      }
    }
  })
}

resource "aws_cloudformation_stack" "agent" {
  name = "agent"
  template_body = jsonencode({
    Resources = {
      Agent = {
        Type = "AWS::Bedrock::Agent"
        Properties = {
          AgentName       = "agent"
          FoundationModel = "us.amazon.nova-lite-v1:0"
        }
      }
    }
  })
}

resource "aws_cloudcontrolapi_resource" "agent" {
  type_name = "AWS::Bedrock::Agent"
  schema    = jsonencode({ typeName = "AWS::Bedrock::Agent", properties = {}, additionalProperties = true })
  desired_state = jsonencode({
    AgentName       = "agent"
    FoundationModel = "us.amazon.nova-pro-v1:0"
  })
}
