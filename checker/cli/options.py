"""The options of a run, each in one place: what it is called, its help, and the commands that have it.

`check`, `refs` and `forecast` get their signatures from `RunOptions`. A test holds the keys of the configuration file
and the arguments of `checker.check` against it.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date
from enum import StrEnum
from functools import cache
from inspect import Parameter, Signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, get_type_hints

import typer

from checker.report import format_names

if TYPE_CHECKING:
    from checker.model.policy import Severity

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class FailOn(StrEnum):
    """The lowest severity of an open finding that makes a run fail."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    NEVER = "never"

    def severity(self) -> "Severity | None":
        """The severity, None for never."""
        from checker.model.policy import Severity

        return None if self is FailOn.NEVER else Severity[self.name]


class Mentions(StrEnum):
    """Where ids that no resource uses are looked for."""

    INFRASTRUCTURE = "infrastructure"
    CODE = "code"


class Resolve(StrEnum):
    """Who is asked for what code does not tell."""

    ACCOUNT = "account"


class Known(NamedTuple):
    """Where an option is known: to which commands, by which key of the configuration file, by which name in Python."""

    commands: tuple[str, ...] = ("check", "refs", "forecast")
    key: str | None = None
    python: str | None = None


_CHECK = ("check",)
_JUDGING = ("check", "forecast", "account")
_REPORTING = ("check", "refs", "forecast", "account")
_ACCEPTING = ("check", "account")
_ACCOUNT = ("account",)
_ASKING = ("check", "refs")


def _text(flag: str, help_text: str, metavar: str) -> Any:
    return typer.Option(flag, help=help_text, metavar=metavar, show_default=False)


def _file(flag: str, help_text: str) -> Any:
    return typer.Option(flag, help=help_text, exists=True, dir_okay=False, metavar="FILE", show_default=False)


# Those that `models` has, too.
CatalogFile = Annotated[
    Path | None,
    _file("--catalog", "Catalog to use.  [default: the newer of the refreshed and the bundled one]"),
    Known(_REPORTING, key="catalog", python="catalog"),
]
CatalogOverlays = Annotated[
    list[Path] | None,
    _file("--catalog-overlay", "File of own models, deadlines and arrangements to lay over it. Repeatable."),
    Known(_REPORTING, python="catalog_overlays"),
]
AsOf = Annotated[
    str | None,
    _text("--as-of", "Day to judge for, in UTC.  [default: today]", "YYYY-MM-DD"),
    Known(_REPORTING, python="as_of"),
]


class RunOptions(NamedTuple):
    """What the command line of a run says, as it says it. A command has the options that are known to it."""

    paths: Annotated[
        list[str] | None,
        typer.Argument(
            help="Directories, plans, states, templates or cdk.out folders; - is standard input.  [default: paths of"
            " the configuration]",
            metavar="PATH",
            show_default=False,
        ),
        Known(key="paths", python="paths"),
    ] = None
    policy: Annotated[
        list[str] | None,
        _text(
            "--policy",
            "Pack or policy file to judge by. Repeatable, later ones over earlier ones.  [default: baseline]",
            "PACK|FILE",
        ),
        Known(_JUDGING, key="policy", python="policy"),
    ] = None
    catalog: CatalogFile = None
    catalog_overlay: CatalogOverlays = None
    as_of: AsOf = None
    region: Annotated[
        list[str] | None,
        _text("--region", "Region to judge where the code does not tell the Region. Repeatable.", "REGION"),
        Known(key="regions", python="regions"),
    ] = None
    var: Annotated[
        list[str] | None,
        _text("--var", "Value of a Terraform variable. Repeatable.", "NAME=VALUE"),
        Known(python="variables"),
    ] = None
    var_file: Annotated[
        list[Path] | None,
        _file("--var-file", "File of Terraform variables. Repeatable."),
        Known(python="var_files"),
    ] = None
    env_vars: Annotated[
        bool, typer.Option("--env-vars", help="Take Terraform variables from TF_VAR_* of the environment."), Known()
    ] = False
    workspace: Annotated[
        str | None,
        _text("--workspace", "Terraform workspace.", "NAME"),
        Known(key="workspace", python="workspace"),
    ] = None
    config_env: Annotated[
        str | None,
        _text("--config-env", "Environment in a samconfig file of --parameters.  [default: --workspace]", "NAME"),
        Known(python="config_env"),
    ] = None
    parameters: Annotated[
        list[Path] | None,
        _file("--parameters", "File of CloudFormation parameters. Repeatable."),
        Known(python="parameters"),
    ] = None
    answers: Annotated[
        list[Path] | None,
        _file(
            "--answers",
            "File of what an account says: SSM parameters, exports, models behind ARNs; also what `aws ssm"
            " get-parameters` prints. Repeatable.",
        ),
        Known(key="answers", python="answers"),
    ] = None
    source: Annotated[
        Path | None,
        typer.Option(
            "--source",
            help="Root module that the plan was made from: findings then point into its code.",
            exists=True,
            file_okay=False,
            metavar="DIR",
            show_default=False,
        ),
        Known(python="source"),
    ] = None
    fail_on: Annotated[
        FailOn | None,
        typer.Option(
            "--fail-on",
            help="Lowest severity that fails the run (exit code 1).  [default: error]",
            show_default=False,
        ),
        Known(_ACCEPTING, key="fail-on"),
    ] = None
    fail_on_unresolved: Annotated[
        bool,
        typer.Option("--fail-on-unresolved", help="Exit with 3 if the model of a reference is not known."),
        Known(("check", "refs", "account"), key="fail-on-unresolved"),
    ] = False
    mentions: Annotated[
        Mentions | None,
        typer.Option(
            "--mentions",
            help="Where to look for ids that no resource uses; with code, in programs and notebooks, too."
            "  [default: infrastructure for check, code for refs]",
            show_default=False,
        ),
        Known(("check", "refs"), key="mentions", python="mentions"),
    ] = None
    formats: Annotated[
        list[str] | None,
        _text(
            "--format",
            "Report to write: {formats}. With =FILE, to that file, else to standard output. Repeatable."
            "  [default: terminal]",
            "NAME[=FILE]",
        ),
        Known(_REPORTING),
    ] = None
    verbose: Annotated[
        bool,
        typer.Option("--verbose", help="Show notes, what is waived, and every use, problem and input."),
        Known(_REPORTING),
    ] = False
    quiet: Annotated[bool, typer.Option("--quiet", help="Show only errors and the verdict."), Known(_REPORTING)] = False
    allow_outside: Annotated[
        bool,
        typer.Option("--allow-outside", help="Read files outside the git work tree of a path, too."),
        Known(python="allow_outside"),
    ] = False
    changed: Annotated[
        bool,
        typer.Option("--changed", help="Count only what a plan creates, replaces or gives another model."),
        Known(_CHECK, python="changed"),
    ] = False
    diff_base: Annotated[
        str | None,
        _text("--diff-base", "Count only what was not there in the merge base of HEAD and this revision.", "REVISION"),
        Known(_CHECK, python="diff_base"),
    ] = None
    baseline: Annotated[
        Path | None,
        _text("--baseline", "File of findings that do not count.", "FILE"),
        Known(_ACCEPTING, key="baseline", python="baseline"),
    ] = None
    write_baseline: Annotated[
        Path | None, _text("--write-baseline", "Write what is found to a baseline file.", "FILE"), Known(_ACCEPTING)
    ] = None
    prune_baseline: Annotated[
        bool,
        typer.Option("--prune-baseline", help="Take out of the baseline what is not found any more."),
        Known(_ACCEPTING),
    ] = False
    blame: Annotated[
        bool,
        typer.Option("--blame", help="Name who wrote a model last, by git, among the owners."),
        Known(_CHECK),
    ] = False
    config: Annotated[
        Path | None,
        _file("--config", "Configuration to use.  [default: .bedrock-eol.yaml, from the paths upward]"),
        Known(_REPORTING),
    ] = None
    no_config: Annotated[bool, typer.Option("--no-config", help="Use no configuration file."), Known(_REPORTING)] = (
        False
    )
    resolve: Annotated[
        Resolve | None,
        typer.Option(
            "--resolve",
            help="Ask the AWS account for what code does not tell: profiles, prompts, SSM parameters, exports and the"
            " like. Read-only; without it, no connection is opened.",
            show_default=False,
        ),
        Known(_ASKING),
    ] = None
    save_answers: Annotated[
        Path | None,
        _text("--save-answers", "Write the answers of the account to a file, for --answers of another run.", "FILE"),
        Known(_ASKING),
    ] = None
    profile: Annotated[
        str | None,
        _text("--profile", "Profile of the AWS configuration to ask with.", "NAME"),
        Known((*_ASKING, *_ACCOUNT)),
    ] = None
    role_arn: Annotated[
        str | None,
        _text("--role-arn", "Role to take on before asking.", "ARN"),
        Known((*_ASKING, *_ACCOUNT)),
    ] = None
    organization: Annotated[
        str | None,
        _text("--organization", "Ask each account of the organization, with the role of this name in it.", "ROLE"),
        Known(_ACCOUNT),
    ] = None
    regions: Annotated[
        list[str] | None,
        _text(
            "--regions",
            "Regions to ask, with commas between them. Repeatable.  [default: all Regions of the partition with Bedrock"
            " that are enabled]",
            "REGIONS",
        ),
        Known(_ACCOUNT),
    ] = None
    include: Annotated[
        list[str] | None,
        _text(
            "--include",
            "List more: compute (environments of Lambda, ECS and SageMaker, definitions of Step Functions), parameters"
            " (plain ones of SSM). With commas between them. Repeatable.",
            "GROUPS",
        ),
        Known(_ACCOUNT),
    ] = None
    against: Annotated[
        list[str] | None,
        _text(
            "--against", "Code to compare with the account: what differs, and what only one has. Repeatable.", "CODE"
        ),
        Known(_ACCOUNT),
    ] = None
    owner_tag: Annotated[
        list[str] | None,
        _text("--owner-tag", "Tag that names the owner of a resource. Repeatable.  [default: owner, team]", "NAME"),
        Known(_ACCOUNT),
    ] = None


@cache
def _hints() -> dict[str, Any]:
    return get_type_hints(RunOptions, include_extras=True)


def known_options() -> dict[str, Known]:
    """Where each option is known, by the name of its field."""
    hints = _hints()
    return {name: next(each for each in hint.__metadata__ if isinstance(each, Known)) for name, hint in hints.items()}


def command(name: str) -> Callable[..., None]:
    """The command as typer takes it: a function with a parameter for each of its options, that runs it and exits."""

    def invoke(**given: Any) -> None:
        from checker.cli import runs

        raise typer.Exit(runs.COMMANDS[name](RunOptions(**given)))

    hints, known = _hints(), known_options()
    parameters = []
    for option in RunOptions._fields:
        if name in known[option].commands:
            default = RunOptions._field_defaults[option]
            hint = _with_formats(hints[option], name) if option == "formats" else hints[option]
            parameters.append(Parameter(option, Parameter.KEYWORD_ONLY, default=default, annotation=hint))
    invoke.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    invoke.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    return invoke


def _with_formats(hint: Any, name: str) -> Any:
    """The option `--format` with the formats that the command has."""
    names = {
        "check": format_names(judged=True),
        "refs": format_names(judged=False),
        "forecast": FORECAST_FORMATS,
        "account": format_names(judged=True),
    }
    kind, (option, known) = hint.__origin__, hint.__metadata__
    text = option.help.replace("{formats}", ", ".join(names[name]))
    return Annotated[kind, _text("--format", text, option.metavar), known]


# By their names alone: the help should not wait for what writes them.
FORECAST_FORMATS = ("terminal", "json", "ics")


def day(text: str | None, option: str = "--as-of") -> date | None:
    """The day that an option names."""
    if text is None:
        return None
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        found = date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a day; write it as 2026-11-24", param_hint=option) from None
    from checker.model.lifecycle import EARLIEST_DAY, LATEST_DAY, is_judged

    if not is_judged(found):
        raise typer.BadParameter(f"{text} is not between {EARLIEST_DAY} and {LATEST_DAY}", param_hint=option)
    return found


def regions(texts: Sequence[str] | None, option: str = "--region") -> tuple[str, ...]:
    """The Region codes that an option names."""
    from checker.model.regions import unknown_region

    for text in texts or ():
        if (wrong := unknown_region(text)) is not None:
            raise typer.BadParameter(wrong, param_hint=option)
    return tuple(dict.fromkeys(texts or ()))


def words(texts: list[str] | None) -> tuple[str, ...]:
    """The words of an option that takes several, with commas between them."""
    return tuple(dict.fromkeys(word.strip() for text in texts or () for word in text.split(",") if word.strip()))


def variables(texts: list[str] | None) -> tuple[tuple[str, str], ...]:
    """The names and values of `--var`."""
    pairs = []
    for text in texts or ():
        name, equals, value = text.partition("=")
        if not name.strip() or not equals:
            raise typer.BadParameter(f"{text!r} is not of the form NAME=VALUE", param_hint="--var")
        pairs.append((name.strip(), value))
    return tuple(pairs)
