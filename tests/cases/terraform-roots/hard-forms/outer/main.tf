variable "name" {
  type = string
}

variable "models" {
  type = map(string)
}

module "inner" {
  source   = "../inner"
  for_each = var.models
  name     = "${var.name}-${each.key}"
  model    = each.value
}

output "models" {
  value = { for use, one in module.inner : use => one.model }
}
