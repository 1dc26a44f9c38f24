"""The document around the sections: one file that loads nothing and runs nothing but its own script."""

import base64
import hashlib
import json
from collections.abc import Iterable
from importlib.resources import files
from typing import Any

from checker.report.html.markup import Markup, element, joined

_TITLE = "Bedrock model lifecycle report"


def document(sections: Iterable[Markup], data: Any) -> str:
    """The whole page. `data` is what the script reads, as JSON."""
    style, script = _asset("report.css"), _asset("report.js")
    head = element(
        "head",
        None,
        element("meta", {"charset": "utf-8"}),
        # Browsers heed a policy only for what comes after it.
        element("meta", {"http-equiv": "Content-Security-Policy", "content": content_security_policy(style, script)}),
        element("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        element("meta", {"name": "color-scheme", "content": "light dark"}),
        element("meta", {"name": "referrer", "content": "no-referrer"}),
        element("title", None, _TITLE),
        # Else a browser asks the server that has the report for an icon.
        element("link", {"rel": "icon", "href": "data:,"}),
        Markup(f"<style>{style}</style>"),
    )
    body = element(
        "body",
        None,
        *sections,
        Markup(f'<script type="application/json" id="data">{script_json(data)}</script>'),
        Markup(f"<script>{script}</script>"),
    )
    page = joined((head, Markup("\n"), body, Markup("\n"))).html
    return f'<!doctype html>\n<html lang="en">\n{page}</html>\n'


def content_security_policy(style: str, script: str) -> str:
    """A policy under which nothing is loaded, and only this style and this script have any effect."""
    return (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )


def script_json(data: Any) -> str:
    """JSON in ASCII in which no `<` can end the element that holds it."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _asset(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _hash(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
