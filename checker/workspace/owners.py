"""Owners of files by CODEOWNERS, as GitHub and GitLab read it.

The last matching line decides; a line without owners means that there are none. The globs are those of .gitignore
without `!`, and `docs/*` only matches entries directly in `docs`.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from checker.errors import ReadError
from checker.source.files import Boundary, SourceFiles, is_file
from checker.source.gitignore import Pattern, pattern_of

# In the order of GitHub, which uses the first one; the last is GitLab's.
PATHS = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
_LARGEST = 3_000_000


class _Line(NamedTuple):
    section: str
    owners: tuple[str, ...]
    pattern: Pattern
    is_flat: bool

    def covers(self, path: str) -> bool:
        if self.pattern.matches(path, is_directory=False):
            return True
        # The owner of a directory owns everything below it.
        parts = path.split("/")
        above = ("/".join(parts[:count]) for count in range(1, len(parts)))
        return not self.is_flat and any(self.pattern.matches(parent, is_directory=True) for parent in above)


class Owners:
    """The owners of the files of a work tree."""

    def __init__(self, lines: Sequence[_Line]) -> None:
        self._by_section: dict[str, list[_Line]] = {}
        for line in lines:
            self._by_section.setdefault(line.section, []).insert(0, line)
        self._of = cache(self._look_up)

    def __bool__(self) -> bool:
        return bool(self._by_section)

    @property
    def names(self) -> frozenset[str]:
        """Everybody who owns something."""
        return frozenset(owner for lines in self._by_section.values() for line in lines for owner in line.owners)

    def of(self, path: str) -> tuple[str, ...]:
        """The owners of a file, by its path relative to the top, with `/`; empty if nobody is named."""
        return self._of(path)

    def _look_up(self, path: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for lines in self._by_section.values():
            decisive = next((line for line in lines if line.covers(path)), None)
            if decisive is not None:
                found.update(dict.fromkeys(decisive.owners))
        return tuple(found)


def read_owners(top: Path) -> Owners:
    """The owners in the CODEOWNERS file of a work tree; empty if there is none or it cannot be read."""
    files = SourceFiles(Boundary(top), top)
    for path in PATHS:
        if is_file(top / path):
            try:
                text = files.read_text(top / path)
            except ReadError:
                return Owners(())
            return parse_owners(text) if len(text) <= _LARGEST else Owners(())
    return Owners(())


def parse_owners(text: str) -> Owners:
    """The owners of a CODEOWNERS file. Lines that GitHub would skip are skipped."""
    lines: list[_Line] = []
    section = ""
    default: tuple[str, ...] = ()
    for written in text.splitlines():
        stripped = written.strip()
        if not stripped or stripped.startswith("#"):
            continue
        head = stripped.removeprefix("^")
        if head.startswith("[") and "]" in head:
            name, _, rest = head[1:].partition("]")
            # `[Name][2]` asks for two approvals.
            rest = rest.partition("]")[2] if rest.startswith("[") else rest
            section, default = name.strip().lower(), _owners(rest.split())
            continue
        pattern, *rest_of_line = _split(stripped)
        line = _line(section, pattern, _owners(rest_of_line) or default)
        if line is not None:
            lines.append(line)
    return Owners(lines)


def _line(section: str, glob: str, owners: tuple[str, ...]) -> _Line | None:
    # Brackets are literal here, and `!` has no meaning.
    pattern = None if glob.startswith("!") else pattern_of(glob.replace("[", "\\[").replace("]", "\\]"))
    return None if pattern is None else _Line(section, owners, pattern, is_flat=glob.endswith("/*"))


def _split(line: str) -> list[str]:
    """The words of a line; a backslash precedes a space that is part of the pattern."""
    words: list[str] = []
    for word in line.replace("\\ ", "\0").split():
        if word.startswith("#"):
            break
        words.append(word.replace("\0", "\\ "))
    return words


def _owners(words: Sequence[str]) -> tuple[str, ...]:
    found = []
    for word in words:
        if word.startswith("#"):
            break
        if "@" in word:
            found.append(word)
    return tuple(found)
