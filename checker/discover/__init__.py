"""Finds what to check under the given paths, by content."""

import os
import stat
from collections.abc import Callable, Sequence
from pathlib import Path

from checker.discover.ignored import AskGit
from checker.discover.search import MANIFEST, Search
from checker.discover.targets import (
    STANDARD_INPUT,
    Discovery,
    Target,
    count_files,
    is_of_terraform,
    kind_of_json,
    no_input,
    problem_of,
    pruned_by,
    unreadable,
)
from checker.errors import ReadError
from checker.model.problem import Problem, ProblemKind
from checker.model.resource import InputKind
from checker.source.files import Boundary, Overlays, SourceFiles, find_boundary
from checker.source.languages import is_code

__all__ = ["STANDARD_INPUT", "AskGit", "Discovery", "Target", "count_files", "discover", "no_input", "pruned_by"]

_ZIP_MAGIC = b"PK\x03\x04"


def discover(
    paths: Sequence[str],
    cwd: Path,
    standard_input: Callable[[], bytes],
    ask_git: AskGit,
    *,
    allow_outside: bool,
    overlays: Overlays | None = None,
    with_programs: bool = False,
) -> Discovery:
    """The targets under `paths` in a stable order, what could not be read, and the texts that may name a model.

    A directory gives its Terraform modules, its cloud assemblies and the templates outside these. The frontends decide
    whether a module is a root, and whether a file is a template. Plans and states count only if named. Files below
    directories are found on the disk; `overlays` replace the content of files, also of a named one that is not on the
    disk. Programs are included `with_programs`, and where a CDK app has no synth output.
    """
    found = Discovery()
    # Neither the order of the paths nor duplicates matter.
    for path in sorted(dict.fromkeys(map(_plain, paths))):
        before, told = found.found, len(found.problems)
        full = cwd if path == "-" else cwd / path
        files = SourceFiles(Boundary(find_boundary(full), allow_outside), cwd, overlays)
        if path == "-":
            _sniff(STANDARD_INPUT, standard_input(), files, found)
        else:
            _path(full, files, found, ask_git, with_programs=with_programs)
        if found.found == before and not any(problem.incomplete for problem in found.problems[told:]):
            found.problems.append(no_input(path if path == "-" else files.display(full)))
    return found


def _path(path: Path, files: SourceFiles, found: Discovery, ask_git: AskGit, *, with_programs: bool) -> None:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        if files.is_unsaved(path):
            _named_file(path, files, found)
        else:
            found.problems.append(unreadable(files.display(path), error))
        return
    outside = files.outside(path)
    if outside is not None:
        found.problems.append(problem_of(outside))
    elif stat.S_ISDIR(mode):
        # Directories are distinguished from their parents by their names.
        search = Search(files, found, ask_git, with_programs=with_programs)
        search.directory(Path(os.path.realpath(path)) if ".." in path.parts else path)
    elif with_programs and is_code(path.name):
        found.programs[path] = files
        found.found += 1
    else:
        _named_file(path, files, found)


def _plain(path: str) -> str:
    """A path in its usual form, unless it goes upwards, past a possible link."""
    return path if path == "-" or ".." in path else os.path.normpath(path)


def _named_file(path: Path, files: SourceFiles, found: Discovery) -> None:
    if is_of_terraform(path.name):
        # Terraform's smallest unit is the module.
        found.add(Target(InputKind.TERRAFORM, path.parent, files, is_named=True))
        return
    try:
        content = files.read_bytes(path)
    except ReadError as error:
        found.problems.append(problem_of(error))
        return
    _sniff(path, content, files, found)


def _sniff(path: Path, content: bytes, files: SourceFiles, found: Discovery) -> None:
    """The kind of a file that was named."""
    shown = str(path) if path == STANDARD_INPUT else files.display(path)
    if content.startswith(_ZIP_MAGIC):
        found.problems.append(
            Problem(
                ProblemKind.BINARY_PLAN,
                shown,
                "this is a binary plan, which only Terraform can read",
                f"Run `terraform show -json {path.name}` and check its output.",
                incomplete=True,
            )
        )
        return
    kind = kind_of_json(content)
    if kind is not InputKind.CDK:
        # A file that is neither plan nor state nor assembly must be a template; otherwise the frontend reports why it
        # is not.
        found.add(Target(kind or InputKind.CLOUDFORMATION, path, files, content, is_named=True))
    elif path.name == MANIFEST:
        found.add(Target(kind, path.parent, files))
    else:
        found.problems.append(
            Problem(
                ProblemKind.UNSUPPORTED,
                shown,
                "this is the manifest of a cloud assembly, whose templates are not beside it",
                "Give the directory that `npx cdk synth` wrote.",
                incomplete=True,
            )
        )
