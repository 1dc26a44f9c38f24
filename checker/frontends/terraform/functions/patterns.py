"""Terraform's functions on regular expressions."""

import itertools
import re
from collections.abc import Callable, Sequence

from checker.frontends.terraform.configuration.elements import invalid
from checker.frontends.terraform.functions.calling import Call, derived
from checker.patterns import InvalidPatternError, Pattern, UnsupportedPatternError, translate
from checker.values import Alternative, Atom, Cause, Kind, List, Map, Null, Text, TooLargeError, Unknown, Value
from checker.values.atoms import MOST_NODES
from checker.values.operations import flat_map, known


def regex(call: Call) -> Value:
    """`regex(pattern, text)`: the first match, which must exist."""

    def first(content: Text, pattern: Pattern) -> Atom:
        match = pattern.search(content.plain or "")
        return (
            invalid(f'{call.subject}: "pattern" does not match "string"')
            if match is None
            else _captured(match, content)
        )

    return _matching(call, first)


def regexall(call: Call) -> Value:
    """`regexall(pattern, text)`: all matches."""

    def every(content: Text, pattern: Pattern) -> Atom:
        found = list(itertools.islice(pattern.finditer(content.plain or ""), MOST_NODES + 1))
        if len(found) > MOST_NODES:
            raise TooLargeError
        return List(tuple(known(_captured(match, content)) for match in found), (), Kind.LIST)

    return _matching(call, every)


def _matching(call: Call, take: Callable[[Text, Pattern], Atom]) -> Value:

    def apply(atoms: Sequence[Atom]) -> Atom:
        content, pattern = (_as_text(atom) for atom in atoms)
        if content is None or pattern is None:
            return invalid(f'{call.subject}: "pattern" and "string" must be strings')
        if pattern.holes or content.holes:
            return derived((*pattern.holes, *content.holes)[0], call.name, atoms)
        try:
            return take(content, translate(pattern.plain or ""))
        except UnsupportedPatternError as error:
            return Unknown(Cause.UNSUPPORTED_FUNCTION, call.subject, f"{call.subject}: {error}")
        except InvalidPatternError as error:
            return invalid(f'{call.subject}: "pattern" is not valid: {error}')

    # The text is the first operand, for its trail.
    return flat_map([call.args[1], call.args[0]], apply, call.name, write_json=True)


def _as_text(atom: Atom) -> Text | None:
    from checker.frontends.terraform.configuration.types import primitive

    made = None if isinstance(atom, Null) else primitive(atom, "string")
    return made if isinstance(made, Text) else None


def _captured(match: "re.Match[str]", content: Text) -> Atom:
    """The match as a string; with groups, as a list, or as a map if they have names."""

    def group(key: int | str) -> Value:
        start, end = match.span(key)
        return known(Null()) if start < 0 else (Alternative(content.slice(start, end)),)

    names = match.re.groupindex
    if names:
        return Map({name: group(name) for name in sorted(names)}, (), Kind.OBJECT)
    if match.re.groups:
        return List(tuple(group(number) for number in range(1, match.re.groups + 1)), (), Kind.TUPLE)
    return content.slice(*match.span())
