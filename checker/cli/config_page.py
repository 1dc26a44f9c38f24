"""The settings of a run as a table: each value with its source."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from checker.cli.commands import known_options, variable_of
from checker.cli.configured import with_configuration
from checker.cli.exit_codes import ExitCode
from checker.cli.options import RunOptions
from checker.cli.terminal import new_page, show
from checker.report.page import Span
from checker.workspace.configuration import Configuration

_Row = tuple[str, str, str]

# The defaults; other options are left out without a value.
_DEFAULTS = {
    "paths": "none: a path has to be given",
    "policy": "baseline",
    "catalog": "the newer of the refreshed and the bundled one",
    "as_of": "today",
    "fail_on": "error",
    "mentions": "infrastructure",
    "formats": "terminal",
    "color": "auto",
}


def show_settings(options: RunOptions, sources: Mapping[str, str]) -> ExitCode:
    """Prints the table. `sources` maps each option to the name of typer's `ParameterSource`."""
    merged, configuration = with_configuration(options)
    page = new_page()
    heads = tuple(Span(head, "bold") for head in ("Option", "Value", "From"))
    rows = [*_of_options(options, merged, configuration, sources), *_of_inputs(options, configuration)]
    page.table([heads, *((Span(name, "cyan"), Span(value), Span(source)) for name, value, source in rows)])
    show(page)
    return ExitCode.OK


def _of_options(
    given: RunOptions, merged: RunOptions, configuration: Configuration, sources: Mapping[str, str]
) -> Iterator[_Row]:
    for name, known in known_options().items():
        if "check" not in known.commands:
            continue
        value = getattr(merged, name)
        if value and not getattr(given, name):
            yield _flag(name), _text(value), _location(configuration, known.key)
        elif value and sources.get(name) == "ENVIRONMENT":
            yield _flag(name), _text(value), f"environment variable {variable_of(name)}"
        elif value:
            yield _flag(name), _text(value), "command line"
        elif name in _DEFAULTS:
            yield _flag(name), _DEFAULTS[name], "default"


def _of_inputs(given: RunOptions, configuration: Configuration) -> Iterator[_Row]:
    """The configuration's options of inputs: of all, and of those that a glob matches."""
    if configuration.exclude:
        yield "exclude", _text(configuration.exclude), _location(configuration, "exclude")
    for own in configuration.own_options:
        is_for_all = own.glob == "**"
        for key, value, overruled in (
            ("regions", own.regions, given.region),
            ("workspace", own.workspace, given.workspace),
            ("var-files", own.var_files, None),
            ("parameters", own.parameters, None),
        ):
            if value and not (is_for_all and overruled):
                group = key if is_for_all else "templates" if key == "parameters" else "roots"
                yield key if is_for_all else f"{key} of {own.glob}", _text(value), _location(configuration, group)


def _flag(name: str) -> str:
    return {"paths": "PATH", "formats": "--format"}.get(name, f"--{name.replace('_', '-')}")


def _text(value: object) -> str:
    if value is True:
        return "yes"
    return ", ".join(map(_shown, value)) if isinstance(value, (list, tuple)) else _shown(value)


def _shown(value: object) -> str:
    """A file relative to the working directory, if it is below it."""
    path = Path(str(value))
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(value)


def _location(configuration: Configuration, key: str | None) -> str:
    line = dict(configuration.lines).get(key or "")
    return configuration.shown if line is None else f"{configuration.shown}:{line}"
