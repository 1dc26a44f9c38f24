"""The application: the table of commands."""

from copy import copy
from typing import Annotated, Any

import typer

from checker.cli import config, fleet, init, models, policy
from checker.cli.commands import command as run_command
from checker.cli.words import Command, Group

_HELP = """Finds every Amazon Bedrock model that Terraform, CloudFormation, SAM and CDK code uses, and judges it by its
lifecycle dates, per Region.

Exit codes: 0 no finding that fails and everything read; 1 findings; 2 wrong usage, policy or catalog; 3 the analysis
is incomplete; 4 internal error.
"""

_CHECK = """Find the models that infrastructure code uses, and judge them by a policy.

A directory yields every Terraform root, template and cdk.out in it; plan and state files only when they are named.
"""
_REFS = "List the models that infrastructure code uses, and where; without judging them."
_FORECAST = """List the dates on which each model will start to break a rule, soonest first.

What a waiver covers breaks on the day after its last. Exits with 3 if something could not be read.
"""
_VARIABLES = """Options can stand in the environment, too: BEDROCK_EOL_POLICY, BEDROCK_EOL_FAIL_ON and so on. Spaces
separate several values, colons several files. The command line comes first, then the environment, then the
configuration file: `bedrock-eol config show` tells which said what.
"""

_FIX = """Edit the lines that name models which are ending, so that they name ones that stay.

Prints a unified diff; --write changes the files. What is no change in place is left, with the reason. Exits with 0 if
nothing is left to mend, 1 if edits are proposed or refused, 3 if something could not be read.
"""

_ACCOUNT = """List what uses a model in an AWS account, and judge it by a policy, as code is.

Reads only, with the credentials of the environment. Exits with 3 if something could not be read.
"""

_LSP = """Serve an editor: findings, dates, completion and edits while one types.

Speaks the Language Server Protocol over standard input and output. Each folder has the settings of its configuration
file.
"""

app = typer.Typer(
    help=_HELP,
    cls=Group,
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

for _name, _short, _long in (
    ("check", "Judge the models that code uses.", _CHECK),
    ("refs", "List the models that code uses, without judging them.", _REFS),
    ("forecast", "Tell what will break a rule, when, and which line to change.", _FORECAST),
    ("fix", "Edit the lines that name models which are ending.", _FIX),
    ("account", "Judge the models that run in an AWS account.", _ACCOUNT),
    ("lsp", "Serve an editor over the Language Server Protocol.", _LSP),
):
    app.command(_name, cls=Command, short_help=_short, help=_long, epilog=_VARIABLES)(run_command(_name))
app.command("init", cls=Command, short_help="Write a configuration for what is in the tree.")(init.init)
app.command("explain", cls=Command, short_help="Explain a rule or a check.")(policy.explain)
app.add_typer(config.app, name="config")
app.add_typer(models.app, name="models")
app.add_typer(policy.app, name="policy")
app.add_typer(fleet.app, name="fleet")


def _show_version(wanted: bool) -> None:
    if wanted:
        from checker import __version__

        typer.echo(f"bedrock-eol {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and exit.", is_eager=True, callback=_show_version)
    ] = False,
) -> None:
    del version


def command(name: str | None = None) -> Any:
    """The application as the command that typer runs; if a command has the name, only that one.

    Building all commands with their options takes longer than many a run of one.
    """
    chosen = copy(app)
    commands = [each for each in app.registered_commands if each.name == name]
    groups = [each for each in app.registered_groups if each.name == name]
    if commands or groups:
        chosen.registered_commands, chosen.registered_groups = commands, groups
    return typer.main.get_command(chosen)
