"""Reports: one file per format, each a function from a scan and options to text."""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from checker.errors import UsageError

if TYPE_CHECKING:
    # The command line needs this table for its help, which must not import the model.
    from checker.report.view import ReportOptions, View

# A text, or its pieces, so that a large report need not be in memory.
Render = Callable[["View", "ReportOptions"], str | Iterator[str]]


class Format(NamedTuple):
    """A module of this package, by the name of its format, which is imported on demand.

    `function` names the function that makes the report, `references` the one that lists references without judgement
    (None if there is none). `ending` is that of files of the format. `says_verdict`: the report on standard output
    contains the verdict. `job_summary` are formats whose report is copied to the summary page of the job, if the CI
    system has one. `shows_edits`: the report has the edits that mend findings.
    """

    references: str | None = None
    function: str = "render"
    ending: str = ""
    says_verdict: bool = False
    job_summary: tuple[str, ...] = ()
    shows_edits: bool = False


FORMATS: Mapping[str, Format] = {
    "terminal": Format(references="render_references", ending=".txt", says_verdict=True),
    "json": Format(references="pieces", function="pieces", ending=".json", shows_edits=True),
    "sarif": Format(ending=".sarif", shows_edits=True),
    "junit": Format(ending=".xml"),
    "github": Format(says_verdict=True, job_summary=("markdown", "mermaid")),
    "gitlab": Format(),
    "markdown": Format(ending=".md", says_verdict=True, shows_edits=True),
    "html": Format(ending=".html"),
    "svg": Format(ending=".svg"),
    "badge": Format(),
    "mermaid": Format(),
    "cyclonedx": Format(references="render"),
    "csv": Format(references="render_references", ending=".csv"),
}


def format_names(*, judged: bool) -> tuple[str, ...]:
    """The formats for a run that judges, or for one that only lists references."""
    return tuple(name for name, row in FORMATS.items() if judged or row.references is not None)


def renderer(name: str, *, judged: bool) -> Render:
    """The function that writes a format. Raises UsageError for a name that is not one of `format_names`."""
    names = format_names(judged=judged)
    if name not in names:
        from checker.source.validation import did_you_mean  # needed only for the error

        raise UsageError(f"there is no format {name!r} here{did_you_mean(name, names)}")
    row = FORMATS[name]
    function = row.function if judged or row.references is None else row.references
    render: Render = getattr(import_module(f"{__name__}.{name}"), function)
    return render
