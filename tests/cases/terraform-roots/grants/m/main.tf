variable "policy" {
  type = string
}

resource "aws_iam_role_policy" "handed" {
  name   = "handed"
  role   = "worker"
  policy = var.policy
}
