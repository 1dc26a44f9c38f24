"""Findings as CSV: a row for each; then each reference that is unresolved without a finding, and each problem."""

import csv
import io
from collections.abc import Iterator

from checker.model.problem import Problem
from checker.model.reference import Reference
from checker.model.scan import Scan
from checker.report.csv import cell
from checker.report.options import ReportOptions
from checker.report.plain import unresolved_line
from checker.report.uses import Use, use_of
from checker.source import Place

_COLUMNS = (
    "record",
    "severity",
    "status",
    "rule",
    "check",
    "model",
    "region",
    "stage",
    "legacy_date",
    "extended_access_date",
    "eol_date",
    "days_to_eol",
    "certainty",
    "message",
    "advice",
    "input",
    "framework",
    "address",
    "path",
    "usage",
    "file",
    "line",
    "column",
    "written_file",
    "written_line",
    "written_column",
    "fails_from",
    "subsumes",
    "waived_until",
    "waiver_reason",
    "owners",
    "fingerprint",
)


def render(scan: Scan, options: ReportOptions) -> str:
    """The findings with a header line, as RFC 4180 has it but for line breaks, which are `\\n`.

    What a column does not apply to is empty.
    """
    del options
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for row in _rows(scan):
        writer.writerow([cell(str(row[column] or "")) if column in row else "" for column in _COLUMNS])
    return written.getvalue()


def _rows(scan: Scan) -> Iterator[dict[str, object]]:
    for finding in scan.findings:
        yield _of_finding(use_of(scan, finding))
    told = {finding.reference for finding in scan.findings if finding.candidate is None}
    for reference in scan.unresolved:
        if reference.id not in told:
            yield {"record": "unresolved", "message": unresolved_line(reference), **_of_reference(reference)}
    yield from map(_of_problem, scan.problems)


def _of_finding(use: Use) -> dict[str, object]:
    finding, waiver = use.finding, use.finding.waiver
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
        "days_to_eol": None if finding.days_to_eol is None else str(finding.days_to_eol),
        "certainty": finding.certainty,
        "message": finding.message,
        "advice": finding.advice,
        **({} if use.reference is None else _of_reference(use.reference)),
        **_place("", finding.location),
        **_place("written_", None if use.candidate is None else use.candidate.written_at),
        "fails_from": finding.fails_from,
        "subsumes": " ".join(finding.subsumes),
        "waived_until": None if waiver is None else waiver.until,
        "waiver_reason": None if waiver is None else waiver.reason,
        "owners": " ".join(finding.owners),
        "fingerprint": finding.fingerprint,
    }


def _of_reference(reference: Reference) -> dict[str, object]:
    return {
        "input": reference.input,
        "framework": reference.framework,
        "address": reference.address,
        "path": reference.path,
        "usage": reference.site.usage,
        **_place("", reference.location),
    }


def _of_problem(problem: Problem) -> dict[str, object]:
    return {
        "record": "problem",
        "status": "incomplete" if problem.incomplete else "",
        "rule": problem.kind,
        "message": problem.message,
        "advice": problem.advice,
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
    }


def _place(prefix: str, place: Place | None) -> dict[str, object]:
    if place is None:
        return {}
    return {f"{prefix}file": place.file, f"{prefix}line": place.line, f"{prefix}column": place.column}
