"""The destinations of reports: standard output, or files that are written atomically."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from checker.cli.exit_codes import saying
from checker.cli.terminal import discard, link_to, takes_color, takes_links, takes_unicode, tell, width_of
from checker.cli.values import Color
from checker.errors import UsageError
from checker.report import FORMATS, renderer
from checker.report.view import ReportOptions, View
from checker.source.writing import write_whole

_FILE_WIDTH = 100
_JOB_SUMMARY = "GITHUB_STEP_SUMMARY"

T = TypeVar("T")


class Report(NamedTuple, Generic[T]):
    """A report of a format, and its writer; without `file`, for standard output."""

    name: str
    render: Callable[[T, ReportOptions], str | Iterator[str]]
    file: Path | None = None


def requested(
    formats: Sequence[str] | None,
    output: Path | None,
    renderer: Callable[[str], Callable[[T, ReportOptions], str | Iterator[str]]],
    endings: Mapping[str, str],
) -> tuple[Report[T], ...]:
    """The reports of `--format` and `--output`; `endings` maps file endings to formats.

    Raises UsageError if a format is unknown, a directory is missing, or two reports have one destination.
    """
    if output is not None:
        formats = [f"{_format_for(formats, output, endings)}={output}"]
    reports = []
    for text in formats or ("terminal",):
        name, equals, file = text.partition("=")
        render = renderer(name)
        if equals and not file:
            raise UsageError(f"--format {text}: the name of the file is missing after '='")
        if equals:
            require_directory(Path(file), "the report")
        reports.append(Report(name, render, Path(file) if equals else None))
    locations = [report.file for report in reports]
    for location in locations:
        if locations.count(location) > 1:
            where = "standard output" if location is None else str(location)
            raise UsageError(f"two reports cannot both go to {where}; write --format NAME=FILE for one of them")
    return tuple(reports)


def _format_for(formats: Sequence[str] | None, output: Path, endings: Mapping[str, str]) -> str:
    """The format of the single report in the file of `--output`."""
    if not formats:
        return endings.get(output.suffix.lower(), "terminal")
    if len(formats) > 1 or "=" in formats[0]:
        raise UsageError("--output is for one report; for several, write --format NAME=FILE for each")
    return formats[0]


def require_directory(file: Path, what: str) -> None:
    """Raises UsageError if the directory of a file is missing, before a long run that could not write it."""
    if not file.parent.is_dir():
        raise UsageError(f"cannot write {what} to {file}: there is no directory {file.parent}; make it first")


def tell_verdict(view: View, reports: Sequence[Report[View]], options: ReportOptions) -> None:
    """Prints the verdict to standard error, unless a report on standard output contains it."""
    if not any(report.file is None and FORMATS[report.name].says_verdict for report in reports):
        tell(f"{options.verdict}: {view.verdict_line}")


def write_reports(subject: T, reports: Sequence[Report[T]], options: ReportOptions, color: str | None) -> None:
    """Writes the reports, those to files first. `color` is the value of `--color`.

    Raises UsageError if something cannot be written.
    """
    left = sorted(reports, key=lambda report: report.file is None)
    with saying(lambda: f"not written: {', '.join(_named(report) for report in left)}."):
        while left:
            _write_report(subject, left[0], options, color)
            del left[0]


def _named(report: Report[T]) -> str:
    return f"the {report.name} report" if report.file is None else str(report.file)


def _write_report(subject: T, report: Report[T], options: ReportOptions, color: str | None) -> None:
    always = color == Color.ALWAYS
    if report.file is None:
        stream = sys.stdout
        has_color = always or (color != Color.NEVER and takes_color(stream))
        shown = options._replace(
            width=width_of(stream),
            color=has_color,
            unicode=takes_unicode(stream),
            link_to=link_to if has_color and takes_links(stream) else None,
        )
        write_to_standard_output(report.render(subject, shown))
    else:
        write_to_file(report.file, report.render(subject, options._replace(width=_FILE_WIDTH, color=always)))
        if not options.quiet:
            tell(f"The {report.name} report is in {report.file}.")


def write_job_summary(view: View, reports: Sequence[Report[View]], options: ReportOptions) -> None:
    """Appends to the summary of the job, if a format has one and the CI system has a file for it."""
    file = os.environ.get(_JOB_SUMMARY)
    for report in reports:
        names = FORMATS[report.name].job_summary
        if not names or not file:
            continue
        try:
            with Path(file).open("ab") as summary:
                for name in names:
                    summary.writelines(_encoded(renderer(name, judged=True)(view, options)))
                    summary.write(b"\n")
        except OSError as error:
            raise UsageError(
                f"cannot write the job summary to {file}, which {_JOB_SUMMARY} names: {error.strerror or error}"
            ) from error


def _encoded(text: str | Iterator[str], encoding: str = "utf-8") -> Iterator[bytes]:
    for piece in (text,) if isinstance(text, str) else text:
        yield piece.encode(encoding, "backslashreplace")


def write_to_standard_output(text: str | Iterator[str]) -> None:
    """Writes text; characters outside the encoding become escapes. A closed reader is no error."""
    stream = sys.stdout
    if stream is None:
        raise UsageError("standard output is closed; write the report to a file with --format NAME=FILE")
    try:
        stream.flush()
        stream.buffer.writelines(_encoded(text, stream.encoding or "utf-8"))
        stream.buffer.flush()
    except BrokenPipeError:
        discard(sys.stdout)
    except OSError as error:
        discard(sys.stdout)
        raise UsageError(f"cannot write to standard output: {error.strerror or error}") from error


def write_to_file(file: Path, text: str | Iterator[str]) -> None:
    """Writes text as UTF-8. An existing file keeps its content until the new one is complete."""
    try:
        write_whole(file, _encoded(text))
    except BrokenPipeError:
        return
    except OSError as error:
        raise UsageError(f"cannot write the report to {file}: {error.strerror or error}") from error
