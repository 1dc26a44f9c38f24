"""Rules and checks as pages for people."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from checker.cli.terminal import new_page, show
from checker.errors import UsageError
from checker.model.policy import Policy, Rule, Scope
from checker.policy import load_policy, pack_names
from checker.policy.checks import CHECKS
from checker.policy.page import check_page
from checker.report.page import INDENT, LABEL_STYLE, SEVERITY_STYLES, Page, Span
from checker.source.files import Boundary, SourceFiles
from checker.source.validation import did_you_mean


def read_policy(names: Sequence[str]) -> Policy:
    """The policy of packs and files. Raises UsageError if it is not valid."""
    return load_policy(names, SourceFiles(Boundary(None, allow_outside=True), Path.cwd()))


def show_rules(names: Sequence[str]) -> None:
    """One line per rule of each policy."""
    page = new_page()
    for name in names:
        policy = read_policy((name,))
        page.gap()
        page.line(Span(name, "bold"))
        page.table([_row(rule) for rule in policy.rules], indent=INDENT)
    show(page)


def explain_rule_or_check(name: str, policies: Sequence[str]) -> None:
    """The page of a rule or of a check. Raises UsageError for an unknown name."""
    searched = tuple(policies) or pack_names()
    rules = [(policy, rule) for policy in searched for rule in read_policy((policy,)).rules]
    named = [(policy, rule) for policy, rule in rules if rule.id == name]
    if not named and name not in CHECKS:
        known = {rule.id for _, rule in rules} | set(CHECKS)
        raise UsageError(f"there is no rule or check {name!r}{did_you_mean(name, known)}")
    page = new_page()
    for policy, rule in named:
        _write_rule(page, policy, rule)
    for check in dict.fromkeys(rule.check for _, rule in named) or (name,):
        _write_check(page, check)
    if not named:
        using = [(policy, rule) for policy, rule in rules if rule.check == name]
        _write_users(page, using)
    show(page)


def _row(rule: Rule) -> tuple[Span, ...]:
    return (
        Span(rule.id),
        Span(str(rule.severity), SEVERITY_STYLES[rule.severity]),
        Span(rule.check if rule.check != rule.id else "", "dim"),
        Span(_pairs(rule.parameters.items())),
        Span(rule.origin, "dim"),
    )


def _write_rule(page: Page, policy: str, rule: Rule) -> None:
    page.gap()
    page.line(Span(rule.id, "bold"), Span(f"  rule of {policy}"))
    page.paragraph(Span(str(rule.severity), SEVERITY_STYLES[rule.severity]), first=_label("severity"), **_LABELLED)
    if rule.lowered:
        lowered = ", ".join(f"{severity} for {trait}" for trait, severity in rule.lowered.items())
        page.paragraph(Span(f"at most {lowered}"), first=_label(""), **_LABELLED)
    page.paragraph(Span(rule.check), first=_label("check"), **_LABELLED)
    if rule.parameters:
        page.paragraph(Span(_pairs(rule.parameters.items())), first=_label("with"), **_LABELLED)
    scope = _scope(rule.scope)
    if scope:
        page.paragraph(Span(scope), first=_label("scope"), **_LABELLED)
    if rule.docs:
        page.paragraph(Span(rule.docs), first=_label("docs"), **_LABELLED)
    page.paragraph(Span(rule.origin), first=_label("from"), **_LABELLED)


_LABELLED = {"indent": INDENT, "label_width": 10}


def _label(text: str) -> list[Span]:
    return [Span(text, LABEL_STYLE)]


def _write_check(page: Page, name: str) -> None:
    described = check_page(name)
    page.gap()
    page.line(Span(name, "bold"), Span("  check"))
    page.paragraph(Span(described.summary), indent=INDENT)
    for heading, text in described.sections:
        page.gap()
        page.line(Span(heading, "bold"))
        for paragraph in text.split("\n\n"):
            _write_text(page, paragraph)


def _write_text(page: Page, paragraph: str) -> None:
    """Paragraphs are wrapped; indented text and list items stay as they are."""
    lines = paragraph.splitlines()
    if any(line.startswith(("    ", "- ", "* ", "```")) for line in lines):
        for line in lines:
            page.line(Span(" " * INDENT + line))
    else:
        page.paragraph(Span(" ".join(lines)), indent=INDENT)
    page.gap()


def _write_users(page: Page, using: Sequence[tuple[str, Rule]]) -> None:
    page.gap()
    page.line(Span("Rules", "bold"))
    if not using:
        page.paragraph(Span("No rule of the packs uses it; write one in a policy file."), indent=INDENT)
    page.table(
        [
            (
                Span(rule.id),
                Span(str(rule.severity), SEVERITY_STYLES[rule.severity]),
                Span(policy),
                Span(_pairs(rule.parameters.items())),
            )
            for policy, rule in using
        ],
        indent=INDENT,
    )


def _scope(scope: Scope) -> str:
    pairs = [(name, getattr(scope, name)) for name in Scope.__dataclass_fields__]
    return "; ".join(f"{name} {', '.join(globs)}" for name, globs in pairs if globs)


def _pairs(pairs: Iterable[tuple[str, object]]) -> str:
    return ", ".join(f"{name} {value}" for name, value in pairs)
