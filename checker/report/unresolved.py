"""What could not be resolved, with causes and advice."""

from collections.abc import Iterable, Mapping

from checker.model.finding import Finding, Status
from checker.model.reference import Reference
from checker.report.options import ReportOptions
from checker.report.page import Page, Span
from checker.report.styles import INDENT, LABEL_STYLE, LABEL_WIDTH, LISTED, SEVERITY_STYLES, UNKNOWN_STYLE


def write_unresolved(
    page: Page, references: Iterable[Reference], findings: Mapping[str, Finding], options: ReportOptions
) -> None:
    """The references that are not, or not wholly, known, with or without a finding: no report is clean with them.

    Those with the same cause, subject and finding are one group. `findings` are by the ids of references.
    """
    groups: dict[tuple[object, ...], list[Reference]] = {}
    for reference in references:
        unresolved = reference.unresolved
        if unresolved is None:
            continue
        finding = findings.get(reference.id)
        said = None if finding is None else (finding.severity, finding.rule, finding.status)
        groups.setdefault((unresolved, bool(reference.candidates), said), []).append(reference)
    for alike in groups.values():
        _write_group(page, alike, findings.get(alike[0].id), options)


def _write_group(page: Page, references: list[Reference], finding: Finding | None, options: ReportOptions) -> None:
    first = references[0]
    unresolved = first.unresolved
    assert unresolved is not None
    page.gap()
    page.line(*_head(references, finding))
    what = "Not every model that is named here is known" if first.candidates else "The model is not known"
    page.paragraph(
        Span(f"{what}, because of "),
        Span(unresolved.subject, "bold", True),
        Span(f" ({unresolved.cause})."),
        indent=INDENT,
    )
    limit = len(references) if options.verbose else LISTED
    for number, reference in enumerate(references[:limit]):
        spans = [Span(reference.address, "bold", True), Span(" "), Span(reference.path, "", True)]
        if len(references) > 1 and reference.location is not None:
            spans += [Span(" at "), Span(str(reference.location), "", True)]
        _write_labelled(page, "" if number else "named in", *spans)
    if len(references) > limit:
        _write_labelled(page, "", Span(f"and {len(references) - limit} more (--verbose lists them)", "dim"))
    _write_labelled(page, "fix", Span(unresolved.advice))


def _head(references: list[Reference], finding: Finding | None) -> list[Span]:
    if finding is not None and finding.status is Status.OPEN:
        head = [Span(str(finding.severity), SEVERITY_STYLES[finding.severity]), Span(f"  {finding.rule}", "bold")]
    else:
        head = [Span("unresolved", UNKNOWN_STYLE)]
        if finding is not None:
            head.append(Span(f"  {finding.rule} ({finding.status})"))
    if len(references) == 1 and references[0].location is not None:
        head.append(Span(f"  {references[0].location}", "bold"))
    return head


def _write_labelled(page: Page, label: str, *spans: Span) -> None:
    page.paragraph(*spans, first=[Span(label, LABEL_STYLE)], indent=INDENT, label_width=LABEL_WIDTH)
