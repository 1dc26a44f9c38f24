"""python-hcl2 as the second reader, for a file that our parser refuses.

It takes the structure (blocks, labels, names of attributes) and the extent of every expression from python-hcl2, and
reads each expression again from the file's own text, so that places stay exact; what cannot be read is `Unreadable`.
"""

from typing import Any, Final

from checker.errors import ParseError
from checker.frontends.terraform.hcl.cursor import MAX_NESTING
from checker.frontends.terraform.hcl.parser import parse_expression
from checker.frontends.terraform.hcl.syntax import Attribute, Block, Body, Expression, Literal, ParsedFile, Unreadable
from checker.frontends.terraform.hcl.tokenizer import tokenize
from checker.source.places import Place

MAX_CHARACTERS: Final = 256_000
"""A longer file is not tried: python-hcl2 reads about 0.1 MB a second."""


def read(text: str, file: str) -> ParsedFile | None:
    """What python-hcl2 makes of the file, or None if it cannot read it either.

    An attribute may stand twice in one body here. Never raises ParseError.
    """
    if len(text) > MAX_CHARACTERS or _deepest_brackets(text) > MAX_NESTING:
        return None
    import hcl2  # slow to import, and rarely needed
    from lark.exceptions import LarkError

    try:
        tree = hcl2.parses(text)
        body = _Reader(text, file).body(tree.body, Place(file, 1, 1))
    except (LarkError, RuntimeError, ValueError, TypeError, LookupError, AttributeError):
        # The library documents no errors of its own; all of these have been seen for text that is not HCL.
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
    """Its rules are told by the names of their classes, and their places are on the private `_meta`."""

    __slots__ = ("file", "text")

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file

    def body(self, rule: Any, place: Place) -> Body:
        attributes: list[Attribute] = []
        blocks: list[Block] = []
        for child in rule._children:
            match type(child).__name__:
                case "AttributeRule":
                    attributes.append(
                        Attribute(
                            str(child.identifier.serialize()), self.expression(child.expression), self.place(child)
                        )
                    )
                case "BlockRule":
                    blocks.append(self.block(child))
        return Body(tuple(attributes), tuple(blocks), place)

    def block(self, rule: Any) -> Block:
        block_type, *labels = rule.labels
        place = self.place(rule)
        meta = rule._meta
        line_start = self.text.rfind("\n", 0, meta.end_pos - 1) + 1
        end = Place(self.file, meta.end_line, meta.end_pos - line_start)
        return Block(
            str(block_type.serialize()),
            tuple(self.label(label) for label in labels),
            self.body(rule.body, place),
            place,
            end,
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
        place = self.place(rule)
        written = self.text[meta.start_pos : meta.end_pos]
        try:
            # The newline ends a heredoc, and is nothing to any other expression.
            return parse_expression(written + "\n", self.file, place.line, place.column)
        except ParseError as error:
            return Unreadable(written, error.reason, place)

    def place(self, rule: Any) -> Place:
        return Place(self.file, rule._meta.line, rule._meta.column)
