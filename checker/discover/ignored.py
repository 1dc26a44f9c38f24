"""What .gitignore keeps out of a search: what its patterns name and git, where it is asked, does not track."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from checker.errors import ReadError, UsageError
from checker.immutable import immutable
from checker.source.files import SourceFiles, is_work_tree
from checker.source.gitignore import Patterns

# Those of the paths in the work tree with this top that git leaves out. Raises UsageError if git cannot tell.
AskGit = Callable[[Path, Sequence[Path]], frozenset[Path]]


@immutable
class Ignores:
    """The .gitignore files that hold for a directory, from the outermost, and the top of its work tree, if any.

    `holder` is the outermost directory above it, or itself, that they name. All paths are without links.
    """

    work_tree: Path | None
    read: tuple[tuple[Path, Patterns], ...] = ()
    holder: Path | None = None

    def naming(self, path: Path, *, is_directory: bool) -> Path | None:
        """What they name: a directory that holds `path`, or `path` itself. The innermost file that says so decides."""
        if self.holder is not None:
            return self.holder
        for directory, patterns in reversed(self.read):
            decided = patterns.decision(path.relative_to(directory).as_posix(), is_directory=is_directory)
            if decided is not None:
                return path if decided else None
        return None

    def below(self, directory: Path, names: Iterable[str], files: SourceFiles) -> "Ignores":
        """Those that hold in `directory`, which holds `names`. A work tree in another one has its own."""
        if self.holder is not None:
            return self
        here = Ignores(self.work_tree, self.read, self.naming(directory, is_directory=True))
        if here.holder is not None:
            return here
        if ".git" in names and is_work_tree(directory):
            here = Ignores(directory)
        if ".gitignore" in names:
            # Without one that cannot be read more is searched, never less.
            with suppress(ReadError):
                patterns = Patterns(files.read_bytes(directory / ".gitignore"))
                return Ignores(here.work_tree, (*here.read, (directory, patterns)))
        return here


def ignores_above(directory: Path, files: SourceFiles) -> Ignores:
    """Those that hold for `directory`, from the top of its work tree; none outside a work tree."""
    top = work_tree_of(directory)
    ignores = Ignores(top)
    above = [] if top is None else [each for each in directory.parents if each.is_relative_to(top)]
    for each in reversed(above):
        ignores = ignores.below(each, (".gitignore",), files)
    return ignores


def work_tree_of(directory: Path) -> Path | None:
    """The top of the work tree that a directory is in."""
    return next(filter(is_work_tree, (directory, *directory.parents)), None)


@immutable
class LeftOut:
    """The files that git leaves out. `doubts` say, by the top of a work tree, why git could not be asked."""

    files: frozenset[Path]
    doubts: Mapping[Path | None, str]


def left_out(named: Mapping[Path | None, Sequence[Path]], ask_git: AskGit) -> LeftOut:
    """Which of the files that .gitignore names, by the tops of their work trees, are left out.

    Outside a work tree nothing is tracked. Where git cannot be asked, all are left out, in doubt.
    """
    files: set[Path] = set()
    doubts: dict[Path | None, str] = {}
    for top, paths in named.items():
        try:
            files.update(paths if top is None else ask_git(top, paths))
        except UsageError as error:
            doubts[top] = str(error)
            files.update(paths)
    return LeftOut(frozenset(files), doubts)


def without_links(path: Path) -> Path:
    """The absolute path, links followed."""
    return Path(os.path.realpath(path))
