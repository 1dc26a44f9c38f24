"""Patterns of .gitignore and CODEOWNERS, as git's wildmatch.c (of 2.39) has them.

Names and patterns are bytes to git, so that `?` is one byte. Here each byte is the character of that number.
"""

import os
import re
import string
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from checker.source.wildcards import OneOf, Token, Wildcard, covers

_BYTE_ORDER_MARK = "\xef\xbb\xbf"
_WILD = re.compile(r"[*?[\\]")
_CLASSES = {
    "alnum": frozenset(string.ascii_letters + string.digits),
    "alpha": frozenset(string.ascii_letters),
    "blank": frozenset(" \t"),
    "cntrl": frozenset(map(chr, (*range(32), 127))),
    "digit": frozenset(string.digits),
    "graph": frozenset(map(chr, range(33, 127))),
    "lower": frozenset(string.ascii_lowercase),
    "print": frozenset(map(chr, range(32, 127))),
    "punct": frozenset(string.punctuation),
    "space": frozenset(" \t\n\v\f\r"),
    "upper": frozenset(string.ascii_uppercase),
    "xdigit": frozenset(string.hexdigits),
}


class Pattern(NamedTuple):
    """A line. `tokens` is None for what git takes for no pattern: it fits nothing."""

    tokens: tuple[Token, ...] | None
    is_negated: bool = False
    is_for_directories: bool = False
    is_for_names: bool = False

    def fits(self, path: str, is_directory: bool) -> bool:
        """Whether it fits a path below its directory, as `as_bytes` gives it; what lies below a fit does not fit."""
        if self.tokens is None or (self.is_for_directories and not is_directory):
            return False
        return covers(self.tokens, path.rpartition("/")[2] if self.is_for_names else path)


class Patterns:
    """The patterns of a file, of which the last one that fits decides."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self._patterns = tuple(reversed(tuple(patterns)))

    def decision(self, path: str, *, is_directory: bool) -> bool | None:
        """Whether a path below the directory of the file is ignored; None if nothing is said of it."""
        shown = as_bytes(path)
        for pattern in self._patterns:
            if pattern.fits(shown, is_directory):
                return not pattern.is_negated
        return None


def as_bytes(path: str) -> str:
    """A path with a character for each of its bytes."""
    return path if path.isascii() else os.fsencode(path).decode("latin-1")


def read_patterns(content: bytes) -> Patterns:
    """The patterns of a .gitignore file."""
    lines = content.decode("latin-1").removeprefix(_BYTE_ORDER_MARK).split("\n")
    return Patterns(filter(None, map(_of_line, lines)))


def _of_line(line: str) -> Pattern | None:
    line = line.removesuffix("\r")
    if line.startswith("#"):
        return None
    line = _without_trailing_spaces(line)
    is_negated = line.startswith("!")
    return parse_pattern(line[is_negated:], is_negated=is_negated) if line[is_negated:] else None


def _without_trailing_spaces(line: str) -> str:
    stripped = line.rstrip(" ")
    # A backslash that no other one takes keeps the space behind it.
    if len(stripped) < len(line) and (len(stripped) - len(stripped.rstrip("\\"))) % 2:
        return line[: len(stripped) + 1]
    return stripped


@cache
def parse_pattern(written: str, *, is_negated: bool = False, has_classes: bool = True) -> Pattern:
    """A pattern without the `!`; without classes, brackets stand for themselves."""
    is_for_directories = written.endswith("/")
    written = written.removesuffix("/")
    is_for_names = "/" not in written
    tokens = _tokens(written.removeprefix("/"), has_classes)
    return Pattern(tokens, is_negated, is_for_directories, is_for_names)


def _tokens(written: str, has_classes: bool) -> tuple[Token, ...] | None:
    found: list[Token] = []
    position = 0
    while position < len(written):
        character = written[position]
        following = position + 1
        token: Token = character
        match character:
            case "\\":
                if following == len(written):
                    return None
                token, following = written[following], following + 1
            case "?":
                token = Wildcard.ONE_OF_SEGMENT
            case "*":
                token, following = _stars(written, position)
            case "[" if has_classes:
                read = _class(written, following)
                if read is None:
                    return None
                token, following = read
        if not (isinstance(token, Wildcard) and token is not Wildcard.ONE_OF_SEGMENT and found[-1:] == [token]):
            found.append(token)
        position = following
    return tuple(found)


def _stars(written: str, start: int) -> tuple[Token, int]:
    """What a run of stars stands for, and where what follows begins."""
    end = start
    while written.startswith("*", end):
        end += 1
    # git compares what is before the first wildcard by itself, and looks at the rest as if it began there.
    is_start = written[start - 1 : start] in ("", "/") or not _WILD.search(written, 0, start)
    is_whole = is_start and (end == len(written) or written[end] == "/")
    if end - start == 1 or not is_whole:
        return Wildcard.SEGMENT, end
    return (Wildcard.TEXT, end) if end == len(written) else (Wildcard.DIRECTORIES, end + 1)


def _class(written: str, position: int) -> tuple[OneOf, int] | None:
    """A class whose bracket is before `position`, and where what follows begins; None if it is none."""
    is_negated = written[position : position + 1] in ("!", "^")
    position += is_negated
    characters: set[str] = set()
    before = ""
    is_first = True
    while True:
        character = written[position : position + 1]
        if not character:
            return None
        if character == "]" and not is_first:
            return OneOf(frozenset(characters), is_negated), position + 1
        is_first = False
        after = written[position + 1 : position + 2]
        if character == "-" and before and after and after != "]":
            position += 1
            if after == "\\":
                position += 1
                after = written[position : position + 1]
                if not after:
                    return None
            characters.update(map(chr, range(ord(before), ord(after) + 1)))
            before = ""
        elif character == "[" and after == ":":
            end = written.find("]", position + 2)
            if end < 0:
                return None
            if written[end - 1] == ":" and end - 1 >= position + 2:
                named = _CLASSES.get(written[position + 2 : end - 1])
                if named is None:
                    return None
                characters |= named
                position = end
                before = ""
            else:
                # It does not end with `:]`, so the bracket stands for itself.
                characters.add("[")
                before = "["
        else:
            if character == "\\":
                position += 1
                character = written[position : position + 1]
                if not character:
                    return None
            characters.add(character)
            before = character
        position += 1
