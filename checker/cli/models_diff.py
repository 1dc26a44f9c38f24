"""`bedrock-eol models diff`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class DiffFormat(StrEnum):
    """How the differences are shown; `markdown` is for the body of a pull request."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


def diff(
    before: Annotated[
        Path,
        typer.Argument(help="Catalog to compare from.", metavar="A", exists=True, dir_okay=False, show_default=False),
    ],
    after: Annotated[
        Path,
        typer.Argument(help="Catalog to compare to.", metavar="B", exists=True, dir_okay=False, show_default=False),
    ],
    output: Annotated[
        DiffFormat, typer.Option("--format", help="Text, JSON, or Markdown for a pull request.")
    ] = DiffFormat.TEXT,
) -> None:
    """Show what differs between two catalogs: models, dates per Region, profiles, replacements."""
    from checker.catalog import load_file
    from checker.catalog.compare import compare
    from checker.cli.output import write_to_standard_output
    from checker.report.catalog_diff import as_json, as_markdown, as_text

    render = {DiffFormat.TEXT: as_text, DiffFormat.JSON: as_json, DiffFormat.MARKDOWN: as_markdown}[output]
    write_to_standard_output(render(compare(load_file(before), load_file(after))))


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("diff")(diff)
