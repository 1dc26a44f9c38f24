"""A forecast, from its options to its exit code."""

import sys
from collections.abc import Sequence
from pathlib import Path

from checker.cli.exit_codes import ExitCode
from checker.cli.output import write_to_file, write_to_standard_output
from checker.cli.progress import Progress
from checker.cli.runs import Request, settings_of, standard_input
from checker.cli.terminal_abilities import takes_color, takes_unicode, width_of
from checker.errors import UsageError
from checker.immutable import immutable
from checker.report.forecast import FORMATS, ForecastOptions
from checker.source.suggest import did_you_mean


@immutable
class ForecastReport:
    """A report by the name of its format; without `file`, for standard output."""

    name: str
    file: Path | None

    @classmethod
    def all_of(cls, formats: Sequence[str] | None) -> "tuple[ForecastReport, ...]":
        """The reports that `--format` asks for. Raises UsageError if one is not known, or two go to one place."""
        reports = []
        for text in formats or ("terminal",):
            name, equals, file = text.partition("=")
            if name not in FORMATS:
                known = ", ".join(FORMATS)
                raise UsageError(
                    f"there is no format {name!r} here; the formats are {known}{did_you_mean(name, FORMATS)}"
                )
            if equals and not file:
                raise UsageError(f"--format {text}: the name of the file is missing after '='")
            reports.append(cls(name, Path(file) if equals else None))
        places = [report.file for report in reports]
        for place in places:
            if places.count(place) > 1:
                where = "standard output" if place is None else str(place)
                raise UsageError(f"two reports cannot both go to {where}; write --format NAME=FILE for one of them")
        return tuple(reports)


def run_forecast(request: Request, reports: Sequence[ForecastReport]) -> ExitCode:
    """The exit code, after the reports are written."""
    from checker.pipeline import foresee

    with Progress(None if request.quiet else sys.stderr) as progress:
        outlook = foresee(
            request.paths,
            settings_of(request),
            standard_input=standard_input,
            cwd=Path.cwd(),
            on_input=progress.step,
        )
    for report in sorted(reports, key=lambda report: report.file is None):
        render = FORMATS[report.name]
        if report.file is not None:
            write_to_file(report.file, render(outlook, ForecastOptions(verbose=request.verbose)))
        else:
            options = ForecastOptions(
                width=width_of(sys.stdout),
                color=takes_color(sys.stdout),
                unicode=takes_unicode(sys.stdout),
                verbose=request.verbose,
            )
            write_to_standard_output(render(outlook, options))
    return ExitCode.INCOMPLETE if outlook.incomplete else ExitCode.OK
