"""The catalog as data for policy engines: the state of each model in each Region on a day, found by any of its ids."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from checker.model.lifecycle import Catalog, Model, StageOn, known_regions, stage_on, worst_stage

_PARTITIONS = ("aws", "aws-us-gov", "aws-cn", "aws-eusc", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f")


def render(catalog: Catalog, as_of: date, source: str) -> str:
    """JSON in ASCII. All is below the key `bedrock_eol`, so that it can stand beside other data.

    `models` has the models by id, each with its `regions`, and `elsewhere` for the Regions of partition `aws` that
    nothing names (null if nothing holds there). `ids` has the model of every id by which code may name it.
    """
    document = {
        "bedrock_eol": {
            "version": 1,
            "as_of": as_of.isoformat(),
            "catalog": {"as_of": catalog.as_of.isoformat(), "source": source},
            "models": {model.id: _model(model, as_of) for model in catalog.models},
            "ids": dict(sorted(pair for model in catalog.models for pair in _ids(model))),
        }
    }
    return json.dumps(document, indent=2) + "\n"


def _model(model: Model, as_of: date) -> dict[str, Any]:
    regions = [region for partition in _PARTITIONS for region in known_regions(model, partition)]
    elsewhere = [stage for stage in worst_stage(model, as_of).stages if stage.region is None and stage.row is not None]
    return {
        "name": model.name,
        "provider": model.provider,
        "worst": _stage(worst_stage(model, as_of).worst),
        "regions": {region: _stage(stage_on(model, as_of, region)) for region in sorted(regions)},
        "elsewhere": _stage(elsewhere[0]) if elsewhere else None,
        "eol_no_sooner_than": _day(model.eol_no_sooner_than),
        "replacements": [each.id for each in model.replacements],
        "profiles": {
            profile.id: {
                "source_regions": list(profile.source_regions),
                "destination_regions": list(profile.destination_regions),
            }
            for profile in model.profiles
        },
    }


def _stage(stage: StageOn) -> dict[str, Any]:
    return {
        "region": stage.region,
        "stage": str(stage.stage),
        "legacy_date": _day(stage.legacy_date),
        "extended_access_date": _day(stage.extended_access_date),
        "eol_date": _day(stage.eol_date),
        "days_to_eol": stage.days_to_eol,
        "eol_announced": stage.eol_announced,
        "eol_of_company": None if stage.company_date is None else str(stage.company_date.kind),
        "reason": stage.reason,
    }


def _ids(model: Model) -> Iterable[tuple[str, str]]:
    yield model.id, model.id
    for alias in model.aliases:
        yield alias, model.id
    for profile in model.profiles:
        yield profile.id, model.id


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
