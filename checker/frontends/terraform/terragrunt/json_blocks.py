"""The blocks of a configuration that is written in JSON, where they are objects like the values of arguments."""

from collections.abc import Iterator
from dataclasses import replace

from checker.frontends.terraform.hcl.syntax import (
    Attribute,
    Block,
    Body,
    Expression,
    Literal,
    ObjectCons,
    TupleCons,
)

# Each has one label.
_LABELLED = frozenset({"dependency", "extra_arguments", "include"})


def with_blocks(body: Body) -> Body:
    """The body, in which what is a block in HCL is one."""
    blocks = [replace(block, body=with_blocks(block.body)) for block in body.blocks]
    attributes: list[Attribute] = []
    for attribute in body.attributes:
        made = list(_blocks(attribute)) if attribute.name in _LABELLED else []
        blocks += made
        if not made:
            attributes.append(attribute)
    return replace(body, attributes=tuple(attributes), blocks=tuple(blocks))


def _blocks(attribute: Attribute) -> Iterator[Block]:
    for part in _objects(attribute.expression):
        inside = _body(part)
        if attribute.name == "include" and inside.get("path") is not None:
            # The only one needs no label.
            yield Block(attribute.name, (), inside, attribute.location)
            continue
        for labelled in inside.attributes:
            for each in _objects(labelled.expression):
                yield Block(attribute.name, (labelled.name,), _body(each), labelled.location)


def _objects(expression: Expression) -> Iterator[ObjectCons]:
    if isinstance(expression, ObjectCons):
        yield expression
    elif isinstance(expression, TupleCons):
        for item in expression.items:
            yield from _objects(item)


def _body(node: ObjectCons) -> Body:
    attributes = [
        Attribute(item.key.value, item.value, item.key.location)
        for item in node.items
        if isinstance(item.key, Literal) and isinstance(item.key.value, str)
    ]
    return Body(tuple(attributes), ())
