"""The arguments and options that commands share, and how their texts become values."""

import re
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from checker.report import format_names

if TYPE_CHECKING:
    from checker.model.policy import Severity

_REGION = re.compile(r"[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class FailOn(StrEnum):
    """The least severity of an open finding that makes a run fail."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    NEVER = "never"

    def severity(self) -> "Severity | None":
        """The severity, None for never."""
        from checker.model.policy import Severity

        return None if self is FailOn.NEVER else Severity[self.name]


def _existing(flag: str, help_text: str) -> object:
    return typer.Option(flag, help=help_text, exists=True, dir_okay=False, metavar="FILE", show_default=False)


def _formats(*, judged: bool) -> object:
    names = ", ".join(format_names(judged=judged))
    return typer.Option(
        "--format",
        help=f"Report to write: {names}. With =FILE, to that file, else to standard output. Repeatable."
        "  [default: terminal]",
        metavar="NAME[=FILE]",
        show_default=False,
    )


Paths = Annotated[
    list[str] | None,
    typer.Argument(
        help="Directories, plans, states, templates or cdk.out folders; - is standard input.  [default: paths of the"
        " configuration]",
        metavar="PATH",
        show_default=False,
    ),
]
Policies = Annotated[
    list[str] | None,
    typer.Option(
        "--policy",
        help="Pack or policy file to judge by. Repeatable, later ones over earlier ones.  [default: baseline]",
        metavar="PACK|FILE",
        show_default=False,
    ),
]
CatalogFile = Annotated[
    Path | None,
    _existing("--catalog", "Catalog to use.  [default: the newer of the refreshed and the bundled one]"),
]
CatalogOverlays = Annotated[
    list[Path] | None,
    _existing("--catalog-overlay", "File of own models, deadlines and arrangements to lay over it. Repeatable."),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of", help="Day to judge for, in UTC.  [default: today]", metavar="YYYY-MM-DD", show_default=False
    ),
]
Regions = Annotated[
    list[str] | None,
    typer.Option(
        "--region",
        help="Region to judge where the code does not tell the Region. Repeatable.",
        metavar="REGION",
        show_default=False,
    ),
]
Variables = Annotated[
    list[str] | None,
    typer.Option("--var", help="Value of a Terraform variable. Repeatable.", metavar="NAME=VALUE", show_default=False),
]
VariableFiles = Annotated[list[Path] | None, _existing("--var-file", "File of Terraform variables. Repeatable.")]
EnvironmentVariables = Annotated[
    bool, typer.Option("--env-vars", help="Take Terraform variables from TF_VAR_* of the environment.")
]
Workspace = Annotated[
    str | None,
    typer.Option(
        "--workspace",
        help="Terraform workspace, or environment in a samconfig file of --parameters.",
        metavar="NAME",
        show_default=False,
    ),
]
ParameterFiles = Annotated[
    list[Path] | None, _existing("--parameters", "File of CloudFormation parameters. Repeatable.")
]
Source = Annotated[
    Path | None,
    typer.Option(
        "--source",
        help="Root module that the plan was made from: findings then point into its code.",
        exists=True,
        file_okay=False,
        metavar="DIR",
        show_default=False,
    ),
]
FailOnSeverity = Annotated[
    FailOn | None,
    typer.Option(
        "--fail-on",
        help="Least severity of a finding that gives exit code 1.  [default: error]",
        show_default=False,
    ),
]
FailOnUnresolved = Annotated[
    bool, typer.Option("--fail-on-unresolved", help="Exit with 3 if the model of a reference is not known.")
]
JudgedFormats = Annotated[list[str] | None, _formats(judged=True)]
ReferenceFormats = Annotated[list[str] | None, _formats(judged=False)]
ConfigurationFile = Annotated[
    Path | None, _existing("--config", "Configuration to use.  [default: .bedrock-eol.yaml, from the paths upward]")
]
NoConfiguration = Annotated[bool, typer.Option("--no-config", help="Use no configuration file.")]
Changed = Annotated[
    bool, typer.Option("--changed", help="Count only what a plan creates, replaces or gives another model.")
]
DiffBase = Annotated[
    str | None,
    typer.Option(
        "--diff-base",
        help="Count only what was not there in the merge base of HEAD and this revision.",
        metavar="REVISION",
        show_default=False,
    ),
]
BaselineFile = Annotated[
    Path | None,
    typer.Option("--baseline", help="File of findings that do not count.", metavar="FILE", show_default=False),
]
WriteBaseline = Annotated[
    Path | None,
    typer.Option(
        "--write-baseline", help="Write what is found to a baseline file.", metavar="FILE", show_default=False
    ),
]
Blame = Annotated[bool, typer.Option("--blame", help="Name who wrote a model last, by git, among the owners.")]
Verbose = Annotated[
    bool, typer.Option("--verbose", help="Show notes, what is waived, and every use, problem and input.")
]
Quiet = Annotated[bool, typer.Option("--quiet", help="Show only errors and the verdict.")]
AllowOutside = Annotated[
    bool, typer.Option("--allow-outside", help="Read files outside the git work tree of a path, too.")
]


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


def regions(texts: list[str] | None) -> tuple[str, ...]:
    """The Region codes of `--region`."""
    for text in texts or ():
        if not _REGION.fullmatch(text):
            raise typer.BadParameter(f"{text!r} is not the code of a Region, like us-east-1", param_hint="--region")
    return tuple(dict.fromkeys(texts or ()))


def variables(texts: list[str] | None) -> tuple[tuple[str, str], ...]:
    """The names and values of `--var`."""
    pairs = []
    for text in texts or ():
        name, equals, value = text.partition("=")
        if not name.strip() or not equals:
            raise typer.BadParameter(f"{text!r} is not of the form NAME=VALUE", param_hint="--var")
        pairs.append((name.strip(), value))
    return tuple(pairs)
