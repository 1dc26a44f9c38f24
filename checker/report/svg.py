"""The ends of models as a picture for wikis and READMEs: a bar per month, and the models that end first."""

from textwrap import wrap

from checker.report.ends import ends_of
from checker.report.templates import template
from checker.report.view import ReportOptions, View
from checker.wording import catalog_age, sentence

_ROWS = 8
_CHARACTERS = 105


def render(view: View, options: ReportOptions) -> str:
    """A self-contained SVG with a final line break."""
    ends = ends_of(view)
    said = f"{view.verdict_line} Judged for {ends.as_of}, {catalog_age(view.scan.catalog, ends.as_of)}."
    return template("summary.svg.j2").render(
        word=view.verdict_word(options.verdict),
        lines=wrap(sentence(said), _CHARACTERS),
        ends=ends,
        rows=ends.dated[:_ROWS],
    )
