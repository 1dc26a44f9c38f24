module "agents" {
  for_each = {
    fast  = "amazon.nova-lite-v1:0"
    smart = "amazon.nova-pro-v1:0"
  }
  source = "./modules/agent"
  model  = each.value
}

module "pair" {
  count  = 2
  source = "./modules/agent"
  model  = ["amazon.nova-micro-v1:0", "amazon.nova-premier-v1:0"][count.index]
}

module "open" {
  for_each = toset(var.names)
  source   = "./modules/agent"
  model    = "amazon.titan-text-express-v1"
}

variable "names" {
  type = list(string)
}

resource "aws_lambda_function" "f" {
  environment {
    variables = {
      FAST = module.agents["fast"].model
      ALL  = join(",", [for key, agent in module.agents : agent.model])
      PAIR = module.pair[1].model
      ARN  = module.agents["smart"].arn
    }
  }
}
