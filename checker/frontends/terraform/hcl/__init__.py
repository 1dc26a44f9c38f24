"""HCL, Terraform's language: text to a syntax tree with locations."""

from typing import NamedTuple

from checker.errors import ParseError
from checker.frontends.terraform.hcl import json_syntax, second_reader
from checker.frontends.terraform.hcl.parser import parse, parse_expression, parse_template
from checker.frontends.terraform.hcl.syntax import ParsedFile

__all__ = ["ReadResult", "parse", "parse_expression", "parse_template", "read_file"]


class ReadResult(NamedTuple):
    """The result of reading a file.

    `error` is why our parser refused it. With `second_reader`, python-hcl2 parsed it nevertheless: nothing in it is
    certain, and the analysis is incomplete. Without `parsed` the file is invalid.
    """

    parsed: ParsedFile | None
    error: ParseError | None
    second_reader: bool


def read_file(text: str, file: str) -> ReadResult:
    """Parses a `.tf`, `.tfvars`, `.tf.json` or `.tfvars.json` file; the name decides which. Never raises."""
    try:
        if file.endswith(".json"):
            is_values = file.endswith(".tfvars.json")
            return ReadResult(
                json_syntax.parse_values(text, file) if is_values else json_syntax.parse_file(text, file), None, False
            )
        return ReadResult(parse(text, file), None, False)
    except ParseError as error:
        second = None if file.endswith(".json") else second_reader.read(text, file)
        return ReadResult(second, error, second is not None)
