"""Writes the reports of a fleet: a page for people who decide, lines to change as data, issues for owners."""

import json
import re
from collections.abc import Iterable, Mapping
from importlib.resources import files

from checker import __version__
from checker.fleet.rows import FindingRow, RepositoryRow
from checker.fleet.views import FleetView, Line, Moved
from checker.report.csv import csv_text
from checker.report.html import content_security_policy
from checker.report.templates import Markup, markdown_template, template

# The most rows of a table on the page; each table says how many rows it leaves out.
_MOST_ROWS = 200
_LINE_COLUMNS = (
    "repository", "owners", "model", "stage", "region", "eol_date", "days_to_eol", "file", "line", "uses",
    "replacements",
)  # fmt: skip
_UNSAFE_IN_NAME = re.compile(r"[^A-Za-z0-9._-]+")


def as_html(view: FleetView) -> str:
    """An HTML page that loads nothing else, with a line break at its end."""
    style = files("checker.report.html").joinpath("report.css").read_text(encoding="utf-8")
    return template("fleet.html.j2").render(
        view=view,
        run=view.run,
        most=_MOST_ROWS,
        version=__version__,
        style=Markup(style),
        security_policy=content_security_policy(style, ""),
    )


def as_csv(view: FleetView) -> str:
    """A header line, and a row for each line to change."""
    return csv_text(
        _LINE_COLUMNS,
        (
            (" ".join(value) if isinstance(value, list) else value for value in _as_data(line).values())
            for line in view.lines
        ),
    )


def as_json_lines(view: FleetView) -> str:
    """An object for each line to change, one per line, in ASCII."""
    return "".join(f"{json.dumps(_as_data(line))}\n" for line in view.lines)


def as_issues(view: FleetView) -> Mapping[str, str]:
    """A Markdown text for each repository with open findings, by file name. The first line of a text is its title."""
    rows = {row.name: row for row in view.repositories}
    of_repository: dict[str, list[FindingRow]] = {}
    for name, finding in view.findings:
        of_repository.setdefault(name, []).append(finding)
    groups = {group.name: group for group in view.by_repository}
    return {
        f"{_UNSAFE_IN_NAME.sub('-', name).strip('-.') or 'repository'}.md": markdown_template(
            "fleet_issue.md.j2"
        ).render(row=rows[name], findings=_once_per_line(findings), group=groups.get(name), run=view.run)
        for name, findings in sorted(of_repository.items())
    }


def moved_as_markdown(moved: Moved) -> str:
    """The differences between two runs, as Markdown for people."""
    return markdown_template("fleet_moved.md.j2").render(moved=moved, most=_MOST_ROWS)


def moved_as_json(moved: Moved) -> str:
    """The differences between two runs, as JSON in ASCII."""
    return (
        json.dumps(
            {
                "before": moved.before.id,
                "after": moved.after.id,
                "new": [_finding_as_data(*each) for each in moved.new],
                "gone": [_finding_as_data(*each) for each in moved.gone],
                "added": list(moved.added),
                "removed": list(moved.removed),
                "no_longer_read": [_reason_as_data(row) for row in moved.no_longer_read],
                "read_again": list(moved.read_again),
            },
            indent=2,
        )
        + "\n"
    )


def _as_data(line: Line) -> dict[str, object]:
    values = {**line._asdict(), "eol_date": line.eol_date.isoformat()}
    return {name: list(value) if isinstance(value := values[name], tuple) else value for name in _LINE_COLUMNS}


def _finding_as_data(repository: str, finding: FindingRow) -> dict[str, object]:
    return {
        "repository": repository,
        "rule": finding.rule,
        "severity": finding.severity,
        "model": finding.model,
        "eol_date": None if finding.eol_date is None else finding.eol_date.isoformat(),
        "file": finding.written_file,
        "line": finding.written_line,
        "address": finding.address,
        "owners": list(finding.owners),
        "fingerprint": finding.fingerprint,
    }


def _reason_as_data(row: RepositoryRow) -> dict[str, str]:
    return {"repository": row.name, "status": row.status.value, "reason": row.reason}


def _once_per_line(findings: Iterable[FindingRow]) -> tuple[tuple[FindingRow, int], ...]:
    """The first finding of each line and rule, with the number of uses."""
    found: dict[tuple[object, ...], tuple[FindingRow, int]] = {}
    for finding in findings:
        key = (finding.written_file, finding.written_line, finding.model, finding.rule)
        first, uses = found.get(key, (finding, 0))
        found[key] = (first, uses + 1)
    return tuple(found.values())
