"""The results of a search: targets without duplicates, and what could not be read."""

import errno
from dataclasses import dataclass, field
from pathlib import Path

from checker.discover.kinds import is_of_terraform
from checker.errors import ReadError
from checker.immutable import immutable
from checker.model.problem import Problem, ProblemKind
from checker.model.resource import InputKind
from checker.source.files import SourceFiles
from checker.source.suggest import closest_path, is_address

# The shown name of standard input.
STANDARD_INPUT = Path("<stdin>")
_DIRECTORIES = (InputKind.TERRAFORM, InputKind.CDK)


@immutable
class Target:
    """Something to check. `content` is set for a file, which has been read; `files` reads what it refers to.

    `is_named`: a file that the user named, which is kept whatever it is, or a directory that is a root although others
    call it as a module.
    """

    kind: InputKind
    path: Path
    files: SourceFiles
    content: bytes = b""
    is_named: bool = False


@dataclass
class Discovery:
    """The results so far: targets without duplicates, what could not be read, and files beside them that may name a
    model.

    `files` are texts. `programs` are those that were requested, and those of `apps`, which are the manifests of apps
    without synth output. `synthesized` are the outputs of CDK apps, by their manifests. `nameless` are files that were
    read and contain no id, `unrendered` are templates from which a template engine has to write others, and whether a
    placeholder in them stands for a model.
    """

    targets: list[Target] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    files: dict[Path, SourceFiles] = field(default_factory=dict)
    programs: dict[Path, SourceFiles] = field(default_factory=dict)
    apps: dict[Path, SourceFiles] = field(default_factory=dict)
    synthesized: dict[Path, Path] = field(default_factory=dict)
    nameless: set[Path] = field(default_factory=set)
    unrendered: dict[Path, bool] = field(default_factory=dict)
    _seen: dict[tuple[Path, InputKind | None], int] = field(default_factory=dict)
    # Counts duplicates too, so that a path given twice is not reported as empty.
    found: int = 0

    def add(self, target: Target) -> None:
        """Adds a target, unless it is a duplicate. A directory may be two targets: an assembly and Terraform."""
        self.found += 1
        key = target.files.resolved(target.path), target.kind if target.kind in _DIRECTORIES else None
        if key not in self._seen:
            self._seen[key] = len(self.targets)
            self.targets.append(target)
        elif target.is_named and not self.targets[self._seen[key]].is_named:
            self.targets[self._seen[key]] = target


def no_input(shown: str) -> Problem:
    """The problem for a given path with nothing to check."""
    return Problem(
        ProblemKind.NO_INPUT,
        shown,
        "no infrastructure code was found here",
        "Give a directory with Terraform, CloudFormation or CDK output, a template, or a plan as JSON.",
        incomplete=True,
    )


def pruned_by(cause: str, shown: str, count: int, doubt: str | None = None) -> Problem:
    """The problem for a path with files of infrastructure code that a `cause` keeps out, such as `.gitignore names`.

    A `doubt` says why git could not be asked whether it tracks them.
    """
    files = "a file" if count == 1 else f"{count} files"
    message = f"not searched, since {cause} it: {files} of infrastructure code"
    if doubt is not None:
        message += f". Git may track some of it, and could not be asked ({doubt})"
    return Problem(
        ProblemKind.PRUNED,
        shown,
        message,
        "Give its path to check it all the same.",
        incomplete=doubt is not None,
        several="" if doubt else f"paths with infrastructure code were not searched, since {cause} them",
        subject=shown,
    )


def count_files(target: Target) -> int:
    """The number of files of infrastructure code that a target is, without those to which it refers."""
    if target.kind is not InputKind.TERRAFORM:
        return 1
    try:
        names = [path.name for path in target.files.list_directory(target.path)]
    except ReadError:
        return 1
    return sum(map(is_of_terraform, names)) or 1


def problem_of(error: ReadError) -> Problem:
    """The problem for a file that cannot be read."""
    outside = error.kind == "outside-boundary"
    return Problem(
        ProblemKind.OUTSIDE_BOUNDARY if outside else ProblemKind.UNREADABLE,
        error.file,
        error.reason,
        "Pass --allow-outside to read it." if outside else "Make it readable, or leave it out of the paths.",
        incomplete=True,
    )


def unreadable(shown: str, error: OSError) -> Problem:
    """The problem for a path that cannot be read."""
    missing = isinstance(error, FileNotFoundError)
    reasons = {
        errno.ENOENT: "there is no such file or directory",
        errno.ELOOP: "the symbolic links go round in a loop",
        errno.EACCES: "permission to read it is denied",
    }
    return Problem(
        ProblemKind.NOT_FOUND if missing else ProblemKind.UNREADABLE,
        shown,
        reasons.get(error.errno or 0, error.strerror or "it cannot be read"),
        _what_is_meant(shown) if missing else "Make it readable, or leave it out of the paths.",
        incomplete=True,
    )


def _what_is_meant(path: str) -> str:
    if is_address(path):
        return "This is an address: clone the repository, and give its directory."
    close = closest_path(path)
    return f"Did you mean {close}?" if close else "Check the path."
