variable "model" {
  type    = string
  default = "amazon.nova-pro-v1:0"
}

resource "aws_ssm_parameter" "constant" {
  name             = "/constant"
  type             = "SecureString"
  value_wo         = "anthropic.claude-3-haiku-20240307-v1:0"
  value_wo_version = 1
}

resource "aws_instance" "i" {
  ami           = "ami-12345678"
  instance_type = "t3.micro"
  user_data     = <<-EOT
    #!/bin/sh
    exec serve --model amazon.titan-text-lite-v1
  EOT
}

resource "aws_ssm_parameter" "open" {
  name           = "/open"
  type           = "String"
  insecure_value = var.model
}
