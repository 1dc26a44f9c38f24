"""The options of a run, each in one place: its name, its help, and the commands that have it.

`check`, `refs`, `forecast`, `account` and `fix` get their signatures from `RunOptions`. A test compares the keys of the
configuration file and the arguments of `checker.check` with it.
"""

from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from checker.cli import words
from checker.cli.values import Color, FailOn, Mentions, Resolve
from checker.cli.words import ACCOUNT, COUNT, EDIT, JUDGE, OUTPUT, READ, RUNNING, choice, completed


class Known(NamedTuple):
    """Where an option is known: its commands, its key in the configuration file, its name in Python.

    `variable`: an environment variable can also give it.
    """

    commands: tuple[str, ...] = ("check", "refs", "forecast", "fix")
    key: str | None = None
    python: str | None = None
    variable: bool = True


_CHECK = ("check",)
_JUDGING = ("check", "forecast", "account", "fix", "lsp")
_SCOPED = ("check", "fix")
_FIX = ("fix",)
_REPORTING = ("check", "refs", "forecast", "account")
_ACCEPTING = ("check", "account")
_ALL = (*_REPORTING, "fix")
_ANY = (*_ALL, "lsp")
_ACCOUNT = ("account",)
_ASKING = ("check", "refs")
_FORECAST = ("forecast",)
# The language server takes what holds for a whole folder.
_EDITING = ("check", "refs", "forecast", "fix", "lsp")


def _text(group: str, flags: str, help_text: str, metavar: str, **given: Any) -> Any:
    """An option with all its flags, which are separated by spaces."""
    return typer.Option(
        *flags.split(), help=help_text, metavar=metavar, rich_help_panel=group, show_default=False, **given
    )


def _file(group: str, flag: str, help_text: str) -> Any:
    return _text(group, flag, help_text, "FILE", callback=words.files)


def _switch(group: str, flags: str, help_text: str) -> Any:
    return typer.Option(*flags.split(), help=help_text, rich_help_panel=group)


# Shared with `models`.
CatalogFile = Annotated[
    Path | None,
    _file(JUDGE, "--catalog", "Catalog to use.  [default: the newer of the refreshed and the bundled one]"),
    Known(_ANY, key="catalog", python="catalog"),
]
CatalogOverlays = Annotated[
    list[Path] | None,
    _file(JUDGE, "--catalog-overlay", "File of own models, deadlines and arrangements to lay over it. Repeatable."),
    Known(_ANY, python="catalog_overlays"),
]
AsOf = Annotated[
    str | None,
    _text(JUDGE, "--as-of", "Day to judge for, in UTC.  [default: today]", "YYYY-MM-DD"),
    Known(_ANY, python="as_of"),
]


class RunOptions(NamedTuple):
    """The options of a run as the command line gives them. A command has the options that name it."""

    paths: Annotated[
        list[str] | None,
        typer.Argument(
            help="Directories, plans, states, templates or cdk.out folders; - is standard input.  [default: paths of"
            " the configuration]",
            metavar="PATH",
            rich_help_panel=READ,
            show_default=False,
        ),
        Known(key="paths", python="paths", variable=False),
    ] = None
    policy: Annotated[
        list[str] | None,
        _text(
            JUDGE,
            "--policy",
            "Pack or policy file to judge by. Repeatable, later ones over earlier ones.  [default: baseline]",
            "PACK|FILE",
            autocompletion=completed(words.policies),
        ),
        Known(_JUDGING, key="policy", python="policy"),
    ] = None
    catalog: CatalogFile = None
    catalog_overlay: CatalogOverlays = None
    as_of: AsOf = None
    region: Annotated[
        list[str] | None,
        _text(
            JUDGE,
            "--region",
            "Region to judge where the code does not tell the Region. Repeatable.",
            "REGION",
            autocompletion=completed(words.regions),
        ),
        Known(_EDITING, key="regions", python="regions"),
    ] = None
    var: Annotated[
        list[str] | None,
        _text(READ, "--var", "Value of a Terraform variable. Repeatable.", "NAME=VALUE"),
        Known(python="variables", variable=False),
    ] = None
    var_file: Annotated[
        list[Path] | None,
        _file(READ, "--var-file", "File of Terraform variables. Repeatable."),
        Known(python="var_files"),
    ] = None
    env_vars: Annotated[
        bool, _switch(READ, "--env-vars", "Take Terraform variables from TF_VAR_* of the environment."), Known(_EDITING)
    ] = False
    workspace: Annotated[
        str | None,
        _text(READ, "--workspace", "Terraform workspace.", "NAME"),
        Known(_EDITING, key="workspace", python="workspace"),
    ] = None
    config_env: Annotated[
        str | None,
        _text(READ, "--config-env", "Environment in a samconfig file of --parameters.  [default: --workspace]", "NAME"),
        Known(python="config_env"),
    ] = None
    parameters: Annotated[
        list[Path] | None,
        _file(READ, "--parameters", "File of CloudFormation parameters. Repeatable."),
        Known(python="parameters"),
    ] = None
    answers: Annotated[
        list[Path] | None,
        _file(
            READ,
            "--answers",
            "File of what an account says: SSM parameters, exports, models behind ARNs; also what `aws ssm"
            " get-parameters` prints. Repeatable.",
        ),
        Known(_EDITING, key="answers", python="answers"),
    ] = None
    source: Annotated[
        Path | None,
        _text(
            READ,
            "--source",
            "Root module that the plan was made from: findings then point into its code.",
            "DIR",
            callback=words.directory,
        ),
        Known(python="source"),
    ] = None
    fail_on: Annotated[
        str | None,
        choice(
            "--fail-on",
            "Lowest severity that fails the run (exit code 1).  [default: error]",
            FailOn,
            what="severity",
            rich_help_panel=COUNT,
        ),
        Known(_ACCEPTING, key="fail-on"),
    ] = None
    fail_on_unresolved: Annotated[
        bool,
        _switch(COUNT, "--fail-on-unresolved", "Exit with 3 if the model of a reference is not known."),
        Known(("check", "refs", "account"), key="fail-on-unresolved"),
    ] = False
    mentions: Annotated[
        str | None,
        choice(
            "--mentions",
            "Where to look for ids that no resource uses; with code, in programs and notebooks, too."
            "  [default: infrastructure for check, code for refs]",
            Mentions,
            what="place",
            rich_help_panel=READ,
        ),
        Known(("check", "refs", "fix"), key="mentions", python="mentions"),
    ] = None
    formats: Annotated[
        list[str] | None,
        _text(
            OUTPUT,
            "--format -f",
            "Report to write: {formats}. With =FILE, to that file, else to standard output. Repeatable."
            "  [default: terminal]",
            "NAME[=FILE]",
        ),
        Known(_REPORTING),
    ] = None
    output: Annotated[
        Path | None,
        _text(
            OUTPUT,
            "--output -o",
            "File for the one report, in the format of --format, else in that of its ending.",
            "FILE",
        ),
        Known(_REPORTING),
    ] = None
    color: Annotated[
        str | None,
        choice(
            "--color",
            "When to write colours and links.  [default: auto: on a terminal, unless NO_COLOR is set]",
            Color,
            what="choice",
            rich_help_panel=OUTPUT,
        ),
        Known(_REPORTING),
    ] = None
    verbose: Annotated[
        bool,
        _switch(OUTPUT, "--verbose -v", "Show notes, what is waived, trails, dates, and every use, problem and input."),
        Known(_REPORTING),
    ] = False
    quiet: Annotated[bool, _switch(OUTPUT, "--quiet -q", "Show only errors and the verdict."), Known(_ALL)] = False
    allow_outside: Annotated[
        bool,
        _switch(READ, "--allow-outside", "Read files outside the git work tree of a path, too."),
        Known(_EDITING, python="allow_outside"),
    ] = False
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs",
            "-j",
            help="Most processes that read the inputs, on Linux.  [default: one a core, up to 8, for many inputs]",
            metavar="N",
            min=1,
            rich_help_panel=READ,
            show_default=False,
        ),
        Known(),
    ] = None
    until: Annotated[
        str | None, _text(COUNT, "--until", "Only what breaks until this day.", "YYYY-MM-DD"), Known(_FORECAST)
    ] = None
    on: Annotated[str | None, _text(COUNT, "--on", "Only what breaks on this day.", "YYYY-MM-DD"), Known(_FORECAST)] = (
        None
    )
    already_broken: Annotated[
        bool,
        _switch(COUNT, "--already-broken", "List what breaks a rule already, too: what check finds."),
        Known(_FORECAST),
    ] = False
    changed: Annotated[
        bool,
        _switch(COUNT, "--changed", "Count only what a plan creates, replaces or gives another model."),
        Known(_SCOPED, python="changed"),
    ] = False
    diff_base: Annotated[
        str | None,
        _text(
            COUNT,
            "--diff-base",
            "Count only what was not there in the merge base of HEAD and this revision.",
            "REVISION",
        ),
        Known(_SCOPED, python="diff_base"),
    ] = None
    baseline: Annotated[
        Path | None,
        _text(COUNT, "--baseline", "File of findings that do not count.", "FILE"),
        Known((*_SCOPED, *_ACCOUNT, "lsp"), key="baseline", python="baseline"),
    ] = None
    write_baseline: Annotated[
        Path | None,
        _text(COUNT, "--write-baseline", "Write what is found to a baseline file.", "FILE"),
        Known(_ACCEPTING),
    ] = None
    prune_baseline: Annotated[
        bool,
        _switch(COUNT, "--prune-baseline", "Take out of the baseline what is not found any more."),
        Known(_ACCEPTING),
    ] = False
    owner: Annotated[
        list[str] | None,
        _text(
            COUNT,
            "--owner",
            "Count only findings of this owner, by CODEOWNERS, git or a tag; none: of no owner. Repeatable.",
            "OWNER",
        ),
        Known((*_SCOPED, *_ACCOUNT)),
    ] = None
    blame: Annotated[
        bool,
        _switch(OUTPUT, "--blame", "Name who wrote a model last, by git, among the owners."),
        Known(_CHECK),
    ] = False
    edits: Annotated[
        bool,
        _switch(
            OUTPUT,
            "--edits",
            "Add the edits that `fix` proposes to JSON, SARIF and Markdown; reads the whole work tree.",
        ),
        Known(_CHECK),
    ] = False
    write: Annotated[
        bool,
        _switch(EDIT, "--write", "Write the edits to the files, and judge these again."),
        Known(_FIX, variable=False),
    ] = False
    interactive: Annotated[
        bool, _switch(EDIT, "--interactive", "Ask for each edit, then write."), Known(_FIX, variable=False)
    ] = False
    to: Annotated[
        str | None,
        _text(EDIT, "--to", "Model to move to.  [default: the one that fits a line best]", "MODEL"),
        Known(_FIX),
    ] = None
    map: Annotated[
        Path | None, _file(EDIT, "--map", "YAML or JSON file that gives the new id for an old one."), Known(_FIX)
    ] = None
    only: Annotated[
        list[str] | None,
        _text(
            EDIT,
            "--only",
            "Mend only findings of this rule, address or model; a glob. Repeatable.",
            "RULE|ADDRESS|MODEL",
        ),
        Known(_FIX),
    ] = None
    no_grants: Annotated[
        bool, _switch(EDIT, "--no-grants", "Do not add the new models to IAM statements."), Known(_FIX)
    ] = False
    allow_replacement: Annotated[
        bool,
        _switch(
            EDIT,
            "--allow-replacement",
            "Edit what takes more than the edit, too: embeddings, bought capacity, lines with different needs.",
        ),
        Known(_FIX),
    ] = False
    config: Annotated[
        Path | None,
        _file(RUNNING, "--config", "Configuration to use.  [default: .bedrock-eol.yaml, from the paths upward]"),
        Known(_ANY),
    ] = None
    no_config: Annotated[bool, _switch(RUNNING, "--no-config", "Use no configuration file."), Known(_ANY)] = False
    stdio: Annotated[
        bool,
        _switch(RUNNING, "--stdio", "Accepted, since many editors give it: there is no other way."),
        Known(("lsp",)),
    ] = False
    resolve: Annotated[
        str | None,
        choice(
            "--resolve",
            "Ask the AWS account for what code does not tell: profiles, prompts, SSM parameters, exports and the"
            " like. Read-only; without it, no connection is opened.",
            Resolve,
            what="source",
            rich_help_panel=ACCOUNT,
        ),
        Known(_ASKING),
    ] = None
    save_answers: Annotated[
        Path | None,
        _text(
            ACCOUNT,
            "--save-answers",
            "Write the answers of the account to a file, for --answers of another run.",
            "FILE",
        ),
        Known(_ASKING),
    ] = None
    profile: Annotated[
        str | None,
        _text(ACCOUNT, "--profile", "Profile of the AWS configuration to ask with.", "NAME"),
        Known((*_ASKING, *_ACCOUNT)),
    ] = None
    role_arn: Annotated[
        str | None,
        _text(ACCOUNT, "--role-arn", "Role to take on before asking.", "ARN"),
        Known((*_ASKING, *_ACCOUNT)),
    ] = None
    organization: Annotated[
        str | None,
        _text(
            ACCOUNT, "--organization", "Ask each account of the organization, with the role of this name in it.", "ROLE"
        ),
        Known(_ACCOUNT),
    ] = None
    regions: Annotated[
        list[str] | None,
        _text(
            ACCOUNT,
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
            ACCOUNT,
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
            ACCOUNT,
            "--against",
            "Code to compare with the account: what differs, and what only one has. Repeatable.",
            "CODE",
        ),
        Known(_ACCOUNT),
    ] = None
    owner_tag: Annotated[
        list[str] | None,
        _text(
            ACCOUNT,
            "--owner-tag",
            "Tag that names the owner of a resource. Repeatable.  [default: owner, team]",
            "NAME",
        ),
        Known(_ACCOUNT),
    ] = None
    # No option: the names of the fields whose options were given, in that order, since the last one may win.
    order: tuple[str, ...] = ()
