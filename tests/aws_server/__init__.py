"""A server on the loopback interface that speaks the protocols of AWS, by botocore's models of the services.

What it answers is up to a function; it knows no service by name. `AWS_ENDPOINT_URL` leads botocore to it.
"""
