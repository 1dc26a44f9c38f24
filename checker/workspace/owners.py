"""Owners of files, by CODEOWNERS as GitHub and GitLab read it.

The last line that matches a file decides; one without owners says that there are none. The globs are those of
.gitignore, but that there is no `!`, and that `docs/*` covers only what stands directly in `docs`.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from checker.errors import ReadError
from checker.source.files import Boundary, SourceFiles, is_file

# In the order of GitHub, which takes the first; the last is GitLab's.
LOCATIONS = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
_LARGEST = 3_000_000


class _Line(NamedTuple):
    section: str
    owners: tuple[str, ...]
    pattern: Any
    is_flat: bool

    def covers(self, path: str) -> bool:
        if not self.pattern.match_file(path):
            return False
        # The library takes what lies below a directory that matches for a match, too.
        parents = path.split("/")[:-1]
        above = ("/".join(parents[:count]) for count in range(1, len(parents) + 1))
        return not (self.is_flat and any(self.pattern.match_file(parent) for parent in above))


class Owners:
    """The owners of the files of a work tree."""

    def __init__(self, lines: Sequence[_Line]) -> None:
        self._by_section: dict[str, list[_Line]] = {}
        for line in lines:
            self._by_section.setdefault(line.section, []).insert(0, line)
        self._of = cache(self._look_up)

    def __bool__(self) -> bool:
        return bool(self._by_section)

    def of(self, path: str) -> tuple[str, ...]:
        """The owners of a file, by its path relative to the top, with `/`; none if nobody is named."""
        return self._of(path)

    def _look_up(self, path: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for lines in self._by_section.values():
            decisive = next((line for line in lines if line.covers(path)), None)
            if decisive is not None:
                found.update(dict.fromkeys(decisive.owners))
        return tuple(found)


def read_owners(top: Path) -> Owners:
    """The owners that the CODEOWNERS file of a work tree names; nobody, if there is none or it cannot be read."""
    files = SourceFiles(Boundary(top), top)
    for location in LOCATIONS:
        if is_file(top / location):
            try:
                text = files.read_text(top / location)
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
    from checker.source.gitignore import patterns  # its library is needed only where there are owners

    if glob.startswith("!"):
        return None
    # Brackets are no classes here.
    escaped = glob.replace("[", "\\[").replace("]", "\\]")
    spec = patterns([escaped])
    return _Line(section, owners, spec, is_flat=glob.endswith("/*"))


def _split(line: str) -> list[str]:
    """The words of a line; a space that is part of the pattern has a backslash before it."""
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
