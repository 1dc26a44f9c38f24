"""Models as CSV: a row for each Region, so that a spreadsheet can filter by date."""

import csv
import io
from collections.abc import Iterable, Iterator

from checker.model.lifecycle import Model, StageOn, WorstStage
from checker.report.printable import printable

_COLUMNS = (
    "id", "name", "provider", "region", "stage", "legacy_date", "extended_access_date", "eol_date", "days_to_eol",
    "eol_of", "eol_no_sooner_than", "source", "read_on", "replacements",
)  # fmt: skip
# With one of these in front, a spreadsheet takes a cell for a formula and runs it.
_FORMULA = ("=", "+", "@")


def render(models: Iterable[tuple[Model, WorstStage]]) -> str:
    """The models with a header line. Region `*` stands for every one that nothing names."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for model, stages in models:
        for stage in stages.stages:
            writer.writerow([_cell(value) for value in _row(model, stage)])
    return written.getvalue()


def _row(model: Model, stage: StageOn) -> Iterator[object]:
    yield from (model.id, model.name, model.provider, stage.region or "*", stage.stage)
    yield from (stage.legacy_date, stage.extended_access_date, stage.eol_date, stage.days_to_eol)
    if stage.eol_date is None:
        yield ""
    else:
        yield "AWS" if stage.company_date is None else f"company ({stage.company_date.kind})"
    yield model.eol_no_sooner_than
    origin = None if stage.row is None else stage.row.origin("eol_date")
    yield from ("", "") if origin is None else (origin.source, origin.read_on)
    yield " ".join(each.id for each in model.replacements)


def _cell(value: object) -> str:
    text = "" if value is None else printable(str(value))
    return f"'{text}" if text.startswith(_FORMULA) else text
