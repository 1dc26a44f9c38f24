"""Where reports go: standard output, or files that are there as a whole or not at all."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from checker.cli.messages import discard, tell
from checker.cli.terminal_abilities import takes_color, takes_unicode, width_of
from checker.errors import UsageError
from checker.report import FORMATS, renderer
from checker.report.options import ReportOptions
from checker.report.view import View
from checker.source.writing import write_whole

_FILE_WIDTH = 100
_JOB_SUMMARY = "GITHUB_STEP_SUMMARY"


class ReportRequest(NamedTuple):
    """A report by the name of its format; without `file`, for standard output."""

    name: str
    judged: bool
    file: Path | None = None

    @classmethod
    def all_of(cls, formats: Sequence[str] | None, *, judged: bool) -> "tuple[ReportRequest, ...]":
        """The reports that `--format` asks for. Raises UsageError if one is not known, or two go to one place."""
        requests = []
        for text in formats or ("terminal",):
            name, equals, file = text.partition("=")
            renderer(name, judged=judged)
            if equals and not file:
                raise UsageError(f"--format {text}: the name of the file is missing after '='")
            requests.append(cls(name, judged, Path(file) if equals else None))
        places = [request.file for request in requests]
        for place in places:
            if places.count(place) > 1:
                where = "standard output" if place is None else str(place)
                raise UsageError(f"two reports cannot both go to {where}; write --format NAME=FILE for one of them")
        return tuple(requests)


def write_reports(view: View, requests: Sequence[ReportRequest], options: ReportOptions) -> None:
    """Writes the reports, those to files first. Raises UsageError where something cannot be written.

    If none on standard output says the verdict, it is told on standard error.
    """
    if not any(request.file is None and FORMATS[request.name].says_verdict for request in requests):
        tell(f"{options.verdict}: {view.verdict_line}")
    for request in sorted(requests, key=lambda request: request.file is None):
        render = renderer(request.name, judged=request.judged)
        if request.file is None:
            write_to_standard_output(
                render(
                    view,
                    options._replace(
                        width=width_of(sys.stdout),
                        color=takes_color(sys.stdout),
                        unicode=takes_unicode(sys.stdout),
                    ),
                )
            )
        else:
            write_to_file(request.file, render(view, options._replace(width=_FILE_WIDTH)))
            if not options.quiet:
                tell(f"The {request.name} report is in {request.file}.")
    _write_job_summary(view, requests, options)


def _write_job_summary(view: View, requests: Sequence[ReportRequest], options: ReportOptions) -> None:
    """Appends to the summary of the job, if a format has one and the CI system says where it is."""
    file = os.environ.get(_JOB_SUMMARY)
    for request in requests:
        name = FORMATS[request.name].job_summary
        if name is None or not file:
            continue
        text = renderer(name, judged=request.judged)(view, options)
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
