"""Parses a model card, which has dates that the lifecycle page lacks."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from checker.catalog.refresh.pages import (
    CellError,
    Dated,
    Page,
    PageError,
    Paragraph,
    ids_in,
    is_floor,
    parse_dated,
    parse_day,
    parse_floor,
    parse_id,
    parse_notice,
)
from checker.catalog.refresh.statements import Reading, Refusal, SourceKind, StatedRow, Statement
from checker.model.lifecycle import GEOGRAPHIES, Origin
from checker.model.regions import REGIONS
from checker.references.grammar import PROVIDERS

_Value = TypeVar("_Value")

_LABELS = {
    "model launch date": "launch",
    "eol no sooner than": "floor",
    "legacy period": "notice",
    "model eol date": "eol",
    "model lifecycle": "stage",
    # Named here so that it is not read as the one above.
    "model lifecycle policy": "policy",
}
_WORDS = {"launch": "launch date", "floor": "promise", "notice": "Legacy period", "eol": "EOL date"}
_LINE = re.compile(r"([A-Za-z][A-Za-z ]+):\s*(.*)", re.DOTALL)
# A state may have a day, and may hold in some Regions only: `EOL: 2026-09-10 (certain Regions)`.
_PARTIAL = re.compile(r"\((?:in\s+)?(?:certain|some|most|select(?:ed)?)\s+regions\)", re.IGNORECASE)
_STATE = re.compile(
    r"(?:active|preview|legacy|(?:public )?extended access|(?P<end>eol|end[- ]of[- ]life))\s*(?::\s*(?P<day>[^()]*?))?"
    rf"\s*(?:(?P<partial>{_PARTIAL.pattern})|\((?:in\s+)?all\s+regions\))?",
    re.IGNORECASE,
)
# Where a sentence of a card changes the subject.
_CLAUSE = re.compile(r"[.;:!]\s|,?\s+(?:and|but)\s+(?=(?:it\s+)?(?:is|are|has|was|were|remains?)\b)", re.IGNORECASE)
_REGION = re.compile(r"(?<![\w-])[a-z]{2,4}(?:-[a-z]+){1,2}-\d(?![\w-])")
_AVAILABLE = re.compile(r"\b(?:is|are|remains?|still)\b.*\b(?:available|active)\b.*\bin\b", re.IGNORECASE | re.DOTALL)
_LEGACY = re.compile(r"\bin\b.*\blegacy\b.*\bin\b|\bis\s+legacy\s+in\b", re.IGNORECASE | re.DOTALL)
_DENIED = re.compile(r"\b(?:not?|no longer|never|until|unless|was|were|will|end[- ]of[- ]life|eol)\b", re.IGNORECASE)


def read_model_card(page: Page, origin: Origin, known_ids: Sequence[str]) -> Reading:
    """The statements of the card. `known_ids` are those of the models that are known to have this card.

    Raises PageError for a page that is no card, or if its model cannot be told.
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
    return _Card(said, statement).reading(page)


class _Card:
    """The lines of one card by field. An invalid field is left out, with a note."""

    def __init__(self, said: Mapping[str, str], statement: Statement) -> None:
        self._said = said
        self._statement = statement
        self._notes: list[Refusal] = []

    def reading(self, page: Page) -> Reading:
        launch = self._field("launch", parse_day)
        notice = self._field("notice", parse_notice)
        floors = [self._field("floor", lambda text: parse_floor(f"no sooner than {text}"))]
        eol, regions = None, None
        if is_floor(self._said.get("eol", "")):
            floors.append(self._field("eol", parse_floor))
        elif (dated := self._field("eol", _parse_eol)) is not None:
            eol, regions = dated
        is_partial, eol = self._state(eol)
        is_partial = regions is None and (is_partial or _PARTIAL.search(self._said.get("eol", "")) is not None)
        if launch is not None and eol is not None and eol <= launch:
            self._note(f"its EOL date {eol} is not after its launch on {launch}: both are left out")
            launch = eol = None
        # Of two promises the earlier one holds; a promise beyond the EOL is not reliable.
        promised = [floor for floor in floors if floor is not None and (eol is None or floor <= eol)]
        statement = replace(
            self._statement,
            launch_date=launch,
            legacy_notice=notice,
            eol_no_sooner_than=min(promised, default=None),
            rows=() if eol is None or is_partial else (StatedRow(regions or (), eol_date=eol),),
            partial_eol=eol if is_partial else None,
            listed=tuple(sorted(_regions_named(page).items())),
        )
        return Reading((statement,), (), tuple(self._notes))

    def _state(self, eol: date | None) -> tuple[bool, date | None]:
        """Whether the EOL date holds in some Regions only, and the date, which the state may also give."""
        text = " ".join(self._said.get("stage", "").split())
        if not text:
            return False, eol
        found = _STATE.fullmatch(text)
        if found is None:
            self._note(f"{text!r} is no state of a model that is known, so its EOL date may not hold in every Region")
            return True, eol
        day = None
        if found["day"]:
            try:
                day = parse_day(found["day"])
            except CellError as error:
                self._note(f"its state: {error}")
        if day is not None and found["end"]:
            if eol is not None and eol != day:
                self._note(f"it says both EOL {eol} and, as its state, EOL {day}: the earlier is taken")
            eol = day if eol is None else min(eol, day)
        return found["partial"] is not None, eol

    def _field(self, name: str, parse: Callable[[str], _Value | None]) -> _Value | None:
        if name not in self._said:
            return None
        try:
            return parse(self._said[name])
        except CellError as error:
            self._note(f"its {_WORDS[name]} is left out: {error}")
            return None

    def _note(self, reason: str) -> None:
        self._notes.append(Refusal(self._statement.origin.source, self._statement.model, reason))


def _parse_eol(text: str) -> Dated:
    """The EOL date, with the Regions behind it, if there are any. Some cards write the state before the date."""
    return parse_dated(_PARTIAL.sub("", re.sub(r"^\s*(?:legacy|eol)\s*:", "", text, flags=re.IGNORECASE)))


def _regions_named(page: Page) -> Mapping[str, str]:
    """The Regions in which the model is available, or Legacy, by the running text of the card."""
    found: dict[str, str] = {}
    for block in page.blocks:
        if not isinstance(block, Paragraph):
            continue
        for clause in _CLAUSE.split(block.text):
            regions = [region for region in _REGION.findall(clause) if region in REGIONS]
            if not regions or _DENIED.search(clause):
                continue
            if _LEGACY.search(clause):
                found.update(dict.fromkeys(regions, "LEGACY"))
            elif _AVAILABLE.search(clause):
                found.update({region: "ACTIVE" for region in regions if region not in found})
    return found


def _lines(page: Page) -> Iterator[tuple[str, str]]:
    texts = page.text.split("\n")
    texts += [f"{cells[0].rstrip(':')}: {cells[1]}" for table in page.tables for cells in table.rows if len(cells) == 2]
    for text in texts:
        found = _LINE.fullmatch(text.strip())
        if found is not None and (name := " ".join(found[1].lower().split())) in _LABELS:
            yield _LABELS[name], found[2].strip()


def _ids_on(page: Page) -> tuple[str, ...]:
    """The base model ids in the tables and lines of the page, without geographies and duplicates."""
    texts = [page.text, *("\n".join(cells) for table in page.tables for cells in table.rows)]
    found: dict[str, None] = {}
    for identifier in ids_in("\n".join(texts)):
        head, _, rest = identifier.partition(".")
        base = rest if head in GEOGRAPHIES else identifier
        # Host names and package names can look like ids.
        if base.partition(".")[0] in PROVIDERS and ".amazonaws." not in base:
            found[base] = None
    return tuple(found)
