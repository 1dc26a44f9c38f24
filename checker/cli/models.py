"""`bedrock-eol models`: what the catalog knows."""

from enum import StrEnum
from typing import Annotated

import typer

from checker.cli import arguments

app = typer.Typer(help="Show what the catalog knows of models.", no_args_is_help=True, rich_markup_mode=None)


class OutputFormat(StrEnum):
    """How the catalog is shown; `json` is in the format of a catalog file."""

    TABLE = "table"
    JSON = "json"


class ListFormat(StrEnum):
    """How a list of models is shown; `csv` has a line for each Region."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


class StageName(StrEnum):
    """The stages by which models can be listed."""

    ACTIVE = "active"
    LEGACY = "legacy"
    EXTENDED_ACCESS = "extended-access"
    END_OF_LIFE = "end-of-life"
    UNKNOWN = "unknown"


Format = Annotated[OutputFormat, typer.Option("--format", help="A table, or JSON in the format of a catalog file.")]


@app.command("list")
def list_models(
    text: Annotated[
        str,
        typer.Argument(help="List only models whose id or name has this text.", metavar="TEXT", show_default=False),
    ] = "",
    provider: Annotated[
        str | None, typer.Option("--provider", help="Only models of this provider.", metavar="NAME", show_default=False)
    ] = None,
    region: Annotated[
        str | None,
        typer.Option(
            "--region",
            help="Only models offered in this Region, with their dates there.",
            metavar="REGION",
            show_default=False,
        ),
    ] = None,
    stage: Annotated[
        StageName | None, typer.Option("--stage", help="Only models in this stage.", show_default=False)
    ] = None,
    eol_from: Annotated[
        str | None,
        typer.Option("--eol-from", help="Only models with an EOL date on this day or later.", metavar="YYYY-MM-DD"),
    ] = None,
    eol_until: Annotated[
        str | None,
        typer.Option("--eol-until", help="Only models with an EOL date on this day or before.", metavar="YYYY-MM-DD"),
    ] = None,
    eol_within: Annotated[
        int | None,
        typer.Option(
            "--eol-within", help="Only models with an EOL date in so many days or less.", metavar="DAYS", min=0
        ),
    ] = None,
    as_of: arguments.AsOf = None,
    catalog: arguments.CatalogFile = None,
    catalog_overlay: arguments.CatalogOverlays = None,
    output: Annotated[
        ListFormat,
        typer.Option("--format", help="A table, JSON in the format of a catalog file, or CSV by Region."),
    ] = ListFormat.TABLE,
) -> None:
    """List models with their stage, the gravest over their Regions, and their EOL date."""

    from checker.catalog import encode, select_catalog
    from checker.cli.model_pages import show_list
    from checker.cli.models_filter import EolWindow
    from checker.cli.output import write_to_standard_output
    from checker.cli.runs import today
    from checker.model.lifecycle import worst_stage
    from checker.report.models_csv import render

    regions = arguments.regions([region] if region is not None else None)
    day = arguments.day(as_of) or today()
    window = EolWindow.of(
        arguments.day(eol_from, "--eol-from"), arguments.day(eol_until, "--eol-until"), eol_within, day
    )
    selected = select_catalog(catalog, tuple(catalog_overlay or ()))
    known = selected.catalog
    wanted = tuple(
        (model, stages)
        for model in known.models
        if text.lower() in model.id.lower() or text.lower() in model.name.lower()
        if provider is None or provider.lower() == model.provider.lower()
        if not regions or model.is_offered_in(regions[0]) or any(regions[0] in row.regions for row in model.rows)
        for stages in (worst_stage(model, day, regions),)
        if stage is None or stages.worst.stage.value == stage.value
        if window is None or window.has_one_of(stages)
    )
    match output:
        case ListFormat.JSON:
            write_to_standard_output(encode(known._replace(models=tuple(model for model, _ in wanted))))
        case ListFormat.CSV:
            write_to_standard_output(render(wanted))
        case ListFormat.TABLE:
            show_list(selected, wanted, day)


@app.command("show")
def show_model(
    identifier: Annotated[
        str, typer.Argument(help="Id of a model or of an inference profile.", metavar="ID", show_default=False)
    ],
    as_of: arguments.AsOf = None,
    catalog: arguments.CatalogFile = None,
    catalog_overlay: arguments.CatalogOverlays = None,
    output: Format = OutputFormat.TABLE,
) -> None:
    """Show all that is known of one model: dates per Region with their sources, profiles, replacements, notes."""

    from checker.catalog import CatalogIndex, encode, select_catalog
    from checker.cli.model_pages import show_one
    from checker.cli.output import write_to_standard_output
    from checker.cli.runs import today
    from checker.errors import UsageError

    selected = select_catalog(catalog, tuple(catalog_overlay or ()))
    known, index = selected.catalog, CatalogIndex(selected.catalog)
    model = index.lookup(identifier)
    if model is None:
        similar = index.suggest(identifier)
        hint = f"; did you mean {', '.join(similar)}?" if similar else "; `bedrock-eol models list` lists all"
        raise UsageError(f"the catalog knows no model {identifier!r}{hint}")
    if output is OutputFormat.JSON:
        write_to_standard_output(encode(known._replace(models=(model,))))
    else:
        show_one(selected, model, arguments.day(as_of) or today())
