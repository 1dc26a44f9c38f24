"""Evaluates templates that are files, or texts at one location of a file."""

from collections.abc import Mapping

from checker.errors import ParseError
from checker.frontends.terraform.configuration.evaluate import evaluate
from checker.frontends.terraform.configuration.module_files import read_problem
from checker.frontends.terraform.configuration.scope import Host, NoNames, Scope
from checker.frontends.terraform.hcl.parser import parse_template
from checker.source import Location
from checker.values import Cause, Value
from checker.values.operations import unknown


def rendered(host: Host, content: str, file: str, at: Location | None, names: Mapping[str, Value]) -> Value:
    """The value of a template with only these names bound; one that cannot be parsed is a problem."""
    try:
        template = parse_template(content, file, at=at)
    except ParseError as error:
        host.report(read_problem(error))
        return unknown(Cause.PARSE_FAILED, file)
    return evaluate(template, Scope(NoNames(host), names))
