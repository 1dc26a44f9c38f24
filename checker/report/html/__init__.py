"""The report as one HTML file, to read in a browser, to keep, and to print."""

from checker.model.scan import Scan
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


def render(scan: Scan, options: ReportOptions) -> str:
    """A page that needs nothing but itself."""
    table = table_of(scan, options)
    sections = (
        heading(scan, options),
        timeline_section(draw(timeline(scan)), has_lanes=bool(scan.references)),
        table_section(table),
        unresolved(scan),
        problems(scan),
        ending(scan),
    )
    return document(sections, as_data(table, scan.rules))
