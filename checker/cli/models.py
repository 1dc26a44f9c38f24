"""`bedrock-eol models`: what the catalog knows."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from checker.cli import options, values, words
from checker.cli.words import Command, Group, choice, completed

app = typer.Typer(help="Show what the catalog knows of models.", cls=Group, no_args_is_help=True, rich_markup_mode=None)


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


class DiffFormat(StrEnum):
    """How the differences are shown; `markdown` is for the body of a pull request."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


class ExportFormat(StrEnum):
    """`json` is data for policy engines, `ics` a calendar, `catalog` the format of a catalog file."""

    JSON = "json"
    ICS = "ics"
    CATALOG = "catalog"


class Source(StrEnum):
    """Where a refresh gets its data: the Bedrock API, AWS's documentation, or AWS Health."""

    API = "api"
    DOCS = "docs"
    HEALTH = "health"


class CrossCheck(StrEnum):
    """Data of others that a refresh can be held against; each is in a package that has to be installed."""

    LITELLM = "litellm"
    MODEL_RETIRE = "model-retire"
    CDK = "cdk"


Format = Annotated[
    str, choice("--format", "A table, or JSON in the format of a catalog file.", OutputFormat, what="format")
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", help="File to write.  [default: standard output]", metavar="FILE", show_default=False
    ),
]
NewCatalog = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        help="Catalog file to write.  [default: the one in the user's cache, which check then uses]",
        metavar="FILE",
        show_default=False,
    ),
]
OnlyModels = Annotated[
    list[str] | None,
    typer.Option(
        "--model",
        help="Only this model, by any of its ids. Repeatable.",
        metavar="ID",
        autocompletion=completed(words.models),
        show_default=False,
    ),
]


@app.command("list", cls=Command)
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
            autocompletion=completed(words.regions),
            show_default=False,
        ),
    ] = None,
    stage: Annotated[str | None, choice("--stage", "Only models in this stage.", StageName, what="stage")] = None,
    eol_from: Annotated[
        str | None,
        typer.Option(
            "--eol-from",
            help="Only models with an EOL date on this day or later.",
            metavar="YYYY-MM-DD",
            show_default=False,
        ),
    ] = None,
    eol_until: Annotated[
        str | None,
        typer.Option(
            "--eol-until",
            help="Only models with an EOL date on this day or before.",
            metavar="YYYY-MM-DD",
            show_default=False,
        ),
    ] = None,
    eol_within: Annotated[
        str | None,
        typer.Option(
            "--eol-within",
            help="Only models that reach their EOL in so many days or less, nearest first.",
            metavar="DAYS",
            show_default=False,
        ),
    ] = None,
    as_of: options.AsOf = None,
    catalog: options.CatalogFile = None,
    catalog_overlay: options.CatalogOverlays = None,
    output: Annotated[
        str,
        choice(
            "--format", "A table, JSON in the format of a catalog file, or CSV by Region.", ListFormat, what="format"
        ),
    ] = ListFormat.TABLE,
) -> None:
    """List models with their stage, the gravest over their Regions, and their EOL date."""

    from checker.catalog import encode, select_catalog
    from checker.cli.model_pages import EolWindow, show_list
    from checker.cli.output import write_to_standard_output
    from checker.cli.runs import today
    from checker.errors import UsageError
    from checker.model.stages import worst_stage
    from checker.report.models import as_csv
    from checker.source.validation import did_you_mean

    regions = values.regions([region] if region is not None else None)
    day = values.day(as_of) or today()
    within = values.days(eol_within, "--eol-within")
    window = EolWindow.of(values.day(eol_from, "--eol-from"), values.day(eol_until, "--eol-until"), within, day)
    selected = select_catalog(catalog, tuple(catalog_overlay or ()))
    known = selected.catalog
    providers = {model.provider.lower(): model.provider for model in known.models}
    if provider is not None and provider.lower() not in providers:
        raise UsageError(
            f"--provider: the catalog has no models of {provider!r}{did_you_mean(provider, providers.values())}"
        )
    wanted = tuple(
        (model, stages)
        for model in known.models
        if text.lower() in model.id.lower() or text.lower() in model.name.lower()
        if provider is None or provider.lower() == model.provider.lower()
        if not regions or model.is_offered_in(regions[0]) or any(regions[0] in row.regions for row in model.rows)
        for stages in (worst_stage(model, day, regions),)
        if stage is None or stages.worst.stage.value == stage
        if window is None or window.has_one_of(stages)
    )
    if window is not None:
        wanted = tuple(sorted(wanted, key=lambda each: (window.first_in(each[1]), each[0].id)))
    match output:
        case ListFormat.JSON:
            write_to_standard_output(encode(known._replace(models=tuple(model for model, _ in wanted))))
        case ListFormat.CSV:
            write_to_standard_output(as_csv(wanted))
        case ListFormat.TABLE:
            show_list(selected, wanted, day)


@app.command("show", cls=Command)
def show_model(
    identifier: Annotated[
        str,
        typer.Argument(
            help="Id or ARN of a model or of an inference profile, as code or the AWS CLI writes it.",
            metavar="ID",
            autocompletion=completed(words.models),
            show_default=False,
        ),
    ],
    as_of: options.AsOf = None,
    catalog: options.CatalogFile = None,
    catalog_overlay: options.CatalogOverlays = None,
    output: Format = OutputFormat.TABLE,
) -> None:
    """Show all that is known of one model: dates per Region with their sources, profiles, replacements, notes."""

    from checker.catalog import CatalogIndex, encode, select_catalog
    from checker.cli.model_pages import model_named, show_one
    from checker.cli.output import write_to_standard_output
    from checker.cli.runs import today

    selected = select_catalog(catalog, tuple(catalog_overlay or ()))
    known = selected.catalog
    model = model_named(identifier, CatalogIndex(known))
    if output is OutputFormat.JSON:
        write_to_standard_output(encode(known._replace(models=(model,))))
    else:
        show_one(selected, model, values.day(as_of) or today())


@app.command("diff", cls=Command)
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
        str, choice("--format", "Text, JSON, or Markdown for a pull request.", DiffFormat, what="format")
    ] = DiffFormat.TEXT,
) -> None:
    """Show what differs between two catalogs: models, dates per Region, profiles, replacements."""
    from checker.catalog import load_file
    from checker.catalog.compare import compare
    from checker.cli.output import write_to_standard_output
    from checker.report.models import as_json, as_markdown, as_text

    render = {DiffFormat.TEXT: as_text, DiffFormat.JSON: as_json, DiffFormat.MARKDOWN: as_markdown}[DiffFormat(output)]
    write_to_standard_output(render(compare(load_file(before), load_file(after))))


@app.command("export", cls=Command)
def export(
    output: Annotated[
        str,
        choice(
            "--format",
            "Data for OPA and conftest (json), a calendar of coming dates (ics), or a catalog file.",
            ExportFormat,
            what="format",
        ),
    ] = ExportFormat.JSON,
    model: OnlyModels = None,
    file: Output = None,
    as_of: options.AsOf = None,
    catalog: options.CatalogFile = None,
    catalog_overlay: options.CatalogOverlays = None,
) -> None:
    """Write the catalog for other tools, with the stage of each model in each Region on the day."""

    from checker.catalog import CatalogIndex, encode, select_catalog
    from checker.cli.model_pages import model_named
    from checker.cli.output import write_to_file, write_to_standard_output
    from checker.cli.runs import today
    from checker.report.models import as_calendar, as_data

    day = values.day(as_of) or today()
    selected = select_catalog(catalog, tuple(catalog_overlay or ()))
    known = selected.catalog
    if model:
        index = CatalogIndex(known)
        chosen = {found.id: found for found in (model_named(identifier, index) for identifier in model)}
        known = known._replace(models=tuple(chosen[key] for key in sorted(chosen)))
    source = f"Catalog data of {known.as_of}: {selected.description}"
    match output:
        case ExportFormat.JSON:
            text = as_data(known, day, selected.description)
        case ExportFormat.ICS:
            text = as_calendar(known.models, day, source)
        case ExportFormat.CATALOG:
            text = encode(known)
    if file is None:
        write_to_standard_output(text)
    else:
        write_to_file(file, text)


@app.command("calendar", cls=Command)
def calendar(
    model: OnlyModels = None,
    file: Output = None,
    as_of: options.AsOf = None,
    catalog: options.CatalogFile = None,
    catalog_overlay: options.CatalogOverlays = None,
) -> None:
    """Write the coming dates of models, with their Regions, as a file for a calendar program."""
    export(ExportFormat.ICS, model, file, as_of, catalog, catalog_overlay)


@app.command("refresh", cls=Command)
def refresh(
    sources: Annotated[
        list[str] | None,
        choice(
            "--from",
            "The Bedrock API, AWS's documentation (which needs no AWS credentials), or AWS Health (which needs a"
            " support plan). Repeatable; Health's word counts more than the API's, and that more than the"
            " documentation's.  [default: docs]",
            Source,
            what="source",
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
    organization: Annotated[
        bool, typer.Option("--organization", help="Ask AWS Health for the whole organisation of the account.")
    ] = False,
    cross_checks: Annotated[
        list[str] | None,
        choice(
            "--cross-check",
            "Hold the new catalog against what a package of others says. Repeatable; it changes nothing.",
            CrossCheck,
            what="package",
        ),
    ] = None,
    output: NewCatalog = None,
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
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say only what went wrong.")] = False,
    # For the record that the bundled catalog is made of: see tools/catalog.
    as_named: Annotated[
        bool, typer.Option("--as-named", hidden=True, help="Add no replacements that follow by rule.")
    ] = False,
) -> None:
    """Bring the catalog up to date, from AWS's documentation, the Bedrock API or AWS Health.

    The new catalog is validated before it replaces the old one. Exits with 3 if something could not be read or did not
    make sense: then the old data of that part stays, with its day.
    """
    from checker.cli.refreshing import RefreshRequest, run_refresh

    request = RefreshRequest(
        from_api=Source.API in (sources or ()),
        from_docs=Source.DOCS in (sources or (Source.DOCS,)),
        from_health=Source.HEALTH in (sources or ()),
        organization=organization,
        cross_checks=tuple(cross_checks or ()),
        as_named=as_named,
        regions=tuple(name.strip() for text in regions or () for name in text.split(",") if name.strip()),
        pages=pages,
        read_on=values.day(read_on, "--read-on"),
        site=site,
        output=output,
        catalog=catalog,
        quiet=quiet,
    )
    raise typer.Exit(run_refresh(request))


@app.command("update", cls=Command)
def update(
    source: Annotated[
        str,
        typer.Argument(help="Catalog to take: a file, or an https address.", metavar="FILE|URL", show_default=False),
    ],
    digest: Annotated[
        str | None,
        typer.Option(
            "--sha256",
            help="SHA-256 digest of the catalog.  [default: what FILE|URL.sha256 holds]",
            metavar="HEX",
            show_default=False,
        ),
    ] = None,
    output: NewCatalog = None,
) -> None:
    """Take a newer catalog that was published: a pinned version of the program need not mean old dates.

    The catalog is taken only if its digest is right, it is valid, and newer than the one in use.
    """
    from checker.cli.refreshing import run_update

    run_update(source, digest, output)
