"""Template files as documents: nodes, and the source lines that give columns inside a scalar."""

import bisect
import json
import re
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from types import MappingProxyType

from checker.errors import ParseError
from checker.frontends.cloudformation.json_templates import Outline, brings_in_more, filled, has_anchors, outline
from checker.frontends.cloudformation.shape import SECTIONS
from checker.source import Location, MappingNode, Node, ScalarNode, SequenceNode
from checker.source.json import parse_json
from checker.source.yaml import parse_yaml, yaml_comments
from checker.values import Step, Trail

# Comments and metadata for this tool begin like this.
ANNOTATION = "bedrock-eol"

_LINE_BREAK = re.compile("\r\n?|\n")


class Document:
    """A parsed file: its path, its name for the user, its text, and its roots (several in a YAML stream).

    For `quiet` resources, by logical id, the roots have only the types. `duplicate` is a key that occurs twice in one
    mapping, of which the last one was used. `origins` maps locations to the trails of text that comes from elsewhere.
    If `names_no_model`, nothing in the template, or in what it includes, can name a model.
    """

    __slots__ = (
        "_lines",
        "_origins",
        "_outline",
        "_whole",
        "duplicate",
        "file",
        "names_no_model",
        "path",
        "roots",
        "text",
    )

    def __init__(
        self,
        path: Path,
        file: str,
        text: str,
        roots: tuple[Node, ...],
        duplicate: ParseError | None = None,
        origins: Mapping[Location, Trail] = MappingProxyType({}),
        outline: Outline | None = None,
        *,
        names_no_model: bool = False,
    ) -> None:
        self.duplicate = duplicate
        self.names_no_model = names_no_model
        self._outline = outline
        self._whole: Document | None = None
        self._origins = origins
        self.path = path
        self.file = file
        self.text = text
        self.roots = roots
        self._lines: list[str] | None = None

    @property
    def quiet(self) -> Collection[str]:
        """The logical ids of the incomplete resources."""
        return () if self._outline is None else self._outline.quiet

    def whole(self) -> "Document":
        """The document with complete resources. Raises ParseError."""
        if self._outline is None:
            return self
        if self._whole is None:
            roots = (filled(self._outline, self.text, self.file),)
            self._whole = Document(self.path, self.file, self.text, roots, names_no_model=self.names_no_model)
        return self._whole

    def line(self, number: int) -> str:
        """A source line, one-based; empty if it does not exist."""
        if self._lines is None:
            self._lines = _LINE_BREAK.split(self.text)
        return self._lines[number - 1] if 0 < number <= len(self._lines) else ""

    def trail_of(self, location: Location, step: str) -> Trail:
        """The trail of a text that is written at a location; `step` is its step if it is written in this document."""
        return self._origins.get(location) or (Step(location, step),)

    def location_in(self, scalar: ScalarNode, offset: int) -> Location:
        """The location of a character in a string scalar; that of the scalar itself if escapes make it unclear."""
        content = str(scalar.value)
        if scalar.lines:
            segment, start = scalar.lines[max(0, bisect.bisect_right(scalar.lines, offset, key=lambda s: s[0]) - 1)]
            return start._replace(column=start.column + max(0, offset - segment))
        if scalar.location.file != self.file:
            # It was included from another file.
            return scalar.location
        location = scalar.location
        line, first = self.line(location.line), location.column - 1
        found = line.find(content, first)
        if found >= 0:
            return location._replace(column=found + offset + 1)
        found = line.find(json.dumps(content, ensure_ascii=False)[1:-1], first)
        if found >= 0:
            return location._replace(column=found + len(json.dumps(content[:offset], ensure_ascii=False)) - 1)
        return location


def parse_document(
    path: Path, file: str, text: str, may_name_a_model: Callable[[bytes], bool] | None = None
) -> Document:
    """Parses the text: as JSON if it looks like JSON, else as YAML. Raises ParseError.

    With `may_name_a_model`, which examines a part of a template, JSON resources that cannot name one are quiet.
    """
    content = text.encode("utf-8", "replace")
    look = None if may_name_a_model is None or brings_in_more(content) else may_name_a_model
    is_silent = look is not None and not look(content)
    try:
        if text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
            made = None if look is None or has_anchors(text) else outline(text, file, look, is_silent=is_silent)
            root = parse_json(text, file) if made is None else made.root
            return Document(path, file, text, (root,), outline=made, names_no_model=is_silent)
        return Document(path, file, text, parse_yaml(text, file), names_no_model=is_silent)
    except ParseError as error:
        first = error
    try:
        # CloudFormation also accepts YAML in flow style, and uses the last of two equal keys.
        roots = parse_yaml(text, file, duplicate_keys="last")
    except ParseError:
        raise first from None
    return Document(path, file, text, roots, first if "occurs twice" in first.reason else None)


def comments_of(document: Document) -> tuple[tuple[Location, str], ...]:
    """The comments of a YAML document; JSON has none."""
    if document.text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        return ()
    return yaml_comments(document.text, document.file)


def is_template(node: Node) -> bool:
    """True if a document is a CloudFormation template: some entry of its `Resources` has a type such as `A::B`, a macro
    makes them, or the document declares itself as a template.
    """
    if not isinstance(node, MappingNode):
        return False
    resources = node.get("Resources")
    if not isinstance(resources, MappingNode):
        return _says_so(node) and _includes_at_top(node)
    return (
        resources.get("Fn::Transform") is not None
        or (bool(resources.entries) and _says_so(node))
        or any(map(_has_type, _bodies(resources)))
    )


def fault_of(node: Node) -> tuple[Location, str] | None:
    """What is wrong with a template, or with a document that was meant to be one; None if nothing is."""
    if not isinstance(node, MappingNode):
        return None
    resources = node.get("Resources")
    if resources is None:
        for key, section in node.entries:
            has_resources = isinstance(section, MappingNode) and any(_has_type(body) for _, body in section.entries)
            if has_resources and _is_like_resources(str(key.value)):
                return key.location, f"it has no section Resources, only {key.value}"
        loose = next((key for key, body in node.entries if _is_resource(body)), None)
        if loose is not None and not _says_so(node):
            return loose.location, f"it has no section Resources; the resource {loose.value} stands at its top"
        is_damaged = _says_so(node) and not is_template(node) and not _is_of_something_else(node)
        return (node.location, "it has no section Resources") if is_damaged else None
    is_meant = _says_so(node) or is_template(node) or (isinstance(resources, ScalarNode) and resources.value is None)
    beside = next((key for key, body in node.entries if _has_type(body)), None)
    if beside is not None and is_meant:
        return beside.location, f"the resource {beside.value} stands beside the section Resources, not in it"
    if isinstance(resources, SequenceNode) and any(map(_is_resource, resources.items)):
        return resources.location, "its section Resources is a list, so that no resource has a name"
    for key, body in resources.entries if isinstance(resources, MappingNode) and not is_template(node) else ():
        if (
            isinstance(body, MappingNode)
            and body.get("Type") is None
            and isinstance(body.get("Properties"), MappingNode)
        ):
            return key.location, f"the resource {key.value} has no type"
    return (
        (resources.location, "its section Resources has no resources")
        if _says_so(node) and not is_template(node)
        else None
    )


def _is_like_resources(name: str) -> bool:
    import difflib  # needed for few files, and slow to import

    return bool(difflib.get_close_matches(name.title(), ("Resources",), cutoff=0.8))


def _says_so(document: MappingNode) -> bool:
    """True if a document declares itself as a template: by its version, or by an AWS macro."""
    transform = document.get("Transform")
    macros = transform.items if isinstance(transform, SequenceNode) else (transform,)
    names = [macro.get("Name") if isinstance(macro, MappingNode) else macro for macro in macros]
    is_of_aws = any(isinstance(name, ScalarNode) and str(name.value).startswith("AWS::") for name in names)
    return is_of_aws or document.get("AWSTemplateFormatVersion") is not None


def _is_of_something_else(document: MappingNode) -> bool:
    """True if a document has a stray `Transform`, and otherwise neither a section nor a resource, as a package.json."""
    others = [(key, value) for key, value in document.entries if key.value != "Transform"]
    return bool(others) and not any(
        key.value in SECTIONS
        or _has_type(value)
        or (isinstance(value, MappingNode) and any(_has_type(body) for _, body in value.entries))
        for key, value in others
    )


def _includes_at_top(document: MappingNode) -> bool:
    transform = document.get("Transform")
    calls = transform.items if isinstance(transform, SequenceNode) else (transform,)
    return document.get("Fn::Transform") is not None or any(isinstance(call, MappingNode) for call in calls)


def _has_type(body: Node) -> bool:
    kind = body.get("Type") if isinstance(body, MappingNode) else None
    return isinstance(kind, ScalarNode) and "::" in str(kind.value)


def _is_resource(body: Node) -> bool:
    """True if a body is that of a resource, wherever it is."""
    kind = body.get("Type") if isinstance(body, MappingNode) else None
    is_of_aws = isinstance(kind, ScalarNode) and str(kind.value).startswith("AWS::")
    return is_of_aws and isinstance(body, MappingNode) and isinstance(body.get("Properties"), MappingNode)


def _bodies(resources: MappingNode) -> list[Node]:
    """The bodies of the entries, including those of nested loops."""
    bodies: list[Node] = []
    pending = list(resources.entries)
    while pending:
        key, body = pending.pop()
        if str(key.value).startswith("Fn::ForEach::") and isinstance(body, SequenceNode):
            pending += [entry for item in body.items[2:] if isinstance(item, MappingNode) for entry in item.entries]
        else:
            bodies.append(body)
    return bodies
