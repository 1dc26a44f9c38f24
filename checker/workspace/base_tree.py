"""The tree of a commit as files, to be read as the work tree is."""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from checker.workspace.git import Blob, Git, GitError

_LINK = "120000"
_MODULES = Path(".terraform", "modules")


def write_tree(git: Git, commit: str, into: Path) -> None:
    """Writes the files of a commit into a directory, which is then the top of a work tree of its own.

    Modules that `terraform init` has fetched are not in the commit; those of the work tree are taken for them. Raises
    GitError for a tree that would be written elsewhere.
    """
    into.mkdir(parents=True, exist_ok=True)
    (into / ".git").mkdir()
    blobs = tuple(git.blobs(commit))
    links: list[tuple[Path, bytes]] = []
    made: set[Path] = set()
    for blob, content in git.contents(blobs):
        target = into / _checked(blob)
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


def add_fetched_modules(top: Path, into: Path, directories: Iterable[Path]) -> None:
    """Copies `.terraform/modules` of each directory of the work tree to its place, if the commit has the directory."""
    for directory in directories:
        relative = directory.relative_to(top)
        source, target = directory / _MODULES, into / relative / _MODULES
        if source.is_dir() and (into / relative).is_dir() and not target.exists():
            shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns(".git"))


def _checked(blob: Blob) -> Path:
    parts = blob.path.split("/")
    if any(part in {"", ".", ".."} or part.lower() == ".git" for part in parts):
        raise GitError(f"--diff-base: the commit has a file named {blob.path!r}, which is not safe to write")
    return Path(*parts)
