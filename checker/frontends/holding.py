"""What functions whose result is unknown were given: the names of models in their arguments stay with the result."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from checker.references import find_ids
from checker.values import Alternative, Atom, Cause, Json, List, Map, Piece, Text, Trail, Unknown, Value
from checker.values.operations import known


def holding(made: Value, args: Sequence[Value]) -> Value:
    """The result with the names of models in the arguments, where it is unknown as a whole."""
    if not any(_is_open(one.atom) for one in made):
        return made
    names = tuple(dict.fromkeys(name for argument in args for one in argument for name in names_in(one)))
    return tuple(_holding(one, names) for one in made) if names else made


def _is_open(atom: Atom) -> bool:
    return isinstance(atom, Unknown) and atom.cause is not Cause.INVALID and not atom.content


def _holding(one: Alternative, names: tuple[Text, ...]) -> Alternative:
    if not isinstance(one.atom, Unknown) or not _is_open(one.atom):
        return one
    return one._replace(atom=replace(one.atom, holds=tuple(dict.fromkeys((*one.atom.holds, *names)))))


def names_in(one: Alternative) -> Iterator[Text]:
    """The names of models in all texts of an alternative, with its trail."""
    values: Sequence[Value] = ()
    match one.atom:
        case Text() as text:
            for found in find_ids(text):
                yield Text(tuple(_gone(piece, one.trail) for piece in found.text.pieces))
            values = [known(hole) for hole in text.holes]
        case Unknown(content=content, holds=holds):
            yield from holds
            values = [content]
        case List(items, rest):
            values = [*items, rest]
        case Map(entries, rest):
            values = [*entries.values(), rest]
        case Json(value):
            values = [value]
    for value in values:
        for inner in value:
            yield from names_in(inner._replace(trail=inner.trail + one.trail))


def _gone(piece: Piece | Unknown, trail: Trail) -> Piece | Unknown:
    return piece if isinstance(piece, Unknown) else Piece(piece.text, piece.trail + trail)
