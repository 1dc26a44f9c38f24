variable "env" {
  type = string

  validation {
    condition     = var.env == "dev" || var.env == "prod"
    error_message = "Unknown environment."
  }
}

variable "stage" {
  default = "test"
}

locals {
  by_env = {
    dev  = { model = "amazon.nova-lite-v1:0" }
    prod = { model = "amazon.nova-pro-v1:0" }
    test = { model = "amazon.nova-micro-v1:0" }
  }
  prod = var.env == "prod"
}

resource "aws_bedrockagent_agent" "a" {
  by_variable  = local.by_env[var.env].model
  by_workspace = lookup(local.by_env, terraform.workspace, local.by_env.test).model
  by_default   = local.by_env[var.stage].model
  twice        = "${local.prod ? "p" : "d"}-${local.prod ? "p" : "d"}"
}
