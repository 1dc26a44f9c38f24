"""What a company knows beyond the catalog: models of its own, agreements with providers, and deadlines of its own."""

import json
from collections.abc import Mapping as Dict
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase
from importlib import resources
from pathlib import Path
from typing import Any

from checker.catalog.lookup import CatalogIndex
from checker.errors import ParseError, ReadError, UsageError
from checker.model.lifecycle import Catalog, CompanyDate, CompanyDateKind, LifecycleRow, Model
from checker.source import Mapping, Node, Place, Scalar
from checker.source import Sequence as NodeSequence
from checker.source.files import Boundary, SourceFiles
from checker.source.yaml import parse_yaml


@dataclass(frozen=True, slots=True)
class CompanyRule:
    """A company date for the models whose id, or one of whose aliases, fits `pattern`; `place` is where it stands."""

    pattern: str
    company_date: CompanyDate
    place: Place


@dataclass(frozen=True, slots=True)
class PrivateModel:
    """A model of the company's own. `based_on` is the id of a base model whose dates it shares."""

    model: Model
    based_on: str | None
    place: Place


@dataclass(frozen=True, slots=True)
class Overlay:
    """What an overlay file holds."""

    file: str
    models: tuple[PrivateModel, ...]
    rules: tuple[CompanyRule, ...]


def overlay_schema() -> Dict[str, Any]:
    """The JSON Schema of overlay files."""
    text = resources.files(__package__).joinpath("data", "overlay.schema.json").read_text(encoding="utf-8")
    schema: Dict[str, Any] = json.loads(text)
    return schema


def load_overlay(file: Path) -> Overlay:
    """The overlay in a YAML file. Raises UsageError, with the place, for one that is not valid."""
    shown = str(file)
    try:
        text = SourceFiles(Boundary(None, allow_outside=True), Path.cwd()).read_text(file)
        documents = parse_yaml(text, shown)
    except (ReadError, ParseError) as error:
        raise UsageError(f"{error} (catalog overlay)") from error
    if len(documents) != 1:
        raise UsageError(f"{shown}: a catalog overlay is one YAML document, and this has {len(documents)}")
    node = documents[0]
    document = _plain(node)
    _check_schema(document, node)
    read_on = date.fromisoformat(document["as_of"]) if "as_of" in document else date.min
    models = tuple(
        _private_model(item, shown, read_on, _place(node, ("models", number)))
        for number, item in enumerate(document.get("models", ()))
    )
    rules = tuple(
        CompanyRule(
            item["model"],
            CompanyDate(
                kind=CompanyDateKind.DEADLINE if "deadline" in item else CompanyDateKind.ARRANGEMENT,
                eol_date=_day(item.get("deadline") or item.get("eol_date"), node, ("dates", number)),
                regions=tuple(item.get("regions", ())),
                reason=item["reason"],
                source=shown,
            ),
            _place(node, ("dates", number)),
        )
        for number, item in enumerate(document.get("dates", ()))
    )
    return Overlay(shown, models, rules)


def apply_overlay(base: Catalog, overlay: Overlay) -> Catalog:
    """`base` with the overlay's models and dates.

    Raises UsageError for a model that the catalog has already, and for a date that no model of the catalog fits: it
    would be without effect, which is not what was meant.
    """
    index = CatalogIndex(base)
    models = {model.id: model for model in base.models}
    for private in overlay.models:
        if index.knows(private.model.id) or private.model.id in models:
            raise UsageError(
                f"{private.place}: the catalog has the model {private.model.id} already; give it a date under `dates`"
            )
        models[private.model.id] = _with_base(private, index)
    for rule in overlay.rules:
        fitting = [model for model in models.values() if _fits(rule.pattern, model)]
        if not fitting:
            similar = index.suggest(rule.pattern)
            hint = f"; did you mean {', '.join(similar)}?" if similar else ""
            raise UsageError(f"{rule.place}: the catalog has no model {rule.pattern!r}{hint}")
        for model in fitting:
            models[model.id] = replace(model, company_dates=(*model.company_dates, rule.company_date))
    return replace(base, models=tuple(models[key] for key in sorted(models)))


def _fits(pattern: str, model: Model) -> bool:
    return any(fnmatchcase(each, pattern) for each in (model.id, *model.aliases))


def _with_base(private: PrivateModel, index: CatalogIndex) -> Model:
    if private.based_on is None:
        return private.model
    base = index.lookup(private.based_on)
    if base is None:
        similar = index.suggest(private.based_on)
        hint = f"; did you mean {', '.join(similar)}?" if similar else ""
        raise UsageError(f"{private.place}: the catalog has no model {private.based_on!r} to base this on{hint}")
    model = private.model
    return replace(
        model,
        rows=model.rows or base.rows,
        eol_no_sooner_than=base.eol_no_sooner_than,
        legacy_notice=base.legacy_notice,
        inputs=model.inputs or base.inputs,
        outputs=model.outputs or base.outputs,
        notes=(*model.notes, f"Based on {base.id}, whose dates it has." if not model.rows else f"Based on {base.id}."),
    )


def _private_model(item: Dict[str, Any], shown: str, read_on: date, place: Place) -> PrivateModel:
    days = {name: item.get(name) for name in ("legacy_date", "extended_access_date", "eol_date")}
    dates = {name: None if day is None else date.fromisoformat(day) for name, day in days.items()}
    row = LifecycleRow(
        regions=tuple(item["regions"]),
        legacy_date=dates["legacy_date"],
        extended_access_date=dates["extended_access_date"],
        eol_date=dates["eol_date"],
        source=shown,
        read_on=read_on,
    )
    given = [day for day in (row.legacy_date, row.extended_access_date, row.eol_date) if day is not None]
    if given != sorted(set(given)):
        raise UsageError(f"{place}: the dates of {item['id']} are not in order")
    model = Model(
        id=item["id"],
        name=item.get("name", item["id"]),
        provider=item["provider"],
        rows=(row,) if given else (),
        regions=tuple(item["regions"]),
        inputs=tuple(item.get("inputs", ())),
        outputs=tuple(item.get("outputs", ())),
        notes=tuple(item.get("notes", ())),
        sources=(shown,),
    )
    return PrivateModel(model, item.get("based_on"), place)


def _day(text: str, node: Node, path: tuple[str | int, ...]) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{_place(node, path)}: {text!r} is not a day: {error}") from None


def _check_schema(document: Any, node: Node) -> None:
    import jsonschema  # only what uses an overlay waits for it

    validator = jsonschema.Draft202012Validator(
        overlay_schema(), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    error = jsonschema.exceptions.best_match(validator.iter_errors(document))
    if error is not None:
        path = tuple(error.absolute_path)
        where = f" at {'.'.join(map(str, path))}" if path else ""
        raise UsageError(f"{_place(node, path)}: not a valid catalog overlay{where}: {error.message}")


def _plain(node: Node) -> Any:
    match node:
        case Mapping():
            return {str(key.value): _plain(value) for key, value in node.entries}
        case NodeSequence():
            return [_plain(item) for item in node.items]
        case Scalar():
            return node.value.isoformat() if isinstance(node.value, date) else node.value


def _place(node: Node, path: tuple[str | int, ...]) -> Place:
    """The place of what `path` leads to, or of the nearest thing around it that exists."""
    for step in path:
        inner: Node | None = None
        if isinstance(node, Mapping):
            inner = node.get(str(step))
        elif isinstance(node, NodeSequence) and isinstance(step, int) and step < len(node.items):
            inner = node.items[step]
        if inner is None:
            break
        node = inner
    return node.place
