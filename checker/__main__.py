"""`python -m checker` is `bedrock-eol`."""

from checker.cli import main

main()
