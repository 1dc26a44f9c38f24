"""What git tracks below a directory and has not written there: submodules, and what a sparse checkout leaves out."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from checker.discover.kinds import is_of_terraform
from checker.model.problem import Problem, ProblemKind
from checker.source.files import SourceFiles, is_there

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
