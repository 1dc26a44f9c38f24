"""Files that .gitignore excludes from a search: its patterns match, and git, if it is asked, does not track them."""

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from checker.errors import ReadError, UsageError
from checker.immutable import immutable
from checker.source.files import SourceFiles, is_work_tree
from checker.source.gitignore import Patterns


class AskGit(NamedTuple):
    """Questions to git about the work tree with the top that is given.

    `ignored` are those of the paths that git ignores; raises UsageError if git cannot tell. `unwritten` are those of
    the empty directories that are submodules, and the tracked files that a sparse checkout leaves out.
    """

    ignored: Callable[[Path, Sequence[Path]], frozenset[Path]]
    unwritten: Callable[[Path, Collection[Path]], tuple[frozenset[Path], frozenset[Path]]]


@immutable
class Ignores:
    """The .gitignore files of a directory, the outermost first, and the top of its work tree, if there is one.

    `holder` is the outermost ignored directory above it, or itself. All paths are without links.
    """

    work_tree: Path | None
    read: tuple[tuple[Path, Patterns], ...] = ()
    holder: Path | None = None

    def naming(self, path: Path, *, is_directory: bool) -> Path | None:
        """The ignored directory that contains `path`, or `path` itself. The innermost file with a decision wins."""
        if self.holder is not None:
            return self.holder
        for directory, patterns in reversed(self.read):
            decided = patterns.decision(path.relative_to(directory).as_posix(), is_directory=is_directory)
            if decided is not None:
                return path if decided else None
        return None

    def below(self, directory: Path, names: Iterable[str], files: SourceFiles) -> "Ignores":
        """The .gitignore files of `directory`, which contains `names`. A nested work tree has its own."""
        if self.holder is not None:
            return self
        here = Ignores(self.work_tree, self.read, self.naming(directory, is_directory=True))
        if here.holder is not None:
            return here
        if ".git" in names and is_work_tree(directory):
            here = Ignores(directory)
        if ".gitignore" in names:
            # Without an unreadable file more is searched, never less.
            with suppress(ReadError):
                patterns = Patterns(files.read_bytes(directory / ".gitignore"))
                return Ignores(here.work_tree, (*here.read, (directory, patterns)))
        return here


def ignores_above(directory: Path, files: SourceFiles) -> Ignores:
    """The .gitignore files of `directory`, from the top of its work tree; none outside a work tree."""
    top = work_tree_of(directory)
    ignores = Ignores(top)
    above = [] if top is None else [each for each in directory.parents if each.is_relative_to(top)]
    for each in reversed(above):
        ignores = ignores.below(each, (".gitignore",), files)
    return ignores


def work_tree_of(directory: Path) -> Path | None:
    """The top of the work tree of a directory."""
    return next(filter(is_work_tree, (directory, *directory.parents)), None)


@immutable
class LeftOut:
    """The ignored files. `doubts` say, by the top of a work tree, why git could not be asked."""

    files: frozenset[Path]
    doubts: Mapping[Path | None, str]


def left_out(named: Mapping[Path | None, Sequence[Path]], ask_git: AskGit) -> LeftOut:
    """Decides which of the files that match .gitignore, by the tops of their work trees, are ignored.

    Outside a work tree nothing is tracked. If git cannot be asked, all are ignored, in doubt.
    """
    files: set[Path] = set()
    doubts: dict[Path | None, str] = {}
    for top, paths in named.items():
        try:
            files.update(paths if top is None else ask_git.ignored(top, paths))
        except UsageError as error:
            doubts[top] = str(error)
            files.update(paths)
    return LeftOut(frozenset(files), doubts)


def without_links(path: Path) -> Path:
    """The absolute path with links resolved."""
    return Path(os.path.realpath(path))
