"""Makes paths in a report relative to the repository, where GitHub looks for them, if the check ran in a directory.

python relocate.py DIRECTORY [REPORT.sarif]

With a SARIF report, it prints it with other paths; else it copies standard input, with other paths in the annotations.
"""

import json
import posixpath
import re
import sys
from typing import Any
from urllib.parse import quote

_ANNOTATION = re.compile(r"^(::(?:error|warning|notice) file=)([^/,:][^,]*)")


def annotation(line: str, directory: str) -> str:
    """A line of the log; commas and colons in the names of files are escaped in it."""
    inside = directory.replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
    return _ANNOTATION.sub(lambda found: found[1] + posixpath.normpath(f"{inside}/{found[2]}"), line)


def sarif(node: Any, directory: str) -> Any:
    """A report, or a part of it: paths relative to the working directory become relative to the repository."""
    if isinstance(node, list):
        return [sarif(each, directory) for each in node]
    if isinstance(node, dict):
        node = {name: sarif(each, directory) for name, each in node.items()}
        if "uriBaseId" in node:
            node["uri"] = posixpath.normpath(f"{quote(directory)}/{node['uri']}")
    return node


def main() -> None:
    """Reads, and prints."""
    directory, *reports = sys.argv[1:]
    for report in reports:
        with open(report, encoding="utf-8") as file:  # noqa: PTH123
            json.dump(sarif(json.load(file), directory), sys.stdout)
    if not reports:
        for line in sys.stdin:
            sys.stdout.write(annotation(line, directory))
            sys.stdout.flush()


if __name__ == "__main__":
    main()
