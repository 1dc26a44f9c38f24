"""Findings and references as CSV (RFC 4180, with `\n` as line break)."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from checker.model.finding import Finding
from checker.model.reference import Candidate, Reference
from checker.report.escaping import printable
from checker.report.view import ProblemGroup, ReportOptions, View
from checker.source import Location
from checker.wording import unresolved

_FINDING_COLUMNS = (
    "record", "severity", "status", "rule", "check", "model", "region", "stage", "legacy_date", "extended_access_date",
    "eol_date", "days_to_eol", "certainty", "message", "advice", "input", "framework", "address", "path", "usage",
    "file", "line", "column", "written_file", "written_line", "written_column", "fails_from", "subsumes",
    "waived_until", "waiver_reason", "owners", "fingerprint",
)  # fmt: skip
_REFERENCE_COLUMNS = (
    "input", "framework", "address", "resource_type", "path", "kind", "role", "usage", "change", "file", "line",
    "column", "model", "profile", "text", "form", "certainty", "given", "regions", "written_file", "written_line",
    "written_column", "unresolved_cause", "unresolved_subject",
)  # fmt: skip
# A spreadsheet runs a cell that begins like this as a formula.
_FORMULA = ("=", "+", "-", "@")
_NUMBER = re.compile(r"-\d+")

Row = Mapping[str, object]


def render(view: View, options: ReportOptions) -> str:
    """One row per finding, then per unresolved reference without a finding, then per problem."""
    del options
    return table(_FINDING_COLUMNS, _findings(view))


def render_references(view: View, options: ReportOptions) -> str:
    """A row for each candidate, and one for each reference without any."""
    del options
    return table(_REFERENCE_COLUMNS, _references(view))


def table(columns: tuple[str, ...], rows: Iterable[Row]) -> str:
    """The rows under a header line; columns that do not apply are empty."""
    return csv_text(columns, ((row.get(column) for column in columns) for row in rows))


def csv_text(columns: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """The rows under a header line, each with a value per column."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(map(_cell, row) for row in rows)
    return written.getvalue()


def _cell(value: object) -> str:
    """The text of a cell on one line, so that no spreadsheet runs it as a formula."""
    text = "" if value is None else printable(str(value))
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text


def _findings(view: View) -> Iterator[Row]:
    yield from map(_of_finding, view.scan.findings)
    for reference in view.unjudged:
        yield {"record": "unresolved", "message": unresolved(reference), **_of_reference(reference)}
    yield from map(_of_problems, view.problems)


def _of_finding(finding: Finding) -> Row:
    waiver = finding.waiver
    return {
        "record": "finding",
        "severity": finding.severity,
        "status": finding.status,
        "rule": finding.rule,
        "check": finding.check,
        "model": finding.model,
        "region": finding.region,
        "stage": finding.stage,
        "legacy_date": finding.legacy_date,
        "extended_access_date": finding.extended_access_date,
        "eol_date": finding.eol_date,
        "days_to_eol": finding.days_to_eol,
        "certainty": finding.certainty,
        "message": finding.message,
        "advice": finding.advice,
        **({} if finding.reference is None else _of_reference(finding.reference)),
        **_location("", finding.location),
        **_location("written_", None if finding.candidate is None else finding.candidate.written_at),
        "fails_from": finding.fails_from,
        "subsumes": " ".join(finding.subsumes),
        "waived_until": None if waiver is None else waiver.until,
        "waiver_reason": None if waiver is None else waiver.reason,
        "owners": " ".join(finding.owners),
        "fingerprint": finding.fingerprint,
    }


def _of_problems(group: ProblemGroup) -> Row:
    """One row per group of similar problems, at the location of the first."""
    return {
        "record": "problem",
        "status": "incomplete" if group.incomplete else "",
        "rule": group.kind,
        "message": group.message,
        "advice": group.advice,
        "file": group.first.file,
        "line": group.first.line,
        "column": group.first.column,
    }


def _references(view: View) -> Iterator[Row]:
    for reference in view.scan.references:
        for candidate in reference.candidates or (None,):
            yield {
                **_of_reference(reference),
                **({} if candidate is None else _of_candidate(candidate)),
                "unresolved_cause": None if reference.unresolved is None else reference.unresolved.cause,
                "unresolved_subject": None if reference.unresolved is None else reference.unresolved.subject,
            }


def _of_reference(reference: Reference) -> Row:
    return {
        "input": reference.input,
        "framework": reference.framework,
        "address": reference.address,
        "resource_type": reference.resource_type,
        "path": reference.path,
        "kind": reference.site.kind,
        "role": reference.site.role,
        "usage": reference.site.usage,
        "change": reference.change,
        **_location("", reference.location),
    }


def _of_candidate(candidate: Candidate) -> Row:
    return {
        "model": candidate.model,
        "profile": candidate.profile,
        "text": candidate.text,
        "form": candidate.form,
        "certainty": candidate.certainty,
        "given": "; ".join(str(assumption) for assumption in candidate.given),
        "regions": " ".join(candidate.regions),
        **_location("written_", candidate.written_at),
    }


def _location(prefix: str, location: Location | None) -> Row:
    if location is None:
        return {}
    return {f"{prefix}file": location.file, f"{prefix}line": location.line, f"{prefix}column": location.column}
