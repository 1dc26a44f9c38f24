"""Holds the globs of a configuration against the files that there are: what matches nothing is a mistake."""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePath

from checker.discover.kinds import TERRAFORM_SUFFIXES
from checker.discover.search import NOT_WALKED
from checker.errors import UsageError
from checker.model.problem import Problem, ProblemKind
from checker.policy.globs import matches_path
from checker.source.files import find_boundary, is_directory, is_link, is_work_tree
from checker.source.suggest import closest
from checker.workspace.configuration import NAMES, PYPROJECT, Configuration
from checker.workspace.git import unwritten_by_git

# What tools write need not be there in each run that does without it.
_OUTPUT = frozenset(
    {".aws-sam", ".serverless", ".terragrunt-stack", "build", "cdk.out", "cdktf.out", "dist", "out", "target"}
)
_OUTPUT_TEMPLATE = re.compile(r".*packaged.*|output.*template.*", re.IGNORECASE)
_NEVER_CHECKED = _OUTPUT | NOT_WALKED | {"coverage", "vendor", "venv"}
_OWN_FILES = frozenset({*NAMES, PYPROJECT})
_WILD = frozenset("*?")


def refuse_lost_options(configuration: Configuration) -> None:
    """Raises UsageError for options of roots and templates that are not there, with all such errors, one a line."""
    errors = []
    for written in configuration.globs:
        segments = written.glob.split("/")
        is_kind = {"roots": _may_be_root, "templates": _may_be_template}.get(written.key)
        if is_kind is None or written.glob == "-" or not _OUTPUT.isdisjoint(segments):
            continue
        if written.key == "templates" and _OUTPUT_TEMPLATE.fullmatch(segments[-1]) is not None:
            continue
        is_there = any(map(is_kind, _matching(configuration.directory, segments)))
        if not (is_there or _is_unwritten(configuration.directory, segments)):
            hint = _suggestion(configuration.directory, segments, is_kind)
            what = {"roots": "no directory", "templates": "no template"}[written.key]
            errors.append(f"{written.location}: {what} matches {written.glob!r} of `{written.key}`{hint}")
    if errors:
        raise UsageError("\n".join(errors))


def problems_of_exclusions(configuration: Configuration) -> Iterator[Problem]:
    """A problem for each pattern of `exclude` that excludes nothing.

    One that begins with `**` may be for trees to come, and one for what tools write is for when they have. Of
    Terraform, whole modules are excluded.
    """
    for written in configuration.globs:
        segments = written.glob.split("/")
        if written.key != "exclude":
            continue
        if written.glob.endswith(TERRAFORM_SUFFIXES):
            message = f"{written.glob!r} of `exclude` excludes nothing: a module is read with all of its files"
            advice = "Exclude its directory, or take the pattern out."
        elif segments[0] != "**" and _NEVER_CHECKED.isdisjoint(segments):
            is_there = any(True for _ in _matching(configuration.directory, segments))
            if is_there or _is_unwritten(configuration.directory, segments):
                continue
            hint = _suggestion(configuration.directory, segments, lambda _path: True)
            message = f"nothing matches {written.glob!r} of `exclude`{hint}"
            advice = "Correct the pattern, or take it out."
        else:
            continue
        yield Problem.at(written.location, ProblemKind.INVALID_VALUE, message, advice, incomplete=False)


def _may_be_root(path: Path) -> bool:
    return path.is_dir() or path.name.endswith(".json")


def _may_be_template(path: Path) -> bool:
    return path.name not in _OWN_FILES


def _matching(directory: Path, segments: Sequence[str]) -> Iterator[Path]:
    """What a glob, given by its segments, matches in a directory."""
    if not segments:
        yield directory
    elif segments[0] in {".", ".."}:
        yield from _matching(directory / segments[0], segments[1:])
    elif "**" in segments[0]:
        rest = "/".join(segments)
        yield from (each for each in _below(directory) if matches_path(rest, each.relative_to(directory).as_posix()))
    else:
        for name in _names(directory):
            if matches_path(segments[0], name):
                yield from _matching(directory / name, segments[1:])


def _is_unwritten(directory: Path, segments: Sequence[str]) -> bool:
    """Whether a glob may match what git tracks and has not written to the work tree of a directory."""
    top = find_boundary(directory)
    if not is_work_tree(top):
        return False
    empty = [each for each in _walked(top) if is_directory(each) and not _names(each)]
    submodules, omitted = unwritten_by_git(top, empty)
    return any(_reaches_into(segments, _parts(each, directory)) for each in submodules) or any(
        matches_path("/".join(segments), "/".join(parts[:count]))
        for parts in (_parts(each, directory) for each in omitted)
        for count in range(1, len(parts) + 1)
    )


def _reaches_into(segments: Sequence[str], parts: Sequence[str]) -> bool:
    """Whether a glob may match something below a directory with these names."""
    for number, part in enumerate(parts):
        if number == len(segments) or not matches_path(segments[number], part):
            return False
        if "**" in segments[number]:
            return True
    return True


def _parts(path: Path, directory: Path) -> tuple[str, ...]:
    return PurePath(os.path.relpath(path, directory)).parts


def _below(directory: Path) -> Iterator[Path]:
    """What is below a directory, also through a link to another one, unless that leads out of the work tree."""
    boundary = find_boundary(directory)
    for path in _walked(directory):
        yield path
        if is_link(path) and is_directory(path) and Path(os.path.realpath(path)).is_relative_to(boundary):
            yield from _walked(path)


def _walked(directory: Path) -> Iterator[Path]:
    for above, directories, files in os.walk(directory):
        directories[:] = [name for name in directories if name not in NOT_WALKED]
        yield from (Path(above, name) for name in (*directories, *files))


def _names(directory: Path) -> list[str]:
    try:
        return sorted(os.listdir(directory))  # noqa: PTH208 (most are not looked at)
    except OSError:
        return []


def _suggestion(directory: Path, segments: Sequence[str], is_kind: Callable[[Path], bool]) -> str:
    """A glob that differs in one similar name, or is for any directory, and matches something."""
    for number, segment in enumerate(segments):
        names = _names(directory.joinpath(*segments[:number]))
        if segment in names:
            continue
        close = "" if _WILD.intersection(segment) else closest(segment.lower(), [each.lower() for each in names])
        similar = [each for each in names if close and each.lower() == close]
        options = [[*segments[:number], each, *segments[number + 1 :]] for each in similar]
        break
    else:
        options = []
    for option in (*options, ["**", *segments]):
        if any(map(is_kind, _matching(directory, option))):
            return f"; did you mean {'/'.join(option)!r}?"
    return ""
