"""`bedrock-eol config`: the settings of a run, and their sources."""

import typer

from checker.cli.commands import known_options, taking_options_of
from checker.cli.options import RunOptions
from checker.cli.words import Command, Group

app = typer.Typer(help="Show what a run is set to.", cls=Group, no_args_is_help=True, rich_markup_mode=None)

_SHOW = """Show each value that `check` would use, and where it comes from.

That is the command line, an environment variable, the configuration file, or the default. Takes the options of check.
"""


def _show(context: typer.Context, options: RunOptions) -> int:
    from checker.cli.config_page import show_settings

    sources = {name: getattr(context.get_parameter_source(name), "name", "") for name in known_options()}
    return show_settings(options, sources)


app.command("show", cls=Command, short_help="Show each value and where it comes from.", help=_SHOW)(
    taking_options_of("check", _show)
)
