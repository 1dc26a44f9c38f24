"""`bedrock-eol models refresh`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from checker.cli import arguments


class Source(StrEnum):
    """Where a refresh gets its data: the Bedrock API, or AWS's documentation."""

    API = "api"
    DOCS = "docs"


def refresh(
    sources: Annotated[
        list[Source] | None,
        typer.Option(
            "--from",
            help="The Bedrock API (needs AWS credentials), or AWS's documentation (needs none). Both may be given; the"
            " API's word counts more.  [default: docs]",
            show_default=False,
        ),
    ] = None,
    regions: Annotated[
        list[str] | None,
        typer.Option(
            "--regions",
            help="Regions to ask the API in, separated by commas. Repeatable.  [default: all with Bedrock]",
            metavar="REGIONS",
            show_default=False,
        ),
    ] = None,
    pages: Annotated[
        Path | None,
        typer.Option(
            "--pages",
            help="Folder of saved pages to read in place of AWS's site; needs --read-on.",
            metavar="DIR",
            exists=True,
            file_okay=False,
            show_default=False,
        ),
    ] = None,
    read_on: Annotated[
        str | None,
        typer.Option(
            "--read-on", help="The day on which the pages were saved.", metavar="YYYY-MM-DD", show_default=False
        ),
    ] = None,
    site: Annotated[
        str | None,
        typer.Option(
            "--docs-url",
            help="Where the user guide is, as for a mirror of it.  [default: AWS's site]",
            metavar="URL",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            help="Catalog file to write.  [default: the one in the user's cache, which check then uses]",
            metavar="FILE",
            show_default=False,
        ),
    ] = None,
    catalog: Annotated[
        Path | None,
        typer.Option(
            "--catalog",
            help="Catalog to start from.  [default: the newer of the refreshed and the bundled one]",
            metavar="FILE",
            exists=True,
            dir_okay=False,
            show_default=False,
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say only what went wrong.")] = False,
) -> None:
    """Bring the catalog up to date, from the Bedrock API or from AWS's documentation.

    The new catalog is validated before it replaces the old one. Exits with 3 if something could not be read or did not
    make sense: then the old data of that part stays, with its day.
    """
    from checker.cli.refreshing import RefreshRequest, run_refresh

    request = RefreshRequest(
        from_api=Source.API in (sources or ()),
        from_docs=Source.DOCS in (sources or (Source.DOCS,)),
        regions=tuple(name.strip() for text in regions or () for name in text.split(",") if name.strip()),
        pages=pages,
        read_on=arguments.day(read_on, "--read-on"),
        site=site,
        output=output,
        catalog=catalog,
        quiet=quiet,
    )
    raise typer.Exit(run_refresh(request))


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("refresh")(refresh)
