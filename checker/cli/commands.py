"""The commands of runs for typer, made from their options."""

from collections.abc import Callable
from copy import copy
from functools import cache
from inspect import Parameter, Signature
from typing import Annotated, Any, get_type_hints

import typer

from checker.cli.options import Known, RunOptions
from checker.cli.words import ORDER, completed
from checker.report import format_names


@cache
def _hints() -> dict[str, Any]:
    hints = get_type_hints(RunOptions, include_extras=True)
    del hints["order"]
    for name, hint in hints.items():
        option, known = hint.__metadata__
        if known.variable:
            option.envvar = variable_of(name)
    return hints


def variable_of(name: str) -> str:
    """The environment variable for the option of a field: `BEDROCK_EOL_FAIL_ON` for `fail_on`."""
    return f"BEDROCK_EOL_{_FLAG_NAMES.get(name, name).upper()}"


# Fields whose names differ from their flags.
_FLAG_NAMES = {"formats": "format"}


def known_options() -> dict[str, Known]:
    """Where each option is known, by the name of its field."""
    hints = _hints()
    return {name: next(each for each in hint.__metadata__ if isinstance(each, Known)) for name, hint in hints.items()}


def command(name: str) -> Callable[..., None]:
    """The command for typer: a function with a parameter for each option, which runs the command and exits."""

    def run(_context: typer.Context, options: RunOptions) -> int:
        from checker.cli import runs

        return runs.COMMANDS[name](options)

    return taking_options_of(name, run)


def taking_options_of(name: str, run: Callable[[typer.Context, RunOptions], int]) -> Callable[..., None]:
    """A function for typer with the options of a command, which exits with the result of `run`."""

    def invoke(context: typer.Context, **given: Any) -> None:
        for pair in _CONTRADICTIONS:
            of_environment = [each for each in pair if given.get(each) and _is_of_environment(context, each)]
            if len(of_environment) == 1 and all(map(given.get, pair)):
                given[of_environment[0]] = None
        raise typer.Exit(run(context, RunOptions(**given, order=context.meta.get(ORDER, ()))))

    hints, known = _hints(), known_options()
    parameters = [Parameter("context", Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)]
    for option in known:
        if name in known[option].commands:
            default = RunOptions._field_defaults[option]
            hint = _with_formats(hints[option], name) if option == "formats" else hints[option]
            parameters.append(Parameter(option, Parameter.KEYWORD_ONLY, default=default, annotation=hint))
    invoke.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    invoke.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    return invoke


# If two options contradict each other, the command line wins over the environment, as for a single option.
_CONTRADICTIONS = (("verbose", "quiet"), ("config", "no_config"), ("until", "on"))


def _is_of_environment(context: typer.Context, name: str) -> bool:
    return getattr(context.get_parameter_source(name), "name", "") == "ENVIRONMENT"


def _with_formats(hint: Any, name: str) -> Any:
    """The option `--format` with the formats of the command."""
    names = {
        "check": format_names(judged=True),
        "refs": format_names(judged=False),
        "forecast": FORECAST_FORMATS,
        "account": format_names(judged=True),
    }
    kind, (option, known) = hint.__origin__, hint.__metadata__
    own = copy(option)
    own.help = option.help.replace("{formats}", ", ".join(names[name]))
    own.autocompletion = completed(lambda: ((each, "") for each in names[name]))
    return Annotated[kind, own, known]


# By name only: the help must not import the formats.
FORECAST_FORMATS = ("terminal", "json", "ics", "csv")
