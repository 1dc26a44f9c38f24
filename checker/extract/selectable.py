"""Lists of values of which one may be chosen: the allowed values of a parameter, the `enum` of a schema."""

import re
from collections.abc import Collection, Iterator, Mapping

from checker.extract.properties import of_paths, select
from checker.model.resource import Resource
from checker.source import Location
from checker.values import Alternative, Assumption, Basis, Text, join
from checker.values.operations import literal

# Stands for a declared parameter of a template, with its allowed values.
PARAMETER = "AWS::CloudFormation::Parameter"
_ALLOWED = "AllowedValues"
_DEFAULT = "Default"

_LIST = re.compile(r"(?:^|\.)(?:enum|AllowedValues|allowed_values)(?=\[|$)", re.IGNORECASE)

Choices = list[Alternative]


@of_paths
def list_around(path: str) -> str | None:
    """The path of the innermost list of choices around a path; None if there is none."""
    ends = [found.end() for found in _LIST.finditer(path)]
    return path[: ends[-1]] if ends else None


def choices_of(resource: Resource, path: str, choices: Choices) -> Iterator[Alternative]:
    """Each choice under the assumption that it is chosen."""
    chosen = path.rpartition(".")[0]
    subject = f"{resource.address}.{chosen}" if chosen else resource.address
    for choice in choices:
        written = literal(choice.atom)
        if written is None:
            yield choice
            continue
        given = join(choice.given, (Assumption(subject, written, True, Basis.OPEN),))
        if given is not None:
            yield choice._replace(given=given)


def unread(parameter: Resource, read: Collection[Location | None]) -> Mapping[str, Choices]:
    """The allowed values of a parameter that no use reads; `read` has the locations in all trails.

    If a value is supplied, a use reads the parameter and none of its other values.
    """
    if parameter.location in read:
        return {}
    default = {_location(found.alternative) for found in select(parameter.properties, _DEFAULT)}
    allowed = [found.alternative for found in select(parameter.properties, _ALLOWED)]
    is_read = not default.isdisjoint(read)
    written = {literal(found.alternative.atom) for found in select(parameter.properties, _DEFAULT)} if is_read else ()
    left = [one for one in allowed if _location(one) not in read and literal(one.atom) not in written]
    return {_ALLOWED: left} if left else {}


def _location(alternative: Alternative) -> Location | None:
    text = alternative.atom
    trail = (text.trail_at(0, len(text.marked())) if isinstance(text, Text) else ()) or alternative.trail
    return trail[0].location if trail else None
