"""The commands of `fleet`: from their options to their exit codes, and what they print."""

import json
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from checker.cli.exit_codes import ExitCode
from checker.cli.output import write_to_file, write_to_standard_output
from checker.cli.runs import packages_of, today
from checker.cli.terminal import Progress, new_page, show, tell
from checker.errors import UsageError
from checker.model.policy import Severity
from checker.model.settings import Options, Settings
from checker.report.csv import csv_text
from checker.report.page import INDENT, Span
from checker.wording import counted, first_listed, listed

with packages_of("fleet"):
    from checker.fleet.checkout import Limits
    from checker.fleet.engine import Cluster
    from checker.fleet.hosts import list_host
    from checker.fleet.repositories import repositories
    from checker.fleet.runs import judge_fleet, new_run, prepare, resumed_run, scan_fleet
    from checker.fleet.store import Store
    from checker.fleet.views import FleetView

if TYPE_CHECKING:
    from checker.fleet.queries import Answer

_MEGABYTE = 1_000_000
# Earlier, a rate tells nothing.
_NO_RATE_SECONDS = 5.0
_INDENT = " " * INDENT
# Repositories that were not read, or not wholly, that are named after a run.
_MOST_MISSED = 10


class Asked(NamedTuple):
    """The options of a run. `as_of` is None for today, `fail_on` for never."""

    store: Path
    policy: tuple[str, ...]
    as_of: date | None
    catalog: Path | None = None
    overlays: tuple[Path, ...] = ()
    regions: tuple[str, ...] = ()
    fail_on: Severity | None = None
    quiet: bool = False


def run_scan(
    asked: Asked,
    sources: Sequence[str],
    *,
    workers: int | None,
    scheduler: str | None,
    time_limit: int,
    largest: int,
    resume: bool,
    archived: bool,
) -> ExitCode:
    """Reads a fleet. Raises UsageError for invalid options, or if the cluster or the store fails."""
    if scheduler is not None and workers is not None:
        raise UsageError("--workers is for a cluster on this machine; the one of --scheduler has its own")
    store = Store(asked.store)
    found = repositories(sources, Path.cwd(), partial(list_host, archived=archived))
    job = prepare(_settings(asked), Limits(time_limit, largest * _MEGABYTE), Path.cwd())
    run = resumed_run(store, job) if resume else new_run(store, job, _now())
    with Progress(None if asked.quiet else sys.stderr) as progress:
        try:
            cluster = Cluster(scheduler, workers)
            ended = scan_fleet(found, store, run, job, cluster, _with_rate(progress.step), _tell_of_dashboard)
        except KeyboardInterrupt:
            done = len(store.repositories(run))
            tell(f"interrupted: {done:,} of {len(found):,} repositories are stored; go on with --resume")
            return ExitCode.INTERRUPTED
    if ended.left:
        tell(f"the scheduler went away: {counted(ended.left, 'repository', 'repositories')} left; go on with --resume")
    return _end(asked, FleetView(store, ended.run), is_whole=not ended.left)


def _tell_of_dashboard(address: str) -> None:
    tell(f"The cluster's dashboard is at {address}.")


def run_judge(asked: Asked) -> ExitCode:
    """Judges the last run anew. Raises UsageError if there is none."""
    store = Store(asked.store)
    job = prepare(_settings(asked), Limits(), Path.cwd())
    judged, stale = judge_fleet(store, job, _now())
    if stale:
        tell(f"the catalog has new models that may be used in {first_listed(stale, 5)}; scan again to read them")
    return _end(asked, FleetView(store, judged), is_whole=not stale)


def view_of(store: Path, run: str | None) -> FleetView:
    """A run of a store; without an id, the last finished one."""
    found = Store(store)
    return FleetView(found, found.run(run))


def write(text: str, file: Path | None) -> None:
    """Writes to a file, whose directory is created, or to standard output."""
    if file is None:
        write_to_standard_output(text)
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror}") from None
    write_to_file(file, text)


def show_runs(store: Path) -> None:
    """A line for each run."""
    page = new_page()
    found = Store(store)
    rows = [
        [
            Span(run.id, "bold"),
            Span(f"judged for {run.as_of}"),
            Span(counted(len(found.repositories(run)), "repository", "repositories")),
            Span("" if run.finished else "not finished"),
        ]
        for run in found.runs()
    ]
    if not rows:
        page.line(Span(f"{store} has no run; `bedrock-eol fleet scan` makes one"))
    page.table(rows)
    show(page)


def show_answer(answer: "Answer", answer_format: str) -> None:
    """The rows of a query."""
    from checker.fleet.queries import as_plain

    if answer_format == "json":
        rows = [dict(zip(answer.columns, map(as_plain, row), strict=True)) for row in answer.rows]
        write_to_standard_output(json.dumps(rows, indent=2) + "\n")
    elif answer_format == "csv":
        write_to_standard_output(csv_text(answer.columns, answer.rows))
    else:
        page = new_page()
        page.table(
            [
                [Span(column, "bold") for column in answer.columns],
                *([Span("" if value is None else _shown(value)) for value in row] for row in answer.rows),
            ]
        )
        page.gap()
        page.line(Span(counted(len(answer.rows), "row")))
        show(page)


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _settings(asked: Asked) -> Settings:
    return Settings(
        as_of=asked.as_of or today(),
        policy=asked.policy,
        catalog=asked.catalog,
        catalog_overlays=asked.overlays,
        options=Options(regions=asked.regions),
    )


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%S-%fZ")


def _with_rate(step: Callable[[str, int, int], None]) -> Callable[[int, int, str], None]:
    began = time.monotonic()
    first: list[int] = []

    def report(number: int, total: int, name: str) -> None:
        first[:] = first or [number - 1]
        seconds = time.monotonic() - began
        rate = (number - first[0]) / max(seconds, 0.001)
        aside = "" if seconds < _NO_RATE_SECONDS else f" ({rate:.1f} a second, {_left((total - number) / rate)} left)"
        step(f"{name}{aside}", number, total)

    return report


def _left(seconds: float) -> str:
    return counted(round(seconds), "second") if seconds < 90 else counted(round(seconds / 60), "minute")


def _end(asked: Asked, view: FleetView, *, is_whole: bool) -> ExitCode:
    page = new_page()
    statuses = [f"{count:,} {status}" for status, count in view.by_status.items()]
    page.line(Span(f"run {view.run.id}: {counted(len(view.repositories), 'repository', 'repositories')}", "bold"))
    page.line(Span(f"{_INDENT}{', '.join(statuses) or 'none read'}"))
    for row in view.unread[:_MOST_MISSED]:
        page.paragraph(Span(row.reason), first=[Span(f"{_INDENT}{row.status.value}  {row.name}  ")])
    if len(view.unread) > _MOST_MISSED:
        page.line(Span(f"{_INDENT}and {len(view.unread) - _MOST_MISSED} more that were not read"))
    if view.incomplete:
        count = counted(len(view.incomplete), "repository", "repositories")
        page.line(Span(f"{_INDENT}{count} not wholly read: models may have been missed"))
        for name, problems in list(view.missed.items())[:_MOST_MISSED]:
            told = f"{problems[0].message}{'' if len(problems) == 1 else f' and {len(problems) - 1} more'}"
            page.paragraph(Span(told), first=[Span(f"{_INDENT * 2}{name}  ")])
        if len(view.missed) > _MOST_MISSED:
            page.line(Span(f"{_INDENT * 2}and {len(view.missed) - _MOST_MISSED} more"))
    if view.unresolved:
        count = counted(len(view.unresolved), "reference")
        page.line(Span(f"{_INDENT}{count} not resolved: the code does not tell their models"))
    severities = listed([counted(count, severity) for severity, count in view.by_severity.items() if count])
    page.line(Span(f"{_INDENT}{severities or 'no open findings'}"))
    for group in view.by_month:
        if group.lines:
            models = counted(len(group.models), "model")
            where = counted(len(group.repositories), "repository", "repositories")
            page.line(Span(f"{_INDENT}{group.name:8} {counted(group.size, 'line')} to change, {models}, {where}"))
    page.gap()
    page.line(Span(f"bedrock-eol fleet report --store {asked.store} -o fleet.html"))
    show(page)
    if asked.fail_on is not None and any(
        count and Severity[severity.upper()] >= asked.fail_on for severity, count in view.by_severity.items()
    ):
        return ExitCode.FINDINGS
    return ExitCode.OK if is_whole and not view.unread and not view.incomplete else ExitCode.INCOMPLETE
