"""The application: the table of commands."""

from typing import Annotated, Any

import typer

from checker.cli import init, models, policy
from checker.cli.options import command as run_command

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

_ACCOUNT = """List what uses a model in an AWS account, and judge it by a policy, as code is.

Reads only, with the credentials of the environment. Exits with 3 if something could not be read.
"""

# Without markup, help and errors are plain text and `rich` need not be imported for them.
app = typer.Typer(
    help=_HELP,
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)

app.command("check", short_help="Judge the models that code uses.", help=_CHECK)(run_command("check"))
app.command("refs", short_help="List the models that code uses.", help=_REFS)(run_command("refs"))
app.command("forecast", short_help="Tell when models that code uses will break a rule.", help=_FORECAST)(
    run_command("forecast")
)
app.command("account", short_help="Judge the models that run in an AWS account.", help=_ACCOUNT)(run_command("account"))
app.add_typer(models.app, name="models")
app.add_typer(policy.app, name="policy")
app.command("init", short_help="Write a configuration for what is in the tree.")(init.init)
app.command("explain", short_help="Explain a rule or a check.")(policy.explain)


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


def command() -> Any:
    """The application as the command that typer runs."""
    return typer.main.get_command(app)
