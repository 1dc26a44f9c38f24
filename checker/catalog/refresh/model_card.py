"""A model's card: the dates that the lifecycle page leaves out."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from checker.catalog.refresh.blocks import Page, PageError
from checker.catalog.refresh.cells import (
    CellError,
    ids_in,
    is_floor,
    parse_day,
    parse_floor,
    parse_id,
    parse_notice,
)
from checker.catalog.refresh.statements import Reading, Refusal, SourceKind, StatedRow, Statement
from checker.model.lifecycle import GEOGRAPHIES, Origin
from checker.references.grammar import PROVIDERS

_LABELS = {
    "model launch date": "launch",
    "eol no sooner than": "floor",
    "legacy period": "notice",
    "model eol date": "eol",
    "model lifecycle": "stage",
    # Named here so that it is not read as the one above.
    "model lifecycle policy": "policy",
}
_LINE = re.compile(r"([A-Za-z][A-Za-z ]+):\s*(.*)", re.DOTALL)
_STATES = ("active", "legacy", "legacy (certain regions)", "eol", "end-of-life", "end of life")


def read_model_card(page: Page, origin: Origin, known_ids: Sequence[str]) -> Reading:
    """What the card says. `known_ids` are those of the models that are known to have this card.

    Raises PageError for a page that is no card, or whose model cannot be told.
    """
    lines = list(_lines(page))
    if not {name for name, _ in lines} & {"eol", "floor", "stage", "launch"}:
        raise PageError("it has none of the lines of a model card ('Model EOL date', 'Model lifecycle', …)")
    said: dict[str, str] = {}
    for name, value in lines:
        if said.setdefault(name, value) != value:
            raise PageError(f"it says both {said[name]!r} and {value!r} for its {name}")
    models = tuple(known_ids) or _ids_on(page)
    if len(models) != 1:
        raise PageError(
            f"which model it is of cannot be told: it names {', '.join(models)}" if models else "it names no model id"
        )
    statement = Statement(
        kind=SourceKind.MODEL_CARD,
        origin=origin,
        model=parse_id(models[0]),
        name=page.headings[0] if page.headings else "",
    )
    try:
        return Reading((_filled(statement, said),), ())
    except CellError as error:
        return Reading((), (Refusal(origin.source, models[0], str(error)),))


def _filled(statement: Statement, said: dict[str, str]) -> Statement:
    launch = parse_day(said.get("launch", ""))
    notice = parse_notice(said.get("notice", ""))
    floors = [parse_floor(f"no sooner than {said['floor']}")] if "floor" in said else []
    eol_text = said.get("eol", "").strip()
    stage = " ".join(said.get("stage", "").lower().split())
    if stage and stage not in _STATES:
        raise CellError(f"{said['stage']!r} is no state of a model that is known")
    # Some cards write the state in front of the date.
    in_front = re.fullmatch(r"(?:legacy|eol):\s*(.*)", eol_text, re.IGNORECASE | re.DOTALL)
    if is_floor(eol_text):
        floors.append(parse_floor(eol_text))
        eol = None
    else:
        eol = parse_day(in_front[1] if in_front else eol_text)
    if eol is not None and "certain regions" in stage:
        raise CellError(f"its EOL date {eol} holds in certain Regions, and it does not say in which")
    # Of two promises the earlier holds; one beyond the EOL cannot be relied on.
    promised = [floor for floor in floors if floor is not None and (eol is None or floor <= eol)]
    if launch is not None and eol is not None and eol <= launch:
        raise CellError(f"its EOL date {eol} is not after its launch on {launch}")
    return replace(
        statement,
        launch_date=launch,
        legacy_notice=notice,
        eol_no_sooner_than=min(promised, default=None),
        rows=() if eol is None else (StatedRow((), eol_date=eol),),
    )


def _lines(page: Page) -> Iterator[tuple[str, str]]:
    texts = page.text.split("\n")
    texts += [f"{cells[0].rstrip(':')}: {cells[1]}" for table in page.tables for cells in table.rows if len(cells) == 2]
    for text in texts:
        found = _LINE.fullmatch(text.strip())
        if found is not None and (name := " ".join(found[1].lower().split())) in _LABELS:
            yield _LABELS[name], found[2].strip()


def _ids_on(page: Page) -> tuple[str, ...]:
    """The base model ids in the page's tables and lines, each once, without geographies."""
    texts = [page.text, *("\n".join(cells) for table in page.tables for cells in table.rows)]
    found: dict[str, None] = {}
    for identifier in ids_in("\n".join(texts)):
        head, _, rest = identifier.partition(".")
        base = rest if head in GEOGRAPHIES else identifier
        # Hosts and packages have the shape of an id too.
        if base.partition(".")[0] in PROVIDERS and ".amazonaws." not in base:
            found[base] = None
    return tuple(found)
