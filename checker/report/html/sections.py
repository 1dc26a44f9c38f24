"""The sections of the page, from top to bottom."""

from checker import __version__
from checker.model.problem import Problem
from checker.report.html.lane_words import NOTHING
from checker.report.html.markup import Content, Markup, code, element, joined
from checker.report.html.rows import Row, Table
from checker.report.options import ReportOptions
from checker.report.view import UnresolvedGroup, View
from checker.wording import catalog_age, counted, listed, named, problem_place, what_is_unknown

# What is longer says how much longer; the table holds every reference, and the JSON report everything.
_STATIC_ROWS = 200
_GROUPS = 200
_NAMED_IN_GROUP = 20
_PROBLEMS = 500
_INPUTS = 500

_COLUMNS = (
    ("severity", "Severity"),
    ("rule", "Rule"),
    ("model", "Model"),
    ("regions", "Region"),
    ("eol", "End of life"),
    ("address", "Used by"),
    ("kind", "Kind"),
    ("status", "Status"),
)
_FILTERS = (
    ("severity", "Severity"),
    ("rule", "Rule"),
    ("model", "Model"),
    ("regions", "Region"),
    ("kind", "Kind"),
    ("status", "Status"),
)


def heading(view: View, options: ReportOptions) -> Markup:
    """The verdict, and what it rests on."""
    scan = view.scan
    by = f"by policy {listed(scan.policy)}" if scan.policy else "without a policy"
    word = view.verdict_word(options.verdict)
    catalog = catalog_age(scan.catalog, scan.as_of)
    return joined(
        (
            element("a", {"class": "skip", "href": "#findings"}, "Skip to the findings"),
            element(
                "header",
                {"class": "top"},
                element("p", {"class": "product"}, "bedrock-eol"),
                element("h1", None, "Bedrock model lifecycle report"),
                element(
                    "p",
                    {"class": f"verdict {word}"},
                    element("strong", None, word),
                    element("span", None, _sentence(view.verdict_line)),
                ),
                element(
                    "p",
                    {"class": "judged"},
                    f"Judged for {scan.as_of} {by}, with {catalog}.",
                ),
                _figures(view),
            ),
        )
    )


def timeline_section(picture: Markup, *, has_lanes: bool) -> Markup:
    """The picture of the models in use."""
    none = element("p", {"class": "quiet"}, "No model is used in what was read.")
    return _section("timeline", "Models in use", picture if has_lanes else none)


def table_section(table: Table) -> Markup:
    """The table with its filters, and, for a browser without scripts, its first rows."""
    head = element(
        "tr",
        None,
        *(
            element(
                "th",
                {"scope": "col", "data-key": key, "class": f"c-{key}"},
                element("button", {"type": "button", "data-sort": key}, title),
            )
            for key, title in _COLUMNS
        ),
    )
    interactive = element(
        "div",
        {"id": "interactive", "hidden": "hidden"},
        _controls(),
        element("p", {"id": "count", "role": "status", "class": "quiet"}),
        element(
            "table",
            {"id": "table", "class": "findings"},
            element("caption", {"class": "unseen"}, "Findings, and references without one"),
            element("thead", None, head),
            element("tbody", {"id": "body"}),
        ),
        element(
            "nav",
            {"class": "pager", "aria-label": "Pages of the table"},
            element("button", {"type": "button", "id": "previous"}, "Previous"),
            element("span", {"id": "page"}),
            element("button", {"type": "button", "id": "next"}, "Next"),
        ),
    )
    return _section("findings", "Findings and references", interactive, _static(table))


def unresolved(view: View) -> Markup:
    """What is not, or not wholly, known, by cause."""
    groups = view.unresolved
    if not groups:
        return Markup("")
    items = [_group(group) for group in groups[:_GROUPS]]
    return _section(
        "unresolved",
        f"Not known: {counted(view.summary.unresolved, 'reference')}",
        element("p", None, "Models may be in use here that nothing above speaks of."),
        element("ul", {"class": "cards"}, *items),
        _more(len(groups) - len(items), "group"),
    )


def problems(view: View) -> Markup:
    """What could not be analysed, those first because of which models may have been missed."""
    ordered = view.problems
    if not ordered:
        return Markup("")
    items = [_problem(problem) for problem in ordered[:_PROBLEMS]]
    return _section(
        "problems",
        f"Could not be analysed: {counted(len(ordered), 'problem')}",
        element("ul", {"class": "cards"}, *items),
        _more(len(ordered) - len(items), "problem"),
    )


def ending(view: View) -> Markup:
    """What was read, and by what it was judged."""
    scan = view.scan
    inputs = [
        element("li", None, code(each.path), f" {each.kind}, {counted(len(each.files), 'file')}")
        for each in scan.inputs[:_INPUTS]
    ]
    read = f"{counted(view.summary.inputs, 'input')} from {counted(view.summary.files, 'file')}"
    catalog = f"{scan.catalog.as_of}: {counted(scan.catalog.models, 'model')}; {scan.catalog.source}"
    facts: list[tuple[str, Content]] = [
        ("Judged for", f"{scan.as_of} (UTC)"),
        ("Policy", listed(scan.policy) or "none"),
        ("Catalog data of", catalog),
        ("Tool", f"bedrock-eol {__version__}"),
        ("Read", read),
    ]
    listing = element(
        "details", None, element("summary", None, "The inputs"), element("ul", {"class": "plain"}, *inputs)
    )
    return element(
        "footer",
        {"class": "ending"},
        element("h2", None, "What was read and judged"),
        element(
            "dl",
            {"class": "facts"},
            *(joined((element("dt", None, name), element("dd", None, value))) for name, value in facts),
        ),
        listing if inputs else "",
        _more(len(scan.inputs) - len(inputs), "input"),
        element(
            "p",
            {"class": "quiet"},
            "A date after the day of the catalog's data is announced, not a fact. Dates are UTC days; a date is the "
            "first day of its stage.",
        ),
    )


def _figures(view: View) -> Markup:
    summary = view.summary
    figures = [(str(severity), f"{severity}s", count) for severity, count in summary.by_severity.items()]
    figures += [
        ("suppressed", "not counted", len(view.suppressed)),
        ("references", "references", summary.references),
        ("models", "models", summary.models),
        ("unresolved", "unresolved", summary.unresolved),
        ("problems", "problems", summary.problems),
    ]
    return element(
        "dl",
        {"class": "figures"},
        *(
            element(
                "div",
                {"class": f"figure {name}" + ("" if count else " none")},
                element("dt", None, title),
                element("dd", None, f"{count:,}"),
            )
            for name, title, count in figures
        ),
    )


def _controls() -> Markup:
    selects = [
        element(
            "div",
            {"class": "field"},
            element("label", {"for": f"filter-{key}"}, title),
            element("select", {"id": f"filter-{key}", "data-filter": key}, element("option", {"value": ""}, "all")),
        )
        for key, title in _FILTERS
    ]
    search = element(
        "div",
        {"class": "field wide"},
        element("label", {"for": "filter-text"}, "Text"),
        element(
            "input",
            {
                "id": "filter-text",
                "type": "search",
                "autocomplete": "off",
                "spellcheck": "false",
                "placeholder": "names, files, words",
            },
        ),
    )
    sort = element(
        "div",
        {"class": "field narrow"},
        element("label", {"for": "sort"}, "Sort by"),
        element(
            "select",
            {"id": "sort"},
            element("option", {"value": ""}, "gravity"),
            *(element("option", {"value": key}, title) for key, title in _COLUMNS),
        ),
    )
    reset = element("button", {"type": "button", "id": "reset"}, "Show all")
    return element(
        "div", {"class": "controls", "role": "search", "aria-label": "Filters"}, search, *selects, sort, reset
    )


def _static(table: Table) -> Markup:
    names = ("Severity", "Rule", "Model", "Region", "Used by", "What")
    rows = [_static_row(row) for row in table.rows[:_STATIC_ROWS]]
    head = element("tr", None, *(element("th", {"scope": "col"}, name) for name in names))
    left = len(table.rows) - len(rows)
    note = "Filters, trails and further rows need scripts, which this browser or server does not run." + (
        f" {counted(left, 'row')} not shown here." if left else ""
    )
    scroll = {"class": "scroll", "role": "region", "aria-label": "Findings and references", "tabindex": "0"}
    content = element("table", None, element("thead", None, head), element("tbody", None, *rows))
    return element("div", {"id": "static"}, element("p", {"class": "quiet"}, note), element("div", scroll, content))


def _static_row(row: Row) -> Markup:
    cells: tuple[Content, ...] = (
        row.severity,
        row.rule or NOTHING,
        code(row.model) if row.model else NOTHING,
        row.regions or "not known",
        joined((code(f"{row.address} {row.path}".strip()), f" {row.place}")),
        row.message + (f" {row.advice}" if row.advice else ""),
    )
    return element("tr", None, *(element("td", None, cell) for cell in cells))


def _group(group: UnresolvedGroup) -> Markup:
    cause, references = group.why, group.references
    shown = [
        element(
            "li",
            None,
            code(named(reference)),
            "" if reference.location is None else element("span", {"class": "quiet"}, f" {reference.location}"),
        )
        for reference in references[:_NAMED_IN_GROUP]
    ]
    return element(
        "li",
        {"class": "card"},
        element("p", None, f"{what_is_unknown(group.first)}, because of ", code(cause.subject), f" ({cause.cause})."),
        element("ul", {"class": "plain"}, *shown),
        _more(len(references) - len(shown), "reference"),
        element("p", {"class": "advice"}, cause.advice),
    )


def _problem(problem: Problem) -> Markup:
    label = "incomplete" if problem.incomplete else "problem"
    return element(
        "li",
        {"class": "card"},
        element(
            "p",
            None,
            element("span", {"class": f"badge {label}"}, label),
            f" {problem.kind} ",
            code(problem_place(problem)),
        ),
        element("p", None, problem.message),
        element("p", {"class": "advice"}, problem.advice) if problem.advice else "",
    )


def _more(count: int, noun: str) -> Markup:
    if count <= 0:
        return Markup("")
    return element("p", {"class": "quiet"}, f"and {counted(count, f'more {noun}')}; the JSON report has all.")


def _section(name: str, title: str, *content: Content) -> Markup:
    heading_id = f"{name}-heading"
    return element(
        "section",
        {"id": name, "aria-labelledby": heading_id, "tabindex": "-1"},
        element("h2", {"id": heading_id}, title),
        *content,
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
