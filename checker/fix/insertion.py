"""Adds entries beside an ARN in the resources of an IAM statement, in the style of the file."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from checker.fix.documents import Document

_YAML = (".yaml", ".yml", ".template", ".j2", ".tpl", ".tftpl")
# The text before the ARN on its line.
_YAML_ITEM = re.compile(r"""[ ]*-[ ]+(?:!Sub[ ]+|["']?Fn::Sub["']?:[ ]+)?\Z""")
_TAG_BEFORE = re.compile(r"(?:!Sub[ ]+)?\Z")
_YAML_SCALAR = re.compile(r"""([ ]*(?:-[ ]+)?)["']?(?:Not)?Resource["']?:(?=[ ]+(!Sub[ ]+)?\Z)""")
_ALONE_AFTER = re.compile(r",?[ \t]*(?:(?:#|//).*)?\Z")
_COMMENT_AFTER = re.compile(r"[ \t]*(?:[ \t]#.*)?\Z")
_FUNCTION_BEFORE = re.compile(r"""[ \t]*\{[ \t]*"Fn::Sub"[ \t]*:[ \t]*\Z""")
_FUNCTION_AFTER = re.compile(r"[ \t]*\}(?=,?[ \t]*\Z)")
_SCALAR_BEFORE = re.compile(r"""\bresources?"?[ \t]*[:=][ \t]*\Z""", re.IGNORECASE)


class Insertion(NamedTuple):
    """Text to insert at an offset in the text of a file."""

    offset: int
    text: str


class _Token(NamedTuple):
    """An ARN with its quotes, and the text around it on its line."""

    start: int
    end: int
    quote: str
    before: str
    after: str
    line_start: int
    line_end: int

    def written(self, arn: str) -> str:
        return f"{self.quote}{arn}{self.quote}"


def insertions(document: Document, start: int, end: int, arns: Sequence[str]) -> tuple[Insertion, ...] | None:
    """The insertions that put `arns` beside the ARN at a span; None if the text around it has no known form."""
    token = _token(document, start, end)
    if token is None:
        return None
    if document.file.endswith(_YAML):
        found = _in_yaml(document, token, arns)
        if found is not None or not token.quote:
            return found
    return _in_list(document, token, arns) if token.quote == '"' or document.file.endswith(_YAML) else None


def _token(document: Document, start: int, end: int) -> _Token | None:
    line_start, line_end = document.line(document.location(start).line)
    text = document.text
    quote = text[start - 1 : start] if start > line_start else ""
    if quote in ("'", '"'):
        closing = text.find(quote, end, line_end)
        if closing < 0 or text[start - 2 : start - 1] == "\\":
            return None
        start, end = start - 1, closing + 1
    else:
        quote = ""
        # Without quotes, the value ends at a space, at a comment or at the end of its line.
        rest = re.match(r"[^\s#]*", text[end:line_end])
        end += 0 if rest is None else rest.end()
    return _Token(start, end, quote, text[line_start:start], text[end:line_end], line_start, line_end)


def _in_yaml(document: Document, token: _Token, arns: Sequence[str]) -> tuple[Insertion, ...] | None:
    if not _COMMENT_AFTER.match(token.after):
        return None
    line_break = document.line_break
    if _YAML_ITEM.match(token.before):
        lines = "".join(f"{line_break}{token.before}{token.written(arn)}" for arn in arns)
        return (Insertion(token.line_end, lines),)
    scalar = _YAML_SCALAR.match(token.before)
    if scalar is None:
        return None
    indentation = " " * (len(scalar[1]) + 2)
    lines = "".join(f"{line_break}{indentation}- {scalar[2] or ''}{token.written(arn)}" for arn in arns)
    return (
        Insertion(token.line_start + scalar.end(), f"{line_break}{indentation}-"),
        Insertion(token.line_end, lines),
    )


def _in_list(document: Document, token: _Token, arns: Sequence[str]) -> tuple[Insertion, ...] | None:
    """The insertions in HCL and JSON. New entries come before the old one, which may be the last, without a comma."""
    is_in_list = _innermost_bracket(document.text, token.start) == "["
    line_break = document.line_break
    if is_in_list and not token.before.strip() and _ALONE_AFTER.match(token.after):
        lines = "".join(f"{token.before}{token.written(arn)},{line_break}" for arn in arns)
        return (Insertion(token.line_start, lines),)
    function = _FUNCTION_AFTER.match(token.after)
    if function is not None and _FUNCTION_BEFORE.match(token.before):
        if _innermost_bracket(document.text, token.line_start) != "[":
            return None
        lines = "".join(f"{token.before}{token.written(arn)}{function[0]},{line_break}" for arn in arns)
        return (Insertion(token.line_start, lines),)
    if is_in_list:
        tag = _TAG_BEFORE.findall(token.before)[0]
        return (Insertion(token.start - len(tag), "".join(f"{tag}{token.written(arn)}, " for arn in arns)),)
    if _SCALAR_BEFORE.search(token.before):
        more = "".join(f", {token.written(arn)}" for arn in arns)
        return (Insertion(token.start, "["), Insertion(token.end, f"{more}]"))
    return None


def _innermost_bracket(text: str, position: int) -> str:
    """The innermost bracket that is open at a position, outside strings; empty if none is."""
    depth, is_quoted = 0, False
    for offset in range(position - 1, -1, -1):
        character = text[offset]
        if character == '"' and text[offset - 1 : offset] != "\\":
            is_quoted = not is_quoted
        elif is_quoted:
            continue
        elif character in ")]}":
            depth += 1
        elif character in "([{":
            if depth == 0:
                return character
            depth -= 1
    return ""
