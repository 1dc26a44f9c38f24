"""Sources merged by precedence: what counts, what is kept, what is said of contradictions."""

from dataclasses import replace
from datetime import date

import pytest

from checker.catalog.codec import faults
from checker.catalog.lookup import with_replacements
from checker.catalog.refresh.api import Listings, RegionFailure
from checker.catalog.refresh.documents import Documents
from checker.catalog.refresh.merge import Merged, merge
from checker.catalog.refresh.refreshed import refresh
from checker.catalog.refresh.statements import (
    API_SOURCE,
    Reading,
    Refusal,
    SourceKind,
    StatedProfile,
    StatedRow,
    Statement,
)
from checker.model.lifecycle import Catalog, LifecycleRow, Model, Offer, Origin, Profile, SourceDay, Stage
from checker.model.stages import stage_on

DAY = date(2026, 11, 24)
EARLIER = date(2026, 10, 9)
GUIDE = "https://docs.aws.amazon.com/bedrock/latest/userguide/"
PAGE, CARD = f"{GUIDE}model-lifecycle-legacy.html", f"{GUIDE}model-card-x.html"
ID = "anthropic.sigma-v1:0"
SOURCES = {SourceKind.LIFECYCLE_PAGE: PAGE, SourceKind.MODEL_CARD: CARD, SourceKind.API: API_SOURCE}


def catalog(*models: Model) -> Catalog:
    return Catalog(EARLIER, "invented", models)


def sigma(*rows: LifecycleRow, **fields: object) -> Model:
    model = Model(ID, "Sigma", "Anthropic", rows=rows, regions=("eu-west-1", "us-east-1"), outputs=("text",))
    return model._replace(**fields)  # type: ignore[arg-type]


def row(*regions: str, legacy: date | None = None, extended: date | None = None, eol: date | None = None,
        source: str = PAGE, read_on: date = EARLIER, disputed: str | None = None) -> LifecycleRow:  # fmt: skip
    return LifecycleRow(regions, legacy, extended, eol, source, read_on, disputed)


def says(kind: SourceKind, *rows: StatedRow, day: date = DAY, model: str = ID, **fields: object) -> Statement:
    return Statement(kind, Origin(SOURCES[kind], day), model, rows=rows, **fields)  # type: ignore[arg-type]


def merged(
    base: Catalog, *statements: Statement, regions: tuple[str, ...] = (), bundled: Catalog | None = None
) -> Merged:
    found = merge(base, base if bundled is None else bundled, statements, regions, DAY)
    whole = Catalog(base.as_of, "merged", found.models, DAY)
    assert faults(whole) == ()
    return found


def only(found: Merged, model: str = ID) -> Model:
    return next(each for each in found.models if each.id == model)


def eol_in(model: Model, region: str) -> date | None:
    return stage_on(model, DAY, region).eol_date


def test_a_newer_page_moves_a_date_and_that_is_no_contradiction() -> None:
    base = catalog(sigma(row("us-east-1", legacy=date(2026, 5, 1), eol=date(2026, 12, 1))))
    stated = says(SourceKind.LIFECYCLE_PAGE, StatedRow(("us-east-1",), date(2026, 5, 1), None, date(2027, 1, 1)))
    found = merged(base, stated)
    [new] = only(found).rows
    assert (new.eol_date, new.read_on, new.origins) == (date(2027, 1, 1), DAY, ())
    assert found.contradictions == ()


@pytest.mark.parametrize(
    ("lower", "higher"),
    [
        (SourceKind.LIFECYCLE_PAGE, SourceKind.MODEL_CARD),
        (SourceKind.LIFECYCLE_PAGE, SourceKind.API),
        (SourceKind.MODEL_CARD, SourceKind.API),
    ],
)
@pytest.mark.parametrize("is_swapped", [False, True])
def test_the_higher_source_decides_whatever_the_order(lower: SourceKind, higher: SourceKind, is_swapped: bool) -> None:
    base = catalog(sigma(row("us-east-1", eol=date(2026, 12, 1)), regions=("us-east-1",)))
    statements = [
        says(lower, StatedRow(("us-east-1",), eol_date=date(2027, 2, 2))),
        says(higher, StatedRow(("us-east-1",), eol_date=date(2027, 3, 3))),
    ]
    found = merged(base, *(reversed(statements) if is_swapped else statements))
    assert eol_in(only(found), "us-east-1") == date(2027, 3, 3)
    assert any("EOL 2027-03-03" in each.chosen and "EOL 2027-02-02" in each.other for each in found.contradictions)


def test_what_was_bundled_counts_least_whatever_its_source() -> None:
    bundled = catalog(sigma(row(eol=date(2026, 12, 1), source=CARD)))
    stated = says(SourceKind.LIFECYCLE_PAGE, StatedRow((), eol_date=date(2027, 1, 1)))
    assert eol_in(only(merged(bundled, stated)), "us-east-1") == date(2027, 1, 1)
    # The same card read by an earlier refresh, not bundled, counts more than a page.
    found = merged(bundled, stated, bundled=catalog())
    assert eol_in(only(found), "us-east-1") == date(2026, 12, 1)
    assert len(found.contradictions) == 1


def test_every_date_keeps_its_own_source_and_day() -> None:
    base = catalog(sigma(row("us-east-1", legacy=date(2026, 5, 1), extended=date(2026, 8, 1), eol=date(2026, 12, 1))))
    stated = says(
        SourceKind.API, StatedRow(("us-east-1",), None, None, date(2026, 12, 8)), listed=(("us-east-1", "LEGACY"),)
    )
    found = merged(base, stated, regions=("us-east-1",))
    [new] = only(found).rows
    assert new.origin("eol_date") == Origin(API_SOURCE, DAY)
    assert new.origin("legacy_date") == new.origin("extended_access_date") == Origin(PAGE, EARLIER)
    assert [str(each) for each in found.contradictions] == [
        f"{ID} in us-east-1: EOL 2026-12-08 by {API_SOURCE} of {DAY}; but EOL 2026-12-01 by {PAGE} of {EARLIER}"
    ]


def test_a_confirmed_date_has_the_later_day_and_is_a_fact_from_then_on() -> None:
    base = catalog(sigma(row("us-east-1", eol=date(2026, 11, 1))))
    assert stage_on(base.models[0], DAY, "us-east-1").eol_announced
    found = merged(base, says(SourceKind.LIFECYCLE_PAGE, StatedRow(("us-east-1",), eol_date=date(2026, 11, 1))))
    assert not stage_on(only(found), DAY, "us-east-1").eol_announced


def test_a_date_that_cannot_stand_beside_a_better_one_is_left_out() -> None:
    base = catalog(sigma(row("us-east-1", legacy=date(2026, 12, 1), eol=date(2027, 6, 1))))
    found = merged(base, says(SourceKind.API, StatedRow(("us-east-1",), eol_date=date(2026, 11, 1))))
    [new] = only(found).rows
    assert (new.legacy_date, new.eol_date) == (None, date(2026, 11, 1))
    assert any("which is left out" in each.other for each in found.contradictions)


def test_a_region_gets_a_row_of_its_own_out_of_the_general_one() -> None:
    base = catalog(sigma(row(legacy=date(2026, 9, 1), eol=date(2027, 3, 1))))
    found = merged(base, says(SourceKind.API, StatedRow(("eu-west-1",), eol_date=date(2027, 4, 1))))
    model = only(found)
    assert (eol_in(model, "eu-west-1"), eol_in(model, "us-east-1")) == (date(2027, 4, 1), date(2027, 3, 1))
    assert stage_on(model, DAY, "eu-west-1").legacy_date == date(2026, 9, 1)


def test_all_regions_does_not_bring_back_what_is_over() -> None:
    base = catalog(sigma(row("us-west-2", eol=date(2024, 10, 4)), row("us-east-1", eol=date(2026, 12, 1))))
    model = only(merged(base, says(SourceKind.LIFECYCLE_PAGE, StatedRow((), eol_date=date(2027, 2, 1)))))
    assert eol_in(model, "us-west-2") == date(2024, 10, 4)
    assert eol_in(model, "us-east-1") == eol_in(model, "sa-east-1") == date(2027, 2, 1)


def test_commercial_dates_are_not_lent_to_other_partitions() -> None:
    base = catalog(
        sigma(row("us-gov-west-1", eol=date(2027, 8, 1)), regions=("us-east-1", "us-gov-west-1", "cn-north-1"))
    )
    model = only(merged(base, says(SourceKind.LIFECYCLE_PAGE, StatedRow((), eol_date=date(2027, 2, 1)))))
    assert eol_in(model, "us-gov-west-1") == date(2027, 8, 1)
    assert stage_on(model, DAY, "cn-north-1").stage is Stage.UNKNOWN


def test_a_card_does_not_overrule_rows_by_region() -> None:
    rows = (row("us-east-1", eol=date(2026, 12, 1)), row("eu-west-1", eol=date(2027, 1, 1)))
    base = catalog(sigma(*rows))
    found = merged(base, says(SourceKind.MODEL_CARD, StatedRow((), eol_date=date(2027, 5, 5))))
    assert only(found).rows == rows
    [contradiction] = found.contradictions
    assert "EOL 2027-05-05, without Regions" in contradiction.other
    assert merged(base, says(SourceKind.MODEL_CARD, StatedRow((), eol_date=date(2027, 1, 1)))).contradictions == ()


def test_a_card_fills_in_what_has_no_row() -> None:
    found = merged(catalog(sigma()), says(SourceKind.MODEL_CARD, StatedRow((), eol_date=date(2027, 5, 5))))
    assert only(found).rows == (row(eol=date(2027, 5, 5), source=CARD, read_on=DAY),)


def test_a_card_with_an_end_in_certain_regions_is_held_against_the_dates_by_region() -> None:
    base = catalog(sigma(row("us-east-1", eol=date(2026, 12, 1))))
    known = merged(base, says(SourceKind.MODEL_CARD, partial_eol=date(2026, 12, 1)))
    assert (only(known).rows, known.contradictions) == (base.models[0].rows, ())
    other = merged(base, says(SourceKind.MODEL_CARD, partial_eol=date(2026, 12, 2)))
    assert only(other).rows == base.models[0].rows
    assert "says EOL 2026-12-02, in certain Regions" in other.contradictions[0].other


def test_regions_that_a_card_names_are_offered_or_legacy_by_its_word() -> None:
    base = catalog(sigma(row("us-east-1", "us-west-2", "ap-south-1", eol=date(2026, 9, 1)), regions=("us-east-1",)))
    stated = says(SourceKind.MODEL_CARD, listed=(("eu-west-1", "ACTIVE"), ("sa-east-1", "LEGACY")))
    model = only(merged(base, stated))
    assert model.offers == (Offer(("eu-west-1",), CARD, DAY),)
    assert stage_on(model, DAY, "eu-west-1").stage is Stage.ACTIVE
    assert stage_on(model, DAY, "sa-east-1").stage is Stage.LEGACY
    assert only(merged(catalog(model), stated)).offers == model.offers


def test_second_hand_dates_give_way_to_aws() -> None:
    told = row("us-east-1", eol=date(2026, 12, 1), source="reported by PyPI x 1", read_on=DAY)
    page = says(SourceKind.LIFECYCLE_PAGE, StatedRow(("us-east-1",), eol_date=date(2026, 12, 9)), day=EARLIER)
    for bundled in (catalog(), catalog(sigma(told))):
        found = merged(catalog(sigma(told)), page, bundled=bundled)
        assert eol_in(only(found), "us-east-1") == date(2026, 12, 9)
        assert len(found.contradictions) == 1


def test_a_promise_beyond_the_end_is_left_out() -> None:
    base = catalog(sigma(row("us-east-1", eol=date(2026, 12, 1))))
    found = merged(base, says(SourceKind.MODEL_CARD, eol_no_sooner_than=date(2027, 1, 1)))
    assert only(found).eol_no_sooner_than is None
    assert "2027-01-01" in found.contradictions[0].other


# What the listing of the API tells


def listing(*regions: str, status: str = "ACTIVE", rows: tuple[StatedRow, ...] = (), **fields: object) -> Statement:
    listed = tuple((region, status) for region in regions)
    return says(SourceKind.API, *rows, listed=listed, offered=regions, **fields)


def test_legacy_without_a_day_is_legacy_by_the_day_of_the_listing() -> None:
    model = only(merged(catalog(sigma()), listing("us-east-1", status="LEGACY"), regions=("us-east-1",)))
    stage = stage_on(model, DAY, "us-east-1")
    assert (stage.stage, stage.legacy_date) == (Stage.LEGACY, DAY)
    assert stage_on(model, DAY, "eu-west-1").stage is Stage.ACTIVE
    assert any("latest possible" in note for note in model.notes)


def test_active_does_not_wipe_out_an_announced_end() -> None:
    base = catalog(sigma(row("us-east-1", legacy=date(2026, 5, 1), eol=date(2026, 12, 1))))
    found = merged(base, listing("us-east-1"), regions=("us-east-1",))
    assert eol_in(only(found), "us-east-1") == date(2026, 12, 1)
    assert [each.other for each in found.contradictions] == [f"the API lists it as ACTIVE on {DAY}"]


def test_a_model_that_is_still_listed_after_its_end_is_disputed_until_it_is_gone() -> None:
    base = catalog(sigma(row("us-east-1", legacy=date(2026, 1, 1), eol=date(2026, 7, 1)), regions=("us-east-1",)))
    model = only(merged(base, listing("us-east-1", status="LEGACY"), regions=("us-east-1",)))
    stage = stage_on(model, DAY, "us-east-1")
    assert stage.stage is Stage.UNKNOWN
    assert "still listed the model in us-east-1" in stage.reason
    again = merged(catalog(model), regions=("us-east-1",), bundled=base)
    assert stage_on(only(again), DAY, "us-east-1").stage is Stage.END_OF_LIFE
    # A later word of the API's on the end is the answer, too.
    stated = StatedRow(("us-east-1",), date(2026, 1, 1), None, date(2027, 7, 1))
    answered = merged(catalog(model), listing("us-east-1", status="LEGACY", rows=(stated,)), regions=("us-east-1",))
    assert eol_in(only(answered), "us-east-1") == date(2027, 7, 1)


def test_a_model_that_is_gone_keeps_its_history_and_is_not_taken_for_active() -> None:
    history = row("eu-west-1", eol=date(2027, 3, 1))
    base = catalog(sigma(history))
    assert stage_on(base.models[0], DAY, "us-east-1").stage is Stage.ACTIVE
    found = merged(base, regions=("us-east-1",))
    model = only(found)
    assert model.rows == (history,)
    assert stage_on(model, DAY, "us-east-1").stage is Stage.UNKNOWN
    assert found.gone == ((ID, ("us-east-1",)),)
    assert model.notes == (f"The Bedrock API did not list it any more on {DAY} in us-east-1.",)
    # The Region that was not asked stays as it was, and the next refresh has nothing new to say.
    assert model.regions == ("eu-west-1",)
    assert merged(catalog(model), regions=("us-east-1",)).gone == ()


def test_a_listing_speaks_for_a_region_that_the_dates_leave_out() -> None:
    base = catalog(sigma(row("us-east-1", "us-west-2", "ap-south-1", eol=date(2026, 9, 1)), regions=("eu-west-1",)))
    assert stage_on(base.models[0], DAY, "eu-west-1").stage is Stage.UNKNOWN
    model = only(merged(base, listing("eu-west-1"), regions=("eu-west-1",)))
    assert model.offers == (Offer(("eu-west-1",), API_SOURCE, DAY),)
    assert stage_on(model, DAY, "eu-west-1").stage is Stage.ACTIVE
    assert only(merged(catalog(model), regions=("eu-west-1",))).offers == ()


def test_a_model_of_the_other_endpoint_is_not_missed() -> None:
    base = catalog(sigma(endpoints=("bedrock-mantle",)))
    assert only(merged(base, regions=("us-east-1",))) == base.models[0]


def test_what_ended_as_announced_is_not_reported_as_gone() -> None:
    base = catalog(sigma(row("us-east-1", eol=date(2026, 9, 1)), regions=("us-east-1",)))
    found = merged(base, regions=("us-east-1",))
    assert found.gone == ()
    assert stage_on(only(found), DAY, "us-east-1").stage is Stage.END_OF_LIFE


def test_profiles_are_those_that_are_listed_and_those_not_asked_about() -> None:
    old = Profile("us", f"us.{ID}", ("us-east-1", "us-west-2"), ("us-east-1",), destinations_inferred=True)
    base = catalog(sigma(profiles=(old,), regions=()))
    stated = listing("us-east-1", profiles=(StatedProfile("us", "us-east-1", ("us-east-1", "us-east-2")),
                                            StatedProfile("global", "us-east-1", ())))  # fmt: skip
    model = only(merged(base, stated, regions=("us-east-1",)))
    assert model.profiles == (
        Profile("global", f"global.{ID}", ("us-east-1",), ()),
        Profile("us", f"us.{ID}", ("us-east-1", "us-west-2"), ("us-east-1", "us-east-2")),
    )
    # Listed by a profile alone, it is not gone.
    alone = says(SourceKind.API, profiles=(StatedProfile("us", "us-east-1", ("us-east-1",)),))
    assert merged(base, alone, regions=("us-east-1",)).gone == ()


def test_a_new_model_is_added_with_what_is_known() -> None:
    stated = listing("us-east-1", name="Tau", provider="Anthropic", outputs=("text",), launch_date=date(2026, 11, 1))
    found = merged(catalog(sigma()), replace(stated, model="anthropic.tau-v1:0"))
    model = only(found, "anthropic.tau-v1:0")
    assert (model.name, model.regions, model.launch_date) == ("Tau", ("us-east-1",), date(2026, 11, 1))
    assert model.sources == (API_SOURCE,)


def test_an_alias_is_the_model() -> None:
    base = catalog(sigma(aliases=("anthropic.sigma",)))
    found = merged(base, replace(listing("us-east-1"), model="anthropic.sigma"), regions=("us-east-1",))
    assert [model.id for model in found.models] == [ID]
    assert found.gone == ()


def test_replacements_of_a_page_are_taken_and_followed_to_those_that_are_alive() -> None:
    alive = sigma()._replace(id="anthropic.tau-v1:0")
    dead = sigma(row(eol=date(2026, 1, 1)))._replace(id="anthropic.rho-v1:0")
    stated = says(SourceKind.LIFECYCLE_PAGE, StatedRow((), eol_date=date(2027, 1, 1)),
                  replacements=("anthropic.rho-v1:0", "anthropic.tau-v1:0", ID, "anthropic.unheard-v1:0"))  # fmt: skip
    found = merged(catalog(dead, sigma(), alive), stated)
    named = ["anthropic.rho-v1:0", "anthropic.tau-v1:0", "anthropic.unheard-v1:0"]
    assert [each.id for each in only(found).replacements] == named
    followed = with_replacements(Catalog(DAY, "merged", found.models))
    [new] = (each for each in followed.models if each.id == ID)
    assert [each.id for each in new.replacements] == ["anthropic.tau-v1:0"]


# How old the whole is


def reading(*statements: Statement, refusals: tuple[Refusal, ...] = ()) -> Reading:
    return Reading(statements, refusals)


def test_a_complete_listing_makes_the_catalog_current() -> None:
    base = catalog(sigma())
    listings = Listings(reading(listing("eu-west-1", "us-east-1")), ("eu-west-1", "us-east-1"), ())
    new = refresh(base, base, DAY, listings)
    assert (new.catalog.as_of, new.catalog.updated_on) == (DAY, None)
    assert new.catalog.read == (SourceDay(API_SOURCE, DAY, ("eu-west-1", "us-east-1")),)
    assert new.catalog.source == f"the Bedrock API in 2 Regions ({DAY}); before that: invented"


@pytest.mark.parametrize(
    "listings",
    [
        Listings(reading(listing("us-east-1")), ("us-east-1",), ()),
        Listings(reading(listing("us-east-1")), ("us-east-1",), (RegionFailure("eu-west-1", "denied"),)),
    ],
)
def test_a_part_does_not_make_the_whole_look_current(listings: Listings) -> None:
    base = catalog(sigma(row("eu-west-1", eol=date(2027, 1, 1))))
    new = refresh(base, base, DAY, listings)
    assert (new.catalog.as_of, new.catalog.updated_on, new.catalog.newest) == (EARLIER, DAY, DAY)
    assert new.catalog.source.startswith("in part the Bedrock API")
    assert faults(new.catalog) == ()
    # A denied Region keeps its rows, with their day.
    kept = next(each for each in new.catalog.models[0].rows if "eu-west-1" in each.regions)
    assert (kept.eol_date, kept.read_on) == (date(2027, 1, 1), EARLIER)


def test_an_entry_that_makes_no_sense_is_that_models_matter() -> None:
    base = catalog(sigma(regions=("us-east-1",)))
    refused = says(SourceKind.API, refused=("us-east-1",))
    odd = Listings(reading(refused, refusals=(Refusal("the API", ID, "odd"),)), ("us-east-1",), ())
    new = refresh(base, base, DAY, odd)
    assert new.catalog.as_of == DAY
    assert new.gone == ()
    assert new.catalog.models[0]._replace(sources=()) == base.models[0]


def test_an_entry_that_makes_no_sense_makes_no_model() -> None:
    refused = says(SourceKind.API, refused=("us-east-1",), model="anthropic.unheard-v1:0")
    found = merged(catalog(sigma(regions=("us-east-1",))), listing("us-east-1"), refused, regions=("us-east-1",))
    assert [model.id for model in found.models] == [ID]


def test_every_source_has_a_day_and_a_card_that_was_not_read_its_own() -> None:
    others = tuple(sigma(sources=(f"{GUIDE}model-card-{name}.html",))._replace(id=f"a.{name}-1") for name in "bcd")
    base = catalog(*others)._replace(read=(SourceDay("AWS's model cards", EARLIER),))
    read = frozenset(f"{GUIDE}model-card-{name}.html" for name in "bc")
    once = refresh(base, base, DAY, documents=Documents(reading(), 3, is_whole=True, cards=read)).catalog
    assert once.read == (
        SourceDay("AWS's lifecycle page", DAY),
        SourceDay("AWS's model cards", DAY),
        SourceDay(f"{GUIDE}model-card-d.html", EARLIER),
    )
    # One card that is read by itself does not make the others newer.
    later = date(2026, 12, 1)
    alone = frozenset({f"{GUIDE}model-card-d.html"})
    twice = refresh(once, base, later, documents=Documents(reading(), 1, is_whole=False, cards=alone)).catalog
    assert {(each.source, each.read_on) for each in twice.read} == {
        ("AWS's lifecycle page", DAY),
        ("AWS's model cards", DAY),
        (f"{GUIDE}model-card-d.html", later),
    }


def test_sources_do_not_pile_up() -> None:
    base = catalog(sigma())
    documents = Documents(reading(listing("us-east-1")), 3, is_whole=True, cards=frozenset())
    once = refresh(base, base, DAY, documents=documents).catalog
    twice = refresh(once, base, date(2026, 12, 1), documents=documents).catalog
    assert twice.source == "3 pages of AWS's documentation (2026-12-01); before that: invented"


def test_older_pages_do_not_make_a_catalog_older() -> None:
    base = catalog(sigma(row("us-east-1", eol=date(2027, 1, 1))))
    old = says(SourceKind.LIFECYCLE_PAGE, StatedRow(("us-east-1",), eol_date=date(2026, 12, 1)), day=date(2026, 6, 1))
    new = refresh(
        base, catalog(), date(2026, 6, 1), documents=Documents(reading(old), 1, is_whole=True, cards=frozenset())
    )
    assert new.catalog.as_of == EARLIER
    assert new.catalog.models[0].rows[0].eol_date == date(2027, 1, 1)
