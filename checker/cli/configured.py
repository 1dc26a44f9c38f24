"""Combines the options of a run with its configuration file."""

import os
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from checker.cli.commands import known_options
from checker.cli.options import RunOptions
from checker.errors import UsageError
from checker.source.files import Boundary, SourceFiles, find_boundary
from checker.workspace.configuration import (
    NAMES,
    PYPROJECT,
    Configuration,
    find_configuration,
    load_configuration,
    misnamed_configuration,
)


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
