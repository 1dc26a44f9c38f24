"""A catalog document as the model's types."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from checker.model.lifecycle import (
    Catalog,
    CompanyDate,
    CompanyDateKind,
    LifecycleRow,
    Model,
    Notice,
    Origin,
    Profile,
    Replacement,
)

Document = Mapping[str, Any]


def decode(document: Document) -> Catalog:
    """The catalog that `document` holds, its models in written order.

    Expects what the schema allows; raises ValueError for a date that no calendar has.
    """
    models = tuple([_model(item) for item in document["models"]])
    updated_on = _date(document.get("updated_on"))
    return Catalog(date.fromisoformat(document["as_of"]), document["source"], models, updated_on)


def notice(text: str) -> Notice:
    """`6 months` or `45 days` as a notice."""
    count, _, unit = text.partition(" ")
    return Notice(int(count), "months" if unit.startswith("month") else "days")


def _model(item: Document) -> Model:
    get = item.get
    return Model(
        id=item["id"],
        name=item["name"],
        provider=item["provider"],
        launch_date=_date(get("launch_date")),
        eol_no_sooner_than=_date(get("eol_no_sooner_than")),
        legacy_notice=notice(item["legacy_notice"]) if "legacy_notice" in item else None,
        rows=tuple([_row(row) for row in get("rows", ())]),
        regions=tuple(get("regions", ())),
        asserted_active_regions=tuple(get("asserted_active_regions", ())),
        asserted_on=_date(get("asserted_on")),
        profiles=tuple([_profile(profile) for profile in get("profiles", ())]),
        aliases=tuple(get("aliases", ())),
        inputs=tuple(get("inputs", ())),
        outputs=tuple(get("outputs", ())),
        endpoints=tuple(get("endpoints", ())),
        replacements=tuple([Replacement(each["id"], each["source"]) for each in get("replacements", ())]),
        notes=tuple(get("notes", ())),
        sources=tuple(get("sources", ())),
        company_dates=tuple([_company_date(each) for each in get("company_dates", ())]),
    )


def _row(item: Document) -> LifecycleRow:
    get = item.get
    return LifecycleRow(
        regions=tuple(get("regions", ())),
        legacy_date=_date(get("legacy_date")),
        extended_access_date=_date(get("extended_access_date")),
        eol_date=_date(get("eol_date")),
        source=item["source"],
        read_on=date.fromisoformat(item["read_on"]),
        disputed=get("disputed"),
        origins=tuple(
            [
                (name, Origin(origin["source"], date.fromisoformat(origin["read_on"])))
                for name, origin in sorted(get("origins", {}).items())
            ]
        ),
    )


def _company_date(item: Document) -> CompanyDate:
    return CompanyDate(
        kind=CompanyDateKind(item["kind"]),
        eol_date=date.fromisoformat(item["eol_date"]),
        regions=tuple(item.get("regions", ())),
        reason=item["reason"],
        source=item["source"],
    )


def _profile(item: Document) -> Profile:
    get = item.get
    return Profile(
        prefix=item["prefix"],
        id=item["id"],
        source_regions=tuple(get("source_regions", ())),
        destination_regions=tuple(get("destination_regions", ())),
        destinations_inferred=get("destinations_inferred", False),
    )


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
