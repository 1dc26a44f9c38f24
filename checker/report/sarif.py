"""SARIF 2.1.0 for code scanning. One result per finding with a location.

A result is at the line where the model is written, since the fix is made there and GitHub annotates it. The use is a
related location, to which the message links, and the code flow leads from one to the other.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import quote

from checker import __version__
from checker.model.finding import Edit, Finding, Status
from checker.model.policy import RuleDescription
from checker.model.problem import Problem, ProblemKind
from checker.model.reference import Reference
from checker.model.resource import Framework
from checker.model.scan import Scan
from checker.report.escaping import printable
from checker.report.excerpt import edits_for
from checker.report.view import ProblemGroup, ReportOptions, View
from checker.source import Location
from checker.wording import USED, named, on_same_line

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
# GitHub refuses a file with more (docs.github.com, "SARIF support for code scanning", read 2026-11-22), and shows the
# first 5,000 by severity. It keeps 1,000 of the locations of a thread flow.
MOST_RESULTS = 25_000
SHOWN_RESULTS = 5_000
MOST_STEPS = 1_000
_LONGEST_ID = 200

_UNRESOLVED = "unresolved"
_CUT = "cut"
_SUPPRESSED = {
    Status.BASELINE: "It is in the baseline.",
    Status.UNCHANGED: "The plan does not change the resource.",
    Status.EXISTING: "It was there before the change.",
    Status.OTHER_OWNER: "It is another owner's.",
}


class _Cut(NamedTuple):
    """What the report leaves out."""

    text: str
    location: Location | None


class _Result(NamedTuple):
    """A result, and what was cut."""

    result: dict[str, Any]
    cuts: tuple[_Cut, ...] = ()


def render(view: View, options: ReportOptions) -> str:
    """The report as JSON in ASCII with a final line break."""
    return json.dumps(_report(view, options), ensure_ascii=True, indent=2) + "\n"


def _report(view: View, options: ReportOptions) -> dict[str, Any]:
    """The report as plain data: one run."""
    scan = view.scan
    rules = _rules(scan)
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    # Findings that count come first, so that they are not cut; they are already sorted by severity.
    results, unlocated = _results(scan, (*scan.open_findings, *view.suppressed), index)
    kept = results[:MOST_RESULTS]
    cuts = [cut for each in kept for cut in each.cuts]
    if len(results) > len(kept):
        cuts.append(_Cut(f"{len(results):,} results, of which only the first {len(kept):,} are in this file", None))
    elif len(results) > SHOWN_RESULTS:
        cuts.append(_Cut(f"{len(results):,} results, of which GitHub shows {SHOWN_RESULTS:,}", None))
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "bedrock-eol",
                        "version": __version__,
                        "semanticVersion": __version__,
                        "rules": rules,
                        "notifications": _notification_kinds(),
                    }
                },
                "invocations": [
                    {
                        "executionSuccessful": not scan.incomplete,
                        "toolExecutionNotifications": list(_notifications(view, cuts)),
                        "toolConfigurationNotifications": [_of_run(each, index) for each in unlocated],
                    }
                ],
                "automationDetails": {"id": _automation_id(scan, options)},
                "originalUriBaseIds": {
                    _ROOT: {"description": {"text": "The working directory of the run, to which paths are relative."}}
                },
                "columnKind": "unicodeCodePoints",
                "results": [each.result for each in kept],
                "properties": {
                    "asOf": scan.as_of.isoformat(),
                    "catalog": {"asOf": scan.catalog.as_of.isoformat(), "source": printable(scan.catalog.source)},
                    "policy": [printable(name) for name in scan.policy],
                    "verdict": str(options.verdict),
                    "summary": view.verdict_line,
                },
            }
        ],
    }


def _automation_id(scan: Scan, options: ReportOptions) -> str:
    """The category (all up to the last `/`) and the day.

    GitHub replaces an upload of the same commit and category; so the category names what tells runs apart, and nothing
    that changes with the code.
    """
    category = "/".join(quote(part.strip("/") or ".", safe="/=") for part in options.names_of_run(scan))
    if len(category) > _LONGEST_ID:
        category = sha256(category.encode()).hexdigest()
    return f"bedrock-eol/{category}/{scan.as_of}" if category else f"bedrock-eol/{scan.as_of}"


# Rules


def _rules(scan: Scan) -> list[dict[str, Any]]:
    described = {rule.id: _described(rule) for rule in scan.rules}
    for finding in scan.findings:
        if finding.rule not in described:
            check = printable(finding.check)
            described[finding.rule] = _descriptor(finding.rule, check, f"Run `bedrock-eol explain {check}`.")
    return list(described.values())


def _described(rule: RuleDescription) -> dict[str, Any]:
    sections = (("What it finds", rule.finds), ("Why it matters", rule.matters), ("How to fix", rule.fix))
    described: dict[str, Any] = {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.id.split("-")),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": _joined(rule.finds)},
        "help": {
            "text": "\n\n".join(f"{heading}: {_joined(text)}" for heading, text in sections),
            "markdown": "\n\n".join(f"**{heading}.** {text}" for heading, text in sections),
        },
        "defaultConfiguration": {"level": str(rule.severity)},
        "properties": {"check": rule.check, "tags": ["amazon-bedrock", "lifecycle"]},
    }
    if rule.link is not None:
        described["helpUri"] = quote(rule.link, safe="%/:=&?~#+!$,;'@()*[]")
    return described


def _descriptor(name: str, text: str, help_text: str) -> dict[str, Any]:
    """The fields of a rule that GitHub needs, and those of notification kinds that Microsoft's validator needs."""
    return {
        "id": name,
        "shortDescription": {"text": text},
        "fullDescription": {"text": text},
        "help": {"text": help_text},
    }


def _joined(text: str) -> str:
    return " ".join(text.split())


# Results


def _results(scan: Scan, findings: Iterable[Finding], index: Mapping[str, int]) -> tuple[list[_Result], list[Finding]]:
    """The results, and the findings without a location: GitHub refuses a result without one."""
    made: list[_Result] = []
    unlocated: list[Finding] = []
    for finding in findings:
        one = _result(scan, finding, index[finding.rule])
        if one is None:
            unlocated.append(finding)
            continue
        made.append(one)
    return made, unlocated


def _result(scan: Scan, finding: Finding, rule_index: int) -> _Result | None:
    """The result of a finding; None without a location."""
    reference, written = finding.reference, finding.written_at
    file = written.file if written is not None else _file_of(scan, reference)
    if file is None:
        return None
    primary: dict[str, Any] = {
        "physicalLocation": _physical(written) if written is not None else {"artifactLocation": artifact(file)}
    }
    made: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": str(finding.severity),
        "message": {"text": _result_message(finding)},
        "locations": [primary],
        "partialFingerprints": {
            # GitHub recognizes a result only by this one. Its own action would compute one from the line, which several
            # uses may share and an edit changes. An upload by the API computes none.
            "primaryLocationLineHash": finding.fingerprint,
            "bedrockEolFinding/v2": finding.fingerprint,
            "bedrockEolFinding/v1": finding.identity.before,
        },
    }
    if reference is not None:
        primary["logicalLocations"] = [{"fullyQualifiedName": printable(named(reference)), "kind": "resource"}]
    if _is_used_elsewhere(finding) and reference is not None and reference.location is not None:
        made["relatedLocations"] = [
            {"id": 1, "physicalLocation": _physical(reference.location), "message": {"text": _used(reference, plain)}}
        ]
    steps = tuple(_steps(finding))
    shown = steps if len(steps) <= MOST_STEPS else (steps[0], *steps[1 - MOST_STEPS :])
    if len({location[:2] for location, _ in shown}) > 1:
        made["codeFlows"] = [{"threadFlows": [{"locations": [_flow(location, text) for location, text in shown]}]}]
    suppression = _suppression(finding)
    if suppression is not None:
        made["suppressions"] = [suppression]
    edits = edits_for(scan, finding)
    if edits and finding.status is Status.OPEN:
        made["fixes"] = [_fix(edits)]
    made["properties"] = _properties(finding)
    cut = _Cut(f"{len(steps):,} steps, of which the first and the last are kept", written)
    return _Result(made, (cut,) if len(shown) < len(steps) else ())


def _fix(edits: Sequence[Edit]) -> dict[str, Any]:
    """The edits of all files, which belong together."""
    of_files: dict[str, list[Edit]] = {}
    for edit in edits:
        of_files.setdefault(edit.location.file, []).append(edit)
    changes = [
        {"artifactLocation": artifact(file), "replacements": [_replacement(edit) for edit in of_file]}
        for file, of_file in of_files.items()
    ]
    text = f"Write {edits[0].after} in the place of {edits[0].before}."
    return {"description": _message(text), "artifactChanges": changes}


def _replacement(edit: Edit) -> dict[str, Any]:
    line, column = edit.location.line, edit.location.column
    region = {"startLine": line, "startColumn": column, "endLine": line, "endColumn": column + len(edit.before)}
    return {"deletedRegion": region, "insertedContent": {"text": edit.after}}


def _result_message(finding: Finding) -> str:
    reference = finding.reference
    parts = [plain(finding.statement.text(location=False)), plain(finding.advice)]
    if reference is not None:
        parts.append(f"{_used(reference, link if _is_used_elsewhere(finding) else plain)}.")
    return " ".join(part for part in parts if part)


def _used(reference: Reference, say: Callable[[str], str]) -> str:
    return f"{USED[reference.site.usage].capitalize()} {say(named(reference))}"


def _is_used_elsewhere(finding: Finding) -> bool:
    """True if the model is used elsewhere than where it is written."""
    written = finding.written_at
    location = None if finding.reference is None else finding.reference.location
    return written is not None and location is not None and not on_same_line(written, location)


def _steps(finding: Finding) -> Iterator[tuple[Location, str]]:
    """The way from the literal to the use. A step without a location, such as a value of the command line, is told with
    the next.
    """
    if finding.reference is None or finding.candidate is None:
        return
    untold: list[str] = []
    last = None
    for step in finding.candidate.trail:
        if step.location is None:
            untold.append(step.text)
            continue
        yield step.location, "; ".join((*untold, step.text))
        untold, last = [], step.location
    location = finding.reference.location
    if location is not None and location != last:
        yield location, "; ".join((*untold, named(finding.reference)))


def _flow(location: Location, text: str) -> dict[str, Any]:
    return {"location": {"physicalLocation": _physical(location), "message": _message(text or "written here")}}


def _suppression(finding: Finding) -> dict[str, Any] | None:
    if finding.status is Status.OPEN:
        return None
    waiver = finding.waiver
    if finding.status is Status.WAIVED:
        why = "" if waiver is None else f"{waiver.reason} (waived until {waiver.until})"
    else:
        is_of_nobody = finding.status is Status.OTHER_OWNER and not finding.owners
        why = "Nobody owns it." if is_of_nobody else _SUPPRESSED[finding.status]
    return {"kind": "external", "status": "accepted", "justification": printable(why)}


def _properties(finding: Finding) -> dict[str, Any]:
    reference, candidate = finding.reference, finding.candidate
    known: dict[str, Any] = {
        "status": str(finding.status),
        "certainty": finding.certainty,
        "model": None if finding.model is None else printable(finding.model),
        "region": finding.region,
        "stage": finding.stage,
        "legacyDate": _day(finding.legacy_date),
        "extendedAccessDate": _day(finding.extended_access_date),
        "eolDate": _day(finding.eol_date),
        "daysToEol": finding.days_to_eol,
        "failsFrom": _day(finding.fails_from),
        "subsumes": list(finding.subsumes) or None,
        "owners": [printable(owner) for owner in finding.owners] or None,
        "resourceType": None if reference is None else printable(reference.resource_type),
        "usage": None if reference is None else str(reference.site.usage),
        "given": None if candidate is None else [printable(str(each)) for each in candidate.given] or None,
    }
    return {name: value for name, value in known.items() if value is not None}


def _day(day: object) -> str | None:
    return None if day is None else str(day)


def _file_of(scan: Scan, reference: Reference | None) -> str | None:
    if reference is None:
        return None
    if reference.framework is Framework.AWS:
        # An account has no files, and GitHub shows no result without one.
        return reference.input
    here = [each for each in scan.inputs if each.path == reference.input]
    # At one path there may be an assembly and a Terraform root.
    here.sort(key=lambda each: str(each.kind) != str(reference.framework))
    return next((file for each in here for file in each.files), None)


# Notifications: problems, what is unresolved without a finding, findings about the run, cuts


def _notification_kinds() -> list[dict[str, Any]]:
    kinds = [(str(kind), f"The analysis met: {kind}.") for kind in ProblemKind]
    kinds += [
        (_UNRESOLVED, "The model of a reference is not known, and no rule is about that."),
        (_CUT, "Something is left out, because of a limit of GitHub."),
    ]
    return [_descriptor(name, text, "Each notification says what to do about it.") for name, text in kinds]


def _notifications(view: View, cuts: Sequence[_Cut]) -> Iterator[dict[str, Any]]:
    """Problems of reading the code and of writing the report."""
    yield from map(_of_problems, view.problems)
    for reference in view.unjudged:
        why = reference.unresolved
        if why is not None:
            text = (
                f"The model of {named(reference)} is not, or not wholly, known, because of {why.subject} ({why.cause})."
                f" {why.advice}"
            )
            yield _notification(_UNRESOLVED, "warning", text, *_at(reference.location))
    for cut in cuts:
        yield _notification(_CUT, "warning", f"Left out: {cut.text}.", *_at(cut.location))


def _of_run(finding: Finding, index: Mapping[str, int]) -> dict[str, Any]:
    """A finding that is not about a line, such as a stale catalog."""
    return {
        "associatedRule": {"id": finding.rule, "index": index[finding.rule]},
        "level": str(finding.severity),
        "message": _message(" ".join(part for part in (finding.message, finding.advice) if part)),
        "properties": {"status": str(finding.status), "fingerprint": finding.fingerprint},
    }


def _of_problems(group: ProblemGroup) -> dict[str, Any]:
    """One notification per group of similar problems, with the location of each."""
    text = " ".join(part for part in (group.message, group.advice) if part)
    level = "error" if group.incomplete else "warning"
    return _notification(group.kind, level, text, *map(_location_of, group.problems))


def _location_of(problem: Problem) -> dict[str, Any]:
    if problem.line is None:
        return {"artifactLocation": artifact(problem.file)}
    return _physical(problem.location)


def _notification(kind: str, level: str, text: str, *locations: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"descriptor": {"id": str(kind)}, "level": level, "message": _message(text)}
    return {**made, "locations": [{"physicalLocation": location} for location in locations]} if locations else made


# Locations and texts


def _at(location: Location | None) -> tuple[dict[str, Any], ...]:
    return () if location is None else (_physical(location),)


def _physical(location: Location) -> dict[str, Any]:
    """A line of a file, with its column."""
    return {
        "artifactLocation": artifact(location.file),
        "region": {"startLine": max(location.line, 1), "startColumn": max(location.column, 1)},
    }


def artifact(file: str) -> dict[str, Any]:
    """The location of a file: relative to the root, or a `file:` URI."""
    path = quote(_octets(file), safe="/")
    if file.startswith("/"):
        return {"uri": f"file://{path}"}
    if file[1:3] == ":/" and file[0].isalpha():
        return {"uri": f"file:///{file[0]}:{path[4:]}"}
    return {"uri": path, "uriBaseId": _ROOT}


def _octets(file: str) -> bytes:
    try:
        # In file names, bytes that are not UTF-8 are surrogates.
        return file.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return file.encode("utf-8", "replace")


def _message(text: str) -> dict[str, str]:
    return {"text": plain(text)}


def plain(text: str) -> str:
    """Text that cannot be read as an embedded link."""
    return printable(text).replace("](", "] (")


def link(text: str) -> str:
    """A link to the first of the related locations."""
    label = printable(text).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    return f"[{label}](1)"
