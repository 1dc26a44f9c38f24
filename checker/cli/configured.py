"""Combines the options of a run with its configuration file, whose globs must match something."""

import os
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path, PurePath

from checker.cli.commands import known_options
from checker.cli.options import RunOptions
from checker.discover.search import NOT_WALKED
from checker.discover.targets import TERRAFORM_SUFFIXES
from checker.errors import UsageError
from checker.model.problem import Problem, ProblemKind
from checker.policy.scope import matches_path
from checker.source.files import Boundary, SourceFiles, find_boundary, is_directory, is_link, is_work_tree
from checker.source.validation import closest
from checker.workspace.configuration import (
    NAMES,
    PYPROJECT,
    Configuration,
    find_configuration,
    load_configuration,
    misnamed_configuration,
)
from checker.workspace.git import unwritten_by_git

# Holds the globs of a configuration against the files that there are: what matches nothing is a mistake.

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


# Combines the options of a run with its configuration file.


def with_configuration(options: RunOptions, cwd: Path | None = None) -> tuple[RunOptions, Configuration]:
    """The options, with values of the configuration file where the command line has none.

    Paths are relative to `cwd`, by default the working directory.
    """
    if options.verbose and options.quiet:
        raise UsageError("--verbose and --quiet contradict each other; choose one")
    paths = options.paths or ()
    cwd = Path.cwd() if cwd is None else cwd
    configuration = _configuration_for(
        paths,
        options.config,
        cwd,
        _named_by(options, cwd),
        ignored=options.no_config,
        allow_outside=options.allow_outside,
    )
    configured = {
        name: getattr(configuration, name)
        for name, known in known_options().items()
        # Regions and the workspace belong to single inputs; the pipeline looks them up.
        if known.key is not None and hasattr(configuration, name) and not getattr(options, name)
    }
    return options._replace(**configured), configuration


def _configuration_for(
    paths: Sequence[str],
    file: Path | None,
    cwd: Path,
    named: Collection[str],
    *,
    ignored: bool,
    allow_outside: bool,
) -> Configuration:
    """The configuration in `file`, else the only one above the paths; an empty one if there is none.

    `named` are the files of options. Raises UsageError if it is not valid, if several apply, or if one that was found
    names something outside its work tree.
    """
    if ignored:
        if file is not None:
            raise UsageError("--config and --no-config contradict each other; choose one")
        return Configuration("", cwd)
    if file is not None:
        return load_configuration(file, cwd)
    starts = [cwd if path == "-" else cwd / path for path in paths] or [cwd]
    if misnamed := next(filter(None, (misnamed_configuration(start, named) for start in starts)), None):
        shown = SourceFiles(Boundary(None, allow_outside=True), cwd).display(misnamed)
        raise UsageError(
            f"{shown} is not read: a configuration is {NAMES[0]}, or [tool.bedrock-eol] in {PYPROJECT}. Rename"
            " it, or pass --no-config"
        )
    found = list(dict.fromkeys(find_configuration(start) for start in starts))
    if len(found) > 1:
        names = " and ".join("none" if each is None else str(each) for each in found[:2])
        raise UsageError(
            f"different configurations hold for these paths ({names}): check them one by one, or choose with --config"
            " FILE or --no-config"
        )
    if found[0] is None:
        return Configuration("", cwd)
    configuration = load_configuration(found[0], cwd)
    files = SourceFiles(Boundary(find_boundary(configuration.directory), allow_outside), cwd)
    if outside := [error for path in _named_in(configuration) if (error := files.outside(path)) is not None]:
        raise UsageError("\n".join(f"{configuration.shown}: {error}" for error in outside))
    return configuration


def _named_by(options: RunOptions, cwd: Path) -> frozenset[str]:
    """What options name, without links; not each of it is a file."""
    values = (value if isinstance(value, list) else [value] for value in options)
    return frozenset(
        os.path.realpath(cwd / each) for several in values for each in several if isinstance(each, (str, Path))
    )


def _named_in(configuration: Configuration) -> Iterator[Path]:
    """The files and directories in a configuration."""
    yield from (Path(name) for name in configuration.policy if os.path.isabs(name))  # noqa: PTH117
    yield from map(Path, configuration.paths)
    yield from (path for path in (configuration.catalog, configuration.baseline) if path is not None)
    yield from configuration.answers
    for own in configuration.own_options:
        yield from (*own.var_files, *own.parameters)


def paths_of(given: Sequence[str], configuration: Configuration, cwd: Path | None = None) -> tuple[str, ...]:
    """The paths of the command line, else those of the configuration. Raises UsageError without any."""
    if given:
        return tuple(given)
    if configuration.paths:
        base = Path.cwd() if cwd is None else cwd
        return tuple(_relative(Path(path), base) for path in configuration.paths)
    raise UsageError("what is to be checked? Give a path, such as `.`, or set `paths` in a configuration")


def _relative(path: Path, cwd: Path) -> str:
    return str(path.relative_to(cwd)) if path.is_relative_to(cwd) else str(path)
