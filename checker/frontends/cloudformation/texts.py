"""Texts of a template: literals with a location per line, `${}` placeholders, dynamic references."""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

from checker.frontends.cloudformation.documents import Document
from checker.frontends.cloudformation.shape import STAND_IN
from checker.source import Location, ScalarNode
from checker.values import Alternative, Cause, Json, List, Map, Piece, Step, Text, Unknown, Value, join
from checker.values.operations import assume, capped, concat

WRITTEN = "written here"

_PLACEHOLDER = re.compile(r"\$\{(?:!([^}]*)|\s*([A-Za-z0-9_.:]+)\s*)\}")
# CloudFormation refuses a template with any other name.
_NO_PLACEHOLDER = re.compile(r"\$\{(?!!)(?!\s*[A-Za-z0-9_.:]+\s*\})[^}]*\}")
_LOOP_PLACEHOLDER = re.compile(r"[$&]\{([A-Za-z0-9]+)\}")
_SUBSTITUTION = re.compile(r"\$\{([A-Za-z0-9_.-]+)\}")
_DYNAMIC = re.compile(rf"\{{\{{resolve:(?P<service>[a-z-]+):(?P<name>[^{{}}]*)\}}\}}|{STAND_IN}(?P<looked_up>[\w./-]+)")


def literal_pieces(document: Document, scalar: ScalarNode, start: int, end: int) -> tuple[Piece, ...]:
    """A part of a string scalar, one piece per source line."""
    content = str(scalar.value)
    cuts = [start, *(offset for offset, _ in scalar.lines if start < offset < end), end]
    return tuple(
        Piece(content[low:high], document.trail_of(document.location_in(scalar, low), WRITTEN))
        for low, high in pairwise(cuts)
        if low < high
    )


# The value of an SSM parameter by its name, with its version if there is one; None if it is unknown.
LookUp = Callable[[Text], Value | None]


def literal_text(document: Document, scalar: ScalarNode, step: str = WRITTEN, look_up: LookUp | None = None) -> Value:
    """A string scalar without evaluation; dynamic references are replaced by what `look_up` knows."""
    content = str(scalar.value)
    if len(scalar.lines) > 1:
        value: Value = (Alternative(Text(literal_pieces(document, scalar, 0, len(content)))),)
    else:
        pieces = (Piece(content),) if content else ()
        location = scalar.lines[0][1] if scalar.lines else scalar.location
        value = (Alternative(Text(pieces), (), document.trail_of(location, step)),)
    return resolved(value, scalar.location, look_up) if _is_dynamic(content) else value


def placeholders(content: str) -> Iterator[tuple[int, int, str | None, str | None]]:
    """The placeholders of an `Fn::Sub` text: start, end, and the escaped text of `${!x}` or the name of `${x}`."""
    for match in _PLACEHOLDER.finditer(content, 0, _end_of_placeholders(content)):
        yield match.start(), match.end(), match[1], match[2]


def invalid_placeholders(content: str) -> Iterator[tuple[int, str]]:
    """What stands in an `Fn::Sub` text like a placeholder and cannot be one: where it starts, and as written."""
    for match in _NO_PLACEHOLDER.finditer(content, 0, _end_of_placeholders(content)):
        yield match.start(), match[0]


def _end_of_placeholders(content: str) -> int:
    """Where the last brace is closed. Behind it, each `${` would be searched up to the end of the text."""
    return content.rfind("}") + 1


def with_loop_names(
    document: Document, scalar: ScalarNode, names: Mapping[str, Value], look_up: LookUp | None = None
) -> Value:
    """A text with the loop variables of `Fn::ForEach` replaced: `${X}`, and `&{X}` for letters and digits only.

    Dynamic references are then replaced by what `look_up` knows.
    """
    content = str(scalar.value)
    parts: list[Value] = []
    position = 0
    for match in _LOOP_PLACEHOLDER.finditer(content):
        if match[1] not in names:
            continue
        if position < match.start():
            parts.append((Alternative(Text(literal_pieces(document, scalar, position, match.start()))),))
        value = names[match[1]]
        parts.append(_letters_and_digits(value) if match[0][0] == "&" else value)
        position = match.end()
    if not parts:
        return literal_text(document, scalar, look_up=look_up)
    if position < len(content):
        parts.append((Alternative(Text(literal_pieces(document, scalar, position, len(content)))),))
    return resolved(concat(parts, content), scalar.location, look_up)


def _letters_and_digits(value: Value) -> Value:
    return tuple(
        one._replace(
            atom=Text(
                tuple(
                    piece if isinstance(piece, Unknown) else piece._replace(text=re.sub("[^A-Za-z0-9]", "", piece.text))
                    for piece in one.atom.pieces
                )
            )
        )
        if isinstance(one.atom, Text)
        else one
        for one in value
    )


def resolved(value: Value, location: Location, look_up: LookUp | None = None) -> Value:
    """The value with dynamic references as unknowns; a text that is only one unknown becomes that unknown.

    Values that `look_up` knows of SSM parameters take their place.
    """
    return tuple(each for one in value for each in _resolved(one, location, look_up))


def _is_dynamic(content: str) -> bool:
    return "{{resolve:" in content or STAND_IN in content


def _resolved(one: Alternative, location: Location, look_up: LookUp | None) -> Value:
    atom = one.atom
    if not isinstance(atom, Text):
        return (one,)
    marked = atom.marked()
    if _is_dynamic(marked):
        parts: list[Value] = []
        position = 0
        for match in _DYNAMIC.finditer(marked):
            if position < match.start():
                parts.append((Alternative(atom.slice(position, match.start())),))
            service = match["service"] or "ssm"
            name = atom.slice(*match.span("name" if match["service"] else "looked_up"))
            known = look_up(name) if look_up is not None and service == "ssm" else None
            parts.append(known or (Alternative(Text((_dynamic_reference(service, name),))),))
            position = match.end()
        if position < len(marked):
            parts.append((Alternative(atom.slice(position, len(marked))),))
        made = concat(parts, marked, location)
        return assume(tuple(_alone(each._replace(trail=each.trail + one.trail), location) for each in made), one.given)
    return (_alone(one, location),)


def _alone(one: Alternative, location: Location) -> Alternative:
    """A text that is only one unknown, as that unknown."""
    if isinstance(one.atom, Text) and len(one.atom.pieces) == 1 and isinstance(one.atom.pieces[0], Unknown):
        return Alternative(one.atom.pieces[0], one.given, one.trail or (Step(location, WRITTEN),))
    return one


def _dynamic_reference(service: str, name: Text) -> Unknown:
    shown = name.render()
    identity = f"{{{{resolve:{service}:{name.identity()}}}}}"
    match service:
        case "ssm":
            return Unknown(Cause.EXTERNAL_DATA, f"SSM parameter {shown}", identity)
        case "ssm-secure":
            return Unknown(Cause.SENSITIVE, f"SSM parameter {shown}", identity)
        case "secretsmanager":
            return Unknown(Cause.SENSITIVE, f"secret {shown.split(':SecretString')[0]}", identity)
        case _:
            return Unknown(Cause.EXTERNAL_DATA, f"dynamic reference {service}:{shown}", identity)


def substitute(value: Value, lookup: Callable[[str], Value | None]) -> Value:
    """The value with each `${Name}` in its texts replaced by the result of `lookup`, at any depth of lists and maps.

    A text that is only a placeholder without a substitution is an unknown; inside longer text it is kept.
    """
    result: list[Alternative] = []
    for one in value:
        match one.atom:
            case Text():
                result.extend(_substituted(one, lookup))
            case List(items, rest, kind):
                result.append(one._replace(atom=List(tuple(substitute(i, lookup) for i in items), rest, kind)))
            case Map(entries, rest):
                made = {key: substitute(entry, lookup) for key, entry in entries.items()}
                result.append(one._replace(atom=Map(made, rest)))
            case Json(inner):
                result.append(one._replace(atom=Json(substitute(inner, lookup))))
            case _:
                result.append(one)
    return capped(result, "DefinitionSubstitutions")


def _substituted(one: Alternative, lookup: Callable[[str], Value | None]) -> Value:
    atom = one.atom
    assert isinstance(atom, Text)
    marked = atom.marked()
    if "${" not in marked:
        return (one,)
    parts: list[Value] = []
    position = 0

    def known_part(start: int, end: int) -> None:
        if start < end:
            parts.append((Alternative(atom.slice(start, end)),))

    for match in _SUBSTITUTION.finditer(marked):
        replacement = lookup(match[1])
        if replacement is None:
            quoted = marked[match.start() - 1 : match.start()] == '"' and marked[match.end() : match.end() + 1] == '"'
            if match[0] != marked and not quoted:
                continue
            hole = Unknown(Cause.INVALID, match[0], f"{match[0]} without a substitution")
            replacement = (Alternative(Text((hole,))),)
        known_part(position, match.start())
        trail = atom.trail_at(match.start(), match.end())
        location = trail[0].location if trail else (one.trail[0].location if one.trail else None)
        parts.append(
            tuple(Alternative(a, g, (*t, Step(location, f"substitution {match[1]}"))) for a, g, t in replacement)
        )
        position = match.end()
    if not parts:
        return (one,)
    known_part(position, len(marked))
    made = concat(parts, "DefinitionSubstitutions")
    result: list[Alternative] = []
    for alternative in made:
        given = join(one.given, alternative.given)
        if given is None:
            continue
        content = alternative.atom
        if isinstance(content, Text) and len(content.pieces) == 1 and isinstance(content.pieces[0], Unknown):
            content = content.pieces[0]
        result.append(Alternative(content, given, alternative.trail + one.trail))
    return tuple(result)
