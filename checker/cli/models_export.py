"""`bedrock-eol models export`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from checker.cli import arguments


class ExportFormat(StrEnum):
    """`json` is data for policy engines, `ics` a calendar, `catalog` the format of a catalog file."""

    JSON = "json"
    ICS = "ics"
    CATALOG = "catalog"


def export(
    output: Annotated[
        ExportFormat,
        typer.Option(
            "--format", help="Data for OPA and conftest (json), a calendar of coming dates (ics), or a catalog file."
        ),
    ] = ExportFormat.JSON,
    model: Annotated[
        list[str] | None,
        typer.Option(
            "--model", help="Only this model, by any of its ids. Repeatable.", metavar="ID", show_default=False
        ),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option("--output", help="File to write.  [default: standard output]", metavar="FILE", show_default=False),
    ] = None,
    as_of: arguments.AsOf = None,
    catalog: arguments.CatalogFile = None,
    catalog_overlay: arguments.CatalogOverlays = None,
) -> None:
    """Write the catalog for other tools, with the stage of each model in each Region on the day."""

    from checker.catalog import CatalogIndex, encode, select_catalog
    from checker.cli.output import write_to_file, write_to_standard_output
    from checker.cli.runs import today
    from checker.errors import UsageError
    from checker.report import models_calendar, models_export

    day = arguments.day(as_of) or today()
    selected = select_catalog(catalog, tuple(catalog_overlay or ()))
    known = selected.catalog
    if model:
        index = CatalogIndex(known)
        chosen = {}
        for identifier in model:
            found = index.lookup(identifier)
            if found is None:
                similar = index.suggest(identifier)
                hint = f"; did you mean {', '.join(similar)}?" if similar else ""
                raise UsageError(f"the catalog knows no model {identifier!r}{hint}")
            chosen[found.id] = found
        known = known._replace(models=tuple(chosen[key] for key in sorted(chosen)))
    source = f"Catalog data of {known.as_of}: {selected.description}"
    match output:
        case ExportFormat.JSON:
            text = models_export.render(known, day, selected.description)
        case ExportFormat.ICS:
            text = models_calendar.render(known.models, day, source)
        case ExportFormat.CATALOG:
            text = encode(known)
    if file is None:
        write_to_standard_output(text)
    else:
        write_to_file(file, text)


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("export")(export)
