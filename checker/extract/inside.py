"""What values hold that are encoded, marked as sensitive or not wholly known: models are looked for there too."""

import codecs
from collections.abc import Iterator

from checker.references.encoded import decoded, encoded_spans
from checker.references.prefilter import may_hold_an_id
from checker.values import Alternative, Assumption, Basis, Piece, Text, Unknown, join
from checker.values.operations import reached


def inside(alternative: Alternative) -> Iterator[Alternative]:
    """What an alternative holds that its own text does not show; nothing for most."""
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
    """The texts that stand in a text in base64, if they may name a model."""
    marked = text.marked()
    for start, end in encoded_spans(marked):
        content, charset = decoded(marked[start:end])
        if may_hold_an_id(content, charset):
            encoded = [piece for piece in text.slice(start, end).pieces if isinstance(piece, Piece)]
            yield Text(_with_trails(content, charset, encoded))


def _with_trails(content: bytes, charset: str, encoded: list[Piece]) -> tuple[Piece, ...]:
    """The parts of a decoded text; where it was encoded part by part, each with the trail of its own part."""
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
