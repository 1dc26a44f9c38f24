"""Parses the lifecycle page in all its past shapes: three tables, one table, a nested list, or no dates at all."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby, pairwise
from typing import NamedTuple

from checker.catalog.refresh.pages import (
    CellError,
    Dated,
    Item,
    Page,
    PageError,
    Table,
    are_regions,
    ids_in,
    is_floor,
    own_regions,
    parse_dated,
    parse_day,
    parse_floor,
    parse_id,
    parse_regions,
    plain_name,
)
from checker.catalog.refresh.statements import Reading, Refusal, SourceKind, StatedRow, Statement
from checker.model.lifecycle import Origin

FindByName = Callable[[str], Sequence[str]]

# The columns, and the labels of lists, by meaning.
_FIELDS: Mapping[str, str] = {
    "provider": "provider",
    "model provider": "provider",
    "model name": "name",
    "model version": "name",
    "model": "name",
    "model id": "id",
    "regions": "regions",
    "region": "regions",
    "regions supported": "regions",
    "launch date": "launch",
    "eol date": "eol",
    "end-of-life date": "eol",
    "tentative eol": "floor",
    "legacy date": "legacy",
    "public extended access date": "extended",
    "public extended access start date": "extended",
    "input modalities": "inputs",
    "output modalities": "outputs",
    "recommended model version replacement": "replacement",
    "recommended replacement": "replacement",
    "recommended model id": "replacement id",
    "recommended replacement model id": "replacement id",
}
_DATES = ("legacy", "extended", "eol")
_LABEL = "|".join(sorted((re.escape(label) for label in _FIELDS), key=len, reverse=True))
_LABELLED = re.compile(rf"({_LABEL}):\s*(.*)", re.IGNORECASE | re.DOTALL)
_NEXT_LABEL = re.compile(rf"\s+/\s+(?=(?:{_LABEL}):)", re.IGNORECASE)
_TITLE = "model lifecycle"
_LEGACY_PAGE = "model-lifecycle-legacy"


class _Entry(NamedTuple):
    """A row or a list entry as text by field. `number` counts from 1 within its table or list."""

    subject: str
    fields: Mapping[str, str]


def read_lifecycle_page(page: Page, origin: Origin, find_by_name: FindByName) -> Reading:
    """The statements of the page. A page without dates, which only states the policy, gives an empty result.

    `find_by_name` gives the ids of known models with a name. Raises PageError for a page that cannot be read as a
    whole: another language, flattened or fused tables, an unknown column, or dates none of which is valid.
    """
    _refuse_other_pages(page)
    refusals: list[Refusal] = []
    entries: list[_Entry] = []
    for number, table in enumerate(page.tables, 1):
        for entry in _of_table(table, number):
            if isinstance(entry, Refusal):
                refusals.append(entry._replace(source=origin.source))
            else:
                entries.append(entry)
    for is_list, blocks in groupby(page.blocks, key=lambda block: isinstance(block, Item)):
        for entry in _of_list([block for block in blocks if isinstance(block, Item)]) if is_list else ():
            if isinstance(entry, Refusal):
                refusals.append(entry._replace(source=origin.source))
            else:
                entries.append(entry)
    if not entries and not refusals:
        if _is_policy_only(page):
            return Reading((), ())
        raise PageError("it holds no lifecycle table and no lifecycle list")
    names = _names_on_page(entries)
    found: dict[str, Statement] = {}
    contradictory: set[str] = set()
    for entry in entries:
        try:
            statement = _statement(entry, origin, lambda name: names.get(plain_name(name)) or find_by_name(name))
        except CellError as error:
            refusals.append(Refusal(origin.source, entry.subject, str(error)))
            continue
        again = _twice(found.get(statement.model), statement)
        if again:
            # It is unclear which row is right, so none of them counts.
            contradictory.add(statement.model)
            reason = f"{statement.model} has more than one row for {', '.join(again)}; none of its rows is used"
            refusals.append(Refusal(origin.source, entry.subject, reason))
        else:
            found[statement.model] = _together(found.get(statement.model), statement)
    statements = tuple(each for each in found.values() if each.model not in contradictory)
    if not statements:
        raise PageError(f"none of its rows makes sense; the first: {refusals[0].subject}: {refusals[0].reason}")
    return Reading(statements, tuple(refusals))


def leads_to_legacy_page(page: Page) -> str | None:
    """The link to the page with the tables; None if there is none."""
    return next((link for link in page.links if _LEGACY_PAGE in link), None)


def _refuse_other_pages(page: Page) -> None:
    if page.language and not page.language.lower().startswith("en"):
        raise PageError(f"it is in the language {page.language!r}; the English page is needed, translations are older")
    if re.search(r"//[^/]+/[a-z]{2}_[a-z]{2}/", page.address):
        raise PageError("it is a translation, by its address; the English page is needed")
    if not any(heading.lower().startswith(_TITLE) for heading in page.headings):
        title = page.headings[0] if page.headings else ""
        said = f"its title is {title!r}" if title else "it has no title"
        raise PageError(f"{said}, not 'Model lifecycle': another page, or a translation")
    flat = re.search(r"Model ID\s+Regions|Legacy date\s+(?:Public|EOL)|Launch date\s+EOL date", page.text)
    if flat is not None and not page.tables:
        raise PageError("its tables have been flattened to text")


def _is_policy_only(page: Page) -> bool:
    return leads_to_legacy_page(page) is not None


# Tables


def _of_table(table: Table, number: int) -> Iterator[_Entry | Refusal]:
    labels = [" ".join(cell.lower().split()) for cell in table.header]
    known = [label for label in labels if label in _FIELDS]
    if not {_FIELDS[label] for label in known} & {"legacy", "eol", "floor", "id"}:
        if re.search(r"\b(legacy|eol|end.of.life)\b.*\bdate\b", " ".join(labels)):
            raise PageError(f"table {number} has columns that are not known: {', '.join(table.header)}")
        return
    if len(known) != len(labels):
        unknown = [label for label in table.header if " ".join(label.lower().split()) not in _FIELDS]
        raise PageError(f"table {number} has columns that are not known: {', '.join(map(repr, unknown))}")
    columns = [_FIELDS[label] for label in labels]
    if len(set(columns)) != len(columns):
        raise PageError(f"table {number} has a column twice: {', '.join(table.header)}")
    before: Mapping[str, str] | None = None
    for position, cells in enumerate(table.rows, 1):
        subject = f"table {number}, row {position} ({' | '.join(cells)[:60].replace(chr(10), ' ')})"
        fields = _fields(columns, cells, before)
        if fields is None:
            if len(cells) > len(columns) + 2:
                raise PageError(f"{subject} has {len(cells)} cells for {len(columns)} columns: rows have been fused")
            yield Refusal("", subject, f"it has {len(cells)} cells for {len(columns)} columns")
            # The next row must not be taken as part of a row that was not understood.
            before = None
            continue
        before = fields
        yield _Entry(subject, fields)


def _fields(columns: Sequence[str], cells: Sequence[str], before: Mapping[str, str] | None) -> Mapping[str, str] | None:
    """The cells by column; None if they do not fit. A continued row has the model of the row before it."""
    filled = list(cells)
    while filled and not filled[-1].strip():
        filled.pop()
    # A model with several rows has its name only in the first; the cells of the others move to the left.
    if "regions" in columns and filled and "launch" not in columns and are_regions(filled[0]):
        own = list(columns[columns.index("regions") :])
    elif "regions" not in columns and filled and _is_dated(filled[0]):
        own = [column for column in columns if column in _DATES]
    else:
        own = []
    if own:
        if before is None or len(filled) != len(own):
            return None
        return {**before, **dict(zip(own, filled, strict=True))}
    if len(cells) == len(columns):
        return dict(zip(columns, cells, strict=True))
    missing = len(cells) == len(columns) + 1 and "eol" not in columns and "launch" in columns
    if missing and is_floor(cells[columns.index("launch") + 1]):
        # The page of 2025 lacks the header of one column.
        position = columns.index("launch") + 1
        return dict(zip((*columns[:position], "floor", *columns[position:]), cells, strict=True))
    return None


def _is_dated(text: str) -> bool:
    try:
        return parse_dated(text).day is not None
    except CellError:
        return False


# Lists


def _of_list(items: Sequence[Item]) -> Iterator[_Entry | Refusal]:  # noqa: C901 (one state for each kind of line)
    """The entries of a list: a provider, below it the labels of a model, with a line for each group of Regions."""
    provider = ""
    common: dict[str, str] = {}
    rows: list[dict[str, str]] = []
    faults: list[str] = []
    started = False

    def finished() -> Iterator[_Entry | Refusal]:
        subject = f"{provider}, {common.get('name', 'a model without a name')}"
        if faults:
            yield Refusal("", subject, faults[0])
        elif started:
            for row in rows or [{}]:
                yield _Entry(subject, {"provider": provider, **common, **row})

    for item in items:
        parts = [_LABELLED.fullmatch(part.strip()) for part in _NEXT_LABEL.split(item.text)]
        labelled = [(_FIELDS[part[1].lower()], part[2].strip()) for part in parts if part is not None]
        if not labelled:
            if started:
                if item.depth == 0 and ":" not in item.text:
                    yield from finished()
                    provider, common, rows, faults, started = item.text, {}, [], [], False
                else:
                    faults.append(f"{item.text!r} is not a line that is known")
            else:
                provider = item.text
            continue
        if len(labelled) != len(parts):
            faults.append(f"{item.text!r} is not a line that is known")
        for field, value in labelled:
            if field == "name":
                if "name" in common:
                    yield from finished()
                    common, rows, faults = {}, [], []
                started = True
            if field in ("provider", "name", "id", "replacement", "replacement id"):
                if field in common:
                    faults.append(f"it has two lines for {field}")
                common[field] = value
            elif field == "regions" or not rows:
                rows.append({field: value})
            elif field in rows[-1]:
                faults.append(f"it has two lines for {field} in the same Regions")
            else:
                rows[-1][field] = value
    yield from finished()


# Statements


def _names_on_page(entries: Sequence[_Entry]) -> Mapping[str, Sequence[str]]:
    """The ids that the page itself gives for its names."""
    names: dict[str, list[str]] = {}
    for entry in entries:
        if "id" in entry.fields and "name" in entry.fields:
            identifier = entry.fields["id"].strip()
            names.setdefault(plain_name(entry.fields["name"]), [])
            if identifier not in names[plain_name(entry.fields["name"])]:
                names[plain_name(entry.fields["name"])].append(identifier)
    return names


def _statement(entry: _Entry, origin: Origin, find_by_name: FindByName) -> Statement:
    fields = entry.fields
    name = " ".join(fields.get("name", "").replace("•", "-").split())
    identifier = parse_id(fields["id"]) if "id" in fields else _by_name(name, find_by_name)
    provider = " ".join(fields.get("provider", "").split())
    if provider and (are_regions(provider) or re.fullmatch(r"[a-z0-9-]+\.[a-z0-9.:-]+", provider)):
        raise CellError(f"{provider!r} is not a provider")
    if "launch" in fields:
        return _of_active(entry, origin, identifier, name, provider)
    row = _row(fields)
    return Statement(
        kind=SourceKind.LIFECYCLE_PAGE,
        origin=origin,
        model=identifier,
        name=name,
        provider=provider,
        rows=(row,),
        replacements=ids_in(fields.get("replacement id", "")),
    )


def _of_active(entry: _Entry, origin: Origin, identifier: str, name: str, provider: str) -> Statement:
    """A row of the table of Active models: a promise, and the Regions that offer the model.

    Its lists of Regions and of launch dates differ in length, so they must not be matched by position.
    """
    fields = entry.fields
    floor = parse_floor(fields.get("floor", fields.get("eol", "")))
    parse_regions(fields.get("regions", ""))
    launches = [day for line in fields["launch"].replace("•", "\n").split("\n") if (day := _launch(line)) is not None]
    launch = min(launches, default=None)
    if launch is not None and floor is not None and floor <= launch:
        raise CellError(f"its EOL, no sooner than {floor}, is not after its launch on {launch}")
    return Statement(
        kind=SourceKind.LIFECYCLE_PAGE,
        origin=origin,
        model=identifier,
        name=name,
        provider=provider,
        launch_date=launch,
        eol_no_sooner_than=floor,
        offered=own_regions(fields["regions"]),
    )


def _launch(text: str) -> date | None:
    cleaned = text.strip(" *_•")
    return parse_day(cleaned) if cleaned else None


def _row(fields: Mapping[str, str]) -> StatedRow:
    dated = {name: parse_dated(fields[name]) if name in fields else Dated(None, None) for name in _DATES}
    days = [(name, dated[name].day) for name in _DATES if dated[name].day is not None]
    if not days:
        raise CellError("it has no date")
    for (earlier_name, earlier), (later_name, later) in pairwise(days):
        assert earlier is not None
        assert later is not None
        if earlier >= later:
            raise CellError(f"its {later_name} date {later} is not after its {earlier_name} date {earlier}")
    if "regions" in fields:
        regions = parse_regions(fields["regions"])
    else:
        # The Regions of the EOL count; if only another date has Regions, those.
        written = [dated[name].regions for name in ("eol", "extended", "legacy")]
        regions = next((each for each in written if each is not None), ())
    return StatedRow(regions, dated["legacy"].day, dated["extended"].day, dated["eol"].day)


def _by_name(name: str, find_by_name: FindByName) -> str:
    if not name:
        raise CellError("it names no model")
    found = find_by_name(name)
    if len(found) != 1:
        known = f"{len(found)} models: {', '.join(found)}" if found else "no model that is known"
        raise CellError(f"it has no id, and the name {name!r} is that of {known}")
    return parse_id(found[0])


def _twice(first: Statement | None, second: Statement) -> list[str]:
    """The Regions for which two statements have different rows."""
    rows = () if first is None else first.rows
    taken = {region for row in rows for region in row.regions or ("all Regions",)}
    new = {region for row in second.rows if row not in rows for region in row.regions or ("all Regions",)}
    return sorted(taken & new)


def _together(first: Statement | None, second: Statement) -> Statement:
    """Merges two rows on one model into one statement."""
    if first is None:
        return second
    return replace(
        first,
        name=first.name or second.name,
        provider=first.provider or second.provider,
        launch_date=first.launch_date or second.launch_date,
        eol_no_sooner_than=first.eol_no_sooner_than or second.eol_no_sooner_than,
        rows=(*first.rows, *(row for row in second.rows if row not in first.rows)),
        offered=tuple(sorted({*first.offered, *second.offered})),
        replacements=tuple(dict.fromkeys((*first.replacements, *second.replacements))),
    )
