"""Evaluates run-time expressions of Step Functions, in JSONata or intrinsic functions, as far as texts matter."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from checker.values import Cause, Piece, Slices, Text, Unknown

_JSONATA = re.compile(r"\s*\{%(?P<inside>.*)%\}\s*", re.DOTALL)
_STRING = re.compile(r"""'(?:[^'\\]|\\.)*+'|"(?:[^"\\]|\\.)*+\"""", re.DOTALL)
# The separators of a concatenation: texts, and names with their fields and indices.
_JSONATA_PART = re.compile(
    rf"\s*(?:(?P<text>{_STRING.pattern})|\$?[A-Za-z_][\w.$\[\]]*)\s*(?:(?P<more>&)|$)", re.DOTALL
)
# Strings are skipped as a whole.
_BRACKET = re.compile(rf"{_STRING.pattern}|[()\[\]{{}}?:]", re.DOTALL)
_PARENTHESES = re.compile(r"\s*\((.*)\)\s*", re.DOTALL)
# People do not write longer chains or deeper parentheses. Longer ones count as one expression.
_MOST_CONDITIONS = 32
_CHOOSES = re.compile(r"\?|\$lookup\s*\(|States\.ArrayGetItem\s*\(")
_FORMAT = re.compile(r"\s*States\.Format\(\s*'(?P<text>(?:[^'\\]|\\.)*+)'\s*(?=[,)])", re.DOTALL)
_ARGUMENT_ENDS = re.compile(rf"{_STRING.pattern}|[()\[\],]", re.DOTALL)
_ONE_STRING = re.compile(r"\s*'(?P<text>[^'\\]*)'\s*")


def is_jsonata(text: Text) -> bool:
    """Whether a text is an expression in JSONata."""
    return text.marked().lstrip().startswith("{%")


class Arm(NamedTuple):
    """An expression that a conditional may choose, and its conditions, each with the boolean that chooses it."""

    expression: Text
    conditions: tuple[tuple[str, bool], ...]


def arms(text: Text) -> tuple[Arm, ...]:
    """The arms of a JSONata conditional in written order; the expression itself if it is no conditional."""
    marked = text.marked()
    found = _JSONATA.fullmatch(marked)
    if found is None:
        return (Arm(text, ()),)
    made = tuple(_arms(marked, found.start("inside"), found.end("inside"), ()))
    if len(made) == 1:
        return (Arm(text, ()),)
    slices = Slices.of(text)
    return tuple(
        Arm(Text((Piece("{%"), *slices.pieces(start, end), Piece("%}"))), conditions) for start, end, conditions in made
    )


def _arms(
    marked: str, start: int, end: int, conditions: tuple[tuple[str, bool], ...]
) -> Iterator[tuple[int, int, tuple[tuple[str, bool], ...]]]:
    for _ in range(_MOST_CONDITIONS):
        around = _PARENTHESES.fullmatch(marked, start, end)
        if around is None or not _is_one(marked, around.start(1), around.end(1)):
            break
        start, end = around.span(1)
    question, colon = _operators(marked, start, end) if len(conditions) < _MOST_CONDITIONS else (None, None)
    if question is None or colon is None:
        yield start, end, conditions
        return
    condition = " ".join(marked[start:question].split())
    yield from _arms(marked, question + 1, colon, (*conditions, (condition, True)))
    yield from _arms(marked, colon + 1, end, (*conditions, (condition, False)))


def _is_one(marked: str, start: int, end: int) -> bool:
    """True if the parentheses around a span belong together."""
    depth = 0
    for found in _BRACKET.finditer(marked, start, end):
        depth += 1 if found[0] in "([{" else -1 if found[0] in ")]}" else 0
        if depth < 0:
            return False
    return True


def _operators(marked: str, start: int, end: int) -> tuple[int | None, int | None]:
    """The positions of the first conditional's `?` and `:` outside of brackets."""
    depth, open_ended = 0, 0
    question: int | None = None
    for found in _BRACKET.finditer(marked, start, end):
        match found[0]:
            case "(" | "[" | "{":
                depth += 1
            case ")" | "]" | "}":
                depth -= 1
            case "?" if depth == 0:
                question = found.start() if question is None else question
                open_ended += 1
            case ":" if depth == 0 and question is not None:
                open_ended -= 1
                if open_ended == 0:
                    return question, found.start()
            case _:
                pass
    return question, None


def chosen_among(text: Text) -> tuple[Text, ...]:
    """The texts in an expression that chooses among several; empty if it does not choose."""
    marked = text.marked()
    if not is_jsonata(text) and not marked.lstrip().startswith("States."):
        return ()
    return tuple(texts_in(text)) if _CHOOSES.search(_STRING.sub("''", marked)) else ()


def put_together(text: Text) -> Text | None:
    """The text that an expression builds, with a hole for each part that only a run knows.

    None if the expression is neither a JSONata concatenation nor an intrinsic function that formats.
    """
    marked = text.marked()
    slices = Slices.of(text)
    found = _JSONATA.fullmatch(marked)
    pieces: list[Piece | Unknown] = []
    if found is not None:
        position = found.start("inside")
        end = found.end("inside")
        while True:
            part = _JSONATA_PART.match(marked, position, end)
            if part is None:
                return None
            if part["text"] is None:
                pieces.append(_hole(marked[position : part.end()].strip(" \t\r\n&")))
            elif "\\" in part["text"]:
                return None
            else:
                pieces += slices.pieces(part.start("text") + 1, part.end("text") - 1)
            position = part.end()
            if part["more"] is None:
                return Text(tuple(pieces))
    formatted = _FORMAT.match(marked)
    if formatted is None or "\\" in formatted["text"]:
        return None
    position = formatted.start("text")
    arguments = _arguments(marked, formatted.end())
    for number, hole in enumerate(re.finditer(r"\{\}", formatted["text"]), 1):
        start = formatted.start("text") + hole.start()
        pieces += slices.pieces(position, start)
        argument = _ONE_STRING.fullmatch(marked, *next(arguments, (0, 0)))
        if argument is None:
            pieces.append(_hole(f"argument {number} of States.Format"))
        else:
            pieces += slices.pieces(*argument.span("text"))
        position = start + 2
    pieces += slices.pieces(position, formatted.end("text"))
    return Text(tuple(pieces))


def _arguments(marked: str, start: int) -> Iterator[tuple[int, int]]:
    """The spans of the arguments of a call behind its first one, which ends at `start`."""
    depth, begin = 0, start + 1
    for found in _ARGUMENT_ENDS.finditer(marked, begin if marked[start : start + 1] == "," else len(marked)):
        if found[0] in {")", ","} and depth == 0:
            yield begin, found.start()
            begin = found.end()
            if found[0] == ")":
                return
        depth += 1 if found[0] in "([" else -1 if found[0] in ")]" else 0


def texts_in(text: Text) -> Iterator[Text]:
    """The literals in an expression."""
    slices = Slices.of(text)
    for found in _STRING.finditer(text.marked()):
        yield Text(tuple(slices.pieces(found.start() + 1, found.end() - 1)))


def _hole(subject: str) -> Unknown:
    return Unknown(Cause.RUN_TIME, subject, subject)
