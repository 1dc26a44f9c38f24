"""A configuration as Terraform reads it: modules, the names in them, instances, and the evaluation of expressions."""
