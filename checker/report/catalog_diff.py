"""The differences between two catalogs, as text, as JSON, and as Markdown for the body of a pull request."""

import json
from collections.abc import Sequence
from typing import Any

from checker.model.catalog_diff import CatalogDiff, Change
from checker.model.lifecycle import Model
from checker.model.stages import worst_stage
from checker.report.markdown_text import code, prose
from checker.report.printable import printable
from checker.wording import counted

_LISTED = 4


def as_text(diff: CatalogDiff) -> str:
    """Lines for a terminal: added, removed and changed models, and the number of confirmed ones."""
    lines = [f"from {diff.before} to {diff.after}"]
    lines += [f"+ {model.id} ({model.name}): {_state(model, diff)}" for model in diff.added]
    lines += [f"- {model.id} ({model.name})" for model in diff.removed]
    for each in diff.changed:
        lines.append(f"~ {each.id}")
        lines += [f"    {_said(change)}" for change in each.changes]
    lines.append(_summary(diff))
    return "".join(f"{printable_line(line)}\n" for line in lines)


def as_json(diff: CatalogDiff) -> str:
    """The diff as data, in ASCII."""
    document: dict[str, Any] = {
        "version": 1,
        "before": {"as_of": diff.before.isoformat(), "source": diff.source_before},
        "after": {"as_of": diff.after.isoformat(), "source": diff.source_after},
        "added": [{"id": model.id, "name": model.name} for model in diff.added],
        "removed": [{"id": model.id, "name": model.name} for model in diff.removed],
        "changed": [
            {
                "id": each.id,
                "name": each.name,
                "changes": [
                    {
                        "fact": change.fact,
                        "regions": list(change.regions),
                        "before": change.before,
                        "after": change.after,
                    }
                    for change in each.changes
                ],
            }
            for each in diff.changed
        ],
        "confirmed": diff.confirmed,
    }
    return json.dumps(document, indent=2) + "\n"


def as_markdown(diff: CatalogDiff) -> str:
    """The differences for reviewers: dates first, since they change the results of a run."""
    lines = [f"Catalog data from {diff.before} to {diff.after}. {_summary(diff)}", ""]
    if diff.changed:
        lines += ["| model | what | Regions | before | after |", "|---|---|---|---|---|"]
        for each in diff.changed:
            for change in each.changes:
                lines.append(
                    f"| {code(each.id)} | {prose(change.fact)} | {prose(_regions(change.regions))} |"
                    f" {_cell(change.before)} | {_cell(change.after)} |"
                )
        lines.append("")
    for title, models in (("New models", diff.added), ("Models that are no longer in it", diff.removed)):
        if models:
            lines += [f"### {title}", ""]
            lines += [f"- {code(model.id)} ({prose(model.name)}): {_state(model, diff)}" for model in models]
            lines.append("")
    lines.append(f"Source: {prose(diff.source_after)}")
    return "\n".join(lines) + "\n"


def printable_line(line: str) -> str:
    """The line with its indentation; control characters are escaped."""
    stripped = line.lstrip(" ")
    return " " * (len(line) - len(stripped)) + printable(stripped)


def _summary(diff: CatalogDiff) -> str:
    parts = [
        counted(len(diff.added), "model") + " added",
        counted(len(diff.removed), "model") + " removed",
        counted(len(diff.changed), "model") + " changed",
        counted(diff.confirmed, "model") + " confirmed without a change",
    ]
    return ", ".join(parts) + "."


def _said(change: Change) -> str:
    where = f" in {_regions(change.regions)}" if change.regions else ""
    match change.before, change.after:
        case None, after:
            return f"{change.fact}{where}: {after} (new)"
        case before, None:
            return f"{change.fact}{where}: {before} is no longer given"
        case before, after:
            return f"{change.fact}{where}: {before} -> {after}"


def _regions(regions: Sequence[str]) -> str:
    if len(regions) > _LISTED + 1:
        return f"{', '.join(regions[:_LISTED])} and {len(regions) - _LISTED} more"
    return ", ".join(regions)


def _cell(text: str | None) -> str:
    return "" if text is None else prose(text)


def _state(model: Model, diff: CatalogDiff) -> str:
    worst = worst_stage(model, diff.after).worst
    return str(worst.stage) if worst.eol_date is None else f"{worst.stage}, EOL {worst.eol_date}"
