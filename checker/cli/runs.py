"""Runs the commands that read code: from their options to their exit codes."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache, partial
from hashlib import sha256
from pathlib import Path

from checker.cli import values as given
from checker.cli.configured import paths_of, problems_of_exclusions, refuse_lost_options, with_configuration
from checker.cli.exit_codes import ExitCode, saying
from checker.cli.options import RunOptions
from checker.cli.output import (
    Report,
    requested,
    require_directory,
    tell_verdict,
    write_job_summary,
    write_reports,
    write_to_file,
)
from checker.cli.terminal import Progress, tell
from checker.cli.values import FailOn, Mentions
from checker.errors import UsageError
from checker.model.scan import Scan
from checker.model.settings import Options, Settings
from checker.processes import collect_rarely
from checker.report import FORMATS, format_names, renderer
from checker.report.view import ReportOptions, Verdict, View, verdict_of
from checker.source.files import Boundary, SourceFiles, is_special
from checker.source.lines import SourceText
from checker.wording import counted, listed
from checker.workspace.answers import as_document, load_answers
from checker.workspace.configuration import Configuration

# The packages that only one command needs, which an extra installs.


@contextmanager
def packages_of(command: str) -> Iterator[None]:
    """Imports of what a command needs. Its extra has the command's name.

    Raises UsageError if a package is missing; a module of bedrock-eol itself that is missing is a fault of ours.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] == "checker":
            raise
        text = f"`{command}` needs more packages ({error.name}): install bedrock-eol with the extra '{command}'"
        raise UsageError(text) from None


# Runs the commands that read code: from their options to their exit codes.

_EXIT_CODES = {
    Verdict.PASSED: ExitCode.OK,
    Verdict.FAILED: ExitCode.FINDINGS,
    Verdict.INCOMPLETE: ExitCode.INCOMPLETE,
}
_VARIABLE_PREFIX = "TF_VAR_"
_OWNER_TAGS = ("owner", "team")


def _check(options: RunOptions) -> ExitCode:
    return _report_on(options, judged=True)


def _refs(options: RunOptions) -> ExitCode:
    return _report_on(options, judged=False)


def _report_on(asked: RunOptions, *, judged: bool) -> ExitCode:
    """Writes the reports of a run; returns the exit code."""
    options, configuration = with_configuration(asked)
    paths = paths_of(options.paths or (), configuration)
    reports = _requested(options, judged=judged)
    settings = _settings(options, configuration, judge=judged)
    shows_edits = options.edits and any(FORMATS[report.name].shows_edits for report in reports)
    scan = _scan(options, paths, settings, shows_edits=shows_edits)
    cwd = Path.cwd()
    source = () if options.source is None else (str(options.source),)
    lines = SourceText.below((*paths, *source), cwd, allow_outside=options.allow_outside)
    return _write(scan, reports, options, paths, lines, judged=judged)


def _scan(options: RunOptions, paths: tuple[str, ...], settings: Settings, *, shows_edits: bool) -> Scan:
    """The scan of paths; with `--resolve`, the account is asked about what they do not explain.

    `shows_edits`: it has the edits that mend its findings, unless the account is asked.
    """
    from checker.pipeline import scan

    cwd = Path.cwd()
    if options.resolve is None:
        for flag, value in (
            ("--save-answers", options.save_answers),
            ("--profile", options.profile),
            ("--role-arn", options.role_arn),
        ):
            if value is not None:
                raise UsageError(f"{flag} is for --resolve account")
        with _reading(options) as progress:
            if shows_edits:
                from checker.fix import Request, scan_with_edits

                return scan_with_edits(Request(paths, settings, cache(_standard_input), cwd), progress.step)
            return scan(paths, settings, standard_input=_standard_input, cwd=cwd, on_input=progress.step)
    from checker.account_scan import AccountSettings, scan_resolved

    account = AccountSettings(today(), options.profile, options.role_arn)
    with _reading(options) as progress:
        resolved = scan_resolved(
            paths, settings, account, standard_input=_standard_input, cwd=cwd, on_input=progress.step
        )
    if not options.quiet:
        answers = resolved.answers.given
        refused = sum(bool(each.refused) for each in answers)
        tell(
            f"{counted(len(answers), 'answer')} of the account in {counted(resolved.calls, 'call')}; {refused} refused."
        )
    if options.save_answers is not None:
        content = json.dumps(as_document(resolved.answers), indent=2) + "\n"
        write_to_file(options.save_answers, content)
    return resolved.scan


def _write(
    scan: Scan,
    reports: Sequence[Report[View]],
    options: RunOptions,
    paths: tuple[str, ...],
    lines: SourceText,
    *,
    judged: bool,
) -> ExitCode:
    """Writes the reports of a scan; returns the exit code."""
    _tell_of_baseline(options)
    fail_on = FailOn(options.fail_on or FailOn.ERROR).severity() if judged else None
    view = View(scan, fail_on)
    verdict = verdict_of(scan, fail_on, options.fail_on_unresolved)
    shown = ReportOptions(
        verdict=verdict,
        fail_on=fail_on,
        fail_on_unresolved=options.fail_on_unresolved,
        paths=paths,
        variant=tuple(_variant(options)),
        verbose=options.verbose,
        quiet=options.quiet,
        read_line=lines.line,
    )
    tell_verdict(view, reports, shown)
    write_reports(view, reports, shown, options.color)
    write_job_summary(view, reports, shown)
    return _EXIT_CODES[verdict]


def _forecast(asked: RunOptions) -> ExitCode:
    from checker.pipeline import foresee
    from checker.report.forecast import ENDINGS
    from checker.report.forecast import renderer as forecast_renderer

    options, configuration = with_configuration(asked)
    paths = paths_of(options.paths or (), configuration)
    reports = requested(options.formats, options.output, forecast_renderer, ENDINGS)
    settings = _settings(options, configuration, judge=True)
    until, on = given.day(options.until, "--until"), given.day(options.on, "--on")
    if until is not None and on is not None:
        raise UsageError("--until and --on contradict each other; choose one")
    for flag, day in (("--until", until), ("--on", on)):
        if day is not None and day < settings.as_of:
            raise UsageError(f"{flag} {day} is before {settings.as_of}, from which on is foreseen")
    with _reading(options) as progress:
        outlook = foresee(paths, settings, standard_input=_standard_input, cwd=Path.cwd(), on_input=progress.step)
    outlook = outlook.bounded(until=until, on=on, already_broken=options.already_broken)
    verdict = Verdict.INCOMPLETE if outlook.incomplete else Verdict.PASSED
    shown = ReportOptions(verdict, verbose=options.verbose, quiet=options.quiet)
    write_reports(outlook, reports, shown, options.color)
    return _EXIT_CODES[verdict]


def _account(asked: RunOptions) -> ExitCode:
    from checker.account_scan import AccountSettings, scan_account

    options, configuration = with_configuration(asked)
    reports = _requested(options, judged=True)
    settings = _settings(options, configuration, judge=True)
    account = AccountSettings(
        profile=options.profile,
        role_arn=options.role_arn,
        role=options.organization or "",
        regions=given.regions(given.words(options.regions), "--regions"),
        include=given.words(options.include),
        against=tuple(options.against or ()),
        day=today(),
    )
    cwd = Path.cwd()
    with _reading(options) as progress:
        scan = scan_account(account, settings, standard_input=_standard_input, cwd=cwd, progress=progress.step)
    lines = SourceText.below(account.against, cwd, allow_outside=False)
    return _write(scan, reports, options, account.against, lines, judged=True)


def _requested(options: RunOptions, *, judged: bool) -> tuple[Report[View], ...]:
    """The reports of a scan. Raises UsageError if they, or the baseline, cannot be written."""
    endings = {FORMATS[name].ending: name for name in format_names(judged=judged) if FORMATS[name].ending}
    if options.write_baseline is not None:
        require_directory(options.write_baseline, "the baseline")
    return requested(options.formats, options.output, partial(renderer, judged=judged), endings)


def _variant(options: RunOptions) -> Iterator[str]:
    """What distinguishes a run from others on the same paths, such as the jobs of a matrix."""
    for name in ("region", "var_file", "workspace", "config_env", "parameters", "source", "owner"):
        given = getattr(options, name)
        for value in given if isinstance(given, list) else [given] if given else []:
            yield f"{name.replace('_', '-')}={value}"
    if options.var:
        # Values may be secrets.
        yield f"var={sha256(chr(10).join(options.var).encode()).hexdigest()[:12]}"


@contextmanager
def _reading(options: RunOptions) -> Iterator[Progress]:
    """Shows the progress of the run, and, if it is interrupted, what has not been done."""
    with Progress(None if options.quiet else sys.stderr) as progress:

        def undone() -> str:
            read = f"{progress.done} inputs were read" if progress.done else "nothing was read"
            kept = [] if options.write_baseline is None else [f"{options.write_baseline} was left alone"]
            return f"{read}; {listed(['nothing was judged', 'no report was written', *kept])}."

        with saying(undone):
            yield progress


def _tell_of_baseline(options: RunOptions) -> None:
    """Says what was written to a baseline."""
    file = options.write_baseline or (options.baseline if options.prune_baseline else None)
    if file is None or options.quiet:
        return
    if is_special(file):
        # A pipe or a device cannot be read back.
        tell(f"Wrote the baseline to {file}.")
        return
    from checker.workspace.baseline import read_baseline

    findings = counted(len(read_baseline(file, Path.cwd()).entries), "finding")
    if options.write_baseline is None:
        tell(f"{file} has {findings} left.")
    else:
        tell(f"Wrote {findings} to {file}. With --baseline {file} they do not count.")


def _fix(asked: RunOptions) -> ExitCode:
    from checker.cli.fixing import fix
    from checker.fix import Request

    options, configuration = with_configuration(asked)
    paths = paths_of(options.paths or (), configuration)
    settings = _settings(options, configuration, judge=True)
    with _reading(options) as progress:
        return fix(Request(paths, settings, cache(_standard_input), Path.cwd()), options, progress.step)


def _lsp(asked: RunOptions) -> ExitCode:
    with packages_of("lsp"):
        from checker.lsp.features import serve

    def configure(folder: Path) -> tuple[tuple[str, ...], Settings]:
        options, configuration = with_configuration(asked, folder)
        paths = paths_of((), configuration, folder) if configuration.paths else (".",)
        return paths, _settings(options, configuration, judge=True)

    collect_rarely(lives_long=True)
    serve(configure)
    return ExitCode.OK


COMMANDS: Mapping[str, Callable[[RunOptions], ExitCode]] = {
    "check": _check,
    "refs": _refs,
    "forecast": _forecast,
    "account": _account,
    "fix": _fix,
    "lsp": _lsp,
}


def today() -> date:
    """The current day in UTC."""
    return datetime.now(UTC).date()


def _settings(options: RunOptions, configuration: Configuration, *, judge: bool) -> Settings:
    """The options as the pipeline takes them; the clock and the environment are read here."""
    environment = os.environ if options.env_vars else {}
    refuse_lost_options(configuration)
    return Settings(
        as_of=given.day(options.as_of) or today(),
        policy=tuple(options.policy or ("baseline",)) if judge else (),
        catalog=options.catalog,
        catalog_overlays=tuple(options.catalog_overlay or ()),
        options=Options(
            arguments=given.arguments(options.var or (), options.var_file or (), options.order),
            environment={
                name.removeprefix(_VARIABLE_PREFIX): value
                for name, value in environment.items()
                if name.startswith(_VARIABLE_PREFIX)
            },
            workspace=options.workspace,
            config_env=options.config_env,
            parameters=tuple(options.parameters or ()),
            regions=given.regions(options.region),
            source=options.source,
            answers=load_answers(options.answers or (), SourceFiles(Boundary(None, allow_outside=True), Path.cwd())),
        ),
        allow_outside=options.allow_outside,
        judge=judge,
        changed=options.changed,
        diff_base=options.diff_base,
        baseline=options.baseline,
        write_baseline=options.write_baseline,
        prune_baseline=options.prune_baseline,
        owners=tuple(options.owner or ()),
        blame=options.blame,
        excluded=configuration.exclude,
        own_options=configuration.own_options,
        configured_in=configuration.directory if configuration.shown else None,
        problems=tuple(problems_of_exclusions(configuration)),
        mentions_in_code=options.mentions == Mentions.CODE or (options.mentions is None and not judge),
        owner_tags=tuple(options.owner_tag or _OWNER_TAGS),
        # The clients of an account have threads, whose locks a forked process would keep for ever.
        jobs=options.jobs if options.resolve is None else 1,
    )


def _standard_input() -> bytes:
    """The content of standard input. Raises UsageError if it is closed."""
    if sys.stdin is None:
        raise UsageError("standard input is closed")
    return sys.stdin.buffer.read()
