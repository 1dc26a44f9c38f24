"""Laws of merging sources, of the company's dates, and of comparing catalogs."""

import json
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from checker.catalog.codec import decode, encode, faults
from checker.catalog.compare import compare
from checker.catalog.refresh.lifecycle_page import read_lifecycle_page
from checker.catalog.refresh.merge import merge
from checker.catalog.refresh.pages import PageError, read_html, read_markdown
from checker.catalog.refresh.statements import API_SOURCE, SourceKind, StatedRow, Statement
from checker.model.lifecycle import Catalog, CompanyDate, CompanyDateKind, LifecycleRow, Model, Origin, Stage
from checker.model.regions import REGIONS as KNOWN_REGIONS
from checker.model.regions import partition_of
from checker.model.stages import stage_on, worst_stage

ID = "anthropic.test-v1:0"
DAY = date(2026, 11, 24)
REGIONS = ("us-east-1", "eu-west-1", "ap-south-1", "us-gov-west-1")
PAGE = "https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle-legacy.html"
SOURCES = {
    SourceKind.LIFECYCLE_PAGE: PAGE,
    SourceKind.MODEL_CARD: PAGE.replace("model-lifecycle-legacy", "model-card-x"),
    SourceKind.API: API_SOURCE,
}
GRAVITY = [Stage.ACTIVE, Stage.UNKNOWN, Stage.LEGACY, Stage.EXTENDED_ACCESS, Stage.END_OF_LIFE]
days = st.dates(date(2025, 1, 1), date(2029, 1, 1))
read_days = st.dates(date(2026, 1, 1), DAY)
regions = st.sampled_from(REGIONS)


@st.composite
def three_days(draw: st.DrawFn) -> tuple[date | None, date | None, date | None]:
    found = sorted(draw(st.lists(days, min_size=3, max_size=3, unique=True)))
    kept = draw(st.lists(st.booleans(), min_size=3, max_size=3).filter(any))
    legacy, extended, eol = (day if keep else None for day, keep in zip(found, kept, strict=True))
    return legacy, extended, eol


@st.composite
def partitioned(draw: st.DrawFn) -> list[tuple[str, ...]]:
    """Disjoint groups of Regions, with or without the rest."""
    order = draw(st.permutations(REGIONS))
    cut = draw(st.integers(0, len(order)))
    groups = [tuple(sorted(order[:cut]))] if cut else []
    return [*groups, ()] if draw(st.booleans()) or not groups else groups


@st.composite
def base_models(draw: st.DrawFn) -> Model:
    rows = tuple(
        LifecycleRow(group, *draw(three_days()), PAGE, draw(read_days), draw(st.sampled_from([None, None, "doubt"])))
        for group in draw(st.one_of(st.just([]), partitioned()))
    )
    return Model(ID, "Test", "Anthropic", rows=rows, regions=tuple(sorted(draw(st.sets(regions)))))


@st.composite
def statements(draw: st.DrawFn) -> Statement:
    kind = draw(st.sampled_from(list(SOURCES)))
    groups = [()] if kind is SourceKind.MODEL_CARD else draw(partitioned())
    if kind is SourceKind.API:
        # The API always speaks of one Region.
        groups = [(region,) for region in sorted(draw(st.sets(regions)))]
    rows = tuple(
        StatedRow(group, None, None, draw(days))
        if kind is SourceKind.MODEL_CARD
        else StatedRow(group, *draw(three_days()))
        for group in groups
    )
    listed = ()
    if kind is SourceKind.API:
        listed = tuple(
            (region, draw(st.sampled_from(["ACTIVE", "LEGACY"]))) for region in sorted(draw(st.sets(regions)))
        )
    return Statement(kind, Origin(SOURCES[kind], draw(read_days)), ID, rows=rows, listed=listed)


def result(model: Model, said: list[Statement], listed: set[str]) -> Model:
    base = Catalog(DAY, "s", (model,))
    [merged] = merge(base, base, said, listed, DAY).models
    return merged


@given(base_models(), st.lists(statements(), max_size=4), st.sets(regions))
def test_what_is_merged_is_always_valid(model: Model, said: list[Statement], listed: set[str]) -> None:
    catalog = Catalog(DAY, "s", (result(model, said, listed),))
    assert faults(catalog) == ()
    assert decode(json.loads(encode(catalog))) == catalog


@given(base_models(), st.lists(statements(), max_size=4))
def test_merging_again_changes_nothing(model: Model, said: list[Statement]) -> None:
    # A refresh reads each kind of source once.
    said = list({each.kind: each for each in said}.values())
    once = result(model, said, set())
    # What ends a dispute is the API's word, and what others say is taken up only after that.
    assume(not any(row.disputed for row in (*model.rows, *once.rows)))
    # No source tells an EOL that comes before what another one tells as Legacy.
    rows = [*model.rows, *(row for each in said for row in each.rows)]
    ends = [row.eol_date for row in rows if row.eol_date is not None]
    begins = [day for row in rows for day in (row.legacy_date, row.extended_access_date) if day is not None]
    assume(not ends or not begins or max(begins) < min(ends))
    twice = merge(Catalog(DAY, "s", (once,)), Catalog(DAY, "s", (model,)), said, set(), DAY).models[0]
    assert compare(Catalog(DAY, "s", (once,)), Catalog(DAY, "s", (twice,))).is_empty


@given(base_models(), st.lists(statements(), max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_sources_of_different_rank_does_not_matter(
    model: Model, said: list[Statement], random: object
) -> None:
    unique = list({(each.kind, each.origin.read_on): each for each in said}.values())
    shuffled = list(unique)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert result(model, unique, set()) == result(model, shuffled, set())


@given(base_models(), statements().filter(lambda each: each.kind is SourceKind.API))
def test_what_the_api_says_of_a_region_holds_there(model: Model, stated: Statement) -> None:
    merged = result(model, [stated], set())
    for row in stated.rows:
        for region in row.regions:
            if row.eol_date is None:
                continue
            stage = stage_on(merged, DAY, region)
            assert stage.eol_date == row.eol_date


@given(base_models(), st.lists(statements(), max_size=3), regions)
def test_no_source_takes_an_end_away(model: Model, said: list[Statement], region: str) -> None:
    """What nobody contradicts stays: a Region with an EOL date never silently becomes Active without one."""
    before = stage_on(model, DAY, region)
    after = stage_on(result(model, said, set()), DAY, region)
    if before.eol_date is not None:
        assert after.eol_date is not None or after.stage is not Stage.ACTIVE


@given(base_models(), st.sets(regions, min_size=1))
def test_what_is_not_listed_is_never_active(model: Model, listed: set[str]) -> None:
    merged = result(model, [], listed)
    for region in listed:
        stage = stage_on(merged, DAY, region)
        assert stage.stage is not Stage.ACTIVE or stage.row is not None
    for region in set(REGIONS) - listed:
        assert stage_on(merged, DAY, region) == stage_on(model, DAY, region)


# The company's own dates


@st.composite
def company_models(draw: st.DrawFn) -> Model:
    found = [
        CompanyDate(
            draw(st.sampled_from(list(CompanyDateKind))), draw(days), tuple(sorted(draw(st.sets(regions)))), "r", "f"
        )
        for _ in range(draw(st.integers(1, 3)))
    ]
    return draw(base_models())._replace(company_dates=tuple(found))


@given(company_models(), days, days, regions)
def test_with_company_dates_a_stage_never_goes_back(model: Model, one: date, other: date, region: str) -> None:
    before, after = sorted((one, other))
    first, second = stage_on(model, before, region).stage, stage_on(model, after, region).stage
    assert GRAVITY.index(first) <= GRAVITY.index(second)


@given(company_models(), days, regions)
def test_company_dates_agree_with_their_stage(model: Model, day: date, region: str) -> None:
    stage = stage_on(model, day, region)
    plain = stage_on(model._replace(company_dates=()), day, region)
    assert (stage.stage is Stage.END_OF_LIFE) == (stage.eol_date is not None and stage.eol_date <= day)
    if stage.company_date is None:
        assert stage == plain
        return
    assert stage.eol_date == stage.company_date.eol_date
    assert stage.company_date.holds_in(region)
    assert stage.days_to_eol == (stage.company_date.eol_date - day).days
    if stage.company_date.kind is CompanyDateKind.ARRANGEMENT:
        assert plain.eol_date is not None
        assert plain.eol_date < stage.company_date.eol_date
    deadlines = [
        each.eol_date for each in model.company_dates if each.kind is CompanyDateKind.DEADLINE and each.holds_in(region)
    ]
    assert all(stage.eol_date <= deadline for deadline in deadlines)


@given(company_models(), days)
def test_the_worst_is_the_worst_with_company_dates_too(model: Model, day: date) -> None:
    worst = worst_stage(model, day)
    for stage in worst.stages:
        assert GRAVITY.index(stage.stage) <= GRAVITY.index(worst.worst.stage)
        assert stage.region is None or partition_of(stage.region) == "aws"


@given(company_models(), days)
def test_a_stage_changes_only_on_the_days_that_a_model_names(model: Model, start: date) -> None:
    for one, other in pairwise(start + timedelta(days=number) for number in range(20)):
        for region in REGIONS:
            if stage_on(model, one, region).stage is not stage_on(model, other, region).stage:
                assert other in model.days_of_change()


# Comparing


@given(base_models(), st.lists(statements(), max_size=3))
def test_catalogs_that_judge_alike_are_alike_and_only_those(model: Model, said: list[Statement]) -> None:
    merged = result(model, said, set())
    diff = compare(Catalog(DAY, "s", (model,)), Catalog(DAY, "s", (merged,)))
    if diff.is_empty:
        for region in REGIONS:
            one, other = stage_on(model, DAY, region), stage_on(merged, DAY, region)
            assert (one.stage, one.legacy_date, one.eol_date) == (other.stage, other.legacy_date, other.eol_date)


# Pages

cells = st.sampled_from(
    [
        "us-east-1",
        "us-east-1, eu-west-1",
        "March 10, 2026",
        "June 10, 2026",
        "anthropic.x-v1:0",
        "X",
        "—",
        "",
        "no",
        "Ohio",
    ]
)
HEADER = (
    "| Model provider | Model name | Model ID | Regions | Legacy date | EOL date | Public extended access start date |"
)


@given(st.lists(st.lists(cells, min_size=1, max_size=9), max_size=6))
def test_a_page_of_nonsense_is_refused_or_read_as_something_possible(lines: list[list[str]]) -> None:
    text = "# Model lifecycle\n" + HEADER + "\n" + "| --- " * 7 + "|\n"
    text += "".join(f"| {' | '.join(line)} |\n" for line in lines)
    _read(text, read_markdown)


@given(st.text(max_size=300))
def test_no_text_breaks_the_readers(text: str) -> None:
    _read(text, read_markdown)
    _read(text, read_html)
    _read(f"<h1>Model lifecycle</h1><table><tr>{text}</table>", read_html)


def _read(text: str, reader: object) -> None:
    try:
        reading = read_lifecycle_page(reader(text), Origin(PAGE, DAY), lambda _: ())  # type: ignore[operator]
    except PageError:
        return
    for statement in reading.statements:
        for row in statement.rows:
            found = [day for day in (row.legacy_date, row.extended_access_date, row.eol_date) if day is not None]
            assert found
            assert found == sorted(set(found))
            assert set(row.regions) <= KNOWN_REGIONS
    assert all(refusal.reason for refusal in reading.refusals)
