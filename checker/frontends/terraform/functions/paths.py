"""Absolute paths, of which only the known part counts, and the patterns of `fileset`.

The part of an absolute path that is not known is a hole. Reading such a path is the same as reading the relative one.

Patterns are matched without regular expressions, which would backtrack: their time grows with a power of the length of
the name, one for each star.
"""

import os
import posixpath
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from checker.frontends.terraform.configuration.scope import Host
from checker.source.files import SourceFiles
from checker.values import Cause, Piece, Text, Unknown

# The patterns of `fileset`: `*`, `**`, `?`, classes, and alternatives in braces.

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


# Absolute paths, which differ on each machine: only what is below the working directory or the work tree is known.

CWD = "path.cwd"
_WORK_TREE = "directory of the work tree"
_ABOVE = ("dirname(", ")")


def below(hole: Unknown, path: str) -> Text:
    """The path in a directory, in its shortest form; `..` that leads out of the directory makes it another one."""
    name = posixpath.normpath(path.lstrip("/"))
    while name == ".." or name.startswith("../"):
        hole = hole.derived(hole.identity.join(_ABOVE))
        name = name[3:] or "."
    return Text((hole,) if name == "." else (hole, Piece(f"/{name}")))


def below_cwd(path: str) -> Text:
    """The path in the working directory."""
    return below(Unknown(Cause.EXTERNAL_DATA, CWD, CWD), path)


def in_work_tree(path: Path, files: SourceFiles) -> Text:
    """The absolute path of a file or directory."""
    top = _top(files)
    absolute = _absolute(path, files)
    if not Path(absolute).is_relative_to(top):
        absolute = os.fspath(files.resolved(path))
    return below(Unknown(Cause.EXTERNAL_DATA, _WORK_TREE, _WORK_TREE), _relative(absolute, top))


def located(written: Text, host: Host) -> Text:
    """The text with a path that can be read from the root: a directory that is known here is no hole."""
    first, *rest = written.pieces or (None,)
    is_whole_name = not rest or (isinstance(rest[0], Piece) and rest[0].text.startswith("/"))
    start = relative(first, host.root, host.files) if isinstance(first, Unknown) and is_whole_name else None
    return written if start is None else Text((Piece(start), *rest))


def relative(hole: Unknown, root: Path, files: SourceFiles) -> str | None:
    """The path from the root to the directory that a hole is; None if it is no directory that is known here."""
    name, levels = _anchor(hole)
    if name is None:
        return None
    start = "." if name == CWD else _relative(_top(files), _absolute(root, files))
    return start + "/.." * levels


def is_absolute(written: Text) -> bool:
    """True if a text is an absolute path whose start is not known."""
    first = written.pieces[0] if written.pieces else None
    return isinstance(first, Unknown) and _anchor(first)[0] is not None


def basename(written: Text) -> str | None:
    """The last name of a path with holes; None if it is not known."""
    last = written.pieces[-1]
    tail = last.text.rstrip("/") if isinstance(last, Piece) else ""
    name = tail.rpartition("/")[2] if "/" in tail else ""
    return None if name in ("", ".", "..") else name


def dirname(written: Text) -> Text | None:
    """The directory of an absolute path with a hole; None if it is not known."""
    path = shortest(written)
    if path is None:
        return None
    first, rest = path.pieces[0], Text(path.pieces[1:]).plain
    assert isinstance(first, Unknown)
    return below(first, rest.rpartition("/")[0] if rest else "..")


def shortest(written: Text) -> Text | None:
    """The shortest form of an absolute path with a hole; None for any other path."""
    first, rest = written.pieces[0] if written.pieces else None, Text(written.pieces[1:]).plain
    if not isinstance(first, Unknown) or _anchor(first)[0] is None or rest is None or rest[:1] not in ("", "/"):
        return None
    return below(first, rest)


def _anchor(hole: Unknown) -> tuple[str | None, int]:
    """The directory that a hole is, and how many levels it is above that; None for any other hole."""
    identity, levels = hole.identity, 0
    while identity.startswith(_ABOVE[0]) and identity.endswith(_ABOVE[1]):
        identity = identity[len(_ABOVE[0]) : -len(_ABOVE[1])]
        levels += 1
    return (identity if identity in (CWD, _WORK_TREE) else None), levels


def _top(files: SourceFiles) -> str:
    return os.path.realpath(files.boundary.root or files.cwd)


def _absolute(path: Path, files: SourceFiles) -> str:
    return os.path.normpath(files.cwd / path)


def _relative(path: str, start: str) -> str:
    return os.path.relpath(path, start).replace(os.sep, "/")
