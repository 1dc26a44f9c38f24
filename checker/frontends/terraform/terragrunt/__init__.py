"""Units of Terragrunt: the module that a unit deploys, with the inputs and files that it adds."""
