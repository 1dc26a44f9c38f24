"""The patterns of `fileset`: `*`, `**`, `?`, classes, and alternatives in braces.

A regular expression would backtrack: its time grows with a power of the length of the name, one for each star.
"""

import re
from collections.abc import Callable, Iterable

_Test = Callable[[str], bool]


class PatternError(Exception):
    """The pattern is not valid; the message is a sentence."""


class Glob:
    """A pattern as the states of an automaton. Raises PatternError."""

    def __init__(self, pattern: str) -> None:
        # By state: the transitions with a character, and those without.
        self._steps: list[list[tuple[_Test, int]]] = [[]]
        self._free: list[list[int]] = [[]]
        self._end = self._read(pattern, 0)

    def matches(self, name: str) -> bool:
        """True if the whole name, with `/` between its parts, matches."""
        states = self._with_free({0})
        for character in name:
            states = self._with_free(
                {target for state in states for test, target in self._steps[state] if test(character)}
            )
        return self._end in states

    def _with_free(self, states: Iterable[int]) -> set[int]:
        found: set[int] = set()
        pending = list(states)
        while pending:
            state = pending.pop()
            if state not in found:
                found.add(state)
                pending += self._free[state]
        return found

    def _state(self) -> int:
        self._steps.append([])
        self._free.append([])
        return len(self._steps) - 1

    def _read(self, pattern: str, state: int) -> int:
        """Adds the states for a part of the pattern; returns the state behind it."""
        position = 0
        while position < len(pattern):
            character = pattern[position]
            if pattern.startswith("**/", position):
                position += 3
                state = self._directories(state)
                continue
            if pattern.startswith("**", position):
                position += 2
                state = self._repeated(state, _any)
                continue
            following = self._state()
            match character:
                case "*":
                    self._free[state].append(following)
                    following = self._repeated(following, _within)
                case "?":
                    self._steps[state].append((_within, following))
                case "{" if "}" in pattern[position:]:
                    end = pattern.index("}", position)
                    for option in pattern[position + 1 : end].split(","):
                        start = self._state()
                        self._free[state].append(start)
                        self._free[self._read(option, start)].append(following)
                    position = end
                case "[" if "]" in pattern[position:]:
                    end = pattern.index("]", position)
                    self._steps[state].append((_class(pattern[position + 1 : end]), following))
                    position = end
                case "{" | "[":
                    raise PatternError(f"a `{character}` is not closed")
                case _:
                    if character == "\\":
                        position += 1
                        if position == len(pattern):
                            raise PatternError("it ends within an escape")
                    self._steps[state].append((pattern[position].__eq__, following))
            position += 1
            state = following
        return state

    def _repeated(self, state: int, test: _Test) -> int:
        loop = self._state()
        self._free[state].append(loop)
        self._steps[loop].append((test, loop))
        return loop

    def _directories(self, state: int) -> int:
        """Any number of directories, each with its `/`."""
        outside, inside, following = self._state(), self._state(), self._state()
        self._free[state].append(outside)
        self._free[outside].append(following)
        self._steps[outside].append((_within, inside))
        self._steps[inside] += [(_within, inside), ("/".__eq__, outside)]
        return following


def _any(_character: str) -> bool:
    return True


def _within(character: str) -> bool:
    return character != "/"


def _class(content: str) -> _Test:
    negated = content[:1] in ("!", "^")
    written = content[negated:].replace("\\", "\\\\").replace("[", "\\[").replace("^", "\\^")
    try:
        if not written:
            raise PatternError("it has an empty class")
        compiled = re.compile(f"[{written}]")
    except re.error:
        raise PatternError(f"[{content}] is not a class of characters") from None
    return lambda character: character != "/" and (compiled.match(character) is not None) != negated
