"""Waivers in the code: in a comment on or above a line, or in the metadata of a resource.

`# bedrock-eol: ignore=RULE until=2027-01-31 reason="…"`; commas separate several rules. A comment on a line of its own
applies to the next line of code; if that begins a resource, to all of the resource.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import NamedTuple

from checker.model.policy import CodeSpot, Scope, Waiver
from checker.model.problem import Problem, ProblemKind
from checker.model.resource import Annotation, InputKind, Loaded
from checker.source import Location, MappingNode, Node, ScalarNode, SequenceNode
from checker.source.suggest import did_you_mean

_NEEDED = ("ignore", "until", "reason")
_KEYS = (*_NEEDED, "owner")
# In a comment of several lines, it begins one of them.
_MARKER = re.compile(r"(?:#++|//++|/\*++(?:.*?\n)?)[ \t*]*+bedrock-eol[ \t]*+:(?P<rest>.*)", re.DOTALL)
_PAIR = re.compile(r'\s*([A-Za-z_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))(?=\s|\Z)')
_ESCAPE = re.compile(r"\\(.)")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_HCL = ("#", "//", "/*")
_COMMENT_LINE = {
    InputKind.TERRAFORM: _HCL,
    InputKind.TERRAFORM_PLAN: _HCL,
    InputKind.CLOUDFORMATION: ("#",),
    InputKind.CDK: ("#",),
}
_FARTHEST = 200

_ADVICE = 'Write it as `bedrock-eol: ignore=RULE until=2027-01-31 reason="why"`; until then, it waives nothing.'
_METADATA_ADVICE = (
    "Write `bedrock-eol: {ignore: [RULE], until: 2027-01-31, reason: why}`; until then, it waives nothing."
)

ReadLine = Callable[[str, int], str | None]


class InCode(NamedTuple):
    """The waivers in the code, and the malformed ones."""

    waivers: tuple[Waiver, ...] = ()
    problems: tuple[Problem, ...] = ()


class _InvalidWaiverError(Exception):
    def __init__(self, location: Location, message: str) -> None:
        super().__init__(message)
        self.location = location
        self.message = message


def waivers_in_code(loaded: Loaded, rules: Collection[str] | None, read_line: ReadLine) -> InCode:
    """The waivers of an input, and a problem for each that is malformed or names a rule that is not in `rules`.

    Without `rules`, a waiver may name any rule. `read_line` returns a line of a file by its name and number, one-based;
    None behind the last line.
    """
    waivers: dict[Waiver, None] = {}
    problems: dict[Problem, None] = {}

    def collect(make: Callable[[], Iterator[Waiver]], advice: str) -> None:
        try:
            waivers.update(dict.fromkeys(make()))
        except _InvalidWaiverError as fault:
            message = f"This waiver is not valid: {fault.message}."
            problem = Problem.at(fault.location, ProblemKind.INVALID_VALUE, message, advice, incomplete=False)
            problems[problem] = None

    begins: dict[tuple[str, int], set[tuple[str, str]]] = {}
    for resource in loaded.resources:
        if resource.location is not None:
            at = (resource.location.file, resource.location.line)
            begins.setdefault(at, set()).add((resource.input, resource.address))
    for location, text in loaded.comments:
        marked = _MARKER.match(text)
        if marked is not None:
            spot = _spot(location, text, _COMMENT_LINE.get(loaded.input.kind, ("#",)), begins, read_line)
            rest = marked["rest"].removesuffix("*/")
            collect(partial(_of_comment, location, rest, spot, rules), _ADVICE)
    for annotation in loaded.annotations:
        spot = CodeSpot(resources=frozenset({(loaded.input.path, annotation.address)}))
        for node in _entries(annotation):
            collect(partial(_of_node, node, spot, rules), _METADATA_ADVICE)
    return InCode(tuple(waivers), tuple(problems))


def merged(found: Iterable[InCode]) -> InCode:
    """Merges the waivers of all inputs; a waiver in a module that several inputs call is one waiver."""
    waivers: dict[Waiver, CodeSpot] = {}
    problems: dict[Problem, None] = {}
    for each in found:
        problems.update(dict.fromkeys(each.problems))
        for waiver in each.waivers:
            spot, key = waiver.spot or CodeSpot(), waiver._replace(spot=None)
            known = waivers.get(key, CodeSpot())
            waivers[key] = CodeSpot(known.lines | spot.lines, known.resources | spot.resources)
    return InCode(tuple(key._replace(spot=spot) for key, spot in waivers.items()), tuple(problems))


def _spot(
    location: Location,
    text: str,
    comment_starts: tuple[str, ...],
    begins: Mapping[tuple[str, int], set[tuple[str, str]]],
    read_line: ReadLine,
) -> CodeSpot:
    """The line to which a comment applies, and the resources that begin there."""
    own = read_line(location.file, location.line)
    line = location.line
    # If the line cannot be read, the comment applies only to its own line: a waiver must not cover too much.
    if own is not None and not own[: location.column - 1].strip():
        line += text.count("\n") + 1
        farthest = line + _FARTHEST
        while line < farthest and _is_passed_over(read_line(location.file, line), comment_starts):
            line += 1
    at = (location.file, line)
    return CodeSpot(frozenset({at}), frozenset(begins.get(at, ())))


def _is_passed_over(line: str | None, comment_starts: tuple[str, ...]) -> bool:
    """True for an empty line and for a comment. Behind the last line there is nothing to pass over."""
    return line is not None and (not line.strip() or line.lstrip().startswith(comment_starts))


def _of_comment(location: Location, rest: str, spot: CodeSpot, rules: Collection[str] | None) -> Iterator[Waiver]:
    said: dict[str, str] = {}
    position = 0
    while rest[position:].strip():
        pair = _PAIR.match(rest, position)
        if pair is None:
            shown = _shown(rest[position:])
            raise _InvalidWaiverError(location, f"{shown} is not of the form key=value; quote a text with spaces")
        key, quoted, plain = pair.groups()
        if key not in _KEYS:
            raise _InvalidWaiverError(location, f"unknown key {key!r}{did_you_mean(key, _KEYS)}")
        if key in said:
            raise _InvalidWaiverError(location, f"{key!r} is given twice")
        said[key] = plain if quoted is None else _ESCAPE.sub(r"\1", quoted)
        position = pair.end()
    for key in _NEEDED:
        if not said.get(key, "").strip():
            raise _InvalidWaiverError(location, f"it has no {key!r}")
    names = [name for name in said["ignore"].split(",") if name]
    yield from _waivers(location, [(name, location) for name in names], said, spot, rules)


def _entries(annotation: Annotation) -> tuple[Node, ...]:
    return annotation.node.items if isinstance(annotation.node, SequenceNode) else (annotation.node,)


def _of_node(node: Node, spot: CodeSpot, rules: Collection[str] | None) -> Iterator[Waiver]:
    if not isinstance(node, MappingNode):
        raise _InvalidWaiverError(node.location, "it has to be a mapping")
    for key, _ in node.entries:
        if key.value not in _KEYS:
            raise _InvalidWaiverError(key.location, f"unknown key {key.value!r}{did_you_mean(str(key.value), _KEYS)}")
    for name in _NEEDED:
        if node.get(name) is None:
            raise _InvalidWaiverError(node.location, f"it has no {name!r}")
    ignored = node.get("ignore")
    named = ignored.items if isinstance(ignored, SequenceNode) else (ignored,)
    names = []
    for each in named:
        if not isinstance(each, ScalarNode) or not isinstance(each.value, str):
            at = node.location if each is None else each.location
            raise _InvalidWaiverError(at, "'ignore' has to be a rule or a list of rules")
        names.append((each.value, each.location))
    if not names:
        raise _InvalidWaiverError(node.location, "'ignore' is empty")
    # What is needed and not there has been refused.
    said = {name: _text(value, name) for name in _KEYS[1:] if (value := node.get(name)) is not None}
    yield from _waivers(node.location, names, said, spot, rules)


def _text(node: Node, key: str) -> str:
    if not isinstance(node, ScalarNode) or not isinstance(node.value, str) or not node.value.strip():
        raise _InvalidWaiverError(node.location, f"{key!r} has to be a text")
    return node.value


def _waivers(
    location: Location,
    names: list[tuple[str, Location]],
    said: Mapping[str, str],
    spot: CodeSpot,
    rules: Collection[str] | None,
) -> Iterator[Waiver]:
    until = said["until"]
    try:
        if not _DAY.fullmatch(until):
            raise ValueError
        day = date.fromisoformat(until)
    except ValueError:
        raise _InvalidWaiverError(location, f"{_shown(until)} is not a day, such as 2027-01-31") from None
    for name, where in names:
        if rules is not None and name not in rules:
            raise _InvalidWaiverError(where, f"the policy has no rule {_shown(name)}{did_you_mean(name, rules)}")
    for name, _ in names:
        yield Waiver(name, Scope(), said["reason"].strip(), day, location, spot, said.get("owner", "").strip() or None)


def _shown(text: str) -> str:
    text = " ".join(text.split())
    return repr(text if len(text) <= 60 else f"{text[:57]}...")
