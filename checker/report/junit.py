"""JUnit XML for Jenkins and GitLab.

Each input is a suite. A reference is a passing test case; if it breaks rules, there is one case per rule instead. Such
a case fails if the run fails because of it, and is skipped if it is waived. A file that could not be read is an error.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from xml.etree import ElementTree

from checker.model.finding import Finding, Status
from checker.model.reference import Reference
from checker.model.scan import Scan
from checker.report.escaping import printable
from checker.report.lines import legs
from checker.report.view import ReportOptions, View
from checker.source import Location
from checker.wording import USED, named, unresolved

_ANALYSIS = "bedrock-eol: analysis"


class _Case(NamedTuple):
    """A test case. `outcome` is the name of an element, empty if the case passes. `lines` are its text."""

    name: str
    outcome: str = ""
    kind: str = ""
    lines: tuple[str, ...] = ()
    location: Location | None = None


def render(view: View, options: ReportOptions) -> str:
    """The report as XML in ASCII with a final line break."""
    scan = view.scan
    found: dict[str | None, list[Finding]] = {}
    for finding in scan.findings:
        found.setdefault(None if finding.reference is None else finding.reference.id, []).append(finding)
    by_input: dict[str, list[Reference]] = {each.path: [] for each in scan.inputs}
    for reference in scan.references:
        by_input.setdefault(reference.input, []).append(reference)
    root = ElementTree.Element("testsuites", name="bedrock-eol")
    for path, references in by_input.items():
        cases = [case for each in references for case in _of_reference(each, found.get(each.id, ()), options)]
        if cases:
            _add_suite(root, path, cases, scan)
    about_the_run = [case for each in found.get(None, ()) for case in _of_findings(each.rule, [each], options)]
    _add_suite(root, _ANALYSIS, [*_of_problems(view), *about_the_run], scan)
    properties = ElementTree.Element("properties")
    for name, value in _facts(view, options):
        ElementTree.SubElement(properties, "property", name=name, value=printable(value))
    root[-1].insert(0, properties)
    _count(root)
    ElementTree.indent(root)
    document: bytes = ElementTree.tostring(root, encoding="us-ascii")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{document.decode()}\n'


def _facts(view: View, options: ReportOptions) -> Iterator[tuple[str, str]]:
    scan = view.scan
    yield "verdict", f"{options.verdict}: {view.verdict_line}"
    yield "as of", str(scan.as_of)
    yield "catalog", f"{scan.catalog.as_of} ({scan.catalog.source})"
    yield "policy", ", ".join(scan.policy)


def _of_reference(reference: Reference, findings: Sequence[Finding], options: ReportOptions) -> Iterator[_Case]:
    name = named(reference)
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    for rule, broken in by_rule.items():
        yield from _of_findings(f"{name}: {rule}", broken, options)
    if reference.unresolved is not None and not any(each.is_about_resolution for each in findings):
        # An unknown model is no pass.
        outcome = "error" if options.fail_on_unresolved else "skipped"
        yield _Case(f"{name}: unresolved", outcome, "unresolved", (unresolved(reference),), reference.location)
    elif not by_rule:
        yield _Case(name, location=reference.location)


def _of_findings(name: str, findings: Sequence[Finding], options: ReportOptions) -> Iterator[_Case]:
    """One case for the findings of one rule; findings that count decide its outcome."""
    counting = [finding for finding in findings if finding.status is Status.OPEN]
    said = counting or list(findings)
    lines = tuple(line for finding in said for line in _said(finding))
    gravest = max(said, key=lambda finding: finding.severity)
    fails = options.fail_on is not None and gravest.severity >= options.fail_on
    is_unresolved = any(finding.is_about_resolution for finding in findings)
    if not counting:
        outcome = "skipped"
    elif fails:
        outcome = "failure"
    elif is_unresolved:
        outcome = "error" if options.fail_on_unresolved else "skipped"
    else:
        outcome = ""
    yield _Case(name, outcome, f"{gravest.severity} {gravest.rule}", lines, gravest.written_at)


def _said(finding: Finding) -> Iterator[str]:
    """The fault, the advice, and the way from where the model is written to where it is used."""
    status = "" if finding.status is Status.OPEN else f" ({finding.status})"
    yield f"{finding.severity}{status}: {finding.statement.text(location=False)}"
    if finding.advice:
        yield finding.advice
    written = finding.written_at
    if written is not None:
        yield f"written at {written}" if finding.candidate is not None else f"at {written}"
    if finding.reference is not None:
        yield f"{USED[finding.reference.site.usage]} {named(finding.reference)}"
        for leg in legs(finding.reference, finding.candidate, written):
            yield f"  {leg}"
    if finding.owners:
        yield f"owner {', '.join(finding.owners)}"
    if finding.waiver is not None:
        yield f"waived until {finding.waiver.until}: {finding.waiver.reason}"


def _of_problems(view: View) -> Iterator[_Case]:
    for group in view.problems:
        others = [f"at {location}" for location in group.locations[1:]]
        lines = tuple(line for line in (group.message, group.advice, *others) if line)
        location = Location(group.first.file, group.first.line or 1, group.first.column or 1)
        outcome = "error" if group.incomplete else ""
        yield _Case(f"{group.locations[0]}: {group.kind}", outcome, group.kind, lines, location)
    if not view.scan.incomplete:
        # CI systems treat a report without any case as a broken run.
        yield _Case("everything was read")


def _add_suite(root: ElementTree.Element, name: str, cases: Sequence[_Case], scan: Scan) -> None:
    suite = ElementTree.SubElement(root, "testsuite", name=printable(name), timestamp=f"{scan.as_of}T00:00:00")
    taken: dict[str, int] = {}
    for case in cases:
        title = printable(case.name)
        taken[title] = number = taken.get(title, 0) + 1
        element = ElementTree.SubElement(
            suite,
            "testcase",
            # GitLab distinguishes cases by class and name.
            classname=printable(name),
            name=title if number == 1 else f"{title} ({number})",
            time="0",
        )
        if case.location is not None:
            element.set("file", printable(case.location.file))
            element.set("line", str(case.location.line))
        text = "\n".join(map(printable, case.lines))
        if case.outcome:
            outcome = ElementTree.SubElement(element, case.outcome, message=printable(case.lines[0]))
            if case.outcome != "skipped":
                outcome.set("type", case.kind)
            outcome.text = text
        elif text:
            ElementTree.SubElement(element, "system-out").text = text


def _count(root: ElementTree.Element) -> None:
    for element in (root, *root):
        for name, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            element.set(name, str(len(list(element.iter(tag)))))
        element.set("time", "0")
