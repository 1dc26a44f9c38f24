"""A badge for a README: whether models in use end, and the next end."""

from checker.report.ends import Ends, ends_of
from checker.report.templates import template
from checker.report.view import ReportOptions, Verdict, View

_LABEL = "bedrock models"
_COLORS = {Verdict.FAILED: "#b3261e", Verdict.INCOMPLETE: "#6f3fa0", Verdict.PASSED: "#8a5a00"}
_CLEAN = "#1f6f5c"
# The average width of a letter in the font of badges, in pixels. The picture stretches its text to the result.
_LETTER = 6.6
_AROUND = 12


def render(view: View, options: ReportOptions) -> str:
    """An SVG that needs nothing but itself, ending in a line break."""
    word = view.verdict_word(options.verdict)
    message = _message(word, ends_of(view))
    widths = [round(len(text) * _LETTER) + _AROUND for text in (_LABEL, message)]
    color = _CLEAN if word == "clean" else _COLORS[options.verdict]
    return template("badge.svg.j2").render(label=_LABEL, message=message, widths=widths, around=_AROUND, color=color)


def _message(word: str, ends: Ends) -> str:
    parts = [word]
    if ends.ended:
        parts.append(f"{len({row.model for row in ends.ended})} ended")
    if ends.next_end is not None:
        parts.append(f"next end {ends.next_end}")
    return ", ".join(parts)
