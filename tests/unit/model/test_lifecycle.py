"""The rules of the Lifecycle section, one by one, with the days at their edges."""

from datetime import date, timedelta

import pytest

from checker.model.lifecycle import (
    Catalog,
    LifecycleRow,
    Model,
    Notice,
    Offer,
    Profile,
    Stage,
    known_regions,
)
from checker.model.regions import partition_of
from checker.model.stages import guaranteed_until, stage_on, worst_stage

TODAY = date(2026, 11, 24)
READ_ON = date(2026, 10, 9)
SIX_MONTHS = Notice(6, "months")
LEGACY, EXTENDED, EOL = date(2026, 4, 14), date(2026, 7, 14), date(2026, 10, 14)


def a_row(*regions: str, **changes: object) -> LifecycleRow:
    fields: dict[str, object] = {
        "regions": regions,
        "legacy_date": LEGACY,
        "extended_access_date": EXTENDED,
        "eol_date": EOL,
        "source": "page",
        "read_on": READ_ON,
    }
    return LifecycleRow(**{**fields, **changes})  # type: ignore[arg-type]


def a_model(*rows: LifecycleRow, **fields: object) -> Model:
    return Model("anthropic.test-v1:0", "Test", "Anthropic", rows=rows, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("us-east-1", "aws"),
        ("eu-central-2", "aws"),
        ("us-gov-west-1", "aws-us-gov"),
        ("cn-north-1", "aws-cn"),
        ("eusc-de-east-1", "aws-eusc"),
        ("us-iso-east-1", "aws-iso"),
        ("us-isob-east-1", "aws-iso-b"),
        ("eu-isoe-west-1", "aws-iso-e"),
        ("us-isof-south-1", "aws-iso-f"),
    ],
)
def test_partition_of_a_region(region: str, partition: str) -> None:
    assert partition_of(region) == partition


@pytest.mark.parametrize(
    ("day", "stage"),
    [
        (LEGACY - timedelta(days=1), Stage.ACTIVE),
        (LEGACY, Stage.LEGACY),
        (EXTENDED - timedelta(days=1), Stage.LEGACY),
        (EXTENDED, Stage.EXTENDED_ACCESS),
        (EOL - timedelta(days=1), Stage.EXTENDED_ACCESS),
        (EOL, Stage.END_OF_LIFE),
        (EOL + timedelta(days=1), Stage.END_OF_LIFE),
    ],
)
def test_a_date_is_the_first_day_of_its_stage(day: date, stage: Stage) -> None:
    assert stage_on(a_model(a_row("us-east-1")), day, "us-east-1").stage is stage


def test_days_to_eol_count_down_through_zero() -> None:
    model = a_model(a_row("us-east-1"))
    days = [stage_on(model, EOL + timedelta(days=offset), "us-east-1").days_to_eol for offset in (-90, 0, 41)]
    assert days == [90, 0, -41]


def test_without_extended_access_legacy_lasts_until_eol() -> None:
    model = a_model(a_row("us-east-1", extended_access_date=None))
    assert stage_on(model, EOL - timedelta(days=1), "us-east-1").stage is Stage.LEGACY
    assert stage_on(model, EOL, "us-east-1").stage is Stage.END_OF_LIFE


def test_the_row_of_the_region_decides() -> None:
    later = a_row("eu-central-2", eol_date=date(2027, 6, 1))
    model = a_model(a_row("us-east-1"), later)
    assert stage_on(model, TODAY, "us-east-1").stage is Stage.END_OF_LIFE
    in_zurich = stage_on(model, TODAY, "eu-central-2")
    assert (in_zurich.stage, in_zurich.row) == (Stage.EXTENDED_ACCESS, later)


def test_a_region_without_a_row_is_active_only_where_offered() -> None:
    model = a_model(a_row("us-east-1"), regions=("us-east-1", "ap-south-1"))
    offered = stage_on(model, TODAY, "ap-south-1")
    assert (offered.stage, offered.reason, offered.row) == (Stage.ACTIVE, "no EOL known", None)
    elsewhere = stage_on(model, TODAY, "eu-west-9")
    assert (elsewhere.stage, elsewhere.reason) == (Stage.UNKNOWN, "not known to be offered in eu-west-9")
    assert elsewhere.days_to_eol is None


def test_the_source_region_of_a_profile_counts_as_offered() -> None:
    profile = Profile("eu", "eu.anthropic.test-v1:0", ("eu-west-3",), ("eu-west-1", "eu-west-3"))
    model = a_model(profiles=(profile,))
    assert stage_on(model, TODAY, "eu-west-3").stage is Stage.ACTIVE
    assert stage_on(model, TODAY, "eu-west-1").stage is Stage.UNKNOWN


def test_a_region_that_a_source_names_is_active_and_says_on_whose_word() -> None:
    model = a_model(offers=(Offer(("sa-east-1",), "Bedrock API, ListFoundationModels", date(2026, 8, 21)),))
    stage = stage_on(model, TODAY, "sa-east-1")
    assert stage.stage is Stage.ACTIVE
    assert stage.reason == ("no EOL known; Bedrock API, ListFoundationModels listed it in sa-east-1 on 2026-08-21")


def test_a_listing_speaks_for_30_days_where_the_model_is_over_elsewhere() -> None:
    listed = Offer(("sa-east-1",), "Bedrock API, ListFoundationModels", date(2026, 10, 25))
    model = a_model(a_row("us-east-1", "us-west-2"), offers=(listed,))
    assert stage_on(model, TODAY, "sa-east-1").stage is Stage.ACTIVE
    stage = stage_on(model, TODAY + timedelta(days=1), "sa-east-1")
    assert stage.stage is Stage.UNKNOWN
    assert stage.reason == (
        "listed in sa-east-1 on 2026-10-25, not confirmed since, and it is Legacy or over in 2 other Regions"
    )
    assert TODAY + timedelta(days=1) in model.days_of_change()
    # A page that names the Region speaks on; so does a listing of a model that is not on its way out.
    named = a_model(a_row("us-east-1", "us-west-2"), offers=(listed._replace(source="https://docs.aws.amazon.com/x"),))
    assert stage_on(named, TODAY + timedelta(days=400), "sa-east-1").stage is Stage.ACTIVE
    assert stage_on(a_model(offers=(listed,)), TODAY + timedelta(days=400), "sa-east-1").stage is Stage.ACTIVE


def test_a_region_that_the_dates_leave_out_is_unknown_where_they_name_most() -> None:
    model = a_model(a_row("us-east-1", "us-west-2"), regions=("sa-east-1", "us-east-1"))
    assert stage_on(model, date(2025, 1, 1), "sa-east-1").stage is Stage.ACTIVE
    stage = stage_on(model, TODAY, "sa-east-1")
    assert (stage.stage, stage.reason) == (
        Stage.UNKNOWN, "the dates leave out sa-east-1, and it is Legacy or over in 2 other Regions",
    )  # fmt: skip
    half = a_model(a_row("us-east-1", "us-west-2"), regions=("sa-east-1", "eu-west-1"))
    assert stage_on(half, TODAY, "sa-east-1").stage is Stage.ACTIVE


def test_another_partition_is_told_what_holds_in_the_commercial_regions() -> None:
    model = a_model(a_row("us-east-1"), a_row("eu-west-1", eol_date=date(2027, 3, 1)), regions=("us-gov-west-1",))
    assert stage_on(model, TODAY, "us-gov-west-1").reason == (
        f"no dates are known for GovCloud; EOL {EOL} to 2027-03-01 in the commercial Regions"
    )


def test_who_reports_a_date_that_aws_has_not_been_seen_to_give() -> None:
    stage = stage_on(a_model(a_row("us-east-1", source="reported by PyPI x 1")), TODAY, "us-east-1")
    assert (
        stage.reported_by("eol_date"),
        stage_on(a_model(a_row("us-east-1")), TODAY, "us-east-1").reported_by("eol_date"),
    ) == ("PyPI x 1", "")


def test_a_row_without_regions_holds_everywhere_in_partition_aws_only() -> None:
    model = a_model(a_row(), regions=("us-east-1", "us-gov-west-1"))
    assert stage_on(model, TODAY, "us-east-1").stage is Stage.END_OF_LIFE
    assert stage_on(model, TODAY, "mx-central-1").stage is Stage.END_OF_LIFE
    assert stage_on(model, TODAY, "us-gov-west-1").stage is Stage.UNKNOWN
    assert stage_on(model, TODAY, "eusc-de-east-1").stage is Stage.UNKNOWN


def test_a_named_region_goes_before_the_row_without_regions() -> None:
    model = a_model(a_row(), a_row("eu-west-1", eol_date=date(2027, 3, 1)))
    assert stage_on(model, TODAY, "eu-west-1").stage is Stage.EXTENDED_ACCESS
    assert stage_on(model, TODAY, "eu-west-2").stage is Stage.END_OF_LIFE


def test_other_partitions_need_a_row_that_names_the_region() -> None:
    model = a_model(a_row("us-gov-west-1"), regions=("us-gov-east-1", "us-gov-west-1"))
    assert stage_on(model, TODAY, "us-gov-west-1").stage is Stage.END_OF_LIFE
    offered = stage_on(model, TODAY, "us-gov-east-1")
    assert offered.stage is Stage.UNKNOWN
    assert offered.reason == "no dates are known for GovCloud"
    assert stage_on(model, TODAY, "us-iso-east-1").reason == "not known to be offered in us-iso-east-1"


def test_an_eol_without_a_legacy_date_means_legacy_by_now() -> None:
    model = a_model(a_row("us-east-1", legacy_date=None, extended_access_date=None))
    stage = stage_on(model, EOL - timedelta(days=400), "us-east-1")
    assert (stage.stage, stage.legacy_date, stage.days_to_eol) == (Stage.LEGACY, None, 400)


def test_a_disputed_row_makes_its_stage_unknown_and_says_why() -> None:
    row = a_row("ap-south-1", disputed="the page and the API contradict each other")
    stage = stage_on(a_model(row, regions=("ap-south-1",)), TODAY, "ap-south-1")
    assert (stage.stage, stage.reason) == (Stage.UNKNOWN, "the page and the API contradict each other")
    assert (stage.row, stage.eol_date, stage.days_to_eol) == (row, None, None)


def test_dates_after_the_day_of_reading_are_announced() -> None:
    stage = stage_on(a_model(a_row("us-east-1")), TODAY, "us-east-1")
    assert (stage.legacy_announced, stage.extended_access_announced, stage.eol_announced) == (False, False, True)
    read_on_the_day = a_row("us-east-1", read_on=EOL)
    assert not stage_on(a_model(read_on_the_day), TODAY, "us-east-1").eol_announced


def test_of_two_rows_for_a_region_the_gravest_decides() -> None:
    model = a_model(a_row("us-east-1", eol_date=date(2027, 3, 1)), a_row("us-east-1"))
    assert stage_on(model, TODAY, "us-east-1").stage is Stage.END_OF_LIFE


def test_a_future_floor_is_named_and_a_past_one_is_not() -> None:
    future = a_model(regions=("us-east-1",), eol_no_sooner_than=date(2027, 9, 30))
    assert stage_on(future, TODAY, "us-east-1").reason == "EOL no sooner than 2027-09-30"
    past = a_model(regions=("us-east-1",), eol_no_sooner_than=TODAY)
    assert stage_on(past, TODAY, "us-east-1").reason == "no EOL known"


@pytest.mark.parametrize(
    ("day", "after"),
    [
        (date(2026, 11, 24), date(2027, 5, 24)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2026, 8, 29), date(2027, 2, 28)),
        (date(2026, 12, 31), date(2027, 6, 30)),
        (date(2026, 6, 30), date(2026, 12, 30)),
    ],
)
def test_six_months_are_calendar_months(day: date, after: date) -> None:
    assert SIX_MONTHS.after(day) == after


def test_a_notice_in_days_is_exact() -> None:
    assert Notice(45, "days").after(TODAY) == date(2027, 1, 8)
    assert str(Notice(45, "days")) == "45 days"


@pytest.mark.parametrize(
    ("floor", "notice", "until"),
    [
        (date(2027, 9, 30), SIX_MONTHS, date(2027, 9, 30)),
        (date(2027, 5, 23), SIX_MONTHS, date(2027, 5, 24)),
        (date(2026, 1, 31), SIX_MONTHS, date(2027, 5, 24)),
        (None, SIX_MONTHS, date(2027, 5, 24)),
        (None, Notice(45, "days"), date(2027, 1, 8)),
        (date(2027, 2, 1), None, date(2027, 2, 1)),
        (date(2026, 1, 31), None, TODAY),
        (None, None, TODAY),
    ],
)
def test_guaranteed_until_the_later_of_floor_and_notice(floor: date | None, notice: Notice | None, until: date) -> None:
    model = a_model(regions=("us-east-1",), eol_no_sooner_than=floor, legacy_notice=notice)
    assert guaranteed_until(model, TODAY, "us-east-1") == until


def test_nothing_is_guaranteed_beyond_known_dates() -> None:
    future_legacy = a_row("eu-west-1", legacy_date=date(2027, 1, 1), extended_access_date=None, eol_date=None)
    scheduled = a_row("us-west-2", legacy_date=date(2027, 1, 1), extended_access_date=None, eol_date=date(2027, 7, 1))
    model = a_model(a_row("us-east-1"), future_legacy, scheduled, legacy_notice=SIX_MONTHS)
    assert guaranteed_until(model, TODAY, "us-east-1") is None
    assert guaranteed_until(model, TODAY, "sa-east-1") is None
    assert guaranteed_until(model, TODAY, "us-west-2") is None
    assert guaranteed_until(model, TODAY, "eu-west-1") == date(2027, 5, 24)


def test_the_worst_region_and_the_fine_ones() -> None:
    model = a_model(
        a_row("us-east-1", "us-west-2"),
        a_row("eu-west-1", extended_access_date=None, eol_date=date(2027, 6, 1)),
        regions=("us-east-1", "eu-west-1", "ap-south-1", "us-gov-west-1"),
    )
    worst = worst_stage(model, TODAY)
    assert (worst.worst.stage, worst.regions) == (Stage.END_OF_LIFE, ("us-east-1", "us-west-2"))
    # The dates leave it out, beside the three of four Regions that they name.
    assert worst.fine_regions == ()
    assert [stage.region for stage in worst.stages] == ["ap-south-1", "eu-west-1", "us-east-1", "us-west-2"]


def test_worst_is_bounded_by_given_regions() -> None:
    model = a_model(a_row("us-east-1"), regions=("us-east-1", "ap-south-1"))
    assert worst_stage(model, TODAY, ("ap-south-1",)).worst.stage is Stage.ACTIVE
    partly = worst_stage(model, TODAY, ("ap-south-1", "eu-west-1"))
    assert (partly.worst.stage, partly.regions, partly.fine_regions) == (
        Stage.UNKNOWN,
        ("eu-west-1",),
        ("ap-south-1",),
    )


def test_a_row_without_regions_speaks_for_regions_that_nothing_names() -> None:
    everywhere = worst_stage(a_model(a_row()), TODAY)
    assert (everywhere.worst.stage, everywhere.worst.region, everywhere.regions) == (Stage.END_OF_LIFE, None, ())
    partly = worst_stage(a_model(a_row(), a_row("eu-west-1", eol_date=date(2027, 3, 1))), TODAY)
    assert partly.worst.stage is Stage.END_OF_LIFE
    assert len(partly.stages) == 2


def test_worst_over_another_partition() -> None:
    model = a_model(a_row(), a_row("us-gov-west-1"), regions=("us-east-1", "us-gov-east-1"))
    gov = worst_stage(model, TODAY, partition="aws-us-gov")
    assert (gov.worst.stage, gov.regions) == (Stage.END_OF_LIFE, ("us-gov-west-1",))
    assert {stage.region: stage.stage for stage in gov.stages}["us-gov-east-1"] is Stage.UNKNOWN
    assert known_regions(model, "aws-us-gov") == ("us-gov-east-1", "us-gov-west-1")


def test_a_model_known_nowhere_is_unknown() -> None:
    worst = worst_stage(a_model(), TODAY)
    assert worst.worst.stage is Stage.UNKNOWN
    assert worst.worst.reason == "not known to be offered in any Region of partition aws"
    assert (worst.regions, worst.fine_regions) == ((), ())


def test_the_stage_of_a_region_that_ends_sooner_is_kept_where_another_is_graver() -> None:
    model = a_model(
        a_row("us-east-1", extended_access_date=None, eol_date=date(2027, 6, 1)),
        a_row("eu-west-1", legacy_date=date(2026, 12, 1), extended_access_date=None, eol_date=date(2027, 1, 15)),
    )
    worst = worst_stage(model, TODAY)
    assert worst.regions == ("us-east-1",)
    assert [(each.region, each.stage) for each in worst.stages] == [
        ("eu-west-1", Stage.ACTIVE),
        ("us-east-1", Stage.LEGACY),
    ]


def test_a_region_with_an_announced_eol_is_not_fine() -> None:
    model = a_model(a_row("eu-west-1", legacy_date=date(2027, 1, 1), extended_access_date=None, eol_date=None))
    assert worst_stage(model, TODAY).fine_regions == ()


def test_destinations_stay_in_the_partition_of_the_source_and_hold_it() -> None:
    profile = Profile(
        "us",
        "us.anthropic.test-v1:0",
        ("us-west-1", "us-gov-west-1"),
        ("us-east-1", "us-east-2", "us-gov-east-1", "us-gov-west-1", "us-west-2"),
    )
    assert profile.destinations_from("us-west-1") == ("us-east-1", "us-east-2", "us-west-1", "us-west-2")
    assert profile.destinations_from("us-gov-west-1") == ("us-gov-east-1", "us-gov-west-1")
    assert Profile("global", "global.anthropic.test-v1:0", ("us-east-1",), ()).destinations_from("us-east-1") == ()


def test_a_model_finds_its_profile() -> None:
    profile = Profile("eu", "eu.anthropic.test-v1:0", ("eu-west-1",), ())
    assert a_model(profiles=(profile,)).profile("eu") is profile
    assert a_model(profiles=(profile,)).profile("us") is None


def test_values_are_immutable() -> None:
    catalog = Catalog(TODAY, "test", (a_model(),))
    with pytest.raises(AttributeError):
        catalog.as_of = READ_ON  # type: ignore[misc]
