"""The pictures say what ends when, and stay pictures whatever the names in them."""

import re
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import pytest

from checker.report import badge, mermaid, svg
from checker.report.ends import MONTHS_AHEAD, ends_of
from checker.report.in_use import InUse
from checker.report.view import View

NAMESPACE = "{http://www.w3.org/2000/svg}"


def words_of(text):
    root = ElementTree.fromstring(text)
    return " ".join(each.text or "" for each in root.iter(f"{NAMESPACE}text"))


@pytest.mark.parametrize("picture", [svg, badge])
def test_a_picture_is_whole_and_loads_nothing(picture, scenario):
    text = picture.render(scenario.view, scenario.options())
    root = ElementTree.fromstring(text)
    assert root.tag == f"{NAMESPACE}svg"
    allowed = {"svg", "title", "desc", "style", "rect", "text", "line", "path", "g"}
    assert {each.tag.removeprefix(NAMESPACE) for each in root.iter()} <= allowed
    assert not re.search(r"@import|url\(|href|<script|on\w+=", text)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    assert text == picture.render(scenario.view, scenario.options(color=True, width=40, unicode=False))


def test_the_picture_names_what_ends_first(make_scenario):
    scenario = make_scenario("findings")
    said = words_of(svg.render(scenario.view, scenario.options()))
    first, last = scenario.view.models[0], scenario.view.models[-1]
    assert first.eol_date is not None
    assert f"{first.model} us-east-1 {first.eol_date} {first.days_to_eol} {first.uses}" in said
    assert last.eol_date is not None or last.model not in said


def test_the_badge_says_the_verdict_and_the_next_end(make_scenario):
    said = {
        name: words_of(badge.render(make_scenario(name).view, make_scenario(name).options()))
        for name in ("clean", "findings", "incomplete")
    }
    assert said["findings"] == "bedrock models failed, 1 ended, next end 2027-02-22"
    assert said["clean"].startswith("bedrock models clean")
    assert said["incomplete"].startswith("bedrock models incomplete")


def test_the_diagram_is_one_whatever_the_names(make_scenario):
    scenario = make_scenario("findings")
    first, *others = scenario.view.models
    view = View(scenario.scan)
    hostile = first._replace(model="a:b; c%%d#e\n```\n<img src=x> section x")
    view.__dict__["models"] = (hostile, *others)
    text = mermaid.render(view, scenario.options())
    assert text.startswith("```mermaid\ngantt\n")
    assert text.endswith("\n```\n")
    assert text.count("```") == 2
    [line] = [line for line in text.splitlines() if "c" in line and "img src" in line]
    assert re.fullmatch(r"  [\w .,/()#;-]+ :milestone, crit, 2026-09-10, 0d", line)
    plain = mermaid.render(scenario.view, scenario.options())
    assert "anthropic.test-soon-v1#58;0 (us-east-1), 90 days :active, 2026-11-24, 2027-02-22" in plain


def test_a_long_diagram_says_what_it_leaves_out(make_scenario):
    scenario = make_scenario("findings")
    view = View(scenario.scan)
    view.__dict__["models"] = scenario.view.models[:1] * 25
    assert "  section And 5 more, which end later\n" in mermaid.render(view, scenario.options())
    view.__dict__["models"] = ()
    assert mermaid.render(view, scenario.options()) == "No model in use has an announced end.\n"


def test_months_follow_one_another_and_nothing_is_lost(make_scenario):
    scan = make_scenario("findings").scan
    view = View(replace(scan, as_of=date(2026, 11, 24)))
    stage = view.models[0].stage

    def row(day, uses=1):
        days = (day - scan.as_of).days
        made = stage._replace(eol_date=day, days_to_eol=days)
        used_by = frozenset(f"{day} {number}" for number in range(uses))
        return InUse("m", ("us-east-1",), made, None, used_by, None, ())

    days = (date(2026, 11, 24), date(2026, 11, 25), date(2026, 12, 1), date(2027, 10, 31), date(2027, 11, 1))
    view.__dict__["models"] = tuple(row(day, number + 1) for number, day in enumerate(days))
    ends = ends_of(view)
    assert [period.key for period in ends.periods][:3] == ["ended", "2026-11", "2026-12"]
    assert [period.key for period in ends.periods][-2:] == ["2027-10", "later"]
    assert len(ends.periods) == MONTHS_AHEAD + 2
    assert {period.key: period.uses for period in ends.periods if period.uses} == {
        "ended": 1, "2026-11": 2, "2026-12": 3, "2027-10": 4, "later": 5,
    }  # fmt: skip
    assert ends.next_end == date(2026, 11, 25)


def test_a_use_that_may_be_in_several_regions_is_one(make_scenario):
    """A row for each end in some Regions, all of the same two uses."""
    view = View(make_scenario("findings").scan)
    stage = view.models[0].stage
    ended, active = (
        stage._replace(eol_date=day, days_to_eol=days) for day, days in ((date(2026, 1, 1), -1), (None, None))
    )
    rows = [
        InUse("m", (each,), made, None, frozenset("ab"), None, ())
        for each, made in zip("123", (ended, ended, active), strict=True)
    ]
    view.__dict__["models"] = (*rows, InUse("n", (), active, None, frozenset("c"), None, ()))
    ends = ends_of(view)
    assert (ends.periods[0].models, ends.periods[0].uses) == (1, 2)
    assert ends.undated == ("n",)
