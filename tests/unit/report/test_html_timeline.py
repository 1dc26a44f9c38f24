"""The lanes of the timeline, and the days that they cover."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from checker.model.lifecycle import LifecycleRow, Model, Notice
from checker.model.scan import ModelInUse
from checker.model.stages import worst_stage
from checker.report.html import render
from checker.report.html.timeline import LANES_SHOWN, Phase, spans, timeline
from checker.report.view import View

DAY = date(2026, 11, 24)
READ = date(2026, 11, 1)
START, END = date(2026, 1, 1), date(2028, 1, 1)


def in_use(model, *regions):
    return ModelInUse(model, worst_stage(model, DAY, regions).stages)


def row(*regions, legacy=None, extended=None, eol=None, disputed=None):
    return LifecycleRow(regions, legacy, extended, eol, "page", READ, disputed)


@pytest.fixture
def lanes_of(make_scenario):
    """The lanes of some models in an otherwise empty scan."""

    def lanes(*models, **given):
        scan = replace(make_scenario("nothing_found").scan, models=models, **given)
        return timeline(scan).lanes

    return lanes


def phases(lane):
    return [(part.start, part.phase, part.announced) for part in spans(lane, START, END)]


def test_a_legacy_model_is_announced_from_the_day_of_the_data_on(lanes_of):
    model = Model("a.b-v1", "B", "A", rows=(row("us-east-1", legacy=date(2026, 8, 1), extended=date(2026, 12, 1),
                                                eol=date(2027, 2, 1)),))  # fmt: skip
    (lane,) = lanes_of(in_use(model, "us-east-1"))
    assert phases(lane) == [
        (START, Phase.ACTIVE, False),
        (date(2026, 8, 1), Phase.LEGACY, False),
        (date(2026, 11, 2), Phase.LEGACY, True),
        (date(2026, 12, 1), Phase.EXTENDED_ACCESS, True),
        (date(2027, 2, 1), Phase.END_OF_LIFE, True),
    ]


def test_what_has_ended_is_a_fact(lanes_of):
    model = Model("a.b-v1", "B", "A", rows=(row("us-east-1", eol=date(2026, 9, 1)),))
    (lane,) = lanes_of(in_use(model, "us-east-1"))
    assert phases(lane) == [(START, Phase.LEGACY, False), (date(2026, 9, 1), Phase.END_OF_LIFE, False)]


def test_an_active_model_is_promised_for_its_notice(lanes_of):
    model = Model("a.b-v1", "B", "A", regions=("us-east-1",), legacy_notice=Notice(6, "months"),
                  launch_date=date(2026, 3, 1))  # fmt: skip
    (lane,) = lanes_of(in_use(model, "us-east-1"))
    assert phases(lane) == [
        (date(2026, 3, 1), Phase.ACTIVE, False),
        (date(2026, 11, 2), Phase.ACTIVE, True),
        (date(2027, 5, 24), Phase.OPEN, True),
    ]


def test_what_nothing_is_known_of_is_not_drawn_as_active(lanes_of):
    model = Model("a.b-v1", "B", "A", rows=(row("us-east-1", eol=date(2027, 9, 1), disputed="two sources differ"),))
    (disputed,) = lanes_of(in_use(model, "us-east-1"))
    (elsewhere,) = lanes_of(in_use(model, "eu-west-1"))
    assert [phase for _, phase, _ in phases(disputed)] == [Phase.UNKNOWN]
    assert [phase for _, phase, _ in phases(elsewhere)] == [Phase.UNKNOWN]


def test_spans_leave_no_gap_and_do_not_overlap(lanes_of):
    dates = [None, date(2026, 6, 1), READ, READ + timedelta(days=1), date(2027, 3, 1)]
    for legacy in dates:
        for eol in dates[1:]:
            if legacy is not None and eol <= legacy:
                continue
            model = Model("a.b-v1", "B", "A", rows=(row("us-east-1", legacy=legacy, eol=eol),))
            (lane,) = lanes_of(in_use(model, "us-east-1"))
            parts = list(spans(lane, START, END))
            assert parts[0].start == START
            assert parts[-1].end == END
            assert all(one.end == other.start for one, other in pairwise(parts))
            assert all(part.announced == (part.start > READ) for part in parts)


def test_regions_with_the_same_dates_share_a_lane(lanes_of):
    model = Model("a.b-v1", "B", "A", regions=("eu-west-1", "eu-west-2"),
                  rows=(row("us-east-1", "us-west-2", eol=date(2027, 2, 1)),))  # fmt: skip
    first, second = lanes_of(in_use(model))
    assert (first.regions, second.regions) == (("us-east-1", "us-west-2"), ("eu-west-1", "eu-west-2"))


def test_what_ends_first_comes_first_and_the_unknown_before_the_active(lanes_of):
    late = Model("a.late", "L", "A", rows=(row("us-east-1", eol=date(2027, 9, 1)),))
    soon = Model("z.soon", "S", "Z", rows=(row("us-east-1", eol=date(2026, 12, 1)),))
    active = Model("a.active", "A", "A", regions=("us-east-1",))
    unknown = Model("b.unknown", "U", "B")
    lanes = lanes_of(*(in_use(model, "us-east-1") for model in (late, active, unknown, soon)))
    assert [lane.model for lane in lanes] == ["z.soon", "a.late", "b.unknown", "a.active"]


def test_a_model_that_the_catalog_does_not_know_has_a_lane(make_scenario):
    scenario = make_scenario("clean")
    (lane,) = timeline(scenario.scan).lanes
    assert (lane.model, lane.stage, lane.references) == ("anthropic.test-active-v1:0", None, 1)
    assert [phase for _, phase, _ in phases(lane)] == [Phase.UNKNOWN]


def test_the_horizon_is_the_policys_or_ninety_days(make_scenario):
    scan = make_scenario("clean").scan
    without = timeline(scan)
    assert (without.horizon, without.horizon_is_of_policy) == (DAY + timedelta(days=90), False)
    strict = timeline(replace(scan, horizon_days=180))
    assert (strict.horizon, strict.horizon_is_of_policy) == (DAY + timedelta(days=180), True)
    assert strict.start < DAY < strict.horizon < strict.end


def test_a_horizon_beyond_all_time_can_be_drawn(make_scenario):
    scenario = make_scenario("clean")
    scan = replace(scenario.scan, horizon_days=10**9)
    assert timeline(scan).horizon <= timeline(scan).end
    assert "<svg" in render(View(scan), scenario.options())


def test_lanes_that_are_not_drawn_are_counted(make_scenario):
    scenario = make_scenario("clean")
    first = scenario.scan.references[0]
    many = tuple(
        first._replace(id=str(number), candidates=(first.candidates[0]._replace(model=f"x.unheard-of-{number:04}"),))
        for number in range(LANES_SHOWN + 5)
    )
    html = render(View(replace(scenario.scan, references=many)), scenario.options())
    assert html.count('role="img"') == LANES_SHOWN
    assert "5 more lanes not drawn here" in html
