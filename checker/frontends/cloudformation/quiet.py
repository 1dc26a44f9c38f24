"""What of a template need not be evaluated, since nothing in it can name a model: all of it, or resources in JSON."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from checker.frontends.cloudformation.shape import (
    ATTRIBUTES,
    is_name_of_a_type,
    lacks_definition,
    needs_properties,
)

# What brings in other files, other resources than those that the template has, or a text that a line end cuts. A word,
# and what begins with characters of its own, is searched several times as fast as an alternation.
_WORDS = (b"DefinitionUri", b"S3Location")
_WORDS_IN_YAML = (*_WORDS, b"!Transform")
_MORE = (re.compile(rb"::(?:Stack(?:Set)?\b|Application\b|MODULE\b|Include\b|Transform\b|ForEach\b)"),)
_MORE_IN_YAML = (*_MORE, re.compile(rb"Type[\"']?\s*:\s*!"), re.compile(rb"\\\r?\n"))
# An alias of YAML, which may be written in braces, too, stands for what is written elsewhere.
_ANCHOR = re.compile(r"[\[{,:]\s*&\w")
# Attributes of this type give back what the resource says.
_GIVES_BACK = "AWS::SSM::Parameter"
_TAKES = ("Fn::ImportValue", "Fn::GetStackOutput")
_READS_STORE = ("{{resolve:ssm:", "/cdk/exports/")
_BOOTSTRAP = "/cdk-bootstrap/"
# The types of what stands for a model begin so.
_MAKER = "AWS::Bedrock::"
_WORD = re.compile(r"[A-Za-z0-9]+")


def brings_in_more(content: bytes) -> bool:
    """Whether a template is not all that its stack is made of, or hides what it says."""
    words, patterns = (_WORDS, _MORE) if content.startswith(b"{") else (_WORDS_IN_YAML, _MORE_IN_YAML)
    return any(word in content for word in words) or any(pattern.search(content) for pattern in patterns)


def has_anchors(text: str) -> bool:
    """Whether something in a template may stand for what is written elsewhere in it."""
    return "&" in text and _ANCHOR.search(text) is not None


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


class Resource(NamedTuple):
    """A resource in JSON: its logical id, as it is written, and its body as `json.loads` gives it."""

    name: str
    written: str
    body: object


class Parts(NamedTuple):
    """A template in JSON: what stands around its resources, its parameters, and the resources."""

    around: str
    parameters: object
    resources: tuple[Resource, ...]


def quiet_resources(template: Parts, may_name_a_model: Callable[[bytes], bool], *, is_silent: bool) -> frozenset[str]:
    """The logical ids of the resources that need not be evaluated, since they cannot name a model. None need not if
    something that all resources may use can name one, or if that cannot be told.

    The template brings in nothing. `may_name_a_model` looks at a part of it; a silent one has no part that may.
    """

    def is_loud(text: str) -> bool:
        return not is_silent and may_name_a_model(text.encode("utf-8", "replace"))

    if is_loud(template.around):
        return frozenset()
    loud = {one.name for one in template.resources if is_loud(one.written)}
    makers = {one.name for one in template.resources if one.name in loud and _MAKER in one.written}
    # A resource that refers to a profile or a prompt uses the model behind it.
    loud |= {one.name for one in template.resources if makers and not makers.isdisjoint(_WORD.findall(one.written))}
    if any(_GIVES_BACK in one.written for one in template.resources if one.name in loud):
        return frozenset()
    # What is in the parameter store may be the name of a model.
    store = (*_READS_STORE, *_read_from_store(template.parameters))
    return frozenset(
        one.name
        for one in template.resources
        if one.name not in loud
        and _is_whole(one.body)
        and not any(word in one.written for word in (_GIVES_BACK, *_TAKES, *store))
    )


def _read_from_store(parameters: object) -> Iterator[str]:
    """The parameters of a template whose values are in the parameter store, but for that of every app of the CDK."""
    for name, declared in parameters.items() if isinstance(parameters, dict) else ():
        match declared:
            case {"Type": str(kind), "Default": str(default)} if default.startswith(_BOOTSTRAP):
                pass
            case {"Type": str(kind)} if kind.startswith(f"{_GIVES_BACK}::Value"):
                yield name


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
