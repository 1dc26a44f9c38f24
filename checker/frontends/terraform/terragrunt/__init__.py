"""Units of Terragrunt: the module that a unit deploys, with its inputs and files."""
