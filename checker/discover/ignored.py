"""What git says of a tree: files that .gitignore excludes, and tracked files that it has not written there."""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from checker.discover.targets import is_of_terraform
from checker.errors import ReadError, UsageError
from checker.immutable import immutable
from checker.model.problem import Problem, ProblemKind
from checker.source.files import SourceFiles, is_there, is_work_tree
from checker.source.gitignore import Patterns

# Files that .gitignore excludes from a search: its patterns match, and git, if it is asked, does not track them.


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


# What git tracks below a directory and has not written there: submodules, and what a sparse checkout leaves out.

# Names that only infrastructure code has; other templates are told by their content alone.
_SUFFIXES = (".template", ".cfn", ".cform", ".template.json", ".template.yaml")
_NAMES = frozenset({"template.yaml", "template.yml", "template.json", "cdk.json"})
_MOST_NAMED = 5


def problems_of_unwritten(
    submodules: Iterable[Path], omitted: Iterable[Path], root: Path, files: SourceFiles
) -> Iterator[Problem]:
    """A problem for each submodule, and for each directory below `root` whose infrastructure code is omitted.

    Paths are without links. Nothing is known of what a submodule holds.
    """
    for directory in sorted(submodules):
        shown = files.display(directory)
        yield Problem(
            ProblemKind.NOT_FOUND,
            shown,
            "this git submodule is not checked out: its directory is empty, so that nothing in it was checked",
            "Run `git submodule update --init` (for actions/checkout, `submodules: true`), or exclude its directory.",
            incomplete=True,
            several="git submodules are not checked out: their directories are empty",
            subject=shown,
        )
    below: dict[Path, list[str]] = {}
    for file in sorted(omitted):
        is_code = is_of_terraform(file.name) or file.name.endswith(_SUFFIXES) or file.name in _NAMES
        if is_code and file.is_relative_to(root):
            below.setdefault(_outermost_missing(file, root), []).append(files.display(file))
    for missing, names in below.items():
        shown = files.display(missing)
        more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
        yield Problem(
            ProblemKind.NOT_FOUND,
            shown,
            f"a sparse checkout leaves out infrastructure code: {', '.join(names[:_MOST_NAMED])}{more}",
            "Run `git sparse-checkout add` with its directory, or exclude it.",
            incomplete=True,
            several="paths with infrastructure code are left out by a sparse checkout",
            subject=shown,
        )


def _outermost_missing(file: Path, root: Path) -> Path:
    """The outermost directory above a file, below `root`, that is not there; else the file."""
    above = [each for each in reversed(file.parents) if each != root and each.is_relative_to(root)]
    return next((each for each in above if not is_there(each)), file)
