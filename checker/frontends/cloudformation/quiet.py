"""What of a template need not be evaluated, since nothing in it can name a model: all of it, or resources in JSON.

CDK writes templates with thousands of resources, of which few have to do with models: the others are not even parsed
with their places.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from json import JSONDecoder
from typing import NamedTuple

from checker.frontends.cloudformation.shape import (
    ATTRIBUTES,
    ATTRIBUTES_OF_OUTPUTS,
    ATTRIBUTES_OF_PARAMETERS,
    is_name_of_a_type,
    lacks_definition,
    needs_properties,
)
from checker.source.json import unescape_json

# What brings in other files, other resources than those that the template has, or a text that a line end cuts. A word,
# and what begins with characters of its own, is searched several times as fast as an alternation.
_WORDS = (b"DefinitionUri", b"S3Location")
_WORDS_IN_YAML = (*_WORDS, b"!Transform")
_MORE = (re.compile(rb"::(?:Stack(?:Set)?\b|Application\b|MODULE\b|Include\b|Transform\b|ForEach\b)"),)
_MORE_IN_YAML = (*_MORE, re.compile(rb"Type[\"']?\s*:\s*!"), re.compile(rb"\\\r?\n"))
# Names that a template has at its top, or that its section of resources may have by mistake.
_MEANT = ("awstemplate", "transform", "res")
# An alias of YAML, which may be written in braces, too, stands for what is written elsewhere.
_ANCHOR = re.compile(r"[\[{,:]\s*&\w")
# Attributes of this type give back what the resource says.
_GIVES_BACK = "AWS::SSM::Parameter"
_IMPORT = "Fn::ImportValue"
_READS_STORE = ("{{resolve:ssm:", "/cdk/exports/")
_BOOTSTRAP = "/cdk-bootstrap/"
# The types of what stands for a model begin so.
_MAKER = "AWS::Bedrock::"
_WORD = re.compile(r"[A-Za-z0-9]+")
_OPENING = re.compile(r"[\ufeff \t\r\n]*\{")
_NAME = re.compile(r'[ \t\r\n]*"((?:[^"\\]|\\.)*)"[ \t\r\n]*:[ \t\r\n]*')
_AFTER = re.compile(r"[ \t\r\n]*([,}])")
_IN_A_LINE = re.compile(r"[^\r\n]+")


def names_no_model(content: bytes, may_name_a_model: Callable[[bytes], bool]) -> bool:
    """Whether nothing in a template, or in what it brings in, can name a model."""
    return not brings_in_more(content) and not may_name_a_model(content)


def brings_in_more(content: bytes) -> bool:
    """Whether a template is not all that its stack is made of, or hides what it says."""
    words, patterns = (_WORDS, _MORE) if content.startswith(b"{") else (_WORDS_IN_YAML, _MORE_IN_YAML)
    return any(word in content for word in words) or any(pattern.search(content) for pattern in patterns)


def imports(content: bytes) -> bool:
    """Whether a template may take what another exports, or bring in what does."""
    return _holds(content, b"ImportValue") or brings_in_more(content)


def exports(content: bytes) -> bool:
    """Whether a template may export something, or bring in what does."""
    return _holds(content, b"Export") or brings_in_more(content)


def reads_outside(content: bytes) -> bool:
    """Whether a template may take what only the account knows, or bring in what does."""
    return imports(content) or _holds(content, b"resolve:ssm") or _holds(content, b"SSM::Parameter::Value")


def _holds(content: bytes, word: bytes) -> bool:
    # In UTF-16, a zero is between the letters.
    return word in content or (b"\0" in content and word in content.replace(b"\0", b""))


def is_template_in_json(text: str) -> bool | None:
    """Whether a text is a template in JSON; None if it is not JSON, says the same thing twice, or has faults."""
    if not text.lstrip("\ufeff \t\r\n").startswith("{"):
        return None
    try:
        document = json.loads(text, object_pairs_hook=_without_duplicates, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    if any(isinstance(beside, dict) and "::" in str(beside.get("Type")) for beside in document.values()):
        return None
    resources = document.get("Resources")
    if not isinstance(resources, dict):
        # Whether it was meant as a template is for the reader of the whole to say.
        return None if any(name.lower().startswith(_MEANT) for name in document) else False
    if not _has_usual_sections(document):
        return None
    known = False
    for body in resources.values():
        kind = body.get("Type") if isinstance(body, dict) else None
        known = known or (isinstance(kind, str) and "::" in kind)
        if not _is_whole(body):
            # What is wrong is for the reader of the whole to say, if this is a template.
            return None
    return known if known or not resources else None


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


class _Member(NamedTuple):
    """A member of an object: its name, the offsets between which its value stands, and the value."""

    name: str
    start: int
    end: int
    value: object


class Quiet(NamedTuple):
    """A template whose quiet resources are blank but for their types, at the same places; and their logical ids."""

    text: str
    resources: frozenset[str] = frozenset()


def without_quiet_resources(text: str, may_name_a_model: Callable[[bytes], bool]) -> Quiet:
    """The template without what cannot name a model. Nothing is left out if something that all resources may use can
    name one, or if that cannot be told.

    `may_name_a_model` looks at a part of the template.
    """
    try:
        resources, read = _resources(text)
    except (ValueError, RecursionError):
        resources, read = [], frozenset()
    if not resources or brings_in_more(text.encode("utf-8", "replace")) or _has_anchors(text):
        return Quiet(text)
    around = text[: resources[0].start] + text[resources[-1].end :]
    if may_name_a_model(around.encode("utf-8", "replace")):
        return Quiet(text)
    written = {one.name: text[one.start : one.end] for one in resources}
    loud = {name for name, said in written.items() if may_name_a_model(said.encode("utf-8", "replace"))}
    makers = {name for name in loud if _MAKER in written[name]}
    # A resource that refers to a profile or a prompt uses the model behind it.
    loud |= {name for name, said in written.items() if makers and not makers.isdisjoint(_WORD.findall(said))}
    if any(_GIVES_BACK in written[name] for name in loud):
        return Quiet(text)
    # What is in the parameter store may be the name of a model.
    loud |= {name for name, said in written.items() if any(word in said for word in (*_READS_STORE, *read))}
    quiet = [
        one
        for one in resources
        if one.name not in loud
        and _is_whole(one.value)
        and not any(word in written[one.name] for word in (_GIVES_BACK, _IMPORT))
    ]
    return Quiet(_blanked(text, quiet), frozenset(one.name for one in quiet))


def _resources(text: str) -> tuple[list[_Member], frozenset[str]]:
    """The resources of a template, and its parameters that name SSM parameters.

    Raises ValueError if it is not JSON, or says the same thing twice.
    """
    opening = _OPENING.match(text)
    if opening is None:
        return [], frozenset()
    found: list[_Member] = []
    read: frozenset[str] = frozenset()
    names: list[str] = []
    position, goes_on = opening.end(), True
    while goes_on:
        name, position = _name_at(text, position)
        names.append(name)
        if name == "Resources" and text.startswith("{", position):
            found, position = _members(text, position + 1)
        else:
            value, position = _DECODER.raw_decode(text, position)
            read = frozenset(_read_from_store(value)) if name == "Parameters" else read
        goes_on, position = _after(text, position)
    _without_duplicates([(name, None) for name in names])
    return found, read


def _read_from_store(parameters: object) -> Iterator[str]:
    """The parameters of a template whose values are in the parameter store, but for that of every app of the CDK."""
    for name, declared in parameters.items() if isinstance(parameters, dict) else ():
        match declared:
            case {"Type": str(kind), "Default": str(default)} if default.startswith(_BOOTSTRAP):
                pass
            case {"Type": str(kind)} if kind.startswith(f"{_GIVES_BACK}::Value"):
                yield name


def _members(text: str, position: int) -> tuple[list[_Member], int]:
    """The members of an object that begins before `position`, and where it ends."""
    found: list[_Member] = []
    goes_on = True
    while goes_on:
        name, start = _name_at(text, position)
        value, end = _DECODER.raw_decode(text, start)
        found.append(_Member(name, start, end, value))
        goes_on, position = _after(text, end)
    _without_duplicates([(one.name, None) for one in found])
    return found, position


def _name_at(text: str, position: int) -> tuple[str, int]:
    found = _NAME.match(text, position)
    if found is None:
        raise ValueError("expected a name")
    return unescape_json(found[1]), found.end()


def _after(text: str, position: int) -> tuple[bool, int]:
    """Whether more comes after a value, and where."""
    found = _AFTER.match(text, position)
    if found is None:
        raise ValueError("expected a comma or a brace")
    return found[1] == ",", found.end()


def _is_whole(body: object) -> bool:
    """Whether a resource has the shape that it should have."""
    match body:
        case {"Type": str(kind), **others} if kind and is_name_of_a_type(kind):
            properties = others.get("Properties", None if needs_properties(kind) else {})
            if not isinstance(properties, dict) or not others.keys() <= ATTRIBUTES:
                return False
            return _are_names(properties) and not lacks_definition(kind, properties)
        case _:
            return False


def _are_names(properties: Iterable[str]) -> bool:
    """Whether these are surely names of properties; a macro among them is for the reader of the whole."""
    return all(map(str.isalnum, properties))


def _has_usual_sections(document: dict[str, object]) -> bool:
    """Whether nothing about a template, beside its resources, asks for a closer look."""
    attributes = {"Parameters": ATTRIBUTES_OF_PARAMETERS, "Outputs": ATTRIBUTES_OF_OUTPUTS}
    for section, known in attributes.items():
        if not all(isinstance(body, dict) and body.keys() <= known for body in _values(document.get(section))):
            return False
    if not all(isinstance(body, dict) and len(body) == 1 for body in _values(document.get("Conditions"))):
        return False
    upper = [entries for mapping in _values(document.get("Mappings")) for entries in _values(mapping)]
    return not any(value is None or isinstance(value, dict) for entries in upper for value in _values(entries))


def _values(section: object) -> Iterable[object]:
    return section.values() if isinstance(section, dict) else ()


def _blanked(text: str, resources: Iterable[_Member]) -> str:
    """The text with white space for what resources say, but for their types.

    What is not blank stands in its old place: lines keep their number, and the last one of a resource its length.
    """
    parts: list[str] = []
    position = 0
    for one in resources:
        assert isinstance(one.value, dict)
        stub = f'{{"Type":{json.dumps(one.value["Type"], ensure_ascii=False)}'
        blank = _IN_A_LINE.sub(lambda line: " " * len(line[0]), text[one.start : one.end - 1])
        parts += [text[position : one.start], stub, blank if blank.strip(" ") else blank[len(stub) :], "}"]
        position = one.end
    return "".join((*parts, text[position:]))


def _has_anchors(text: str) -> bool:
    return "&" in text and _ANCHOR.search(text) is not None
