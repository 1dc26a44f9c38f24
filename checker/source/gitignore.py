"""Patterns of .gitignore and CODEOWNERS, as git matches them (dir.c and wildmatch.c of git 2.39)."""

import os
import re
from collections.abc import Iterator
from typing import NamedTuple

_BYTE_ORDER_MARK = "\xef\xbb\xbf"
_STARS = re.compile(r"\*{3,}")
_ANY_DEPTH = re.compile(r"(?:\*\*/){2,}")
_LITERAL = re.compile(r"[^*?\[\\]*")
# Longer than any path of Linux, so that only a repetitive pattern can match.
_LONGEST = 4096
_NO_CHARACTER = r"(?!)"
_ANY_DIRECTORIES = "**/"
_CLASSES = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": r"!-/:-@\[-`{-~",
    "space": r" \t\n\v\f\r",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}


class Pattern(NamedTuple):
    """One line of a .gitignore file. `takes_back` is set for one with `!`.

    `is_name` is set for one without a slash, which matches an entry of any directory below that of the file.
    """

    expression: "re.Pattern[str]"
    takes_back: bool
    only_directories: bool
    is_name: bool

    def matches(self, path: str, *, is_directory: bool) -> bool:
        """True if this pattern matches `path` itself, relative to the directory of the file. Parents are not tried."""
        if self.only_directories and not is_directory:
            return False
        return self.expression.fullmatch(path.rpartition("/")[2] if self.is_name else path) is not None


class Patterns:
    """The patterns of a .gitignore file. The last one that matches decides.

    Names and patterns are bytes to git, so that `?` is one byte. Here each byte is the character of that number.
    """

    def __init__(self, content: bytes) -> None:
        lines = content.decode("latin-1").removeprefix(_BYTE_ORDER_MARK).split("\n")
        read = [pattern_of(_without_trailing_spaces(line.removesuffix("\r"))) for line in lines if line[:1] != "#"]
        self._last_first = [pattern for pattern in reversed(read) if pattern is not None]

    def decision(self, path: str, *, is_directory: bool) -> bool | None:
        """True if a path below the directory of the file is ignored; None if no pattern matches.

        The decision on its parent directories comes first; the caller asks for it.
        """
        written = path if path.isascii() else os.fsencode(path).decode("latin-1")
        for pattern in self._last_first:
            if pattern.matches(written, is_directory=is_directory):
                return not pattern.takes_back
        return None


def pattern_of(line: str) -> Pattern | None:
    """The pattern of a line; None if it can match nothing.

    A pattern too long to be tried matches nothing. With `!` it matches everything instead, so that less is left out
    than intended, never more.
    """
    takes_back = line.startswith("!")
    text = _ANY_DEPTH.sub("**/", _STARS.sub("**", line[1:] if takes_back else line))
    only_directories = text.endswith("/")
    text = text.removesuffix("/")
    if len(text) > _LONGEST:
        return Pattern(re.compile("(?s:.*)"), takes_back, False, True) if takes_back else None
    is_name = "/" not in text
    text = text.removeprefix("/")
    if not text:
        return None
    if is_name:
        # In a name, two stars are one.
        expression = _of_name(["*" if token.startswith("**") else token for token in _tokens(text)])
    else:
        # Git compares the literal beginning separately: in `a**/b` the `**` is also at a beginning.
        literal = _LITERAL.match(text)
        head = literal[0] if literal else ""
        expression = re.escape(head) + _of_path(list(_tokens(text[len(head) :])))
    return Pattern(re.compile(f"(?s:{expression})"), takes_back, only_directories, is_name)


def _without_trailing_spaces(line: str) -> str:
    stripped = line.rstrip(" ")
    # A backslash keeps the space behind it.
    backslashes = len(stripped) - len(stripped.rstrip("\\"))
    return line[: len(stripped) + 1] if backslashes % 2 else stripped


def _of_path(tokens: list[str]) -> str:
    """The expression of a pattern with a slash.

    What follows a `**` may start at its first match if another `**` follows. So only the last `**` tries several
    locations.
    """
    first, *behind = _split(tokens, _ANY_DIRECTORIES)
    if not behind:
        return _of_names(first)
    *between, last = behind
    made = [_of_names(first), *(f"(?>(?:.*?/)??{_of_names(part)})" for part in between)]
    return "".join((*made, ".*" if last == ["**"] else f"(?:.*/)?{_of_names(last)}"))


def _of_names(tokens: list[str]) -> str:
    return "/".join(map(_of_name, _split(tokens, "/")))


def _of_name(tokens: list[str]) -> str:
    """The expression of a name. What follows a star starts at its first match; the last part ends the name.

    So no star tries more than one place, however many there are.
    """
    first, *behind = ("".join(part) for part in _split(tokens, "*"))
    if not behind:
        return first
    *between, last = behind
    return "".join((first, *(f"(?>[^/]*?{part})" for part in between if part), f"[^/]*{last}"))


def _split(tokens: list[str], at: str) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for token in tokens:
        if token == at:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _tokens(text: str) -> Iterator[str]:
    """An expression for each required character, `/`, `*`, and `**/` for directories of any depth.

    A `**` at the end is `**/` and `**`.
    """
    index = 0
    while index < len(text):
        character = text[index]
        if character == "*" and text.startswith(_ANY_DIRECTORIES, index) and text[index - 1 : index] in ("", "/"):
            yield _ANY_DIRECTORIES
            index += len(_ANY_DIRECTORIES)
        elif character == "*" and text[index:] == "**" and text[index - 1 : index] in ("", "/"):
            yield from (_ANY_DIRECTORIES, "**")
            return
        elif character == "[":
            found, index = _character_class(text, index + 1)
            yield found
        elif character == "\\":
            yield re.escape(text[index + 1]) if index + 1 < len(text) else _NO_CHARACTER
            index += 2
        else:
            yield {"*": "*", "?": "[^/]"}.get(character) or re.escape(character)
            index += 1


def _character_class(text: str, index: int) -> tuple[str, int]:
    """The expression of a class that begins before `index`, and its end. A class without an end matches nothing."""
    negated = text[index : index + 1] in ("!", "^")
    index += negated
    start, ranges, previous = index, "", ""
    while index < len(text) and (text[index] != "]" or index == start):
        named = text[index + 2 :].partition(":]") if text.startswith("[:", index) else ("", "", "")
        if named[1] and "]" not in named[0]:
            if named[0] not in _CLASSES:
                return _NO_CHARACTER, len(text)
            ranges, previous, index = ranges + _CLASSES[named[0]], "", index + len(named[0]) + 4
            continue
        if text[index] == "-" and previous and text[index + 1 : index + 2] not in ("", "]"):
            index += 1 + (text[index + 1] == "\\")
            ranges += _range(previous, text[index : index + 1])
            previous = ""
        else:
            index += text[index] == "\\"
            previous = text[index : index + 1]
            ranges += re.escape(previous)
        index += 1
    if index >= len(text):
        return _NO_CHARACTER, len(text)
    if negated:
        return f"[^/{ranges}]", index + 1
    return (f"(?!/)[{ranges}]" if ranges else _NO_CHARACTER), index + 1


def _range(first: str, last: str) -> str:
    return f"{re.escape(first)}-{re.escape(last)}" if last and first <= last else ""
