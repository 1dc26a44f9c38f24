"""The documentation of a check, read from the docstring of its module."""

import re
from typing import NamedTuple

HEADINGS = ("What it finds", "Why it matters", "Example", "How to fix", "Parameters", "Sources")

_HEADING = re.compile(r"^(?P<title>\S.*)\n-{3,}[ \t]*$", re.MULTILINE)


class CheckPage(NamedTuple):
    """What is said of a check. `summary` is one sentence; the rest are paragraphs of plain Markdown."""

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
    """The page that a docstring holds: a sentence, then each of `HEADINGS`, underlined, in that order, with a text.

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
