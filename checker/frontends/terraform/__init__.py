"""Terraform: directories of HCL, plans and states."""
