"""Reads what is deployed in AWS accounts, as resources, with read-only calls of AWS's API."""
