"""References for people: what is used where, by model; no judgement."""

from checker.model.reference import Candidate, Reference
from checker.model.scan import Scan
from checker.report.ending import write_ending, write_problems
from checker.report.options import ReportOptions
from checker.report.page import Page, Span
from checker.report.steps import write_steps
from checker.report.styles import INDENT, LABEL_STYLE
from checker.report.unresolved import write_unresolved
from checker.report.wording import counted
from checker.values import Certainty

_LABEL = 12


def render(scan: Scan, options: ReportOptions) -> str:
    """The references under the model that they name, then those that are not, or not wholly, known."""
    page = Page(width=options.width, color=options.color, unicode=options.unicode)
    by_model: dict[tuple[bool, str], list[tuple[Reference, Candidate]]] = {}
    for reference in scan.references:
        for candidate in reference.candidates:
            # What names no base model is listed by what is written, after the models.
            key = (candidate.model is None, candidate.model or candidate.text)
            by_model.setdefault(key, []).append((reference, candidate))
    for (is_nameless, name), uses in sorted(by_model.items()):
        page.gap()
        form = f" ({uses[0][1].form})" if is_nameless else ""
        page.line(Span(name, "bold"), Span(f"{form}  {counted(len(uses), 'reference')}"))
        for reference, candidate in uses:
            _write_use(page, reference, candidate)
    write_unresolved(page, scan.unresolved, {}, options)
    if not options.quiet:
        write_problems(page, scan, options)
    write_ending(page, scan, options)
    return page.text()


def _write_use(page: Page, reference: Reference, candidate: Candidate) -> None:
    page.paragraph(*_named(reference), first=_usage(reference), indent=INDENT, label_width=_LABEL)
    written = candidate.written_at
    facts = [] if written is None else [Span(str(written), "", True), Span(" · ", "dim")]
    facts.append(Span(", ".join(candidate.regions) or "Region not known"))
    if candidate.profile is not None:
        facts += [Span(" · ", "dim"), Span(f"profile {candidate.profile}")]
    if candidate.certainty is not Certainty.CERTAIN:
        facts += [Span(" · ", "dim"), Span(str(candidate.certainty), "yellow")]
    page.paragraph(*facts, indent=INDENT + _LABEL)
    write_steps(page, reference, candidate, written, indent=INDENT + _LABEL + 2)


def _named(reference: Reference) -> list[Span]:
    return [Span(reference.address, "bold", True), Span(" "), Span(reference.path, "", True)]


def _usage(reference: Reference) -> list[Span]:
    return [Span(str(reference.site.usage), LABEL_STYLE)]
