"""Shows the model under the pointer: its dates in each Region, its timeline, and where else it is used."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from lsprotocol import types

from checker.lsp.navigation import id_at, used_there, written_there
from checker.lsp.texts import Texts
from checker.model.lifecycle import Model
from checker.model.reference import Reference
from checker.pipeline import Survey
from checker.report.in_use import KEY, TODAY, Axis, Life, lives_of
from checker.report.templates import markdown_template
from checker.source import Location
from checker.wording import STAGES, first_listed

_BAR_WIDTH = 48
_LABEL_WIDTH = 30
_MOST_USES = 10


class Row(NamedTuple):
    """The dates of a model in some Regions. `is_here`: the code uses the model in one of them."""

    regions: str
    stage: str
    legacy: str
    extended: str
    eol: str
    is_here: bool


class ModelView(NamedTuple):
    """A model for the template."""

    model: Model
    rows: tuple[Row, ...]
    timeline: str


def hover_at(location: Location, references: tuple[Reference, ...], survey: Survey, texts: Texts) -> types.Hover | None:
    """The hover for the model whose id is at a location, else for the models that the property there may name.

    None if there is no model.
    """
    index, scan, surveyed = survey.index, survey.scan, texts.surveyed(location)
    written = id_at(location, texts, index.knows)
    named = tuple(written_there(references, surveyed)) if written is not None else ()
    found: dict[str, tuple[str, ...]] = {}
    if written is not None:
        model = index.lookup(written.text)
        regions = [region for each in named for region in each.candidate.regions]
        if model is not None:
            found[model.id] = tuple(dict.fromkeys(regions))
    else:
        for reference in used_there(references, surveyed):
            for candidate in reference.candidates:
                model = None if candidate.model is None else index.lookup(candidate.model)
                if model is not None:
                    found[model.id] = tuple(dict.fromkeys((*found.get(model.id, ()), *candidate.regions)))
    views = [_view(model, regions, scan.as_of) for name, regions in found.items() if (model := index.lookup(name))]
    if not views:
        return None
    uses = [each for each in references if any(candidate.model in found for candidate in each.candidates)]
    text = markdown_template("hover.md.j2").render(
        views=views, uses=uses, most_uses=_MOST_USES, catalog=scan.catalog, as_of=scan.as_of
    )
    shown = texts.range_of(written.location, written.text) if written is not None else None
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), shown)


def _view(model: Model, regions: tuple[str, ...], as_of: date) -> ModelView:
    lives = lives_of(model, as_of)
    rows = sorted((_row(life, regions) for life in lives), key=lambda row: not row.is_here)
    return ModelView(model, tuple(rows), "\n".join(_timeline(model, lives, as_of)))


def _row(life: Life, regions: Sequence[str]) -> Row:
    stage = life.stage
    here = [region for region in regions if region in life.regions]
    others = [region for region in life.regions if region not in here]
    days = (stage.legacy_date, stage.extended_access_date, stage.eol_date)
    legacy, extended, eol = ("" if day is None else str(day) for day in days)
    shown = first_listed([*here, *others]) if life.regions else "every other Region"
    return Row(shown, STAGES[stage.stage], legacy, extended, eol, is_here=bool(here))


def _timeline(model: Model, lives: Sequence[Life], as_of: date) -> Iterator[str]:
    axis = Axis.of(model, as_of)
    if axis is None:
        return
    begin, end = str(axis.first), str(axis.last)
    yield " " * _LABEL_WIDTH + begin + end.rjust(_BAR_WIDTH - len(begin))
    for life in lives:
        bar = "".join(mark for mark, _ in axis.bar(life, _BAR_WIDTH))
        yield life.label[: _LABEL_WIDTH - 1].ljust(_LABEL_WIDTH) + bar
    yield f"{KEY}, {TODAY} {as_of}"
