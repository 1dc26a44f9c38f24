"""HCL, Terraform's language: text to a syntax tree with places."""

from checker.frontends.terraform.hcl.parser import parse, parse_expression, parse_template

__all__ = ["parse", "parse_expression", "parse_template"]
