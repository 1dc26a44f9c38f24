"""The report as one HTML file, to read in a browser, to keep, and to print."""

from checker.report.html.document import document
from checker.report.html.drawing import draw
from checker.report.html.lanes import timeline
from checker.report.html.rows import as_data, table_of
from checker.report.html.sections import (
    ending,
    heading,
    problems,
    table_section,
    timeline_section,
    unresolved,
)
from checker.report.options import ReportOptions
from checker.report.view import View


def render(view: View, options: ReportOptions) -> str:
    """A page that needs nothing but itself."""
    scan = view.scan
    table = table_of(view, options)
    sections = (
        heading(view, options),
        timeline_section(draw(timeline(scan)), has_lanes=bool(scan.references)),
        table_section(table),
        unresolved(view),
        problems(view),
        ending(view),
    )
    return document(sections, as_data(table, scan.rules))
