"""The JSON report, version 1. Its contract is `data/report.schema.json`."""

import itertools
import json
from collections.abc import Iterator
from datetime import date
from json.encoder import encode_basestring_ascii as _text
from typing import Any

from checker import __version__
from checker.model.finding import Edit, Finding
from checker.model.problem import Problem
from checker.model.reference import Candidate, Mention, Reference, Traffic
from checker.model.scan import Compared
from checker.report.view import ReportOptions, Summary, View
from checker.source import Location


def pieces(view: View, options: ReportOptions) -> Iterator[str]:
    """The report as JSON in ASCII, with keys in the order of the schema and a final line break; one piece per row."""
    # In ASCII no name in the report can control a terminal, and the encoding does not matter.
    before = "{"
    for name, value in _members(view, options):
        yield f"{before}{_MEMBER}{_written(name, _MEMBER)}: "
        if isinstance(value, Iterator):
            yield from _rows(value)
        else:
            yield _written(value, _MEMBER)
        before = ","
    yield "\n}\n"


def report(view: View, options: ReportOptions) -> dict[str, Any]:
    """The report as plain data."""
    return {name: list(value) if isinstance(value, Iterator) else value for name, value in _members(view, options)}


# A line break, and the indentation of a member of the report, and of a row in one of its lists.
_MEMBER = "\n  "
_ROW = "\n    "


def _rows(rows: Iterator[Any]) -> Iterator[str]:
    before = "["
    for row in rows:
        yield f"{before}{_ROW}{_written(row, _ROW)}"
        before = ","
    yield "[]" if before == "[" else f"{_MEMBER}]"


def _written(value: Any, line: str) -> str:
    """The output of `json.dumps` with an indent of two, made much faster. `line` is the beginning of its lines."""
    inner = f"{line}  "
    kind = type(value)
    if kind is dict:
        members: list[str] = []
        # Most members need no call of their own: texts, nothing, numbers. Their names need no escapes.
        for name, each in value.items():
            kind = type(each)
            if kind is str:
                members.append(f'"{name}": {_text(each)}')
            elif each is None:
                members.append(f'"{name}": null')
            elif kind is int:
                members.append(f'"{name}": {each}')
            elif not each and kind is list:
                members.append(f'"{name}": []')
            else:
                members.append(f'"{name}": {_written(each, inner)}')
        return f"{{{inner}{f',{inner}'.join(members)}{line}}}" if members else "{}"
    if kind is list:
        return f"[{','.join([inner + _written(each, inner) for each in value])}{line}]" if value else "[]"
    if kind is int:
        return str(value)
    if kind is bool or value is None:
        return _CONSTANTS[value]
    return _text(value) if isinstance(value, str) else json.dumps(value)


_CONSTANTS = {None: "null", True: "true", False: "false"}


def _members(view: View, options: ReportOptions) -> Iterator[tuple[str, Any]]:
    """The members of the report. The rows of long lists are made one after the other."""
    scan = view.scan
    yield "version", 1
    yield "tool", {"name": "bedrock-eol", "version": __version__}
    yield "as_of", scan.as_of.isoformat()
    yield (
        "catalog",
        {
            "as_of": scan.catalog.as_of.isoformat(),
            "source": scan.catalog.source,
            "models": scan.catalog.models,
        },
    )
    yield "inputs", ({"path": each.path, "kind": str(each.kind), "files": list(each.files)} for each in scan.inputs)
    yield "references", map(_reference, itertools.chain(scan.references, scan.mentions))
    yield "findings", map(_finding, scan.findings)
    yield "edits", map(_edit, scan.mending.edits)
    yield "problems", map(_problem, scan.problems)
    yield "summary", _summary(view.summary, options)
    yield "comparison", None if scan.comparison is None else map(_compared, scan.comparison)


def _compared(compared: Compared) -> dict[str, Any]:
    return {
        "agreement": str(compared.agreement),
        "arn": compared.arn or None,
        "name": compared.name or None,
        "code_input": compared.code_input or None,
        "code_address": compared.code_address or None,
        "models": list(compared.models),
        "code_models": list(compared.code_models),
        "by": compared.by or None,
    }


def _reference(reference: Reference) -> dict[str, Any]:
    unresolved = reference.unresolved
    return {
        "id": reference.id,
        "framework": str(reference.framework),
        "input": reference.input,
        "address": reference.address,
        "resource_type": reference.resource_type,
        "site": reference.site.path,
        "path": reference.path,
        "kind": str(reference.site.kind),
        "role": str(reference.site.role),
        "usage": str(reference.site.usage),
        "change": None if reference.change is None else str(reference.change),
        "location": _location(reference.location),
        "candidates": [_candidate(each) for each in reference.candidates],
        "complete": reference.complete,
        "unresolved": None
        if unresolved is None
        else {"cause": str(unresolved.cause), "subject": unresolved.subject, "advice": unresolved.advice},
        "mention": None if reference.mention is None else _mention(reference.mention),
        "name": reference.name,
        "tags": [{"key": key, "value": value} for key, value in reference.tags],
        "traffic": None if reference.traffic is None else _traffic(reference.traffic),
    }


def _traffic(traffic: Traffic) -> dict[str, Any]:
    return {
        "calls": traffic.calls,
        "since": traffic.since.isoformat(),
        "last_day": _day(traffic.last_day),
        "of_resource": traffic.of_resource,
        "model_last_day": _day(traffic.model_last_day),
    }


def _mention(mention: Mention) -> dict[str, Any]:
    stage = mention.stage
    return {
        "reason": str(mention.reason),
        "legacy_date": None if stage is None else _day(stage.legacy_date),
        "extended_access_date": None if stage is None else _day(stage.extended_access_date),
        "eol_date": None if stage is None else _day(stage.eol_date),
    }


def _candidate(candidate: Candidate) -> dict[str, Any]:
    return {
        "text": candidate.text,
        "model": candidate.model,
        "profile": candidate.profile,
        "form": str(candidate.form),
        "certainty": str(candidate.certainty),
        "given": [str(assumption) for assumption in candidate.given],
        "regions": list(candidate.regions),
        "written_at": _location(candidate.written_at),
        "trail": [{**_location(step.location), "step": step.text} for step in candidate.trail],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    reference, waiver = finding.reference, finding.waiver
    return {
        "rule": finding.rule,
        "check": finding.check,
        "severity": str(finding.severity),
        "status": str(finding.status),
        "reference": None if reference is None else reference.id,
        "candidate": _index(finding),
        "certainty": finding.certainty,
        "location": _location(finding.location),
        "model": finding.model,
        "region": finding.region,
        "stage": finding.stage,
        "legacy_date": _day(finding.legacy_date),
        "extended_access_date": _day(finding.extended_access_date),
        "eol_date": _day(finding.eol_date),
        "days_to_eol": finding.days_to_eol,
        "subsumes": list(finding.subsumes),
        "message": finding.message,
        "advice": finding.advice,
        "fingerprint": finding.fingerprint,
        "fails_from": _day(finding.fails_from),
        "waiver": None if waiver is None else {"reason": waiver.reason, "until": waiver.until.isoformat()},
        "owners": list(finding.owners),
        "also_in": [use.reference.id for use in finding.also_in],
    }


def _edit(edit: Edit) -> dict[str, Any]:
    return {
        **_location(edit.location),
        "before": edit.before,
        "after": edit.after,
        "kind": "grant" if edit.is_grant else "model",
        "model": edit.model,
        "replacement": edit.replacement,
        "others": list(edit.others),
        "findings": list(edit.findings),
        "remarks": list(edit.remarks),
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "file": problem.file,
        "line": problem.line,
        "kind": str(problem.kind),
        "message": problem.message,
        "advice": problem.advice,
        "incomplete": problem.incomplete,
    }


def _index(finding: Finding) -> int | None:
    """The index of the candidate in its reference."""
    candidates = () if finding.reference is None else finding.reference.candidates
    return next((number for number, each in enumerate(candidates) if each is finding.candidate), None)


def _summary(summary: Summary, options: ReportOptions) -> dict[str, Any]:
    return {
        "verdict": str(options.verdict),
        "inputs": summary.inputs,
        "files": summary.files,
        "references": summary.references,
        "candidates": summary.candidates,
        "unresolved": summary.unresolved,
        "mentions": summary.mentions,
        "open_findings": {str(severity): count for severity, count in summary.by_severity.items()},
        "findings_by_status": {str(status): count for status, count in summary.by_status.items()},
        "problems": summary.problems,
        "incomplete_problems": summary.incomplete,
        "pruned": summary.pruned,
    }


def _location(location: Location | None) -> dict[str, Any]:
    if location is None:
        return {"file": None, "line": None, "column": None}
    return {"file": location.file, "line": location.line, "column": location.column}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
