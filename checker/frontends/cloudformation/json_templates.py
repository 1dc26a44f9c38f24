"""Reads JSON templates, and finds what need not be parsed or evaluated, since it cannot name a model.

The CDK writes templates with thousands of resources, few of which concern models.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from json import JSONDecoder
from typing import NamedTuple

from checker.frontends.cloudformation.shape import (
    ATTRIBUTES,
    STAND_IN,
    is_name_of_a_type,
    lacks_definition,
    needs_properties,
)
from checker.source import Location, MappingNode, Node, ScalarNode
from checker.source.json import parse_json

# Reads JSON templates. Resources are parsed with their locations only if they can name a model.

_RESOURCES = "Resources"
_OPENING = re.compile(r"[\ufeff \t\r\n]*\{")
# `parse_json` handles names with escapes.
_NAME = re.compile(r'[ \t\r\n]*("[^"\\\x00-\x1f]*")[ \t\r\n]*:[ \t\r\n]*')
_AFTER = re.compile(r"[ \t\r\n]*([,}])")
_END = re.compile(r"[ \t\r\n]*\Z")

# The span of a value in the text: the offsets of its first character and behind its last.
Span = tuple[int, int]


class _Member(NamedTuple):
    """A member of an object: its name and the offset of the name, the span of its value, and the value."""

    name: str
    named_at: int
    span: Span
    value: object


class Outline(NamedTuple):
    """A template in which quiet resources have only their types; `quiet` has the spans of these."""

    root: MappingNode
    quiet: Mapping[str, Span]


def outline(text: str, file: str, may_name_a_model: Callable[[bytes], bool], *, is_silent: bool) -> Outline | None:
    """The outline of a template; None if it has no quiet resources, or if `parse_json` must report what it is.

    `may_name_a_model` examines a part of the template; no part of a silent one may name a model.
    """
    try:
        members, resources = _members_of_template(text)
    except (ValueError, RecursionError):
        return None
    parameters = next((one.value for one in members if one.name == "Parameters"), None)
    written = tuple(Resource(one.name, text[slice(*one.span)], one.value) for one in resources)
    around = "" if is_silent else _around(text, resources)
    quiet = quiet_resources(Parts(around, parameters, written), may_name_a_model, is_silent=is_silent)
    if not quiet:
        return None
    locations = _Locations(text, file)
    opening = _OPENING.match(text)
    assert opening is not None
    start = locations.at(opening.end() - 1)
    found: list[tuple[ScalarNode, Node]] = []
    for one in members:
        if one.name == _RESOURCES:
            name, at = ScalarNode(one.name, locations.at(one.named_at)), locations.at(one.span[0])
            entries = tuple(_entry(each, text, locations, is_quiet=each.name in quiet) for each in resources)
            found.append((name, MappingNode(entries, at)))
        else:
            found.append(_entry(one, text, locations, is_quiet=False))
    return Outline(MappingNode(tuple(found), start), {one.name: one.span for one in resources if one.name in quiet})


def _around(text: str, resources: Sequence[_Member]) -> str:
    return text[: resources[0].span[0]] + text[resources[-1].span[1] :] if resources else text


def filled(made: Outline, text: str, file: str) -> MappingNode:
    """The complete template. Raises ParseError for what is not valid JSON."""

    def whole(key: ScalarNode, node: Node) -> Node:
        span = made.quiet.get(str(key.value))
        return node if span is None else parse_json(text[slice(*span)], file, node.location)

    resources = made.root.get(_RESOURCES)
    assert isinstance(resources, MappingNode)
    filled_in = resources._replace(entries=tuple((key, whole(key, node)) for key, node in resources.entries))
    entries = ((key, filled_in if key.value == _RESOURCES else node) for key, node in made.root.entries)
    return made.root._replace(entries=tuple(entries))


def _entry(one: _Member, text: str, locations: "_Locations", *, is_quiet: bool) -> tuple[ScalarNode, Node]:
    name, at = ScalarNode(one.name, locations.at(one.named_at)), locations.at(one.span[0])
    if not is_quiet:
        return name, parse_json(text[slice(*one.span)], at.file, at)
    assert isinstance(one.value, dict)
    return name, MappingNode(((ScalarNode("Type", at), ScalarNode(one.value["Type"], at)),), at)


class _Locations:
    """The locations of characters, requested in ascending order. A byte order mark is not in any column."""

    def __init__(self, text: str, file: str) -> None:
        # A lone carriage return also ends a line; one more character in the line keeps the offsets.
        self._text = text.replace("\r\n", " \n").replace("\r", "\n") if "\r" in text else text
        self._file = file
        self._line = 1
        self._start = int(text.startswith("\ufeff"))
        self._position = 0

    def at(self, offset: int) -> Location:
        """The location of the character at an offset."""
        count = self._text.count("\n", self._position, offset)
        if count:
            self._line += count
            self._start = self._text.rindex("\n", self._position, offset) + 1
        self._position = offset
        return Location(self._file, self._line, offset - self._start + 1)


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """The members of an object of JSON. Raises ValueError if a name occurs twice."""
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("a name occurs twice")
    return made


def _refuse(name: str) -> object:
    """Raises ValueError for a constant that is not JSON's, such as NaN."""
    raise ValueError(f"{name} is not JSON")


_DECODER = JSONDecoder(object_pairs_hook=_without_duplicates, parse_constant=_refuse)


def _members_of_template(text: str) -> tuple[list[_Member], list[_Member]]:
    """The members of a template, and its resources. Raises ValueError if it is not JSON, or has duplicates."""
    opening = _OPENING.match(text)
    if opening is None:
        raise ValueError("expected an object")
    found: list[_Member] = []
    resources: list[_Member] = []
    position, goes_on = opening.end(), True
    while goes_on:
        name, named_at, start = _name_at(text, position)
        if name == _RESOURCES and text.startswith("{", start):
            resources, end = _members(text, start + 1)
            found.append(_Member(name, named_at, (start, end), None))
        else:
            value, end = _DECODER.raw_decode(text, start)
            found.append(_Member(name, named_at, (start, end), value))
        goes_on, position = _after(text, end)
    if _END.match(text, position) is None:
        raise ValueError("expected the end")
    _without_duplicates([(one.name, None) for one in found])
    return found, resources


def _members(text: str, position: int) -> tuple[list[_Member], int]:
    """The members of an object that begins before `position`, and its end."""
    found: list[_Member] = []
    goes_on = True
    while goes_on:
        name, named_at, start = _name_at(text, position)
        value, end = _DECODER.raw_decode(text, start)
        found.append(_Member(name, named_at, (start, end), value))
        goes_on, position = _after(text, end)
    _without_duplicates([(one.name, None) for one in found])
    return found, position


def _name_at(text: str, position: int) -> tuple[str, int, int]:
    found = _NAME.match(text, position)
    if found is None:
        raise ValueError("expected a name")
    return found[1][1:-1], found.start(1), found.end()


def _after(text: str, position: int) -> tuple[bool, int]:
    """Whether more follows a value, and where."""
    found = _AFTER.match(text, position)
    if found is None:
        raise ValueError("expected a comma or a brace")
    return found[1] == ",", found.end()


# Finds what need not be evaluated in a template, since it cannot name a model: the whole, or JSON resources.

# What includes other files, adds resources, or hides a text behind an escaped line end. Words, and patterns with a
# distinct first character, are searched several times as fast as an alternation.
_WORDS = (b"DefinitionUri", b"S3Location")
_WORDS_IN_YAML = (*_WORDS, b"!Transform")
_MORE = (re.compile(rb"::(?:Stack(?:Set)?\b|Application\b|MODULE\b|Include\b|Transform\b|ForEach\b)"),)
_MORE_IN_YAML = (*_MORE, re.compile(rb"Type[\"']?\s*:\s*!"), re.compile(rb"\\\r?\n"))
# A YAML alias, also in braces, stands for content elsewhere.
_ANCHOR = re.compile(r"[\[{,:]\s*&\w")
# Attributes of this type return properties of the resource.
_GIVES_BACK = "AWS::SSM::Parameter"
_TAKES = ("Fn::ImportValue", "Fn::GetStackOutput")
_READS_STORE = ("{{resolve:ssm:", STAND_IN, "/cdk/exports/")
_BOOTSTRAP = "/cdk-bootstrap/"
# Types that stand for a model begin like this.
_MAKER = "AWS::Bedrock::"
_WORD = re.compile(r"[A-Za-z0-9]+")


def brings_in_more(content: bytes) -> bool:
    """True if a stack has more than its template shows, or the template hides text."""
    words, patterns = (_WORDS, _MORE) if content.startswith(b"{") else (_WORDS_IN_YAML, _MORE_IN_YAML)
    return any(word in content for word in words) or any(pattern.search(content) for pattern in patterns)


def has_anchors(text: str) -> bool:
    """True if something in a template may stand for content elsewhere in it."""
    return "&" in text and _ANCHOR.search(text) is not None


def imports(content: bytes) -> bool:
    """True if a template may import from another one, or include something that does."""
    return holds(content, b"ImportValue") or brings_in_more(content)


def exports(content: bytes) -> bool:
    """True if a template may export something, or include something that does."""
    return holds(content, b"Export") or brings_in_more(content)


def reads_outside(content: bytes) -> bool:
    """True if a template may use values that only the account knows, or include something that does."""
    words = (b"resolve:ssm", b"SSM::Parameter::Value", STAND_IN.encode())
    return imports(content) or any(holds(content, word) for word in words)


def holds(content: bytes, word: bytes) -> bool:
    """True if a template has a word of ASCII. In UTF-16, a zero is between the letters."""
    return word in content or (b"\0" in content and word in content.replace(b"\0", b""))


class Resource(NamedTuple):
    """A JSON resource: its logical id as written, and its body from `json.loads`."""

    name: str
    written: str
    body: object


class Parts(NamedTuple):
    """A JSON template: the text around its resources, its parameters, and the resources."""

    around: str
    parameters: object
    resources: tuple[Resource, ...]


def quiet_resources(template: Parts, may_name_a_model: Callable[[bytes], bool], *, is_silent: bool) -> frozenset[str]:
    """The logical ids of the resources that cannot name a model, so that they need no evaluation.

    Empty if something that all resources may use can name one, or if that cannot be told. The template must not include
    anything. `may_name_a_model` examines a part of it; no part of a silent template may name a model.
    """

    def is_loud(text: str) -> bool:
        return not is_silent and may_name_a_model(text.encode("utf-8", "replace"))

    if is_loud(template.around):
        return frozenset()
    loud = {one.name for one in template.resources if is_loud(one.written)}
    makers = {one.name for one in template.resources if one.name in loud and _MAKER in one.written}
    # A resource that refers to a profile or a prompt uses its model.
    loud |= {one.name for one in template.resources if makers and not makers.isdisjoint(_WORD.findall(one.written))}
    if any(_GIVES_BACK in one.written for one in template.resources if one.name in loud):
        return frozenset()
    # The parameter store may hold the name of a model.
    store = (*_READS_STORE, *_read_from_store(template.parameters))
    return frozenset(
        one.name
        for one in template.resources
        if one.name not in loud
        and _is_whole(one.body)
        and not any(word in one.written for word in (_GIVES_BACK, *_TAKES, *store))
    )


def _read_from_store(parameters: object) -> Iterator[str]:
    """The parameters of a template whose values are in the parameter store, without the one of every CDK app."""
    for name, declared in parameters.items() if isinstance(parameters, dict) else ():
        match declared:
            case {"Type": str(kind), "Default": str(default)} if default.startswith(_BOOTSTRAP):
                pass
            case {"Type": str(kind)} if kind.startswith(f"{_GIVES_BACK}::Value"):
                yield name


def _is_whole(body: object) -> bool:
    """True if a resource has a valid shape."""
    match body:
        case {"Type": str(kind), **others} if kind and is_name_of_a_type(kind):
            properties = others.get("Properties", None if needs_properties(kind) else {})
            if not isinstance(properties, dict) or not others.keys() <= ATTRIBUTES:
                return False
            return _are_names(properties) and not lacks_definition(kind, properties)
        case _:
            return False


def _are_names(properties: Iterable[str]) -> bool:
    """True if these are certainly names of properties; the complete reader handles macros among them."""
    return all(map(str.isalnum, properties))
