"""Patterns with wildcards, matched in time that is linear in the pattern for each character of a name.

All positions in the pattern are followed at once: a regular expression would try them one after the other, and with
many stars that takes for ever.
"""

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple


class Wildcard(Enum):
    """What a token stands for, if not for its own character."""

    ONE = "one character"
    ONE_OF_SEGMENT = "one character but /"
    TEXT = "any text"
    SEGMENT = "any text without /"
    DIRECTORIES = "nothing, or any text that ends with /"


class OneOf(NamedTuple):
    """One of some characters, or with `negated` any but these; never `/`."""

    characters: frozenset[str]
    negated: bool = False


Token = str | Wildcard | OneOf
"""A token: its own character, a wildcard or a class."""

_MAY_BE_NOTHING = (Wildcard.TEXT, Wildcard.SEGMENT, Wildcard.DIRECTORIES)


def covers(tokens: Sequence[Token], text: str) -> bool:
    """Whether the tokens stand for the whole text."""
    positions = _with_skipped(tokens, {0}, set())
    for character in text:
        following: set[int] = set()
        within: set[int] = set()
        for position in positions:
            if position == len(tokens):
                continue
            match tokens[position]:
                case Wildcard.ONE:
                    following.add(position + 1)
                case Wildcard.ONE_OF_SEGMENT:
                    if character != "/":
                        following.add(position + 1)
                case Wildcard.TEXT:
                    following.add(position)
                case Wildcard.SEGMENT:
                    if character != "/":
                        following.add(position)
                case Wildcard.DIRECTORIES if character == "/":
                    following.add(position)
                case Wildcard.DIRECTORIES:
                    within.add(position)
                case OneOf(characters, negated):
                    if character != "/" and (character in characters) != negated:
                        following.add(position + 1)
                case literal:
                    if literal == character:
                        following.add(position + 1)
        if not following and not within:
            return False
        positions = _with_skipped(tokens, following, within)
    return len(tokens) in positions


def _with_skipped(tokens: Sequence[Token], positions: set[int], within: set[int]) -> set[int]:
    """All positions, with those behind tokens that may stand for nothing more, which those `within` a name may not."""
    reached = set(positions)
    pending = list(positions)
    while pending:
        position = pending.pop()
        if position == len(tokens):
            continue
        if tokens[position] in _MAY_BE_NOTHING and position + 1 not in reached:
            reached.add(position + 1)
            pending.append(position + 1)
    return reached | within
