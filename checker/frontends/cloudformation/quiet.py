"""Finds what need not be evaluated in a template, since it cannot name a model: the whole, or JSON resources."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from checker.frontends.cloudformation.shape import (
    ATTRIBUTES,
    is_name_of_a_type,
    lacks_definition,
    needs_properties,
)

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
_READS_STORE = ("{{resolve:ssm:", "/cdk/exports/")
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
    return imports(content) or holds(content, b"resolve:ssm") or holds(content, b"SSM::Parameter::Value")


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
