"""HTML and SVG that cannot be mistaken for text, and text that cannot be mistaken for them."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import NamedTuple

from checker.report.printable import printable

_VOID = frozenset({"meta", "input", "link"})


class Markup(NamedTuple):
    """Finished HTML. Whatever is a `str` is untrusted, and is escaped when it becomes part of one."""

    html: str


Content = Markup | str


def element(name: str, attributes: Mapping[str, str | None] | None = None, /, *content: Content) -> Markup:
    """An element; an attribute that is None is left out. Names of elements and attributes are the program's own."""
    given = "".join(
        f' {key}="{escape(printable(value))}"' for key, value in (attributes or {}).items() if value is not None
    )
    if name in _VOID:
        return Markup(f"<{name}{given}>")
    return Markup(f"<{name}{given}>{joined(content).html}</{name}>")


def joined(parts: Iterable[Content]) -> Markup:
    """All parts, one after the other."""
    return Markup("".join(part.html if isinstance(part, Markup) else escape(printable(part)) for part in parts))


def code(text: str) -> Markup:
    """A name or a place, as it stands in the code."""
    return element("code", None, text)
