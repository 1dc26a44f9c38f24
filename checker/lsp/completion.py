"""Completes ids of models where a property takes one: models that the Region offers, those that stay first."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from lsprotocol import types

from checker.extract.sites import sites_of
from checker.lsp.navigation import used_there, written_there
from checker.lsp.session import Answer, regions_of
from checker.lsp.texts import Texts
from checker.model.lifecycle import Model, Stage
from checker.model.reference import Cost, Form, Kind, Role, Site, Usage
from checker.model.regions import partition_of
from checker.model.stages import StageOn, worst_stage
from checker.policy.advice import can_be_had, forms
from checker.references import PROVIDERS
from checker.source import Location
from checker.wording import distance

# A property and the beginning of its value, in HCL, YAML or JSON.
_PROPERTY = re.compile(r"""["']?(?P<name>[\w-]+)["']?\s*[:=]\s*\[?\s*["']?[^"'=]*\Z""")
_BLOCK = re.compile(r'^\s*(resource|data)\s+"([\w-]+)"')
_TYPE = re.compile(r"""["']?Type["']?\s*:\s*["']?(AWS::[\w:]+)""")
# The characters of an id or an ARN before the cursor, and of an id behind it.
_BEFORE = re.compile(r"[A-Za-z0-9_.:/-]")
_BEHIND = re.compile(r"[A-Za-z0-9_.:-]")
_BEGINS_LIKE_AN_ID = re.compile(rf"(?:^|[./])(?:{'|'.join(PROVIDERS)})\.")
_FARTHEST_BLOCK = 400
_ANY_SITE = Site("", "", Role.CONFIGURATION, Kind.OTHER, Usage.INDIRECT, (), Cost.IN_PLACE)


class _Spot(NamedTuple):
    """The location where an id is being typed: the columns (from 0) that it replaces, and the site that takes it."""

    start: int
    end: int
    typed: str
    site: Site
    regions: tuple[str, ...]


def completions(
    location: Location, answer: Answer, models: Iterable[Model], regions: tuple[str, ...], texts: Texts
) -> list[types.CompletionItem]:
    """The ids that fit at a location; none if no model is expected there. `regions` are used if the code tells none."""
    spot = _spot(location, answer, regions, texts)
    if spot is None:
        return []
    scan = answer.survey.scan
    last = scan.as_of + timedelta(days=scan.horizon_days or 0)
    ranked: list[tuple[tuple[bool, int, int], types.CompletionItem]] = []
    for model in models:
        if not _fits(spot.site, model):
            continue
        stage = worst_stage(model, scan.as_of, spot.regions).worst
        is_going = stage.stage is not Stage.ACTIVE or (stage.eol_date is not None and stage.eol_date <= last)
        for identifier in _identifiers(spot, model):
            item = types.CompletionItem(
                label=identifier,
                kind=types.CompletionItemKind.EnumMember,
                detail=_detail(stage),
                tags=[types.CompletionItemTag.Deprecated] if is_going else None,
                text_edit=types.TextEdit(texts.span(location.file, location.line, spot.start, spot.end), identifier),
            )
            ranked.append((_order(model, stage, is_going=is_going), item))
    ranked.sort(key=lambda each: each[0])
    for number, (_, item) in enumerate(ranked):
        item.sort_text = f"{number:05}"
    return [item for _, item in ranked]


def _spot(location: Location, answer: Answer, regions: tuple[str, ...], texts: Texts) -> _Spot | None:
    around = texts.around(location, _BEFORE, _BEHIND)
    references, at = answer.survey.scan.references, texts.surveyed(location)
    used = used_there(references, at)
    written = tuple(each.reference for each in written_there(references, at))
    site = _site_by_block(location, around.line[: around.cursor], texts)
    if site is None:
        site = next((each.site for each in (*used, *written) if each.site.accepts), None)
    if site is None:
        # In other text, only the name of a provider shows that a model is meant.
        if _BEGINS_LIKE_AN_ID.search(around.before) is None:
            return None
        site = _ANY_SITE
    # The text up to the last slash, the beginning of an ARN, stays.
    start = around.start + around.before.rfind("/") + 1
    return _Spot(start, around.end, around.before, site, regions_of(used or written) or answer.regions or regions)


def _site_by_block(location: Location, before: str, texts: Texts) -> Site | None:
    """The site of the property being typed, by its name and the type of the resource around it."""
    found = _PROPERTY.search(before)
    resource_type = None if found is None else _type_around(location, texts)
    if found is None or resource_type is None:
        return None
    rows = sites_of(resource_type).direct
    return next((row for row in rows if row.path.rpartition(".")[2].removesuffix("[]") == found["name"]), None)


def _type_around(location: Location, texts: Texts) -> str | None:
    """The type of the resource whose beginning is the nearest above a location."""
    for number in range(location.line, max(0, location.line - _FARTHEST_BLOCK), -1):
        line = texts.line(location.file, number)
        block, kind = _BLOCK.match(line), _TYPE.search(line)
        if kind is not None:
            return kind[1]
        if block is not None:
            return f"data.{block[2]}" if block[1] == "data" else block[2]
    return None


def _identifiers(spot: _Spot, model: Model) -> Iterator[str]:
    """The ways to write a model at a spot, the best first."""
    site = spot.site
    resource = spot.typed.rpartition("/")[0].rpartition(":")[2]
    if spot.typed.startswith("arn:") and resource:
        if resource not in _IN_ARN:
            return
        site = site._replace(accepts=_IN_ARN[resource])
    takes_only_arn = bool(site.accepts) and not _PLAIN.intersection(site.accepts)
    for identifier, works in forms(site, Form.MODEL_ID, None, model):
        if not all(map(works, spot.regions)):
            continue
        if not takes_only_arn or "/" in spot.typed:
            yield identifier
        elif identifier == model.id and len(spot.regions) == 1:
            (region,) = spot.regions
            yield f"arn:{partition_of(region)}:bedrock:{region}::foundation-model/{identifier}"


_PLAIN = frozenset({Form.MODEL_ID, Form.INFERENCE_PROFILE_ID})
_IN_ARN = {
    "foundation-model": (Form.FOUNDATION_MODEL_ARN,),
    "inference-profile": (Form.INFERENCE_PROFILE_ARN,),
}


def _fits(site: Site, model: Model) -> bool:
    """Whether a model can do what the property needs."""
    if can_be_had(site, model) is False:
        return False
    match site.role:
        case Role.EMBEDDING:
            return "embedding" in model.outputs
        case Role.RERANKING:
            # The catalog knows no output `rerank`: these models have the output text.
            return "rerank" in model.id
        case Role.GENERATION | Role.PARSING | Role.ROUTING | Role.EVALUATION | Role.MEMORY:
            return "text" in model.outputs and "rerank" not in model.id
        case _:
            return True


def _detail(stage: StageOn) -> str:
    where = "" if stage.region is None else f" in {stage.region}"
    if stage.eol_date is None:
        # This is the worst stage of all Regions, so all are alike.
        return str(stage.stage) if stage.stage is Stage.ACTIVE else f"{stage.stage}{where}"
    return f"{stage.stage}{where}, EOL {stage.eol_date} ({distance(stage.eol_date, stage.day)})"


def _order(model: Model, stage: StageOn, *, is_going: bool) -> tuple[bool, int, int]:
    """The sort key of a model: those that stay, the newest first, then those that go, the last to end first."""
    launched = 0 if model.launch_date is None else model.launch_date.toordinal()
    ends = date.max.toordinal() if stage.eol_date is None else stage.eol_date.toordinal()
    return is_going, -ends if is_going else 0, -launched
