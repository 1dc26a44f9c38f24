"""Holds the globs of a configuration against the files that there are: what matches nothing is a mistake."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from checker.errors import UsageError
from checker.model.problem import Problem, ProblemKind
from checker.policy.globs import matches_path
from checker.source.suggest import closest
from checker.workspace.configuration import NAMES, PYPROJECT, Configuration

_NOT_WALKED = frozenset({".git", ".terraform", ".terragrunt-cache", "node_modules", ".venv", "__pycache__"})
# What tools write need not be there in each run that does without it.
_OUTPUT = frozenset({"cdk.out", "cdktf.out", ".aws-sam", ".serverless", ".terragrunt-stack"})
_OF_TERRAFORM = (".tf", ".tofu", ".tf.json", ".tofu.json")
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
        if not any(map(is_kind, _matching(configuration.directory, segments))):
            hint = _suggestion(configuration.directory, segments, is_kind)
            what = {"roots": "no directory", "templates": "no template"}[written.key]
            errors.append(f"{written.location}: {what} matches {written.glob!r} of `{written.key}`{hint}")
    if errors:
        raise UsageError("\n".join(errors))


def problems_of_exclusions(configuration: Configuration) -> Iterator[Problem]:
    """A problem for each pattern of `exclude` that excludes nothing.

    One that begins with `**` may be for trees to come. Of Terraform, whole modules are excluded.
    """
    for written in configuration.globs:
        segments = written.glob.split("/")
        if written.key != "exclude":
            continue
        if written.glob.endswith(_OF_TERRAFORM):
            message = f"{written.glob!r} of `exclude` excludes nothing: a module is read with all of its files"
            advice = "Exclude its directory, or take the pattern out."
        elif segments[0] != "**" and next(_matching(configuration.directory, segments), None) is None:
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


def _below(directory: Path) -> Iterator[Path]:
    for above, directories, files in os.walk(directory):
        directories[:] = [name for name in directories if name not in _NOT_WALKED]
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
