"""SARIF 2.1.0, for code scanning. One result for each finding that has a place.

A result is at the line where the model is written, since that is where the fix is made and what GitHub annotates; the
use is a related location, which the message links to, and the code flow leads from the one to the other.
"""

import json
import posixpath
from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from checker import __version__
from checker.model.finding import Finding
from checker.model.policy import RuleDescription
from checker.model.scan import Scan
from checker.report.options import ReportOptions
from checker.report.printable import printable
from checker.report.sarif_notifications import Cut, descriptors, notifications, run_notifications
from checker.report.sarif_places import ROOT
from checker.report.sarif_results import Made, result
from checker.report.uses import Use, use_of
from checker.report.verdict import verdict_line

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
# GitHub refuses a file with more (docs.github.com, "SARIF support for code scanning", read 2026-11-22), and shows the
# first 5,000 by severity.
MOST_RESULTS = 25_000
SHOWN_RESULTS = 5_000
_LONGEST_ID = 200


def render(scan: Scan, options: ReportOptions) -> str:
    """The report as JSON in ASCII, ending in a line break."""
    return json.dumps(report(scan, options), ensure_ascii=True, indent=2) + "\n"


def report(scan: Scan, options: ReportOptions) -> dict[str, Any]:
    """The report as plain data: one run."""
    rules = _rules(scan)
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    # What counts comes first, so that it is not what is cut; findings are sorted by severity already.
    uses = [use_of(scan, each) for each in sorted(scan.findings, key=lambda each: each.status != "open")]
    made, placeless = _results(scan, uses, index)
    kept = made[:MOST_RESULTS]
    cuts = [cut for each in kept for cut in each.cuts]
    if len(made) > len(kept):
        cuts.append(Cut(f"{len(made):,} results, of which only the first {len(kept):,} are in this file", None))
    elif len(made) > SHOWN_RESULTS:
        cuts.append(Cut(f"{len(made):,} results, of which GitHub shows {SHOWN_RESULTS:,}", None))
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
                        "notifications": descriptors(),
                    }
                },
                "invocations": [
                    {
                        "executionSuccessful": not scan.incomplete,
                        "toolExecutionNotifications": notifications(scan, uses, cuts),
                        "toolConfigurationNotifications": run_notifications(placeless, index),
                    }
                ],
                "automationDetails": {"id": _automation_id(scan, options)},
                "originalUriBaseIds": {
                    ROOT: {"description": {"text": "The working directory of the run, to which paths are relative."}}
                },
                "columnKind": "unicodeCodePoints",
                "results": [each.result for each in kept],
                "properties": {
                    "asOf": scan.as_of.isoformat(),
                    "catalog": {"asOf": scan.catalog.as_of.isoformat(), "source": printable(scan.catalog.source)},
                    "policy": [printable(name) for name in scan.policy],
                    "verdict": str(options.verdict),
                    "summary": verdict_line(scan),
                },
            }
        ],
    }


def _results(scan: Scan, uses: Sequence[Use], index: dict[str, int]) -> tuple[list[Made], list[Finding]]:
    """The results, and the findings for which there is no place: GitHub refuses a result without one."""
    made: list[Made] = []
    placeless: list[Finding] = []
    lines: set[tuple[object, ...]] = set()
    for use in uses:
        one = result(scan, use, index[use.finding.rule])
        if one is None:
            placeless.append(use.finding)
            continue
        # GitHub tells results of a rule apart by `primaryLocationLineHash`, which its upload computes of the line where
        # it is missing, and warns about where it has another value. So only those get one of ours that would else
        # be taken for the result before them: several uses of one line, or a file that is a single line.
        if one.line in lines:
            one.result["partialFingerprints"]["primaryLocationLineHash"] = use.finding.fingerprint
        lines.add(one.line)
        made.append(one)
    return made, placeless


def _rules(scan: Scan) -> list[dict[str, Any]]:
    described = {rule.id: _described(rule) for rule in scan.rules}
    for finding in scan.findings:
        if finding.rule not in described:
            described[finding.rule] = {"id": finding.rule, "shortDescription": {"text": printable(finding.check)}}
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


def _joined(text: str) -> str:
    return " ".join(text.split())


def _automation_id(scan: Scan, options: ReportOptions) -> str:
    """The category (all up to the last `/`) and the day.

    Of the same commit, a second upload with the same category replaces the first, so it holds what tells the runs of
    one repository apart, and nothing that changes as the code does.
    """
    # In which order they were given makes no other kind of run.
    paths = sorted({posixpath.normpath(path) for path in options.paths})
    category = "/".join(quote(part.strip("/") or ".", safe="/") for part in (*scan.policy, *paths))
    if len(category) > _LONGEST_ID:
        category = sha256(category.encode()).hexdigest()
    return f"bedrock-eol/{category}/{scan.as_of}" if category else f"bedrock-eol/{scan.as_of}"
