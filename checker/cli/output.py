"""Where reports go: standard output, or files that are there as a whole or not at all."""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from checker.cli.terminal import discard, takes_color, takes_unicode, tell, width_of
from checker.errors import UsageError
from checker.report import FORMATS, renderer
from checker.report.options import ReportOptions
from checker.report.view import View
from checker.source.writing import write_whole

_FILE_WIDTH = 100
_JOB_SUMMARY = "GITHUB_STEP_SUMMARY"

T = TypeVar("T")


class Report(NamedTuple, Generic[T]):
    """A report of a format, and what writes it; without `file`, for standard output."""

    name: str
    render: Callable[[T, ReportOptions], str]
    file: Path | None = None


def requested(
    formats: Sequence[str] | None, renderer: Callable[[str], Callable[[T, ReportOptions], str]]
) -> tuple[Report[T], ...]:
    """The reports that `--format` asks for. Raises UsageError if one is not known, or two go to one place."""
    reports = []
    for text in formats or ("terminal",):
        name, equals, file = text.partition("=")
        render = renderer(name)
        if equals and not file:
            raise UsageError(f"--format {text}: the name of the file is missing after '='")
        reports.append(Report(name, render, Path(file) if equals else None))
    places = [report.file for report in reports]
    for place in places:
        if places.count(place) > 1:
            where = "standard output" if place is None else str(place)
            raise UsageError(f"two reports cannot both go to {where}; write --format NAME=FILE for one of them")
    return tuple(reports)


def tell_verdict(view: View, reports: Sequence[Report[View]], options: ReportOptions) -> None:
    """Says the verdict on standard error, if no report on standard output says it."""
    if not any(report.file is None and FORMATS[report.name].says_verdict for report in reports):
        tell(f"{options.verdict}: {view.verdict_line}")


def write_reports(subject: T, reports: Sequence[Report[T]], options: ReportOptions) -> None:
    """Writes the reports, those to files first. Raises UsageError where something cannot be written."""
    for report in sorted(reports, key=lambda report: report.file is None):
        if report.file is None:
            stream = sys.stdout
            shown = options._replace(width=width_of(stream), color=takes_color(stream), unicode=takes_unicode(stream))
            write_to_standard_output(report.render(subject, shown))
        else:
            write_to_file(report.file, report.render(subject, options._replace(width=_FILE_WIDTH)))
            if not options.quiet:
                tell(f"The {report.name} report is in {report.file}.")


def write_job_summary(view: View, reports: Sequence[Report[View]], options: ReportOptions) -> None:
    """Appends to the summary of the job, if a format has one and the CI system says where it is."""
    file = os.environ.get(_JOB_SUMMARY)
    for report in reports:
        name = FORMATS[report.name].job_summary
        if name is None or not file:
            continue
        text = renderer(name, judged=True)(view, options)
        try:
            with Path(file).open("ab") as summary:
                summary.write(text.encode("utf-8", "backslashreplace"))
        except OSError as error:
            raise UsageError(
                f"cannot write the job summary to {file}, which {_JOB_SUMMARY} names: {error.strerror or error}"
            ) from error


def write_to_standard_output(text: str) -> None:
    """Writes text, and characters that the encoding does not have as escapes. A reader that is gone is no error."""
    stream = sys.stdout
    if stream is None:
        raise UsageError("standard output is closed; write the report to a file with --format NAME=FILE")
    try:
        stream.flush()
        stream.buffer.write(text.encode(stream.encoding or "utf-8", "backslashreplace"))
        stream.buffer.flush()
    except BrokenPipeError:
        discard(sys.stdout)
    except OSError as error:
        discard(sys.stdout)
        raise UsageError(f"cannot write to standard output: {error.strerror or error}") from error


def write_to_file(file: Path, text: str) -> None:
    """Writes text as UTF-8; a file that is there keeps its content until the new one is complete."""
    try:
        write_whole(file, text.encode("utf-8", "backslashreplace"))
    except BrokenPipeError:
        return
    except OSError as error:
        raise UsageError(f"cannot write the report to {file}: {error.strerror or error}") from error
