"""`bedrock-eol fleet`: many repositories in one run."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from checker.cli import options, values, words
from checker.cli.values import FailOn
from checker.cli.words import COUNT, JUDGE, OUTPUT, READ, RUNNING, Command, Group, choice, completed

app = typer.Typer(
    help="Read many repositories in one run: what breaks when, and whose it is.",
    cls=Group,
    no_args_is_help=True,
    rich_markup_mode=None,
)


class ReportFormat(StrEnum):
    """`html` is a page for people who decide; the others have one row for each line to change."""

    HTML = "html"
    CSV = "csv"
    JSONL = "jsonl"


class DiffFormat(StrEnum):
    """`md` is for people, `json` for programs."""

    MD = "md"
    JSON = "json"


class AnswerFormat(StrEnum):
    """`table` is for a terminal."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


_Store = Annotated[
    Path,
    typer.Option(
        "--store", help="Folder of Parquet files with the runs of the fleet.", metavar="DIR", show_default=False
    ),
]
_Run = Annotated[
    str | None,
    typer.Option("--run", help="Id of a run.  [default: the last one]", metavar="RUN", show_default=False),
]
_Policy = Annotated[
    list[str] | None,
    typer.Option(
        "--policy",
        help="Pack or policy file. Repeatable.  [default: baseline]",
        metavar="PACK|FILE",
        autocompletion=completed(words.policies),
        show_default=False,
        rich_help_panel=JUDGE,
    ),
]


def _format(help_text: str, kind: type[StrEnum]) -> Any:
    return choice("--format", help_text, kind, what="format", short="-f", show_default=True, rich_help_panel=OUTPUT)


_FailsFrom = choice(
    "--fail-on",
    "Lowest severity that makes the run fail (exit code 1).",
    FailOn,
    what="severity",
    show_default=True,
    rich_help_panel=COUNT,
)


@app.command("scan", cls=Command)
def scan(
    sources: Annotated[
        list[str],
        typer.Argument(
            help="A list of repositories (.csv, .jsonl, or one per line), a directory of checkouts or bare mirrors,"
            " github:ORGANISATION or gitlab:GROUP.",
            metavar="SOURCE",
            show_default=False,
        ),
    ],
    store: _Store,
    policy: _Policy = None,
    as_of: options.AsOf = None,
    catalog: options.CatalogFile = None,
    catalog_overlay: options.CatalogOverlays = None,
    region: Annotated[
        list[str] | None,
        typer.Option(
            "--region",
            help="Region where the code does not set one. Repeatable.",
            metavar="REGION",
            autocompletion=completed(words.regions),
            show_default=False,
            rich_help_panel=READ,
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            help="Worker processes on this machine.  [default: its cores]",
            min=1,
            metavar="N",
            show_default=False,
            rich_help_panel=RUNNING,
        ),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler",
            help="Address of your own Dask scheduler.",
            metavar="tcp://HOST:PORT",
            show_default=False,
            rich_help_panel=RUNNING,
        ),
    ] = None,
    time_limit: Annotated[
        int,
        typer.Option(
            "--time-limit", help="Most seconds for one repository.", min=1, metavar="SECONDS", rich_help_panel=RUNNING
        ),
    ] = 600,
    largest: Annotated[
        int,
        typer.Option(
            "--largest", help="Most megabytes of files in one repository.", min=1, metavar="MB", rich_help_panel=RUNNING
        ),
    ] = 2000,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the last run, which was interrupted.", rich_help_panel=RUNNING)
    ] = False,
    archived: Annotated[
        bool, typer.Option("--archived", help="Read archived ones, too.", rich_help_panel=READ)
    ] = False,
    fail_on: Annotated[str, _FailsFrom] = FailOn.NEVER,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="No progress.", rich_help_panel=RUNNING)] = False,
) -> None:
    """Read the models in many repositories, and judge them.

    A repository is read again only if its head has moved since the last run in the store; the references of the others
    are judged anew. Exits with 3 if a repository could not be read.
    """
    from checker.cli.fleet_runs import Asked, run_scan

    asked = Asked(
        store=store,
        policy=tuple(policy or ("baseline",)),
        as_of=values.day(as_of),
        catalog=catalog,
        overlays=tuple(catalog_overlay or ()),
        regions=values.regions(region),
        fail_on=FailOn(fail_on).severity(),
        quiet=quiet,
    )
    raise typer.Exit(
        run_scan(
            asked,
            sources,
            workers=workers,
            scheduler=scheduler,
            time_limit=time_limit,
            largest=largest,
            resume=resume,
            archived=archived,
        )
    )


@app.command("judge", cls=Command)
def judge(
    store: _Store,
    policy: _Policy = None,
    as_of: options.AsOf = None,
    catalog: options.CatalogFile = None,
    catalog_overlay: options.CatalogOverlays = None,
    fail_on: Annotated[str, _FailsFrom] = FailOn.NEVER,
) -> None:
    """Judge the references of the last run anew, by another day, policy or catalog; no repository is read."""
    from checker.cli.fleet_runs import Asked, run_judge

    asked = Asked(
        store=store,
        policy=tuple(policy or ("baseline",)),
        as_of=values.day(as_of),
        catalog=catalog,
        overlays=tuple(catalog_overlay or ()),
        fail_on=FailOn(fail_on).severity(),
    )
    raise typer.Exit(run_judge(asked))


@app.command("report", cls=Command)
def report(
    store: _Store,
    run: _Run = None,
    report_format: Annotated[str, _format("A page, or rows.", ReportFormat)] = ReportFormat.HTML,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            help="File to write.  [default: standard output]",
            metavar="FILE",
            show_default=False,
            rich_help_panel=OUTPUT,
        ),
    ] = None,
) -> None:
    """Write a run as a page for people who decide, or its lines to change as CSV or JSON lines."""
    from checker.cli.fleet_runs import view_of, write
    from checker.fleet import reports

    writers = {
        ReportFormat.HTML: reports.as_html,
        ReportFormat.CSV: reports.as_csv,
        ReportFormat.JSONL: reports.as_json_lines,
    }
    write(writers[ReportFormat(report_format)](view_of(store, run)), output)


@app.command("diff", cls=Command)
def diff(
    before: Annotated[str, typer.Argument(help="Id of the earlier run.", metavar="RUN", show_default=False)],
    after: Annotated[str, typer.Argument(help="Id of the later run.", metavar="RUN", show_default=False)],
    store: _Store,
    diff_format: Annotated[str, _format("Text for people, or data.", DiffFormat)] = DiffFormat.MD,
) -> None:
    """Show what has moved between two runs: findings, repositories, what could not be read."""
    from checker.cli.fleet_runs import view_of, write
    from checker.fleet.reports import moved_as_json, moved_as_markdown
    from checker.fleet.views import moved

    found = moved(view_of(store, before), view_of(store, after))
    write(moved_as_json(found) if diff_format == DiffFormat.JSON else moved_as_markdown(found), None)


@app.command("query", cls=Command)
def query(
    sql: Annotated[str, typer.Argument(help="One SQL query, as DuckDB takes it.", metavar="SQL", show_default=False)],
    store: _Store,
    run: _Run = None,
    answer_format: Annotated[str, _format("A table, or data.", AnswerFormat)] = AnswerFormat.TABLE,
) -> None:
    """Ask the store in SQL: views repositories, refs, uses, findings, problems; with all_ before them, of all runs."""
    from checker.cli.fleet_runs import show_answer, view_of
    from checker.fleet.queries import query as ask

    view = view_of(store, run)
    show_answer(ask(view.store, view.run, sql), answer_format)


@app.command("issues", cls=Command)
def issues(
    store: _Store,
    output: Annotated[
        Path, typer.Option("-o", "--output", help="Folder to write to.", metavar="DIR", show_default=False)
    ],
    run: _Run = None,
) -> None:
    """Write a Markdown file for each repository with open findings, ready to become an issue."""
    from checker.cli.fleet_runs import view_of, write
    from checker.cli.terminal import tell
    from checker.fleet.reports import as_issues
    from checker.wording import counted

    texts = as_issues(view_of(store, run))
    for name, text in texts.items():
        write(text, output / name)
    tell(f"wrote {counted(len(texts), 'issue')} to {output}")


@app.command("runs", cls=Command)
def runs(store: _Store) -> None:
    """List the runs in the store, the oldest first."""
    from checker.cli.fleet_runs import show_runs

    show_runs(store)
