"""Writes the tree of a commit as files, to be read like a work tree."""

import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from checker.workspace.git import Blob, Git, GitError

_LINK = "120000"
_MODULES = Path(".terraform", "modules")
_LIST = "modules.json"


class Watch(Protocol):
    """Looks at the files of a commit before they are written; what it raises ends the writing."""

    def size(self, size: int) -> None:
        """The size of the next file, before it is read."""

    def content(self, content: bytes) -> None:
        """The content of the file."""


def write_tree(git: Git, commit: str, into: Path, watch: Watch | None = None) -> None:
    """Writes the files of a commit into a directory, which is then the top of a work tree of its own.

    Patterns of .gitignore are left out, since all that is there is tracked. Raises GitError for a tree that would be
    written elsewhere, and what `watch` raises.
    """
    into.mkdir(parents=True, exist_ok=True)
    (into / ".git").mkdir()
    blobs = tuple(git.blobs(commit))
    links: list[tuple[Path, bytes]] = []
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
            # Links come last, so that nothing is written through one.
            links.append((target, content))
        else:
            with target.open("xb") as file:
                file.write(content)
    for target, content in links:
        target.symlink_to(os.fsdecode(content))


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
    shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns(".git", _LIST))
    listed = [entry for key, entry in entries.items() if key in kept]
    (target / _LIST).write_text(json.dumps({"Modules": listed}), encoding="utf-8")


def _checked(blob: Blob) -> Path:
    parts = blob.path.split("/")
    if any(part in {"", ".", ".."} or part.lower() == ".git" for part in parts):
        raise GitError(f"the commit has a file named {blob.path!r}, which is not safe to write")
    return Path(*parts)
