"""A company's additions to the catalog: its own models, agreements with providers, and deadlines."""

import json
from collections.abc import Mapping
from datetime import date
from fnmatch import fnmatchcase
from importlib import resources
from pathlib import Path
from typing import Any

from checker.catalog.lookup import CatalogIndex
from checker.errors import ParseError, ReadError, UsageError
from checker.immutable import immutable
from checker.model.lifecycle import (
    EARLIEST_DAY,
    LATEST_DAY,
    Catalog,
    CompanyDate,
    CompanyDateKind,
    LifecycleRow,
    Model,
    is_judged,
)
from checker.model.regions import unknown_region
from checker.source import Location
from checker.source.files import Boundary, SourceFiles
from checker.source.validation import Vocabulary, node_at, plain, schema_errors
from checker.source.yaml import parse_yaml

_DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_REGION = "^[a-z]{2,4}(-[a-z]+){1,2}-[0-9]$"
_ID = (
    r"^((?!(us-gov|us|eu|apac|jp|au|ca|in|global)\.)[a-z][a-z0-9-]*\.[a-z0-9][a-z0-9.-]*(:[0-9]+)?"
    r"|arn:[a-z-]+:(bedrock|sagemaker):[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9._/:-]+)$"
)
_WORDS = Vocabulary(
    document="the catalog overlay",
    entries={"models": "a model", "dates": "a date", "regions": "a Region"},
    kinds={"inputs": "modality", "outputs": "modality"},
    patterns={
        _DAY: "a day, such as 2027-01-31",
        _REGION: "the code of a Region, such as us-east-1",
        _ID: "the ARN of a model, or an id of the form provider.name",
    },
)


@immutable
class CompanyRule:
    """A company date for the models whose id or alias matches `pattern`; `location` is where the rule is written."""

    pattern: str
    company_date: CompanyDate
    location: Location


@immutable
class PrivateModel:
    """A model of the company itself. `based_on` is the id of a base model whose dates it shares."""

    model: Model
    based_on: str | None
    location: Location


@immutable
class Overlay:
    """The content of an overlay file."""

    file: str
    models: tuple[PrivateModel, ...]
    rules: tuple[CompanyRule, ...]


def overlay_schema() -> dict[str, Any]:
    """The JSON Schema of overlay files."""
    text = resources.files(__package__).joinpath("data", "overlay.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def _schema_for_messages() -> dict[str, Any]:
    """The schema without the parts whose errors the validator explains by quoting data; `_rule` explains those in
    words.
    """
    schema = overlay_schema()
    del schema["$defs"]["company_date"]["oneOf"]
    del schema["anyOf"]
    return schema


def load_overlay(file: Path) -> Overlay:
    """Reads an overlay from a YAML file. Raises UsageError, with the location, if it is not valid."""
    shown = str(file)
    try:
        text = SourceFiles(Boundary(None, allow_outside=True), Path.cwd()).read_text(file)
        documents = parse_yaml(text, shown)
    except (ReadError, ParseError) as error:
        raise UsageError(f"{error} (catalog overlay)") from error
    if len(documents) != 1:
        raise UsageError(f"{shown}: a catalog overlay is one YAML document, and this has {len(documents)}")
    node = documents[0]
    errors = schema_errors(node, _schema_for_messages(), _WORDS)
    if errors:
        raise UsageError("\n".join(map(str, errors)))
    document = plain(node)
    read_on = _day(document, "as_of", node.location) or date.min
    models = tuple(
        _private_model(item, shown, read_on, node_at(node, ("models", number)).location)
        for number, item in enumerate(document.get("models", ()))
    )
    rules = tuple(
        _rule(item, shown, node_at(node, ("dates", number)).location)
        for number, item in enumerate(document.get("dates", ()))
    )
    return Overlay(shown, models, rules)


def apply_overlay(base: Catalog, overlay: Overlay) -> Catalog:
    """`base` with the models and dates of the overlay.

    Raises UsageError for a model that the catalog already has, and for a date that matches no model of the catalog:
    such a date has no effect, which the author did not intend.
    """
    index = CatalogIndex(base)
    models = {model.id: model for model in base.models}
    for private in overlay.models:
        if index.knows(private.model.id) or private.model.id in models:
            raise UsageError(
                f"{private.location}: the catalog has the model {private.model.id} already;"
                " give it a date under `dates`"
            )
        models[private.model.id] = _with_base(private, index)
    for rule in overlay.rules:
        fitting = [model for model in models.values() if _fits(rule.pattern, model)]
        if not fitting:
            similar = index.suggest(rule.pattern)
            hint = f"; did you mean {', '.join(similar)}?" if similar else ""
            raise UsageError(f"{rule.location}: the catalog has no model {rule.pattern!r}{hint}")
        for model in fitting:
            models[model.id] = model._replace(company_dates=(*model.company_dates, rule.company_date))
    return base._replace(models=tuple(models[key] for key in sorted(models)))


def _fits(pattern: str, model: Model) -> bool:
    return any(fnmatchcase(each, pattern) for each in (model.id, *model.aliases))


def _with_base(private: PrivateModel, index: CatalogIndex) -> Model:
    if private.based_on is None:
        return private.model
    base = index.lookup(private.based_on)
    if base is None:
        similar = index.suggest(private.based_on)
        hint = f"; did you mean {', '.join(similar)}?" if similar else ""
        raise UsageError(f"{private.location}: the catalog has no model {private.based_on!r} to base this on{hint}")
    model = private.model
    return model._replace(
        rows=model.rows or base.rows,
        eol_no_sooner_than=base.eol_no_sooner_than,
        legacy_notice=base.legacy_notice,
        inputs=model.inputs or base.inputs,
        outputs=model.outputs or base.outputs,
        notes=(*model.notes, f"Based on {base.id}, whose dates it has." if not model.rows else f"Based on {base.id}."),
    )


def _rule(item: Mapping[str, Any], shown: str, location: Location) -> CompanyRule:
    deadline, moved = _day(item, "deadline", location), _day(item, "eol_date", location)
    eol = deadline or moved
    if eol is None or (deadline is not None and moved is not None):
        raise UsageError(
            f"{location}: give either 'deadline' (an end of the company's own, before AWS's) or 'eol_date' (a later"
            " end, as agreed with the provider)"
        )
    kind = CompanyDateKind.ARRANGEMENT if deadline is None else CompanyDateKind.DEADLINE
    return CompanyRule(item["model"], CompanyDate(kind, eol, _regions(item, location), item["reason"], shown), location)


def _regions(item: Mapping[str, Any], location: Location) -> tuple[str, ...]:
    regions = tuple(item.get("regions", ()))
    wrong = next(filter(None, map(unknown_region, regions)), None)
    if wrong is not None:
        raise UsageError(f"{location}: {wrong}")
    return regions


def _private_model(item: Mapping[str, Any], shown: str, read_on: date, location: Location) -> PrivateModel:
    row = LifecycleRow(
        regions=_regions(item, location),
        legacy_date=_day(item, "legacy_date", location),
        extended_access_date=_day(item, "extended_access_date", location),
        eol_date=_day(item, "eol_date", location),
        source=shown,
        read_on=read_on,
    )
    given = [day for day in (row.legacy_date, row.extended_access_date, row.eol_date) if day is not None]
    if given != sorted(set(given)):
        raise UsageError(f"{location}: the dates of {item['id']} are not in order")
    model = Model(
        id=item["id"],
        name=item.get("name", item["id"]),
        provider=item["provider"],
        rows=(row,) if given else (),
        regions=_regions(item, location),
        inputs=tuple(item.get("inputs", ())),
        outputs=tuple(item.get("outputs", ())),
        notes=tuple(item.get("notes", ())),
        sources=(shown,),
    )
    return PrivateModel(model, item.get("based_on"), location)


def _day(item: Mapping[str, Any], name: str, location: Location) -> date | None:
    if item.get(name) is None:
        return None
    try:
        day = date.fromisoformat(item[name])
    except ValueError:
        raise UsageError(f"{location}: {name}: {item[name]!r} is a day that no calendar has") from None
    if not is_judged(day):
        raise UsageError(f"{location}: {name}: {day} is not between {EARLIEST_DAY} and {LATEST_DAY}")
    return day
