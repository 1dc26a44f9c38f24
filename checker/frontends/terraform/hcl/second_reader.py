"""python-hcl2 as the second parser, for a file that ours refuses.

The structure (blocks, labels, names of attributes) and the extent of every expression come from python-hcl2. Each
expression is parsed again from the text of the file, so that locations stay exact; one that cannot be parsed is
`Unreadable`.
"""

from typing import Any, Final

from checker.errors import ParseError
from checker.frontends.terraform.hcl.cursor import MAX_NESTING
from checker.frontends.terraform.hcl.parser import parse_expression
from checker.frontends.terraform.hcl.syntax import Attribute, Block, Body, Expression, Literal, ParsedFile, Unreadable
from checker.frontends.terraform.hcl.tokenizer import tokenize
from checker.source.locations import Location

MAX_CHARACTERS: Final = 256_000
"""A longer file is not tried: python-hcl2 reads about 0.1 MB a second."""


def read(text: str, file: str) -> ParsedFile | None:
    """The result of python-hcl2, or None if it cannot parse the file either.

    A body may have an attribute twice here. Never raises ParseError.
    """
    if len(text) > MAX_CHARACTERS or _deepest_brackets(text) > MAX_NESTING:
        return None
    import hcl2  # slow to import, and rarely needed
    from lark.exceptions import LarkError

    try:
        tree = hcl2.parses(text)
        body = _Reader(text, file).body(tree.body)
    except (LarkError, RuntimeError, ValueError, TypeError, LookupError, AttributeError):
        # The library documents no errors of its own; all of these occur for text that is not HCL.
        return None
    return ParsedFile(body, tokenize(text, file).comments)


def _deepest_brackets(text: str) -> int:
    """An upper bound of the nesting, which python-hcl2 does not limit itself."""
    depth = deepest = 0
    for character in text:
        if character in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in ")]}":
            depth -= 1
    return deepest


class _Reader:
    """The names of rules are those of their classes, and their locations are in the private `_meta`."""

    __slots__ = ("file", "text")

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file

    def body(self, rule: Any) -> Body:
        attributes: list[Attribute] = []
        blocks: list[Block] = []
        for child in rule._children:
            match type(child).__name__:
                case "AttributeRule":
                    attributes.append(
                        Attribute(
                            str(child.identifier.serialize()), self.expression(child.expression), self.location(child)
                        )
                    )
                case "BlockRule":
                    blocks.append(self.block(child))
        return Body(tuple(attributes), tuple(blocks))

    def block(self, rule: Any) -> Block:
        block_type, *labels = rule.labels
        return Block(
            str(block_type.serialize()),
            tuple(self.label(label) for label in labels),
            self.body(rule.body),
            self.location(rule),
        )

    def label(self, rule: Any) -> str:
        written = str(rule.serialize())
        if not written.startswith('"'):
            return written
        try:
            match parse_expression(written, self.file):
                case Literal(str(value), _):
                    return value
        except ParseError:
            pass
        raise ValueError(f"the label {written} is not a plain string")

    def expression(self, rule: Any) -> Expression:
        meta = rule._meta
        location = self.location(rule)
        written = self.text[meta.start_pos : meta.end_pos]
        try:
            # The newline ends a heredoc; other expressions do not need it.
            return parse_expression(written + "\n", self.file, location.line, location.column)
        except ParseError as error:
            return Unreadable(written, error.reason, location)

    def location(self, rule: Any) -> Location:
        return Location(self.file, rule._meta.line, rule._meta.column)
