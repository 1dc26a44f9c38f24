"""The ends of models as a diagram that GitHub and GitLab draw in Markdown. A job summary shows it, but no files."""

import re
from collections.abc import Iterator

from checker.report.ends import Ends, ends_of
from checker.report.escaping import printable
from checker.report.in_use import InUse
from checker.report.view import ReportOptions, View

MOST_ROWS = 20
# Characters with a meaning in Mermaid: a colon ends a name, a semicolon or a hash a statement, and %% begins a comment.
_MEANING = re.compile(r"[^\w .,/():-]")
_COLON = "#58;"


def render(view: View, options: ReportOptions) -> str:
    """A Markdown block with a Gantt diagram and a final line break; a sentence if nothing has a date."""
    del options
    ends = ends_of(view)
    if not ends.dated:
        return "No model in use has an announced end.\n"
    return "\n".join(("```mermaid", *_diagram(ends), "```", ""))


def _diagram(ends: Ends) -> Iterator[str]:
    yield "gantt"
    yield f"  title What ends when, as of {ends.as_of}"
    yield "  dateFormat YYYY-MM-DD"
    yield "  axisFormat %Y-%m-%d"
    rows = ends.dated[:MOST_ROWS]
    ended = len(ends.ended)
    if rows[:ended]:
        yield "  section Ended"
        yield from (f"  {_name(row)} :milestone, crit, {row.eol_date}, 0d" for row in rows[:ended])
    if rows[ended:]:
        yield "  section Days left"
        yield from (
            f"  {_name(row)}, {row.days_to_eol} days :active, {ends.as_of}, {row.eol_date}" for row in rows[ended:]
        )
    if len(ends.dated) > MOST_ROWS:
        yield f"  section And {len(ends.dated) - MOST_ROWS} more, which end later"


def _name(row: InUse) -> str:
    where = (
        row.regions[0] if len(row.regions) == 1 else f"{len(row.regions)} Regions" if row.regions else "every Region"
    )
    return _MEANING.sub(" ", f"{printable(row.model)} ({where})").replace(":", _COLON)
