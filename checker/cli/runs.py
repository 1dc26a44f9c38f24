"""Runs of `check`, `refs` and `forecast`, from their options to their exit codes."""

import os
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from checker.cli import options as given
from checker.cli.configured import configuration_for, paths_of
from checker.cli.exit_codes import ExitCode
from checker.cli.options import FailOn, RunOptions, known_options
from checker.cli.output import requested, tell_verdict, write_job_summary, write_reports
from checker.cli.progress import Progress
from checker.errors import UsageError
from checker.model.options import Options
from checker.model.settings import Settings
from checker.report import renderer
from checker.report.options import ReportOptions
from checker.report.view import Verdict, View, verdict_of
from checker.source.lines import SourceText
from checker.workspace.configuration import Configuration

_EXIT_CODES = {
    Verdict.PASSED: ExitCode.OK,
    Verdict.FAILED: ExitCode.FINDINGS,
    Verdict.INCOMPLETE: ExitCode.INCOMPLETE,
}
_VARIABLE_PREFIX = "TF_VAR_"


def _check(options: RunOptions) -> ExitCode:
    return _report_on(options, judged=True)


def _refs(options: RunOptions) -> ExitCode:
    return _report_on(options, judged=False)


def _report_on(asked: RunOptions, *, judged: bool) -> ExitCode:
    """The exit code of a run, after its reports are written."""
    from checker.pipeline import scan

    options, configuration, paths = _with_configuration(asked)
    reports = requested(options.formats, partial(renderer, judged=judged))
    settings = _settings(options, configuration, judge=judged)
    cwd = Path.cwd()
    with Progress(None if options.quiet else sys.stderr) as progress:
        view = View(scan(paths, settings, standard_input=_standard_input, cwd=cwd, on_input=progress.step))
    fail_on = FailOn(options.fail_on or FailOn.ERROR).severity() if judged else None
    verdict = verdict_of(view.scan, fail_on, options.fail_on_unresolved)
    source = () if options.source is None else (str(options.source),)
    shown = ReportOptions(
        verdict=verdict,
        fail_on=fail_on,
        fail_on_unresolved=options.fail_on_unresolved,
        paths=paths,
        verbose=options.verbose,
        quiet=options.quiet,
        read_line=SourceText.below((*paths, *source), cwd, allow_outside=options.allow_outside).line,
    )
    tell_verdict(view, reports, shown)
    write_reports(view, reports, shown)
    write_job_summary(view, reports, shown)
    return _EXIT_CODES[verdict]


def _forecast(asked: RunOptions) -> ExitCode:
    from checker.pipeline import foresee
    from checker.report.forecast import renderer as forecast_renderer

    options, configuration, paths = _with_configuration(asked)
    reports = requested(options.formats, forecast_renderer)
    settings = _settings(options, configuration, judge=True)
    with Progress(None if options.quiet else sys.stderr) as progress:
        outlook = foresee(paths, settings, standard_input=_standard_input, cwd=Path.cwd(), on_input=progress.step)
    verdict = Verdict.INCOMPLETE if outlook.incomplete else Verdict.PASSED
    write_reports(outlook, reports, ReportOptions(verdict, verbose=options.verbose, quiet=options.quiet))
    return _EXIT_CODES[verdict]


COMMANDS: Mapping[str, Callable[[RunOptions], ExitCode]] = {"check": _check, "refs": _refs, "forecast": _forecast}


def _with_configuration(options: RunOptions) -> tuple[RunOptions, Configuration, tuple[str, ...]]:
    """The options, with what the configuration file says where the command line says nothing; and the paths."""
    if options.verbose and options.quiet:
        raise UsageError("--verbose and --quiet contradict each other; choose one")
    paths = options.paths or ()
    configuration = configuration_for(
        paths, options.config, ignored=options.no_config, allow_outside=options.allow_outside
    )
    configured = {
        name: getattr(configuration, name)
        for name, known in known_options().items()
        # Regions and the workspace are those of single inputs, which the pipeline looks up.
        if known.key is not None and hasattr(configuration, name) and not getattr(options, name)
    }
    return options._replace(**configured), configuration, paths_of(paths, configuration)


def today() -> date:
    """The day by the clock, in UTC."""
    return datetime.now(UTC).date()


def _settings(options: RunOptions, configuration: Configuration, *, judge: bool) -> Settings:
    """The options as the pipeline takes them; the clock and the environment are read here."""
    environment = os.environ if options.env_vars else {}
    return Settings(
        as_of=given.day(options.as_of) or today(),
        policy=tuple(options.policy or ("baseline",)) if judge else (),
        catalog=options.catalog,
        catalog_overlays=tuple(options.catalog_overlay or ()),
        options=Options(
            variables=given.variables(options.var),
            var_files=tuple(options.var_file or ()),
            environment={
                name.removeprefix(_VARIABLE_PREFIX): value
                for name, value in environment.items()
                if name.startswith(_VARIABLE_PREFIX)
            },
            workspace=options.workspace,
            parameters=tuple(options.parameters or ()),
            regions=given.regions(options.region),
            source=options.source,
        ),
        allow_outside=options.allow_outside,
        judge=judge,
        changed=options.changed,
        diff_base=options.diff_base,
        baseline=options.baseline,
        write_baseline=options.write_baseline,
        prune_baseline=options.prune_baseline,
        blame=options.blame,
        excluded=configuration.exclude,
        own_options=configuration.own_options,
        configured_in=configuration.directory if configuration.shown else None,
    )


def _standard_input() -> bytes:
    """What standard input holds. Raises UsageError if it is closed."""
    if sys.stdin is None:
        raise UsageError("standard input is closed")
    return sys.stdin.buffer.read()
