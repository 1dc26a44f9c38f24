"""Parses Terraform's JSON syntax (`*.tf.json`) into the tree of HCL.

Whether something is a nested block depends on the schema of the resource type, which JSON does not show. Only blocks at
the top level become a `Block`. Everything inside them is an `Attribute` whose expression is an `ObjectCons`, a
`TupleCons`, a `Template` or a `Literal`. `ParsedFile.json` is set: an evaluator then takes an object, or a list of
objects, under the name of a nested block (`lifecycle`, `dynamic`, `content`, ...) for that block. Keys `//` are
comments.

Strings are templates, except where Terraform reads them literally (a variable's default, a module's source) or as a
reference (`provider`, `depends_on`, a variable's type, ...). Their parts all have the location of the whole string,
since JSON's escapes move what follows them.
"""

from decimal import Decimal
from typing import Final

from checker.errors import ParseError
from checker.frontends.terraform.hcl.parser import parse_expression, parse_template
from checker.frontends.terraform.hcl.syntax import (
    Attribute,
    Block,
    Body,
    Expression,
    Literal,
    ObjectCons,
    ObjectItem,
    ParsedFile,
    TupleCons,
)
from checker.source.json import parse_json
from checker.source.locations import Location, MappingNode, Node, ScalarNode, SequenceNode

LABELS: Final = {
    "action": 2,
    "check": 1,
    "data": 2,
    "ephemeral": 2,
    "import": 0,
    "list": 2,
    "locals": 0,
    "module": 1,
    "moved": 0,
    "output": 1,
    "provider": 1,
    "removed": 0,
    "resource": 2,
    "run": 1,
    "terraform": 0,
    "variable": 1,
}
"""Terraform's top-level blocks, with the number of their labels."""

_AS_WRITTEN: Final = frozenset(
    (("variable", "default"), ("variable", "description"), ("module", "source"), ("module", "version"))
)
_REFERENCES: Final = frozenset(
    (
        ("variable", "type"),
        ("resource", "provider"),
        ("resource", "depends_on"),
        ("data", "provider"),
        ("data", "depends_on"),
        ("ephemeral", "provider"),
        ("ephemeral", "depends_on"),
        ("module", "providers"),
        ("module", "depends_on"),
        ("output", "depends_on"),
        ("import", "to"),
        ("import", "provider"),
        ("moved", "from"),
        ("moved", "to"),
        ("removed", "from"),
    )
)
_COMMENT = "//"


def parse_file(text: str, file: str) -> ParsedFile:
    """The blocks of a `.tf.json` file. Raises ParseError."""
    root = parse_json(text, file)
    if isinstance(root, ScalarNode):
        raise _wrong(root, "a Terraform file in JSON is an object or an array of objects")
    attributes: list[Attribute] = []
    blocks: list[Block] = []
    for part in _objects(root, "a Terraform file in JSON"):
        for key, value in part.entries:
            name = str(key.value)
            if name == _COMMENT:
                continue
            if name in LABELS:
                blocks.extend(_blocks(name, key.location, value, LABELS[name], ()))
            else:
                attributes.append(Attribute(name, _expression(value), key.location))
    return ParsedFile(Body(tuple(attributes), tuple(blocks)), (), json=True)


def parse_values(text: str, file: str) -> ParsedFile:
    """The values of a `.tfvars.json` file as attributes; its strings are not templates. Raises ParseError."""
    root = parse_json(text, file)
    if not isinstance(root, MappingNode):
        raise _wrong(root, "a file of variable values in JSON is an object")
    attributes = tuple(Attribute(str(key.value), _as_written(value), key.location) for key, value in root.entries)
    return ParsedFile(Body(attributes, ()), (), json=True)


def _objects(node: Node, what: str) -> tuple[MappingNode, ...]:
    """The object, or the objects in the array, that JSON syntax allows at every level of a block."""
    match node:
        case MappingNode():
            return (node,)
        case SequenceNode(items):
            return tuple(part for item in items for part in _objects(item, what))
        case ScalarNode(None):
            return ()
    raise _wrong(node, f"{what} is an object or an array of objects")


def _blocks(block_type: str, location: Location, node: Node, labels: int, given: tuple[str, ...]) -> list[Block]:
    found: list[Block] = []
    what = "block `" + " ".join((block_type, *given)) + "`"
    for part in _objects(node, what):
        if labels == 0:
            found.append(Block(block_type, given, _block_body(block_type, part), location))
            continue
        for key, value in part.entries:
            if key.value != _COMMENT:
                found.extend(_blocks(block_type, key.location, value, labels - 1, (*given, str(key.value))))
    return found


def _block_body(block_type: str, node: MappingNode) -> Body:
    attributes: list[Attribute] = []
    for key, value in node.entries:
        name = str(key.value)
        if name == _COMMENT:
            continue
        if (block_type, name) in _AS_WRITTEN:
            expression = _as_written(value)
        elif (block_type, name) in _REFERENCES:
            expression = _reference(value)
        else:
            expression = _expression(value)
        attributes.append(Attribute(name, expression, key.location))
    return Body(tuple(attributes), ())


def _expression(node: Node) -> Expression:
    match node:
        case MappingNode(entries, location):
            items = tuple(
                ObjectItem(_expression(key), _expression(value)) for key, value in entries if key.value != _COMMENT
            )
            return ObjectCons(items, location)
        case SequenceNode(items, location):
            return TupleCons(tuple(_expression(item) for item in items), location)
        case ScalarNode(str(text), location):
            if "${" not in text and "%{" not in text:
                return Literal(text, location)
            return parse_template(text, location.file, at=location)
        case _:
            return _scalar(node)


def _as_written(node: Node) -> Expression:
    match node:
        case MappingNode(entries, location):
            items = tuple(ObjectItem(_as_written(key), _as_written(value)) for key, value in entries)
            return ObjectCons(items, location)
        case SequenceNode(items, location):
            return TupleCons(tuple(_as_written(item) for item in items), location)
        case _:
            return _scalar(node)


def _reference(node: Node) -> Expression:
    match node:
        case MappingNode(entries, location):
            items = tuple(
                ObjectItem(Literal(str(key.value), key.location), _reference(value)) for key, value in entries
            )
            return ObjectCons(items, location)
        case SequenceNode(items, location):
            return TupleCons(tuple(_reference(item) for item in items), location)
        case ScalarNode(str(text), location):
            try:
                return parse_expression(text, location.file, at=location)
            except ParseError:
                return _expression(node)  # the same call handles `"${aws_x.y}"`, the old syntax
        case _:
            return _scalar(node)


def _scalar(node: ScalarNode) -> Literal:
    value = node.value
    if isinstance(value, float):
        # The shortest text of this float, which is the text of the file in all but contrived cases.
        exact = Decimal(repr(value))
        if not exact.is_finite():
            raise _wrong(node, "the number is larger than can be read")
        value_exact = int(exact) if exact == exact.to_integral_value() and exact.adjusted() < 64 else exact
        return Literal(value_exact, node.location)
    return Literal(value, node.location)


def _wrong(node: Node, reason: str) -> ParseError:
    location = node.location
    return ParseError(location.file, location.line, location.column, reason)
