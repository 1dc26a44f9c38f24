"""Laws that hold for every model, day and Region."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from checker.model.lifecycle import LifecycleRow, Model, Notice, Profile, Stage
from checker.model.regions import partition_of
from checker.model.stages import StageOn, guaranteed_until, stage_on, worst_stage

REGIONS = ("ap-south-1", "eu-west-1", "us-east-1", "us-gov-west-1", "us-west-2")
ORDER = [Stage.ACTIVE, Stage.LEGACY, Stage.EXTENDED_ACCESS, Stage.END_OF_LIFE]
GRAVITY = [Stage.ACTIVE, Stage.UNKNOWN, Stage.LEGACY, Stage.EXTENDED_ACCESS, Stage.END_OF_LIFE]

days = st.dates(date(2023, 1, 1), date(2030, 12, 31))
regions = st.sampled_from(REGIONS)
some_regions = st.lists(regions, unique=True, max_size=4).map(tuple)


@st.composite
def rows(draw: st.DrawFn) -> LifecycleRow:
    three = sorted(draw(st.lists(days, min_size=3, max_size=3, unique=True)))
    kept = draw(st.lists(st.booleans(), min_size=3, max_size=3).filter(any))
    legacy, extended, eol = (day if keep else None for day, keep in zip(three, kept, strict=True))
    disputed = draw(st.sampled_from([None, None, None, "disputed"]))
    return LifecycleRow(draw(some_regions), legacy, extended, eol, "page", draw(days), disputed)


@st.composite
def models(draw: st.DrawFn) -> Model:
    return Model(
        id="anthropic.test-v1:0",
        name="Test",
        provider="Anthropic",
        eol_no_sooner_than=draw(st.none() | days),
        legacy_notice=draw(st.sampled_from([None, Notice(6, "months"), Notice(45, "days")])),
        rows=tuple(draw(st.lists(rows(), max_size=3))),
        regions=draw(some_regions),
        profiles=(Profile("us", "us.anthropic.test-v1:0", draw(some_regions), ()),),
    )


@given(models(), days, days, regions)
def test_a_stage_never_goes_back(model: Model, one: date, other: date, region: str) -> None:
    before, after = sorted((one, other))
    first, second = stage_on(model, before, region), stage_on(model, after, region)
    if Stage.UNKNOWN in (first.stage, second.stage):
        return
    assert ORDER.index(first.stage) <= ORDER.index(second.stage)


@given(models(), days, regions)
def test_a_stage_agrees_with_its_dates(model: Model, day: date, region: str) -> None:
    stage = stage_on(model, day, region)
    reached = stage.eol_date is not None and stage.eol_date <= day
    assert (stage.stage is Stage.END_OF_LIFE) == reached
    assert (stage.days_to_eol is None) == (stage.eol_date is None)
    if stage.eol_date is not None and stage.days_to_eol is not None:
        assert day + timedelta(days=stage.days_to_eol) == stage.eol_date
    if stage.stage is Stage.UNKNOWN:
        assert stage.reason
    if stage.stage is Stage.ACTIVE and stage.row is None:
        assert model.is_offered_in(region)
        assert partition_of(region) == "aws"


@given(models(), days)
def test_the_worst_is_the_gravest_of_its_regions(model: Model, day: date) -> None:
    worst = worst_stage(model, day)
    each = [stage_on(model, day, region) for region in REGIONS if partition_of(region) == "aws"]
    known = [stage for stage in each if _is_known(model, stage)]
    ranks = [GRAVITY.index(stage.stage) for stage in known]
    assert GRAVITY.index(worst.worst.stage) >= max(ranks, default=0)
    for region in worst.regions:
        alone = stage_on(model, day, region)
        assert (alone.stage, alone.eol_date) == (worst.worst.stage, worst.worst.eol_date)
    for region in worst.fine_regions:
        assert stage_on(model, day, region).stage is Stage.ACTIVE


@given(models(), days, st.lists(regions, min_size=1, unique=True), regions)
def test_more_regions_are_never_better(model: Model, day: date, some: list[str], another: str) -> None:
    fewer, more = worst_stage(model, day, some), worst_stage(model, day, [*some, another])
    assert GRAVITY.index(fewer.worst.stage) <= GRAVITY.index(more.worst.stage)


@given(models(), days, regions)
def test_a_guarantee_is_given_exactly_for_an_active_without_eol(model: Model, day: date, region: str) -> None:
    stage, until = stage_on(model, day, region), guaranteed_until(model, day, region)
    assert (until is not None) == (stage.stage is Stage.ACTIVE and stage.eol_date is None)
    if until is not None:
        assert until >= day
        assert model.eol_no_sooner_than is None or until >= model.eol_no_sooner_than


@given(st.integers(0, 60), days, days)
def test_calendar_months_keep_the_order_of_days(count: int, one: date, other: date) -> None:
    before, after = sorted((one, other))
    notice = Notice(count, "months")
    assert notice.after(before) <= notice.after(after)
    assert (notice.after(one).year - one.year) * 12 + notice.after(one).month - one.month == count


def _is_known(model: Model, stage: StageOn) -> bool:
    region = stage.region or ""
    return model.is_offered_in(region) or any(region in row.regions for row in model.rows)
