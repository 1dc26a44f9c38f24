"""Makes the bundled catalog from what is recorded beside this script.

    python tools/catalog/build.py [--check]

`record.json` holds what sources say of each model, in the format of a catalog, and is what a refresh brings up to date.
`decisions.yaml` holds what was decided where they are silent or contradict themselves. The catalog is the record with
the decisions, the destinations that profiles of a geography share, and the replacements that are alive.

`--check` writes nothing, and fails if the bundled catalog is not what is recorded.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from checker.catalog import encode, load_file
from checker.catalog.codec import faults
from checker.catalog.lookup import with_replacements
from checker.model.lifecycle import Catalog, LifecycleRow, Model, Notice, Profile, Replacement

HERE = Path(__file__).parent
RECORD = HERE / "record.json"
DECISIONS = HERE / "decisions.yaml"
TARGET = HERE.parents[1] / "checker" / "catalog" / "data" / "catalog.json"

Decisions = Mapping[str, Any]


class BuildError(Exception):
    """The record and the decisions do not fit together."""


def build(record: Catalog, decisions: Decisions) -> Catalog:
    """The catalog. Raises BuildError for a decision on nothing, and for a catalog that contradicts itself."""
    known = {model.id for model in record.models}
    concerned = {each["model"] for each in decisions["disputes"]}
    concerned |= {*decisions["regions_like"], *decisions["regions_like"].values()}
    for section in ("floors", "launches", "notices", "reviewed", "replacements", "notes"):
        concerned |= set(decisions[section])
    if concerned - known:
        raise BuildError(f"decisions on models that the record does not have: {', '.join(sorted(concerned - known))}")
    models = {model.id: model for model in record.models}
    for key, other in decisions["regions_like"].items():
        models[key] = _with_regions_of(models[key], models[other])
    catalog = with_replacements(
        record._replace(models=tuple(_decided(models[key], decisions) for key in sorted(models)))
    )
    for path, reason in faults(catalog):
        where = catalog.models[int(path[1])].id if path[0] == "models" else path[0]
        raise BuildError(f"{where}: {reason}")
    return catalog


def _decided(model: Model, decisions: Decisions) -> Model:
    key = model.id
    floor, launch, notice = (decisions[section].get(key) for section in ("floors", "launches", "notices"))
    own = decisions["replacements"].get(key)
    return model._replace(
        launch_date=model.launch_date if launch is None else launch["value"],
        eol_no_sooner_than=model.eol_no_sooner_than if floor is None else floor["value"],
        legacy_notice=model.legacy_notice if notice is None else _notice(notice["value"]),
        rows=tuple(_rows(model, decisions)),
        profiles=tuple(_profile(profile, decisions["profile_destinations"]) for profile in model.profiles),
        replacements=(
            model.replacements if own is None else tuple(Replacement(each, own["source"]) for each in own["ids"])
        ),
        notes=(*model.notes, *decisions["notes"].get(key, ())),
    )


def _with_regions_of(model: Model, other: Model) -> Model:
    """`model` with the Regions of `other`, as far as it has none of its own, and a note on that."""
    profiles = []
    for profile in model.profiles:
        theirs = other.profile(profile.prefix)
        if not profile.source_regions and theirs is not None:
            profile = profile._replace(source_regions=theirs.source_regions)
        profiles.append(profile)
    filled = model._replace(regions=model.regions or other.regions, profiles=tuple(profiles))
    if filled == model:
        raise BuildError(f"{model.id}: it has Regions of its own; take it off regions_like")
    return filled._replace(notes=(*model.notes, f"Its Regions are not known, and taken to be those of {other.name}."))


def _notice(text: str | None) -> Notice | None:
    return None if text is None else Notice.parsed(text)


def _rows(model: Model, decisions: Decisions) -> Iterator[LifecycleRow]:
    disputes = {tuple(each["regions"]): each for each in decisions["disputes"] if each["model"] == model.id}
    for row in model.rows:
        dispute = disputes.pop(row.regions, None)
        yield row if dispute is None else row._replace(disputed=" ".join(dispute["reason"].split()))
    if disputes:
        raise BuildError(f"{model.id}: no row has just the Regions {', '.join(next(iter(disputes)))}")


def _profile(profile: Profile, habits: Mapping[str, Any]) -> Profile:
    """The profile; without destinations of its own, with those that profiles of its geography share."""
    if profile.destination_regions:
        return profile
    habit = habits[profile.prefix]
    shared = set(habit["shared"])
    # From the Regions to which all profiles of a geography route, all of them can be called.
    sources = set(profile.source_regions) or shared
    inferred = habit.get("inferred", False)
    if not habit.get("fixed", False) and not shared <= sources:
        shared &= sources
        inferred = True
    if profile.prefix != "us-gov":
        # A GovCloud source of a `us.` profile routes within GovCloud only.
        shared |= {region for region in sources if region.startswith("us-gov-")}
    return profile._replace(
        source_regions=tuple(sorted(sources)),
        destination_regions=tuple(sorted(shared)),
        destinations_inferred=inferred and bool(shared),
    )


def main() -> int:
    """Writes the catalog, or checks it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the catalog would change")
    check = parser.parse_args().check
    try:
        text = encode(build(load_file(RECORD), yaml.safe_load(DECISIONS.read_text(encoding="utf-8"))))
    except BuildError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if not check:
        TARGET.write_text(text, encoding="utf-8")
    elif TARGET.read_text(encoding="utf-8") != text:
        print("catalog.json is not what tools/catalog/build.py makes of what is recorded; run it", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
