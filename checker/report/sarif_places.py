"""Places and texts as SARIF has them."""

from typing import Any
from urllib.parse import quote

from checker.report.printable import printable
from checker.source import Place

ROOT = "%SRCROOT%"


def artifact(file: str) -> dict[str, Any]:
    """The location of a file: relative to `ROOT`, or a `file:` URI."""
    path = quote(_octets(file), safe="/")
    if file.startswith("/"):
        return {"uri": f"file://{path}"}
    if file[1:3] == ":/" and file[0].isalpha():
        return {"uri": f"file:///{file[0]}:{path[4:]}"}
    return {"uri": path, "uriBaseId": ROOT}


def physical(place: Place) -> dict[str, Any]:
    """A line of a file, with its column."""
    return {
        "artifactLocation": artifact(place.file),
        "region": {"startLine": max(place.line, 1), "startColumn": max(place.column, 1)},
    }


def message(text: str) -> dict[str, str]:
    """A message that has no link in it but those that are put around it."""
    return {"text": plain(text)}


def plain(text: str) -> str:
    """Text that cannot be read as an embedded link."""
    return printable(text).replace("](", "] (")


def label(text: str) -> str:
    """The text of an embedded link."""
    return printable(text).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _octets(file: str) -> bytes:
    try:
        # What is no UTF-8 in a name of the file system stands in it as surrogates.
        return file.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return file.encode("utf-8", "replace")
