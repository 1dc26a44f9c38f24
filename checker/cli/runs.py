"""A run of `check` or `refs`, from its options to its exit code."""

import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from checker.cli.exit_codes import ExitCode
from checker.cli.output import ReportRequest, write_reports
from checker.cli.progress import Progress
from checker.errors import UsageError
from checker.model.options import Options
from checker.model.policy import Severity
from checker.model.settings import Settings
from checker.report.options import ReportOptions
from checker.report.view import Verdict, View, verdict_of
from checker.source.lines import SourceText

if TYPE_CHECKING:
    from checker.workspace.configuration import Configuration

_EXIT_CODES = {
    Verdict.PASSED: ExitCode.OK,
    Verdict.FAILED: ExitCode.FINDINGS,
    Verdict.INCOMPLETE: ExitCode.INCOMPLETE,
}
_VARIABLE_PREFIX = "TF_VAR_"


class Request(NamedTuple):
    """What the command line asks for. Without `as_of`, the clock is read."""

    paths: tuple[str, ...]
    policy: tuple[str, ...]
    catalog: Path | None
    as_of: date | None
    regions: tuple[str, ...]
    variables: tuple[tuple[str, str], ...]
    variable_files: tuple[Path, ...]
    takes_environment: bool
    workspace: str | None
    parameters: tuple[Path, ...]
    allow_outside: bool
    judge: bool
    fail_on: Severity | None
    fail_on_unresolved: bool
    reports: tuple[ReportRequest, ...]
    verbose: bool
    quiet: bool
    changed: bool = False
    diff_base: str | None = None
    baseline: Path | None = None
    write_baseline: Path | None = None
    blame: bool = False
    source: Path | None = None
    configuration: "Configuration | None" = None
    catalog_overlays: tuple[Path, ...] = ()


def report_on(request: Request) -> ExitCode:
    """The exit code of a run, after its reports are written."""
    from checker.pipeline import scan

    if request.verbose and request.quiet:
        raise UsageError("--verbose and --quiet contradict each other; choose one")
    cwd = Path.cwd()
    with Progress(None if request.quiet else sys.stderr) as progress:
        result = scan(
            request.paths, settings_of(request), standard_input=standard_input, cwd=cwd, on_input=progress.step
        )
    view = View(result)
    verdict = verdict_of(result, request.fail_on, request.fail_on_unresolved)
    options = ReportOptions(
        verdict=verdict,
        fail_on=request.fail_on,
        fail_on_unresolved=request.fail_on_unresolved,
        paths=request.paths,
        verbose=request.verbose,
        quiet=request.quiet,
        read_line=SourceText.below((*request.paths, *_source(request)), cwd, allow_outside=request.allow_outside).line,
    )
    write_reports(view, request.reports, options)
    return _EXIT_CODES[verdict]


def _source(request: Request) -> tuple[str, ...]:
    return () if request.source is None else (str(request.source),)


def today() -> date:
    """The day by the clock, in UTC."""
    return datetime.now(UTC).date()


def settings_of(request: Request) -> Settings:
    """The request as the pipeline takes it; the clock and the environment are read here."""
    environment = os.environ if request.takes_environment else {}
    configuration = request.configuration
    return Settings(
        as_of=request.as_of or today(),
        policy=request.policy,
        catalog=request.catalog,
        catalog_overlays=request.catalog_overlays,
        options=Options(
            variables=request.variables,
            var_files=request.variable_files,
            environment={
                name.removeprefix(_VARIABLE_PREFIX): value
                for name, value in environment.items()
                if name.startswith(_VARIABLE_PREFIX)
            },
            workspace=request.workspace,
            parameters=request.parameters,
            regions=request.regions,
            source=request.source,
        ),
        allow_outside=request.allow_outside,
        judge=request.judge,
        changed=request.changed,
        diff_base=request.diff_base,
        baseline=request.baseline,
        write_baseline=request.write_baseline,
        blame=request.blame,
        excluded=configuration.exclude if configuration else (),
        own_options=configuration.own_options if configuration else (),
        configured_in=configuration.directory if configuration and configuration.shown else None,
    )


def standard_input() -> bytes:
    """What standard input holds. Raises UsageError if it is closed."""
    if sys.stdin is None:
        raise UsageError("standard input is closed")
    return sys.stdin.buffer.read()
