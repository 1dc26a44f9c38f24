"""References as CSV: a row for each candidate, and one for each reference without any."""

import csv
import io
import re
from collections.abc import Iterator

from checker.model.reference import Candidate, Reference
from checker.model.scan import Scan
from checker.report.options import ReportOptions
from checker.report.printable import printable
from checker.source import Place

_COLUMNS = (
    "input",
    "framework",
    "address",
    "resource_type",
    "path",
    "kind",
    "role",
    "usage",
    "change",
    "file",
    "line",
    "column",
    "model",
    "profile",
    "text",
    "form",
    "certainty",
    "given",
    "regions",
    "written_file",
    "written_line",
    "written_column",
    "unresolved_cause",
    "unresolved_subject",
)
# With one of these in front, a spreadsheet takes a cell for a formula and runs it.
_FORMULA = ("=", "+", "-", "@")
_NUMBER = re.compile(r"-\d+")


def render(scan: Scan, options: ReportOptions) -> str:
    """The references with a header line, as RFC 4180 has it but for line breaks, which are `\\n`."""
    del options
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for reference in scan.references:
        writer.writerows(_rows(reference))
    return written.getvalue()


def _rows(reference: Reference) -> Iterator[list[str]]:
    candidates: tuple[Candidate | None, ...] = reference.candidates or (None,)
    for candidate in candidates:
        yield [cell(value) for value in (*_of_reference(reference), *_of_candidate(candidate), *_unresolved(reference))]


def _of_reference(reference: Reference) -> tuple[str, ...]:
    site = reference.site
    return (
        reference.input,
        reference.framework,
        reference.address,
        reference.resource_type,
        reference.path,
        site.kind,
        site.role,
        site.usage,
        reference.change or "",
        *_place(reference.location),
    )


def _of_candidate(candidate: Candidate | None) -> tuple[str, ...]:
    if candidate is None:
        return ("",) * 10
    return (
        candidate.model or "",
        candidate.profile or "",
        candidate.text,
        candidate.form,
        candidate.certainty,
        "; ".join(str(assumption) for assumption in candidate.given),
        " ".join(candidate.regions),
        *_place(candidate.written_at),
    )


def _unresolved(reference: Reference) -> tuple[str, str]:
    unresolved = reference.unresolved
    return ("", "") if unresolved is None else (unresolved.cause, unresolved.subject)


def _place(place: Place | None) -> tuple[str, str, str]:
    return ("", "", "") if place is None else (place.file, str(place.line), str(place.column))


def cell(value: str) -> str:
    """The text of a cell on one line, which no spreadsheet takes for a formula."""
    text = printable(value)
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text
