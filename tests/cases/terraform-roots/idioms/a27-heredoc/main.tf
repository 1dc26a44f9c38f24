variable "model" {
  type    = string
  default = "meta.llama3-1-70b-instruct-v1:0"
}

resource "aws_iam_role_policy" "heredoc" {
  name   = "heredoc"
  role   = "worker"
  policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Action": "bedrock:InvokeModel",
          "Resource": "arn:aws:bedrock:us-east-1::foundation-model/${var.model}"
        },
        %{~if var.model != ""~}
        {
          "Effect": "Deny",
          "Action": "bedrock:InvokeModel",
          "Resource": "arn:aws:bedrock:us-east-1::foundation-model/meta.llama3-1-8b-instruct-v1:0"
        }
        %{~endif~}
      ]
    }
  EOT
}
