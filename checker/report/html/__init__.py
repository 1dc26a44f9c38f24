"""The report as one HTML file, to read in a browser, to keep, and to print. It loads nothing else.

The page is in `../templates`; this module prepares its data.
"""

import base64
import hashlib
import json
from importlib.resources import files
from typing import Any

from checker import __version__
from checker.report.ends import ends_of
from checker.report.html.rows import as_data, table_of
from checker.report.html.timeline import NOTHING, timeline
from checker.report.templates import Markup, template
from checker.report.view import ReportOptions, View
from checker.wording import STAGES

# The limits of lists; each list says how many entries it leaves out.
_LIMITS = {
    "ends": 12,
    "lanes": 15,
    "unfolded": 10,
    "rows": 200,
    "groups": 200,
    "named": 20,
    "problems": 500,
    "mentions": 500,
    "inputs": 500,
}
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
_FILTERS = tuple(column for column in _COLUMNS if column[0] not in ("eol", "address"))


def render(view: View, options: ReportOptions) -> str:
    """A self-contained page with a final line break."""
    scan, summary = view.scan, view.summary
    table = table_of(view, options)
    style, script = _asset("report.css"), _asset("report.js")
    return template("report.html.j2").render(
        view=view,
        scan=scan,
        word=view.verdict_word(options.verdict),
        figures=(
            *((str(severity), f"{severity}s", count) for severity, count in summary.by_severity.items()),
            ("suppressed", "not counted", len(view.suppressed)),
            ("references", "references", summary.references),
            ("models", "models", summary.models),
            ("unresolved", "unresolved", summary.unresolved),
            ("problems", "problems", summary.problems),
        ),
        ends=ends_of(view),
        timeline=timeline(scan),
        table=table,
        columns=_COLUMNS,
        filters=_FILTERS,
        limits=_LIMITS,
        stages=STAGES,
        nothing=NOTHING,
        version=__version__,
        style=Markup(style),
        script=Markup(script),
        security_policy=content_security_policy(style, script),
        data=Markup(script_json(as_data(table, scan.rules))),
    )


def content_security_policy(style: str, script: str) -> str:
    """A policy that forbids loading anything, and allows only this style and this script."""
    return (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def script_json(data: Any) -> str:
    """JSON in ASCII without a `<`, so that it cannot close the element around it."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _asset(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _hash(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
