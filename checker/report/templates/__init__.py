"""The templates of reports. Only this module imports Jinja, which is slow to import and needed by few formats.

Text from the code is escaped: a template inserts it as markup only if it says so.
"""

from collections.abc import Callable
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from checker import wording
from checker.report.escaping import code, fenced, printable, prose

__all__ = ["Markup", "markdown_template", "template"]

_WORDING = (
    wording.catalog_age,
    wording.catalog_line,
    wording.counted,
    wording.distance,
    wording.first_listed,
    wording.listed,
    wording.mention_cells,
    wording.mentions,
    wording.named,
    wording.problem_location,
    wording.what_is_unknown,
)


@cache
def template(name: str) -> Template:
    """An HTML template: everything that is not markup is escaped."""
    return _environment(printable, escapes=True).get_template(name)


@cache
def markdown_template(name: str) -> Template:
    """A Markdown template: everything that is not markup is prose, with possible markup as code."""
    environment = _environment(prose, escapes=False)
    environment.filters["code"] = lambda text: Markup(code(text))
    environment.filters["fenced"] = lambda text, kind: Markup(fenced(text, kind))
    environment.filters["line"] = lambda location: Markup(code(f"{location.file}:{location.line}"))
    environment.filters["prose"] = lambda text, names=(): Markup(prose(text, names))
    environment.globals["br"] = Markup("<br>")
    environment.globals["used"] = wording.USED
    return environment.get_template(name)


def _environment(harmless: Callable[[str], str], *, escapes: bool) -> Environment:
    def finalize(value: object) -> object:
        return value if isinstance(value, Markup) else "" if value is None else harmless(str(value))

    environment = Environment(
        loader=PackageLoader("checker.report"),
        autoescape=escapes,
        finalize=finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["sentence"] = wording.sentence
    environment.globals.update({function.__name__: function for function in _WORDING})
    return environment
