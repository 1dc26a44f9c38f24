"""Pages for standard output: in colour and as wide as the terminal is, plain where there is none."""

import sys

from checker.cli.output import write_to_standard_output
from checker.cli.terminal_abilities import takes_color, takes_unicode, width_of
from checker.report.page import Page


def new_page() -> Page:
    """An empty page for standard output."""
    return Page(width=width_of(sys.stdout), color=takes_color(sys.stdout), unicode=takes_unicode(sys.stdout))


def show(page: Page) -> None:
    """Writes the page to standard output."""
    write_to_standard_output(page.text())
