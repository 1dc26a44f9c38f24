"""Texts of files that are not saved yet, as an editor has them: they are read in the place of what is on the disk."""

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType


class Overlays:
    """Unsaved contents by the paths of their files, links followed.

    `changes` counts what has changed, on the disk too: what was found out of files and directories before is out of
    date.
    """

    __slots__ = ("_contents", "_directories", "changes")

    def __init__(self) -> None:
        self.changes = 0
        self._contents: dict[str, bytes] = {}
        self._directories: Mapping[str, tuple[str, ...]] = MappingProxyType({})

    def __bool__(self) -> bool:
        return bool(self._contents)

    def put(self, resolved: Path, text: str | None) -> None:
        """From now on, a file has this text; None is what is on the disk."""
        self.changes += 1
        if text is None:
            self._contents.pop(os.fspath(resolved), None)
        else:
            self._contents[os.fspath(resolved)] = text.encode("utf-8", "surrogatepass")
        found: dict[str, tuple[str, ...]] = {}
        for path in sorted(self._contents):
            directory, name = os.path.split(path)
            found[directory] = (*found.get(directory, ()), name)
        self._directories = found

    def text(self, resolved: Path) -> str | None:
        """The unsaved text of a file, if there is one."""
        content = self.content(os.fspath(resolved))
        return None if content is None else content.decode("utf-8", "surrogatepass")

    def content(self, resolved: str) -> bytes | None:
        """The unsaved content of a file, if there is one."""
        return self._contents.get(resolved)

    def names_in(self, resolved: str) -> tuple[str, ...]:
        """The names of the files in a directory that have unsaved contents: they may not be on the disk at all."""
        return self._directories.get(resolved, ())
