"""The parser's position in the tokens, its depth, and its errors."""

from typing import Final, NoReturn

from checker.errors import ParseError
from checker.frontends.terraform.hcl import tokenizer as lex

MAX_NESTING: Final = 150
"""Levels of blocks, brackets, templates and traversal steps together; Terraform code in the wild has about ten.

Each level costs up to four Python frames, and the interpreter stops at a thousand.
"""


class Cursor:
    """The tokens and the index of the next one. Parsing functions advance `i`; a fault is raised, never skipped."""

    __slots__ = ("deepest", "depth", "error", "i", "kinds", "locations", "texts")

    def __init__(self, tokens: lex.Tokens) -> None:
        self.kinds = tokens.kinds
        self.texts = tokens.texts
        self.locations = tokens.locations
        self.error = tokens.error
        self.i = 0
        self.depth = 0
        self.deepest = 0  # the height of the tree under construction: closed nesting counts for what is around it

    def fail(self, expected: str, index: int | None = None) -> NoReturn:
        """Raises the tokenizer's own error if it is the next token."""
        i = self.i if index is None else index
        if self.kinds[i] == lex.ERROR and self.error is not None:
            raise self.error
        self.refuse(f"expected {expected}, found {self.describe(i)}", i)

    def refuse(self, reason: str, index: int) -> NoReturn:
        location = self.locations[index]
        raise ParseError(location.file, location.line, location.column, reason)

    def describe(self, index: int) -> str:
        kind, text = self.kinds[index], self.texts[index]
        if kind == lex.NEWLINE:
            return "the end of the line"
        if kind == lex.END:
            return "the end of the text"
        if kind == lex.STRING or kind == lex.OPEN_TEMPLATE:
            return "a string" if kind == lex.STRING or text == '"' else "a heredoc"
        if kind == lex.TEXT:
            return "text"
        return f"`{text if len(text) <= 40 else text[:40] + '...'}`"

    def enter(self) -> None:
        self.depth += 1
        if self.depth > self.deepest:
            self.deepest = self.depth
            if self.depth > MAX_NESTING:
                self.too_deep()

    def climb(self, levels: int) -> None:
        """Counts `levels` of nodes around what has just been parsed."""
        self.deepest += levels
        if self.deepest > MAX_NESTING:
            self.too_deep()

    def too_deep(self) -> NoReturn:
        self.refuse(f"nested deeper than {MAX_NESTING} levels, which this reader refuses", self.i)
