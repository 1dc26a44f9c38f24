"""The documentation of checks, parsed from the docstrings of their modules, and the descriptions of rules for
reports.
"""

import re
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from checker.model.policy import Policy, Rule, RuleDescription
from checker.policy.checks import MODULES

HEADINGS = ("What it finds", "Why it matters", "Example", "How to fix", "Parameters", "Sources")

# The pages of the Amazon Bedrock User Guide that the checks name as sources, by title.
_PAGES = {
    "Model lifecycle": "https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle.html",
    "Supported foundation models": "https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html",
}
_HEADING = re.compile(r"^(?P<title>\S.*)\n-{3,}[ \t]*$", re.MULTILINE)


class CheckPage(NamedTuple):
    """The documentation of a check. `summary` is one sentence; the other fields are paragraphs of plain Markdown."""

    name: str
    summary: str
    finds: str
    matters: str
    example: str
    fix: str
    parameters: str
    sources: str

    @property
    def sections(self) -> tuple[tuple[str, str], ...]:
        """The headings with their texts, in order."""
        texts = (self.finds, self.matters, self.example, self.fix, self.parameters, self.sources)
        return tuple(zip(HEADINGS, texts, strict=True))


def parse_page(name: str, docstring: str) -> CheckPage:
    """Parses a docstring: a sentence, then each of `HEADINGS`, underlined, in that order, with a text.

    Raises ValueError if a heading is missing, unknown, empty or out of order.
    """
    summary, *parts = _HEADING.split(docstring)
    titles, texts = tuple(parts[::2]), tuple(text.strip() for text in parts[1::2])
    if titles != HEADINGS:
        raise ValueError(f"check {name}: the headings are {', '.join(titles)}, not {', '.join(HEADINGS)}")
    for title, text in zip(titles, texts, strict=True):
        if not text:
            raise ValueError(f"check {name}: there is nothing under {title!r}")
    if not summary.strip():
        raise ValueError(f"check {name}: the summary is missing")
    return CheckPage(name, " ".join(summary.split()), *texts)


def check_page(name: str) -> CheckPage:
    """The documentation of a check. Raises KeyError for a name that is not in the table."""
    module = MODULES[name]
    return parse_page(name, module.__doc__ or _docstring(module))


def _docstring(module: ModuleType) -> str:
    """The docstring read from the file, since Python drops it with PYTHONOPTIMIZE=2."""
    import ast

    source = Path(str(module.__file__)).read_text(encoding="utf-8")
    return ast.get_docstring(ast.parse(source), clean=False) or ""


def describe(policy: Policy) -> tuple[RuleDescription, ...]:
    """The descriptions of the rules, in order. A rule's own `docs` come before the source of its check."""
    return tuple(map(_describe, policy.rules))


def _describe(rule: Rule) -> RuleDescription:
    page = check_page(rule.check)
    source = next((link for title, link in _PAGES.items() if f'"{title}"' in page.sources), None)
    return RuleDescription(
        id=rule.id,
        check=rule.check,
        severity=rule.severity,
        summary=page.summary,
        finds=page.finds,
        matters=page.matters,
        fix=page.fix,
        link=rule.docs or source,
    )
