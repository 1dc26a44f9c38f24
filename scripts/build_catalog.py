"""Makes `checker/catalog/data/catalog.json` from collected facts and the decisions beside this script.

    python scripts/build_catalog.py FACTS/models.json

The facts are a list of models with everything that was found, contradictions included. A remark in them that casts
doubt on a row and has no decision stops the build, so that nothing doubtful is taken over unread.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from checker.catalog import CatalogIndex, encode
from checker.catalog.decode import notice
from checker.catalog.integrity import faults
from checker.model.lifecycle import Catalog, LifecycleRow, Model, Profile, Replacement, Stage, worst_stage

Facts = Mapping[str, Any]
Decisions = Mapping[str, Any]

DECISIONS = Path(__file__).with_name("catalog_decisions.yaml")
TARGET = Path(__file__).parents[1] / "checker" / "catalog" / "data" / "catalog.json"

_DOUBT = re.compile(
    r"contradiction|second-hand|\bchanged\b|misaligned|superseded|doubtful|incomplete|looks wrong|differs from|"
    r"only up to|is an inference|dropped, not|found on this one page",
    re.IGNORECASE,
)
_ID = re.compile(r"[a-z0-9]+\.[a-z0-9.-]+(?::\d+)?")
_NO_LEGACY_DATE = (
    "Its model card gives the EOL date; the lifecycle page of 2026-10-09 does not list the model, "
    "and the day on which it became Legacy is stated nowhere."
)


class BuildError(Exception):
    """The facts and the decisions do not fit together."""


def build(facts: Iterable[Facts], decisions: Decisions) -> Catalog:
    """The catalog; raises BuildError where facts are undecided or decisions concern nothing."""
    by_id = {item["model_id"]: item for item in facts}
    _check_decisions(by_id, decisions)
    duplicates = _merge(by_id, decisions)
    models = {key: _model(item, duplicates.get(key, ()), decisions) for key, item in by_id.items()}
    unresolved = Catalog(decisions["as_of"], decisions["source"], tuple(models[key] for key in sorted(models)))
    named = {key: _named_replacements(item, decisions) for key, item in by_id.items()}
    resolved = tuple(_with_replacements(model, named, CatalogIndex(unresolved)) for model in unresolved.models)
    return unresolved._replace(models=resolved)


def _merge(by_id: dict[str, Facts], decisions: Decisions) -> dict[str, tuple[Facts, ...]]:
    """Takes the second entries of models with two ids out of `by_id`, and gives them by the id that stays."""
    merged: dict[str, tuple[Facts, ...]] = {}
    for pair in decisions["same_model"]:
        second, first = by_id.pop(pair["alias"], None), by_id.get(pair["of"])
        if second is None or first is None:
            raise BuildError(f"same_model: {pair['alias']} or {pair['of']} is not in the facts")
        for key in ("launch_date", "eol_no_sooner_than", "legacy_notice"):
            if second.get(key) != first.get(key):
                raise BuildError(f"same_model: {pair['alias']} and {pair['of']} differ in {key}")
        if [_dates(row) for row in second["lifecycle"]] != [_dates(row) for row in first["lifecycle"]]:
            raise BuildError(f"same_model: {pair['alias']} and {pair['of']} differ in their rows")
        merged[pair["of"]] = (*merged.get(pair["of"], ()), {**second, "mantle": pair["mantle"]})
    return merged


def _check_decisions(by_id: Mapping[str, Facts], decisions: Decisions) -> None:
    decided = {key for entry in decisions["rows"] for key in entry["models"]} | set(decisions["reviewed"])
    stays = {pair["alias"]: pair["of"] for pair in decisions["same_model"]}
    for key, item in by_id.items():
        remarks = [*item.get("notes", ()), *(row["source"] for row in item["lifecycle"])]
        doubts = sorted({found.lower() for remark in remarks for found in _DOUBT.findall(remark)})
        if doubts and stays.get(key, key) not in decided:
            raise BuildError(f"{key}: the facts say {', '.join(doubts)}, and there is no decision on that")
    concerned = set(decided)
    for section in ("aliases", "names", "floors", "launches", "notices", "replacements", "notes", "profile_sources"):
        concerned |= set(decisions[section])
    unknown = sorted(concerned - (set(by_id) - set(stays)))
    if unknown:
        raise BuildError(f"decisions on models that the facts do not have: {', '.join(unknown)}")


def _model(item: Facts, duplicates: tuple[Facts, ...], decisions: Decisions) -> Model:
    key = item["model_id"]
    entries = (item, *duplicates)
    name = {**item, **decisions["names"].get(key, {})}
    modalities = _modalities(item, decisions)
    api_only = "state_in_api_2026_08_21" in item
    regions = {region for entry in entries for region in entry.get("regions") or ()}
    asserted = set(item.get("asserted_active_regions") or ()) | (regions if api_only else set())
    rows = tuple(_row(row, item, decisions) for row in item["lifecycle"])
    aliases = [entry["model_id"] for entry in duplicates] + decisions["aliases"].get(key, [])
    notes = [
        f"{entry['model_id']} is its id on the bedrock-mantle endpoint." for entry in duplicates if entry["mantle"]
    ]
    notes += [_NO_LEGACY_DATE for row in rows if row.legacy_date is None]
    notes += decisions["notes"].get(key, [])
    launch = _decided("launches", item, "launch_date", decisions)
    return Model(
        id=key,
        name=name["name"],
        provider=name["provider"],
        launch_date=launch,
        eol_no_sooner_than=_decided("floors", item, "eol_no_sooner_than", decisions),
        legacy_notice=_notice(item, launch, decisions),
        rows=rows,
        regions=() if api_only else tuple(sorted(regions)),
        asserted_active_regions=tuple(sorted(asserted)),
        asserted_on=decisions["api_listing"] if asserted else None,
        profiles=tuple(_profile(prefix, item, decisions) for prefix in sorted(item.get("inference_profiles") or {})),
        aliases=tuple(sorted(aliases)),
        inputs=tuple(sorted(modalities["inputs"])),
        outputs=tuple(sorted(modalities["outputs"])),
        endpoints=tuple(sorted({endpoint for entry in entries for endpoint in entry.get("endpoints") or ()})),
        notes=tuple(notes),
        sources=tuple(sorted({_source(source) for entry in entries for source in entry["sources"]} - {""})),
    )


def _row(row: Facts, item: Facts, decisions: Decisions) -> LifecycleRow:
    key = item["model_id"]
    verdict = _verdict(key, row, decisions)
    source, read_on = _source(row["source"]), _day(row["vintage"])
    if verdict["decision"] == "card":
        if item.get("card_eol_date") != row["eol_date"]:
            raise BuildError(f"{key}: its card does not give the EOL {row['eol_date']}")
        source = next(address for address in map(_source, item["sources"]) if "/model-card-" in address)
        # Of the cards only the month is known; a third party's day of reading is not the day of ours.
        read_on = date(read_on.year, read_on.month, 1)
    if not source.startswith("https://"):
        raise BuildError(f"{key}: the row with EOL {row['eol_date']} has no source of AWS's: {row['source']}")
    return LifecycleRow(
        regions=tuple(sorted(row["regions"] or ())),
        legacy_date=_day_or_none(row["legacy_date"]),
        extended_access_date=_day_or_none(row["extended_access_date"]),
        eol_date=_day_or_none(row["eol_date"]),
        source=source,
        read_on=read_on,
        disputed=" ".join(verdict["reason"].split()) if verdict["decision"] == "dispute" else None,
    )


def _verdict(key: str, row: Facts, decisions: Decisions) -> Facts:
    """The decision on a row: one for its Regions before one for its EOL date, else to keep it."""
    fitting = []
    for entry in decisions["rows"]:
        days = entry["eol"] if isinstance(entry["eol"], list) else [entry["eol"]]
        if key in entry["models"] and row["eol_date"] in {day.isoformat() for day in days}:
            if "regions" not in entry:
                fitting.append(entry)
            elif sorted(entry["regions"]) == sorted(row["regions"] or ()):
                return dict(entry)
    if not fitting and any(key in entry["models"] for entry in decisions["rows"]):
        raise BuildError(f"{key}: no decision on its row with EOL {row['eol_date']}, though there is one on another")
    return dict(fitting[0]) if fitting else {"decision": "keep"}


def _profile(prefix: str, item: Facts, decisions: Decisions) -> Profile:
    key = item["model_id"]
    sources = set((item.get("profile_source_regions") or {}).get(prefix) or ())
    sources |= set(decisions["profile_sources"].get(key, {}).get(prefix, ()))
    habit = decisions["profile_destinations"][prefix]
    shared = set(habit["shared"])
    inferred = habit.get("inferred", False)
    if sources and not habit.get("fixed", False) and not shared <= sources:
        shared &= sources
        inferred = True
    if any(region.startswith("us-gov-") for region in sources) and prefix != "us-gov":
        # A GovCloud source of a `us.` profile routes within GovCloud only.
        shared |= {region for region in sources if region.startswith("us-gov-")}
    return Profile(
        prefix=prefix,
        id=item["inference_profiles"][prefix],
        source_regions=tuple(sorted(sources)),
        destination_regions=tuple(sorted(shared)),
        destinations_inferred=inferred and bool(shared),
    )


def _named_replacements(item: Facts, decisions: Decisions) -> list[Replacement]:
    own = decisions["replacements"].get(item["model_id"])
    if own is not None:
        return [Replacement(each, own["source"]) for each in own["ids"]]
    remarks = " ".join(item.get("notes", ()))
    source = "AWS's sample repository (2026-07-17)" if "awslabs/startups@" in remarks else "AWS's lifecycle page"
    return [
        Replacement(found, source) for each in item.get("replacements") or () for found in _ID.findall(each["id"] or "")
    ]


def _with_replacements(model: Model, named: Mapping[str, list[Replacement]], index: CatalogIndex) -> Model:
    """`model` with the replacements that are Active everywhere, and a note on those that lead nowhere."""
    found: dict[str, Replacement] = {}
    dead: list[str] = []
    # What is left to look at: an id, who named it and those on the way to it, and the models on that way.
    queue: list[tuple[str, tuple[str, ...], tuple[str, ...]]]
    queue = [(each.id, (each.source,), ()) for each in named[model.id]]
    seen = {model.id}
    while queue:
        identifier, sources, way = queue.pop(0)
        other = index.lookup(identifier)
        if other is None or other.id in seen:
            continue
        seen.add(other.id)
        if worst_stage(other, index.catalog.as_of).worst.stage is Stage.ACTIVE:
            if not set(model.outputs) <= set(other.outputs):
                dead.append(f"{other.name} ({other.id}) gives other output")
                continue
            by_way = f", by way of {', '.join(way)}" if way else ""
            found[other.id] = Replacement(other.id, "; ".join(dict.fromkeys(sources)) + by_way)
        elif named[other.id]:
            queue += [(each.id, (*sources, each.source), (*way, other.id)) for each in named[other.id]]
        else:
            stage = worst_stage(other, index.catalog.as_of).worst.stage
            dead.append(f"{other.name} ({other.id}) is itself {stage} on {index.catalog.as_of}, without a replacement")
    notes = model.notes
    if dead and not found:
        notes = (*notes, f"No replacement: {'; '.join(dead)}.")
    return model._replace(replacements=tuple(found.values()), notes=notes)


def _modalities(item: Facts, decisions: Decisions) -> Facts:
    if item.get("outputs"):
        return item
    for prefix, modalities in decisions["modalities"].items():
        if item["model_id"].startswith(prefix):
            return dict(modalities)
    raise BuildError(f"{item['model_id']}: no modalities in the facts or the decisions")


def _decided(section: str, item: Facts, key: str, decisions: Decisions) -> date | None:
    decision = decisions[section].get(item["model_id"])
    if decision is not None:
        value: date | None = decision["value"]
        return value
    return _day_or_none(item.get(key))


def _notice(item: Facts, launch: date | None, decisions: Decisions) -> Any:
    if item["model_id"] in decisions["notices"]:
        text = decisions["notices"][item["model_id"]]["value"]
    else:
        text = item.get("legacy_notice")
        older = decisions["notice_for_older_models"]
        if text is None and (launch is None or launch < older["before"]):
            text = older["notice"]
    return None if text is None else notice(text)


def _dates(row: Facts) -> tuple[Any, ...]:
    return row["regions"], row["legacy_date"], row["extended_access_date"], row["eol_date"]


def _source(text: str) -> str:
    """The source as an address or, for the API, in words; empty for what is not AWS's."""
    if text.startswith("docs.aws.amazon.com/"):
        return f"https://{text}"
    if text.startswith(("AWS API", "API listing")):
        return "Bedrock API, ListFoundationModels (2026-08-21)"
    return ""


def _day_or_none(text: str | None) -> date | None:
    return None if text is None else _day(text)


def _day(text: str) -> date:
    """The day, or the first day of the month if `text` has no day."""
    return date.fromisoformat(text if text.count("-") == 2 else f"{text}-01")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("facts", type=Path, help="the collected facts, models.json")
    parser.add_argument("--output", type=Path, default=TARGET, help="where to write (default: the bundled catalog)")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the output would change")
    arguments = parser.parse_args()
    facts = json.loads(arguments.facts.read_text(encoding="utf-8"))
    try:
        catalog = build(facts, yaml.safe_load(DECISIONS.read_text(encoding="utf-8")))
    except BuildError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    contradictions = faults(catalog)
    for path, reason in contradictions:
        print(f"error: {catalog.models[int(path[1])].id}: {path[2:]}: {reason}", file=sys.stderr)
    if contradictions:
        return 1
    text = encode(catalog)
    if arguments.check:
        same = arguments.output.is_file() and arguments.output.read_text(encoding="utf-8") == text
        print("unchanged" if same else f"{arguments.output} is not what the facts and decisions give", file=sys.stderr)
        return 0 if same else 1
    arguments.output.write_text(text, encoding="utf-8")
    print(f"{len(catalog.models)} models, {sum(len(model.rows) for model in catalog.models)} rows", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
