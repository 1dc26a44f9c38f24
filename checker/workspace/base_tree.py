"""Writes the tree of a commit as files, to be read like a work tree."""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from checker.errors import ReadError
from checker.source.files import Boundary, SourceFiles, is_work_tree
from checker.workspace.git import Blob, Git, GitError

_LINK = "120000"
_SUBMODULE = "160000"
_LFS_POINTER = re.compile(rb"version https://git-lfs\.github\.com/spec/\S+\noid sha256:([0-9a-f]{64})\n")
_MODULES = Path(".terraform", "modules")
_LIST = "modules.json"


class Watch(Protocol):
    """Looks at the files of a commit before they are written; what it raises ends the writing."""

    def size(self, size: int) -> None:
        """The size of the next file, before it is read."""

    def content(self, content: bytes) -> None:
        """The content of the file."""


def write_tree(git: Git, commit: str, into: Path, watch: Watch | None = None, *, with_fetched: bool = False) -> None:
    """Writes the files of a commit into a directory, which is then the top of a work tree of its own.

    Patterns of .gitignore are left out, since all that is there is tracked. A commit only points to its submodules and
    to files in Git LFS: `with_fetched`, those that the work tree has are written, too; otherwise a submodule is an
    empty directory, as in a clone. Raises GitError for a tree that would be written elsewhere, and what `watch` raises.
    """
    links: list[tuple[Path, bytes]] = []
    left = [(git, commit, into)]
    while left:
        git, commit, into = left.pop()
        into.mkdir(parents=True, exist_ok=True)
        (into / ".git").mkdir()
        blobs = tuple(git.blobs(commit))
        if with_fetched:
            left += (
                (Git(git.top / blob.path), blob.object_id, into / _checked(blob))
                for blob in blobs
                if blob.mode == _SUBMODULE and _is_fetched(git.top / blob.path, blob.object_id)
            )
        else:
            for blob in blobs:
                if blob.mode == _SUBMODULE:
                    (into / _checked(blob)).mkdir(parents=True, exist_ok=True)
        links += _write_files(git, [each for each in blobs if each.mode != _SUBMODULE], into, watch, with_fetched)
    # Links come last, so that nothing is written through one.
    for target, content in links:
        target.symlink_to(os.fsdecode(content))


def _write_files(
    git: Git, blobs: Sequence[Blob], into: Path, watch: Watch | None, with_fetched: bool
) -> Iterator[tuple[Path, bytes]]:
    """Writes all but the links, which it returns."""
    made: set[Path] = set()
    for blob, content in git.contents(blobs) if watch is None else git.contents(blobs, watch.size):
        if watch is not None:
            watch.content(content)
        target = into / _checked(blob)
        if target.name == ".gitignore":
            continue
        if target.parent not in made:
            target.parent.mkdir(parents=True, exist_ok=True)
            made.add(target.parent)
        if blob.mode == _LINK:
            yield target, content
        else:
            with target.open("xb") as file:
                file.write(_from_lfs(git.top, blob, content) if with_fetched else content)


def _is_fetched(directory: Path, commit: str) -> bool:
    try:
        return is_work_tree(directory) and bool(Git(directory).commit(commit))
    except GitError:
        return False


def _from_lfs(top: Path, blob: Blob, content: bytes) -> bytes:
    """The content to which a pointer of Git LFS points, if the work tree or the store of Git LFS has it."""
    pointer = _LFS_POINTER.match(content)
    if pointer is None:
        return content
    digest = pointer[1].decode("ascii")
    files = SourceFiles(Boundary(top), top)
    for file in (top / blob.path, top / ".git" / "lfs" / "objects" / digest[:2] / digest[2:4] / digest):
        with suppress(ReadError):
            found = files.read_bytes(file)
            if hashlib.sha256(found).hexdigest() == digest:
                return found
    return content


def lend_fetched_modules(root: Path, there: Path, calls: Callable[[Path], Mapping[str, object]]) -> None:
    """Copies fetched modules (`terraform init`) of a root to the same root of the commit, where it needs the same.

    `calls` returns the source and the version of each module call in a directory. A module that the commit uses in
    another version is missing, and so unknown there.
    """
    source, target = root / _MODULES, there / _MODULES
    if not there.is_dir() or target.exists():
        return
    try:
        entries: dict[str, Any] = {
            each["Key"]: each for each in json.loads((source / _LIST).read_bytes())["Modules"] if Path(each["Dir"])
        }
        kept = {"": {"Dir": "."}}
        # Callers come before the modules that they call.
        for key in sorted(filter(None, entries), key=lambda key: key.count(".")):
            caller, _, name = key.rpartition(".")
            if caller in kept:
                directory = Path(kept[caller]["Dir"])
                is_fetched = directory.is_relative_to(_MODULES)
                asked = calls(root / directory).get(name)
                if is_fetched or (asked is not None and asked == calls(there / directory).get(name)):
                    kept[key] = entries[key]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        # It is no list of modules; the reader of the work tree reports that.
        return
    # What cannot be copied is missing there; the reader of the work tree reports it.
    with suppress(shutil.Error):
        shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns(".git", _LIST))
    listed = [entry for key, entry in entries.items() if key in kept]
    (target / _LIST).write_text(json.dumps({"Modules": listed}), encoding="utf-8")


def _checked(blob: Blob) -> Path:
    parts = blob.path.split("/")
    if any(part in {"", ".", ".."} or part.lower() == ".git" for part in parts):
        raise GitError(f"the commit has a file named {blob.path!r}, which is not safe to write")
    return Path(*parts)
