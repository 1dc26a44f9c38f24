"""A CloudFormation template in which nothing can name a model, read only so far that what is wrong with it is known."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from checker.errors import ParseError, ReadError
from checker.frontends.cloudformation.documents import is_template, parse_document
from checker.frontends.cloudformation.shape import faults_of
from checker.model.options import Options
from checker.model.resource import Input, InputKind, Loaded
from checker.source import Mapping, Node
from checker.source.files import SourceFiles, decode_text

if TYPE_CHECKING:
    from checker.frontends.cloudformation.exports import Exports

# What brings in other files, other resources than those that the template has, or a text that a line end cuts. A word,
# and what begins with characters of its own, is searched several times as fast as an alternation.
_WORDS = (b"DefinitionUri", b"S3Location")
_WORDS_IN_YAML = (*_WORDS, b"!Transform")
_MORE = (re.compile(rb"::(?:Stack(?:Set)?\b|Application\b|MODULE\b|Include\b|Transform\b|ForEach\b)"),)
_MORE_IN_YAML = (*_MORE, re.compile(rb"Type[\"']?\s*:\s*!"), re.compile(rb"\\\r?\n"))


def outline_template(
    path: Path,
    options: Options,
    files: SourceFiles,
    content: bytes,
    may_name_a_model: Callable[[bytes], bool],
    exported: "Exports | None" = None,
) -> Loaded | None:
    """What `load_template` gives, without resources; None if something may name a model, or is not as it should be.

    What is imported of what others have `exported` may name one, too.
    """
    if exported is not None and exported.may_name_a_model and imports(content):
        return None
    if options.parameters or not names_no_model(content, may_name_a_model):
        return None
    shown = files.display(path)
    try:
        text = decode_text(content, shown)
    except ReadError:
        return None
    known = is_template_in_json(text)
    if known is None:
        try:
            document = parse_document(path, shown, text)
        except ParseError:
            return None
        known = any(map(is_template, document.roots))
        if document.duplicate is not None or any(map(_has_faults, document.roots)):
            return None
    return Loaded(Input(shown, InputKind.CLOUDFORMATION, (shown,) if known else ()), (), ())


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
    resources = document.get("Resources")
    if not isinstance(resources, dict):
        return False
    known = False
    for body in resources.values():
        kind = body.get("Type") if isinstance(body, dict) else None
        known = known or (isinstance(kind, str) and "::" in kind)
        if not kind or not isinstance(kind, str) or not isinstance(body.get("Properties", {}), dict):
            # What is wrong is for the reader of the whole to say, if this is a template.
            return None
    return known


def _has_faults(root: Node) -> bool:
    if not is_template(root):
        return False
    assert isinstance(root, Mapping)
    resources = root.get("Resources")
    assert isinstance(resources, Mapping)
    return any(fault for name, body in resources.entries for fault in faults_of(body, name.place))


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("a name occurs twice")
    return made


def _refuse(name: str) -> object:
    raise ValueError(f"{name} is not JSON")
