"""Finds the content of encoded, sensitive or partly unknown values, since models are searched there too."""

import codecs
from collections.abc import Iterator

from checker.references.encoded import decoded, encoded_spans
from checker.references.prefilter import may_hold_an_id
from checker.values import Alternative, Assumption, Basis, Piece, Text, Unknown, join
from checker.values.operations import reached


def inside(alternative: Alternative) -> Iterator[Alternative]:
    """The content of an alternative that its own text does not show; usually empty."""
    match alternative.atom:
        case Unknown() as unknown:
            yield from _of_unknown(unknown, alternative)
        case Text() as text:
            for hole in text.holes:
                yield from _of_unknown(hole, alternative)
            for one in _decoded_parts(text):
                yield alternative._replace(atom=one)


def _of_unknown(unknown: Unknown, alternative: Alternative) -> Iterator[Alternative]:
    if unknown.content:
        yield from reached(alternative, unknown.content)
        return
    for name in unknown.holds:
        kept = Assumption(unknown.subject, f"what keeps {name.render()}", True, Basis.OPEN)
        given = join(alternative.given, (kept,))
        if given is not None:
            yield Alternative(name, given, alternative.trail)


def _decoded_parts(text: Text) -> Iterator[Text]:
    """The decoded base64 texts in a text, if they may name a model."""
    marked = text.marked()
    for start, end in encoded_spans(marked):
        content, charset = decoded(marked[start:end])
        if may_hold_an_id(content, charset):
            encoded = [piece for piece in text.slice(start, end).pieces if isinstance(piece, Piece)]
            yield Text(_with_trails(content, charset, encoded))


def _with_trails(content: bytes, charset: str, encoded: list[Piece]) -> tuple[Piece, ...]:
    """The parts of a decoded text; if it was encoded part by part, each with its own trail."""
    reader = codecs.getincrementaldecoder(charset)("replace")
    sizes = [len(piece.text.rstrip("=")) * 3 // 4 for piece in encoded]
    if sum(sizes) != len(content):
        # Compressed, or broken into lines.
        return (Piece(reader.decode(content, True), encoded[0].trail),)
    made = []
    position = 0
    for piece, size in zip(encoded, sizes, strict=True):
        made.append(Piece(reader.decode(content[position : position + size]), piece.trail))
        position += size
    return tuple(piece for piece in made if piece.text)
