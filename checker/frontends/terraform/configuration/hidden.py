"""The known content of values that are unknown as a whole: sensitive values, and results of functions.

Operators and conditions cannot see into sensitive values, so that no message quotes them. Functions can, and mark their
results; reports may name public model ids in them.
"""

import dataclasses
from collections.abc import Iterator, Sequence

from checker.references import find_ids
from checker.values import Alternative, Atom, Cause, Json, List, Map, Piece, Text, Trail, Unknown, Value
from checker.values.operations import assume, known
from checker.values.operations.identity import digest


def is_marked(atom: Atom) -> bool:
    """True if an atom is a sensitive value with known content."""
    return isinstance(atom, Unknown) and atom.cause is Cause.SENSITIVE and bool(atom.content)


def marked(value: Value, subject: str, *, is_one: bool = False) -> Value:
    """The value, marked as sensitive. `subject` is what the user has to look at.

    `is_one`: it is the same value wherever it is marked, like a variable.
    """
    return tuple(_marked(one, subject, is_one=is_one) for one in value)


def _marked(one: Alternative, subject: str, *, is_one: bool) -> Alternative:
    if is_marked(one.atom) or (isinstance(one.atom, Unknown) and one.atom.cause is Cause.INVALID):
        return one
    content = (Alternative(one.atom, (), one.trail),)
    names = tuple(dict.fromkeys(_names_in(one)))
    identity = subject if is_one else f"{subject} #{digest(content)}"
    sealed = Unknown(Cause.SENSITIVE, subject, identity, content=content, holds=names)
    return one._replace(atom=sealed)


def unmarked(value: Value) -> Value:
    """The value without the marks."""
    return tuple(made for one in value for made in _unmarked(one))


def _unmarked(one: Alternative) -> Value:
    if not isinstance(one.atom, Unknown) or not is_marked(one.atom):
        return (one,)
    return tuple(each._replace(trail=each.trail + one.trail) for each in assume(one.atom.content, one.given))


def holding(made: Value, args: Sequence[Value]) -> Value:
    """The result with the names of models in the arguments, where it is unknown as a whole."""
    if not any(_is_open(one.atom) for one in made):
        return made
    names = tuple(dict.fromkeys(name for argument in args for one in argument for name in _names_in(one)))
    return tuple(_holding(one, names) for one in made) if names else made


def _is_open(atom: Atom) -> bool:
    return isinstance(atom, Unknown) and atom.cause is not Cause.INVALID and not atom.content


def _holding(one: Alternative, names: tuple[Text, ...]) -> Alternative:
    if not isinstance(one.atom, Unknown) or not _is_open(one.atom):
        return one
    return one._replace(atom=dataclasses.replace(one.atom, holds=tuple(dict.fromkeys((*one.atom.holds, *names)))))


def _names_in(one: Alternative) -> Iterator[Text]:
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
            yield from _names_in(inner._replace(trail=inner.trail + one.trail))


def _gone(piece: Piece | Unknown, trail: Trail) -> Piece | Unknown:
    return piece if isinstance(piece, Unknown) else Piece(piece.text, piece.trail + trail)
