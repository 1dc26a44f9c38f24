"""bedrock-eol: finds the Amazon Bedrock models that infrastructure code pins and judges them by lifecycle policies."""

__version__ = "0.1.0"
