"""Regular expressions in RE2's syntax, run by Python's engine.

Python's engine backtracks and RE2 does not. A pattern that could take very long on the given text is refused.
"""

import functools
import re
from collections.abc import Iterator
from typing import NamedTuple

from checker.errors import BedrockEolError

# The limit is a few seconds. A single repetition may take more steps, since only unusual texts make it slow.
_MOST_STEPS = 50_000_000
_MOST_STEPS_OF_ONE = 400_000_000
_LONGEST_PATTERN = 5000

_POSIX = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "ascii": "\\x00-\\x7f",
    "blank": "\\t ",
    "cntrl": "\\x00-\\x1f\\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": "!-/:-@\\[-`{-~",
    "space": "\\t\\n\\v\\f\\r ",
    "upper": "A-Z",
    "word": "0-9A-Za-z_",
    "xdigit": "0-9A-Fa-f",
}
_CLASSES = {"d": "0-9", "s": "\\t\\n\\f\\r ", "w": "0-9A-Za-z_"}
_QUANTIFIER = re.compile(r"(?:[*+?]|\{\d+(?:,\d*)?\})\??")
_GROUP = re.compile(r"\(\?(?:P?<(\w+)>|([imsU]*)(?:-([imsU]+))?([:)]))")
_HEX = re.compile(r"\\x(?:\{([0-9A-Fa-f]{1,6})\}|([0-9A-Fa-f]{2}))")


class InvalidPatternError(BedrockEolError):
    """RE2 refuses the pattern."""


class UnsupportedPatternError(InvalidPatternError):
    """RE2 accepts the pattern, and this module does not."""


class Pattern:
    """A compiled pattern. `finditer` and `search` raise UnsupportedPatternError if they could take too long."""

    def __init__(self, compiled: "re.Pattern[str]", ways: "_Ways") -> None:
        self.compiled = compiled
        self._ways = ways

    def _guard(self, content: str) -> None:
        ways, length = self._ways, len(content) + 1
        if ways.nested:
            # Each character may match in more than one way.
            is_long = length > 25
        else:
            # An upper bound: each repetition may end anywhere, and a search may start anywhere.
            steps = length ** (ways.repetitions + (not ways.anchored)) * 2 ** min(ways.options, length)
            is_long = steps > (_MOST_STEPS if ways.repetitions + ways.options > 1 else _MOST_STEPS_OF_ONE)
        if is_long and not ways.is_last:
            raise UnsupportedPatternError("a pattern that could take very long on this text is not supported")

    def finditer(self, content: str) -> "Iterator[re.Match[str]]":
        """All matches; an empty one directly after another one does not count."""
        self._guard(content)
        end = -1
        for match in self.compiled.finditer(content):
            if match.start() != match.end() or match.start() != end:
                yield match
            end = match.end()

    def search(self, content: str) -> "re.Match[str] | None":
        """The first match."""
        self._guard(content)
        return self.compiled.search(content)


@functools.lru_cache(maxsize=256)
def translate(pattern: str) -> Pattern:
    """Translates the pattern for Python's engine. Raises InvalidPatternError if RE2 would refuse it."""
    if len(pattern) > _LONGEST_PATTERN:
        raise UnsupportedPatternError("a pattern of this length is not supported")
    translator = _Translator(pattern)
    written = translator.run()
    try:
        return Pattern(re.compile(written), translator.ways())
    except (re.error, OverflowError, RecursionError) as error:
        raise InvalidPatternError(str(error)) from None


class _Ways(NamedTuple):
    """What makes a backtracking engine try again, and how often.

    `repetitions` without end, `options` that may be omitted, `nested`: a repeated choice. `is_last`: there is one
    repetition, and nothing behind it can fail.
    """

    repetitions: int
    options: int
    nested: bool
    anchored: bool
    is_last: bool


class _Translator:
    """Reads a pattern once and writes each construct in Python's syntax."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.position = 0
        self.repetitions = 0
        self.options = 0
        self.nested = False
        # Where the last repetition ends.
        self.behind = 0

    def ways(self) -> _Ways:
        """How often the engine may have to try again."""
        return _Ways(
            self.repetitions,
            self.options,
            self.nested,
            anchored=self.pattern.startswith(("^", "\\A")) and "|" not in self.pattern,
            is_last=(self.repetitions, self.options, self.nested) == (1, 0, False) and self.behind == len(self.pattern),
        )

    def run(self) -> str:
        written, _ = self._sequence(depth=0, multiline=False)
        if self.position < len(self.pattern):
            raise InvalidPatternError("there is a `)` without a `(`")
        return written

    def _sequence(self, depth: int, *, multiline: bool) -> tuple[str, bool]:
        """Reads to the end of the group; tells whether it may match the same text in several ways."""
        if depth > 100:
            raise UnsupportedPatternError("a pattern of this depth is not supported")
        written: list[str] = []
        closing = 0
        has_choice = False
        # The first character of each alternative; None if it is no plain character.
        beginnings: list[str | None] = []
        is_beginning = True
        while (character := self.pattern[self.position : self.position + 1]) not in ("", ")"):
            if is_beginning:
                beginnings.append(character.lower() if character.isalnum() else None)
                is_beginning = False
            group = self._opening() if character == "(" else None
            if group is not None and group[4] == ")":
                # Flags up to the end of the group: Python has them only around a group.
                self.position = group.end()
                flags, multiline = _flags(group[2], group[3], multiline)
                if flags:
                    written.append(f"(?{flags}:")
                    closing += 1
            elif character == "|":
                self.position += 1
                if closing:
                    # The flags also apply behind the bar.
                    raise UnsupportedPatternError("flags before an alternative are not supported")
                written.append("|")
                is_beginning = True
            else:
                if character == "(":
                    atom, is_choice = self._group(group, depth, multiline=multiline)
                else:
                    atom, is_choice = self._atom(character, multiline=multiline), False
                quantifier, is_choice = self._quantifier(is_choice=is_choice)
                has_choice |= is_choice
                written.append(atom + quantifier)
        # An empty alternative, as in `(a|)`, begins with nothing.
        beginnings += [None] * is_beginning
        is_ambiguous = len(beginnings) > 1 and (None in beginnings or len(set(beginnings)) < len(beginnings))
        return "".join(written) + ")" * closing, has_choice or is_ambiguous

    def _opening(self) -> re.Match[str] | None:
        """The name or the flags of the group that opens here, if it has any."""
        group = _GROUP.match(self.pattern, self.position)
        if group is None and self.pattern.startswith("(?", self.position):
            raise InvalidPatternError("look-around is not valid in RE2")
        return group

    def _group(self, group: re.Match[str] | None, depth: int, *, multiline: bool) -> tuple[str, bool]:
        """Reads a group; tells whether it may match the same text in several ways."""
        opening, here = "(", multiline
        if group is not None and group[1]:
            opening = f"(?P<{group[1]}>"
        elif group is not None:
            flags, here = _flags(group[2], group[3], multiline)
            opening = f"(?{flags}:"
        self.position = group.end() if group is not None else self.position + 1
        content, has_choice = self._sequence(depth + 1, multiline=here)
        if self.position >= len(self.pattern):
            raise InvalidPatternError("a `(` is not closed")
        self.position += 1
        return f"{opening}{content})", has_choice

    def _atom(self, character: str, *, multiline: bool) -> str:
        """Reads what matches one character, or a place."""
        if character == "[":
            return self._character_class()
        if character == "\\":
            return self._escape()
        if character in "*+?" or (character == "{" and _QUANTIFIER.match(self.pattern, self.position)):
            raise InvalidPatternError("a quantifier has nothing to repeat")
        self.position += 1
        if character == "$":
            return "(?=\\n|\\Z)" if multiline else "\\Z"
        if character == "^":
            return "(?m:^)" if multiline else "\\A"
        return re.escape(character) if character in "{}]#&~- " else character

    def _quantifier(self, *, is_choice: bool) -> tuple[str, bool]:
        """Reads the quantifier behind an atom, if there is one; tells whether both may match a text in several ways."""
        quantifier = _QUANTIFIER.match(self.pattern, self.position)
        if quantifier is None:
            return "", is_choice
        self.position = quantifier.end()
        if _QUANTIFIER.match(self.pattern, self.position):
            raise InvalidPatternError("a quantifier follows a quantifier")
        bounds = [int(bound) for bound in re.findall(r"\d+", quantifier[0])]
        if quantifier[0][0] in "*+" or ",}" in quantifier[0]:
            self.repetitions += 1
            self.behind = self.position
            self.nested |= is_choice
            is_choice = True
        elif quantifier[0][0] == "?" or len(set(bounds)) > 1:
            self.options += max(1, bounds[-1] - bounds[0]) if bounds else 1
            self.nested |= is_choice and quantifier[0][0] == "{"
            is_choice = True
        else:
            self.nested |= is_choice and bounds[0] > 1
        if any(bound > 1000 for bound in bounds):
            raise InvalidPatternError("a repetition is larger than 1000")
        return quantifier[0], is_choice

    def _escape(self) -> str:
        pattern = self.pattern
        following = pattern[self.position + 1 : self.position + 2]
        if following == "Q":
            end = pattern.find("\\E", self.position)
            end = len(pattern) if end < 0 else end
            literal = pattern[self.position + 2 : end]
            self.position = end + 2
            return f"(?:{re.escape(literal)})"
        if following in ("p", "P", "C"):
            raise UnsupportedPatternError("classes of Unicode are not supported")
        hexadecimal = _HEX.match(pattern, self.position)
        if hexadecimal:
            self.position = hexadecimal.end()
            return re.escape(chr(int(hexadecimal[1] or hexadecimal[2], 16)))
        self.position += 2
        if following.lower() in _CLASSES and following:
            negated = "^" if following.isupper() else ""
            return f"[{negated}{_CLASSES[following.lower()]}]"
        match following:
            case "z":
                return "\\Z"
            case "A":
                return "\\A"
            case "b" | "B":
                return f"(?a:\\{following})"
            case "a" | "f" | "n" | "r" | "t" | "v":
                return f"\\{following}"
            case _ if following and not following.isalnum():
                return re.escape(following)
            case _:
                raise InvalidPatternError(f"the escape \\{following} is not valid in RE2")

    def _character_class(self) -> str:
        pattern = self.pattern
        self.position += 1
        written = "["
        if pattern.startswith("^", self.position):
            self.position += 1
            written += "^"
        first = True
        while True:
            if self.position >= len(pattern):
                raise InvalidPatternError("a `[` is not closed")
            character = pattern[self.position]
            if character == "]" and not first:
                self.position += 1
                return written + "]"
            first = False
            posix = re.compile(r"\[:(\^?)(\w+):\]").match(pattern, self.position)
            if posix:
                if posix[2] not in _POSIX or posix[1]:
                    raise UnsupportedPatternError("this character class is not supported")
                written += _POSIX[posix[2]]
                self.position = posix.end()
            elif character == "\\":
                following = pattern[self.position + 1 : self.position + 2]
                hexadecimal = _HEX.match(pattern, self.position)
                if hexadecimal:
                    written += re.escape(chr(int(hexadecimal[1] or hexadecimal[2], 16)))
                    self.position = hexadecimal.end()
                    continue
                self.position += 2
                if following in _CLASSES:
                    written += _CLASSES[following]
                elif following in ("D", "S", "W"):
                    written += f"\\{following}"
                elif following in ("p", "P"):
                    raise UnsupportedPatternError("classes of Unicode are not supported")
                elif following in ("a", "f", "n", "r", "t", "v"):
                    written += f"\\{following}"
                elif following and not following.isalnum():
                    written += "\\" + following
                else:
                    raise InvalidPatternError(f"the escape \\{following} is not valid in RE2")
            else:
                self.position += 1
                written += "\\" + character if character in "[]&~|" else character


def _flags(on: str, off: str | None, multiline: bool) -> tuple[str, bool]:
    """The flags in Python's syntax, and whether `^` and `$` match at lines."""
    if "U" in (on or "") + (off or ""):
        raise UnsupportedPatternError("the flag U is not supported")
    multiline = ("m" in on or multiline) and "m" not in (off or "")
    written = "".join(flag for flag in "is" if flag in on)
    without = "".join(flag for flag in "is" if flag in (off or ""))
    return written + (f"-{without}" if without else ""), multiline
