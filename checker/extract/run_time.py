"""What a run-time expression of Step Functions, in JSONata or an intrinsic function, makes of the texts in it."""

import re
from collections.abc import Iterator

from checker.values import Cause, Piece, Slices, Text, Unknown

_JSONATA = re.compile(r"\s*\{%(?P<inside>.*)%\}\s*", re.DOTALL)
_STRING = re.compile(r"""'(?:[^'\\]|\\.)*+'|"(?:[^"\\]|\\.)*+\"""", re.DOTALL)
# What stands between the parts of a concatenation: texts, and names with their fields and indices.
_JSONATA_PART = re.compile(
    rf"\s*(?:(?P<text>{_STRING.pattern})|\$?[A-Za-z_][\w.$\[\]]*)\s*(?:(?P<more>&)|$)", re.DOTALL
)
_FORMAT = re.compile(r"\s*States\.Format\(\s*'(?P<text>(?:[^'\\]|\\.)*+)'\s*[,)].*", re.DOTALL)


def is_jsonata(text: Text) -> bool:
    """Whether a text is an expression in JSONata."""
    return text.marked().lstrip().startswith("{%")


def put_together(text: Text) -> Text | None:
    """The text that an expression puts together, with a hole for each part that only a run knows.

    None if the expression is anything but a concatenation in JSONata, or an intrinsic function that formats.
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
    formatted = _FORMAT.fullmatch(marked)
    if formatted is None or "\\" in formatted["text"]:
        return None
    position = formatted.start("text")
    for hole in re.finditer(r"\{\}", formatted["text"]):
        start = formatted.start("text") + hole.start()
        pieces += slices.pieces(position, start)
        pieces.append(_hole(f"argument {len(pieces)} of States.Format"))
        position = start + 2
    pieces += slices.pieces(position, formatted.end("text"))
    return Text(tuple(pieces))


def texts_in(text: Text) -> Iterator[Text]:
    """The texts that an expression writes."""
    slices = Slices.of(text)
    for found in _STRING.finditer(text.marked()):
        yield Text(tuple(slices.pieces(found.start() + 1, found.end() - 1)))


def _hole(subject: str) -> Unknown:
    return Unknown(Cause.RUN_TIME, subject, subject)
