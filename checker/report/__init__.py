"""Reports: one file per format, each a function from a scan and options to text."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from checker.errors import UsageError

if TYPE_CHECKING:
    # The command line needs the table for its help, and the help should not wait for the model.
    from checker.model.scan import Scan
    from checker.report.options import ReportOptions

Render = Callable[["Scan", "ReportOptions"], str]


class Format(NamedTuple):
    """The module that writes findings, and the one that writes references; None where the format has no such report.

    A module has the function `render(scan, options) -> str`. It is imported only when it is used. `says_verdict` if
    whoever reads the report on standard output reads the verdict there. `job_summary` is a format of which a copy goes
    to the summary page of the job, where the CI system has one.
    """

    findings: str | None
    references: str | None
    says_verdict: bool = False
    job_summary: str | None = None


FORMATS: Mapping[str, Format] = {
    "terminal": Format(findings="terminal", references="terminal_references", says_verdict=True),
    "json": Format(findings="json", references="json"),
    "sarif": Format(findings="sarif", references=None),
    "junit": Format(findings="junit", references=None),
    "github": Format(findings="github", references=None, says_verdict=True, job_summary="markdown"),
    "gitlab": Format(findings="gitlab", references=None),
    "markdown": Format(findings="markdown", references=None, says_verdict=True),
    "html": Format(findings="html", references=None),
    "cyclonedx": Format(findings="cyclonedx", references="cyclonedx"),
    "csv": Format(findings="csv_findings", references="csv"),
}


def format_names(*, judged: bool) -> tuple[str, ...]:
    """The formats for a run that judges, or for one that only lists references."""
    return tuple(name for name, row in FORMATS.items() if _module(row, judged) is not None)


def renderer(name: str, *, judged: bool) -> Render:
    """The function that writes a format. Raises UsageError for a name that is not one of `format_names`."""
    row = FORMATS.get(name)
    module = None if row is None else _module(row, judged)
    if module is None:
        import difflib  # needed only for the error

        names = format_names(judged=judged)
        close = difflib.get_close_matches(name, names, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise UsageError(f"there is no format {name!r} here; the formats are {', '.join(names)}.{hint}")
    render: Render = import_module(f"{__name__}.{module}").render
    return render


def _module(row: Format, judged: bool) -> str | None:
    return row.findings if judged else row.references
