"""What is deployed in AWS accounts, as resources, by read-only calls of AWS's API."""
