"""Writes files with their edits, each wholly or not at all, and puts them back."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from checker.fix.hunks import edited
from checker.model.finding import Edit
from checker.source.writing import write_whole


class Written(NamedTuple):
    """The written files: their content before and after, by their shown names.

    `left_alone` has the reason for each file that was not written.
    """

    before: dict[str, bytes]
    after: dict[str, bytes]
    left_alone: dict[str, str]


def write_edits(contents: Mapping[str, bytes], edits: Iterable[Edit], cwd: Path) -> Written:
    """Writes the edits of each file that has not changed since the edits were made."""
    of_files: dict[str, list[Edit]] = {}
    for edit in edits:
        of_files.setdefault(edit.location.file, []).append(edit)
    written = Written({}, {}, {})
    try:
        for file, of_file in of_files.items():
            content = edited(contents[file], of_file)
            reason = _write(cwd / file, contents[file], content)
            if reason is None:
                written.before[file], written.after[file] = contents[file], content
            else:
                written.left_alone[file] = reason
    except BaseException:
        put_back(written, cwd)
        raise
    return written


def put_back(written: Written, cwd: Path) -> Mapping[str, str]:
    """Puts back the old content of written files. Returns the reason for each file where that failed."""
    failed = {}
    for file, content in written.before.items():
        reason = _write(cwd / file, written.after[file], content)
        if reason is not None:
            failed[file] = reason
    return failed


def _write(path: Path, before: bytes, after: bytes) -> str | None:
    """Writes a file; returns the reason if that was not possible, else None."""
    try:
        # The name may be a link; the edit belongs in its target.
        real = Path(os.path.realpath(path))
        if real.read_bytes() != before:
            return "it has changed meanwhile"
        if not os.access(real, os.W_OK):
            return "it is read-only"
        write_whole(real, after)
    except OSError as error:
        return f"it cannot be written: {error.strerror or error}"
    return None
