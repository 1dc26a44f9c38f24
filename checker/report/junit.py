"""JUnit XML, as Jenkins and GitLab read it.

Each input is a suite. A reference is a test case that passes; where it breaks rules, there is a case for each instead,
which fails if the run fails by it, and is skipped if it is waived or the like. What could not be read is an error.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from xml.etree import ElementTree

from checker.model.finding import Status
from checker.model.reference import Reference
from checker.model.scan import Scan
from checker.report.options import ReportOptions
from checker.report.plain import finding_lines, named, problem_place, unresolved_line
from checker.report.printable import printable
from checker.report.uses import Use, use_of
from checker.report.verdict import verdict_line
from checker.source import Place

_ANALYSIS = "bedrock-eol: analysis"


class _Case(NamedTuple):
    """A test case; `outcome` is an element's name, empty if it passes. `lines` are all that is to be said."""

    name: str
    outcome: str = ""
    kind: str = ""
    lines: tuple[str, ...] = ()
    place: Place | None = None


def render(scan: Scan, options: ReportOptions) -> str:
    """The report as XML in ASCII, ending in a line break."""
    uses: dict[str | None, list[Use]] = {}
    for finding in scan.findings:
        uses.setdefault(finding.reference, []).append(use_of(scan, finding))
    by_input: dict[str, list[Reference]] = {each.path: [] for each in scan.inputs}
    for reference in scan.references:
        by_input.setdefault(reference.input, []).append(reference)
    root = ElementTree.Element("testsuites", name="bedrock-eol")
    for path, references in by_input.items():
        cases = [case for each in references for case in _of_reference(each, uses.get(each.id, ()), options)]
        if cases:
            _add_suite(root, path, cases, scan)
    about_the_run = [case for use in uses.get(None, ()) for case in _of_findings(use.finding.rule, [use], options)]
    _add_suite(root, _ANALYSIS, [*_of_problems(scan), *about_the_run], scan)
    properties = ElementTree.Element("properties")
    for name, value in _facts(scan, options):
        ElementTree.SubElement(properties, "property", name=name, value=printable(value))
    root[-1].insert(0, properties)
    _count(root)
    ElementTree.indent(root)
    document: bytes = ElementTree.tostring(root, encoding="us-ascii")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{document.decode()}\n'


def _facts(scan: Scan, options: ReportOptions) -> Iterator[tuple[str, str]]:
    yield "verdict", f"{options.verdict}: {verdict_line(scan)}"
    yield "as of", str(scan.as_of)
    yield "catalog", f"{scan.catalog.as_of} ({scan.catalog.source})"
    yield "policy", ", ".join(scan.policy)


def _of_reference(reference: Reference, uses: Sequence[Use], options: ReportOptions) -> Iterator[_Case]:
    name = named(reference)
    by_rule: dict[str, list[Use]] = {}
    for use in uses:
        by_rule.setdefault(use.finding.rule, []).append(use)
    for rule, broken in by_rule.items():
        yield from _of_findings(f"{name}: {rule}", broken, options)
    if reference.unresolved is not None and not any(use.candidate is None for use in uses):
        # That a model is not known is no pass.
        outcome = "error" if options.fail_on_unresolved else "skipped"
        yield _Case(f"{name}: unresolved", outcome, "unresolved", (unresolved_line(reference),), reference.location)
    elif not by_rule:
        yield _Case(name, place=reference.location)


def _of_findings(name: str, uses: Sequence[Use], options: ReportOptions) -> Iterator[_Case]:
    """One case for the findings of one rule; those that count say what becomes of it."""
    counting = [use for use in uses if use.finding.status is Status.OPEN]
    said = counting or list(uses)
    lines = tuple(line for use in said for line in _said(use))
    gravest = max(said, key=lambda use: use.finding.severity)
    fails = options.fail_on is not None and gravest.finding.severity >= options.fail_on
    is_unresolved = any(use.reference is not None and use.candidate is None for use in uses)
    if not counting:
        outcome = "skipped"
    elif fails:
        outcome = "failure"
    elif is_unresolved:
        outcome = "error" if options.fail_on_unresolved else "skipped"
    else:
        outcome = ""
    yield _Case(name, outcome, f"{gravest.finding.severity} {gravest.finding.rule}", lines, gravest.written_at)


def _said(use: Use) -> Iterator[str]:
    first, *others = finding_lines(use)
    status = "" if use.finding.status is Status.OPEN else f" ({use.finding.status})"
    yield f"{use.finding.severity}{status}: {first}"
    yield from others


def _of_problems(scan: Scan) -> Iterator[_Case]:
    for problem in scan.problems:
        lines = tuple(line for line in (problem.message, problem.advice) if line)
        place = Place(problem.file, problem.line or 1, problem.column or 1)
        outcome = "error" if problem.incomplete else ""
        yield _Case(f"{problem_place(problem)}: {problem.kind}", outcome, problem.kind, lines, place)
    if not scan.incomplete:
        # A report without any case is taken for a broken run.
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
            # GitLab tells cases apart by class and name.
            classname=printable(name),
            name=title if number == 1 else f"{title} ({number})",
            time="0",
        )
        if case.place is not None:
            element.set("file", printable(case.place.file))
            element.set("line", str(case.place.line))
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
