"""Finds the template file of a nested stack."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from checker.errors import ReadError
from checker.model.problem import ProblemKind
from checker.source.files import SourceFiles, is_directory, is_file, is_work_tree
from checker.values import HOLE, Atom, Text, Unknown

_SUFFIXES = (".yaml", ".yml", ".json", ".template")
_PRUNED = frozenset({".git", ".terraform", ".venv", "venv", "node_modules", ".aws-sam", "cdk.out", "__pycache__"})
_SAM_BUILD = ".aws-sam"
_SAM_SOURCES = ("template.yaml", "template.yml", "template.json")
_MOST_ENTRIES = 20_000
_LEVELS_UP = 3
_URL = re.compile(r"[a-z0-9]+://", re.IGNORECASE)


class Located(NamedTuple):
    """The file of a nested template, or None and the reason as a sentence without a full stop."""

    path: Path | None
    reason: str = ""
    is_outside: bool = False

    @property
    def problem(self) -> ProblemKind:
        """The problem for a missing file."""
        return ProblemKind.OUTSIDE_BOUNDARY if self.is_outside else ProblemKind.REMOTE_MODULE


@dataclass(slots=True)
class TemplateTree:
    """The template files near others, by name; directories are listed once."""

    files: SourceFiles
    _by_directory: dict[Path, dict[str, list[Path]]] = field(default_factory=dict)

    def locate(self, source: Atom | None, parent: Path) -> Located:
        """The file at a path or URL as the template at `parent` writes it; None if there is not exactly one."""
        match source:
            case Text() as url:
                return self._of_url(url, parent)
            case Unknown(subject=subject):
                return Located(None, f"its location rests on {subject}")
            case _:
                return Located(None, "its location is known only when it is deployed")

    def _of_url(self, url: Text, parent: Path) -> Located:
        """The file at the path or URL of a nested template.

        A path is relative to the parent. In an S3 URL, whose bucket is usually unknown, the file name decides: it must
        be unique in the tree near the parent, or share the most directories with the URL.
        """
        marked = url.marked()
        outside: ReadError | None = None
        if HOLE not in marked and not _URL.match(marked):
            path = parent.parent / marked
            if self._is_file(path):
                return Located(path)
            built_from = self._source_of_build(path)
            if built_from is not None:
                return Located(built_from)
            # Some build tools take the path from another directory.
            outside = self.files.outside(path)
        parts = [unquote(part) for part in re.split(r"[/\\]", re.split(r"[?#]", marked)[0])]
        name = parts[-1]
        if HOLE in name or not name.endswith(_SUFFIXES):
            return Located(None, f"{url.render()} does not say which file it is")
        directory = parent.parent
        for _ in range(_LEVELS_UP):
            found = [path for path in self._named(directory).get(name, ()) if path != parent]
            if found:
                return _closest(found, parts, name)
            if is_work_tree(directory) or ".." in directory.parts[-1:]:
                break
            above = directory.parent if directory.parent != directory else directory / ".."
            if above == directory:
                break
            directory = above
        if outside is not None:
            return Located(None, f"{outside.file}: {outside.reason}", is_outside=True)
        return Located(None, f"no file near it is named {name}")

    def _source_of_build(self, path: Path) -> Path | None:
        """The template from which SAM builds the one at `path`: it is beside the build directory."""
        if _SAM_BUILD not in path.parts:
            return None
        directory = Path(*path.parts[: path.parts.index(_SAM_BUILD)])
        return next((source for name in _SAM_SOURCES if self._is_file(source := directory / name)), None)

    def _is_file(self, path: Path) -> bool:
        try:
            self.files.list_directory(path.parent)
        except ReadError:
            return False
        return is_file(path)

    def _named(self, directory: Path) -> dict[str, list[Path]]:
        if directory not in self._by_directory:
            found: dict[str, list[Path]] = {}
            for path in self._walk(directory):
                found.setdefault(path.name, []).append(path)
            self._by_directory[directory] = found
        return self._by_directory[directory]

    def _walk(self, top: Path) -> Iterator[Path]:
        pending = [top]
        seen = 0
        while pending and seen < _MOST_ENTRIES:
            try:
                entries = self.files.list_directory(pending.pop())
            except ReadError:
                continue
            seen += len(entries)
            for entry in entries:
                if entry.name.endswith(_SUFFIXES):
                    if is_file(entry):
                        yield entry
                elif entry.name not in _PRUNED and not entry.is_symlink() and is_directory(entry):
                    pending.append(entry)


def _closest(found: list[Path], parts: list[str], name: str) -> Located:
    def agreement(path: Path) -> int:
        count = 0
        for mine, wanted in zip(reversed(path.parts), reversed(parts), strict=False):
            if mine != wanted:
                break
            count += 1
        return count

    best = max(map(agreement, found))
    closest = [path for path in found if agreement(path) == best]
    if len(closest) == 1:
        return Located(closest[0])
    return Located(None, f"{len(closest)} files near it are named {posixpath.basename(name)}")
