"""iCalendar files as RFC 5545 has them, the export for policy engines, CSV, and the differences of catalogs."""

import csv
import io
import json
import re
from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from checker.catalog import CatalogIndex, load_file
from checker.catalog.compare import compare
from checker.model.lifecycle import (
    Catalog,
    CompanyDate,
    CompanyDateKind,
    LifecycleRow,
    Model,
    Notice,
    Profile,
    Replacement,
)
from checker.model.stages import worst_stage
from checker.report.icalendar import Event, calendar
from checker.report.models import as_calendar, as_csv, as_data, as_json, as_markdown, as_text

DAY = date(2026, 11, 24)
CATALOG = load_file(Path(__file__).parents[2] / "catalog.json")


def parsed(text: str) -> list[dict[str, str]]:
    """The events of a calendar, read as RFC 5545 says; asserts on the way what it demands."""
    assert text.endswith("\r\n")
    raw = text.removesuffix("\r\n").split("\r\n")
    assert all("\n" not in line and "\r" not in line for line in raw)
    assert all(len(line.encode()) <= 75 for line in raw)
    lines: list[str] = []
    for line in raw:
        if line.startswith(" "):
            lines[-1] += line[1:]
        else:
            lines.append(line)
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert lines[-1] == "END:VCALENDAR"
    assert any(line.startswith("PRODID:") for line in lines)
    events: list[dict[str, str]] = []
    current: dict[str, str] | None = None
    for line in lines[1:-1]:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            assert current is None
            current = {}
        elif line == "END:VEVENT":
            assert current is not None
            assert {"UID", "DTSTAMP", "DTSTART;VALUE=DATE", "SUMMARY"} <= current.keys()
            assert re.fullmatch(r"\d{8}T\d{6}Z", current["DTSTAMP"])
            assert current["DTSTART;VALUE=DATE"] < current["DTEND;VALUE=DATE"]
            events.append(current)
            current = None
        elif current is not None:
            assert name not in current, name
            current[name] = value
    assert current is None
    assert len({event["UID"] for event in events}) == len(events)
    return events


def unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] in "nN" else match[1], text)


@given(st.lists(st.tuples(st.dates(date(2024, 1, 1), date(2040, 1, 1)), st.text(max_size=200)), max_size=5))
def test_every_text_gives_a_valid_calendar(events: list[tuple[date, str]]) -> None:
    given_events = [Event(day, text, (text, "x"), f"{number} {text!r}") for number, (day, text) in enumerate(events)]
    found = parsed(calendar("c; d, e", given_events, DAY))
    assert [event["DTSTART;VALUE=DATE"] for event in found] == [f"{day:%Y%m%d}" for day, _ in events]


def test_special_characters_come_back() -> None:
    [event] = parsed(calendar("n", [Event(DAY, r"a, b; c\n d", ("one, two", "é" * 60), "i")], DAY))
    assert unescaped(event["SUMMARY"]) == r"a, b; c\n d"
    assert unescaped(event["DESCRIPTION"]) == "one, two\n" + "é" * 60
    assert (event["DTSTART;VALUE=DATE"], event["DTEND;VALUE=DATE"]) == ("20261124", "20261125")


def test_the_calendar_of_models_has_what_is_to_come() -> None:
    text = as_calendar(CATALOG.models, DAY, "the tests")
    found = {(unescaped(event["SUMMARY"]), event["DTSTART;VALUE=DATE"]) for event in parsed(text)}
    coming = set()
    for model in CATALOG.models:
        for row in model.rows:
            for day in (row.legacy_date, row.extended_access_date, row.eol_date):
                if day is not None and day >= DAY and row.disputed is None:
                    coming.add((model.name, f"{day:%Y%m%d}"))
    assert coming
    assert {day for _, day in found} == {day for _, day in coming}
    assert len(found) >= len(coming)
    assert text == as_calendar(CATALOG.models, DAY, "the tests")


def test_an_event_keeps_its_identity_when_its_day_moves() -> None:
    def uid(eol: date) -> str:
        row = LifecycleRow(("us-east-1",), None, None, eol, "page", DAY)
        [event] = parsed(as_calendar([Model("a.b-1", "B", "A", rows=(row,))], DAY, "s"))
        return event["UID"]

    assert uid(date(2027, 1, 1)) == uid(date(2027, 2, 1))


def test_the_companys_dates_are_in_the_calendar() -> None:
    company = CompanyDate(CompanyDateKind.DEADLINE, date(2027, 1, 1), ("us-east-1",), "decision 7", "overlay.yaml")
    [event] = parsed(as_calendar([Model("a.b-1", "B", "A", company_dates=(company,))], DAY, "s"))
    assert event["SUMMARY"] == "B: deadline of the company in us-east-1"
    assert "The company's own date\\, from overlay.yaml." in event["DESCRIPTION"]


# The export


def test_the_export_says_what_the_catalog_says() -> None:
    exported = json.loads(as_data(CATALOG, DAY, "the tests"))["bedrock_eol"]
    assert (exported["as_of"], exported["catalog"]) == ("2026-11-24", {"as_of": "2026-11-01", "source": "the tests"})
    assert set(exported["models"]) == {model.id for model in CATALOG.models}
    regional = exported["models"]["anthropic.test-regional-v1:0"]["regions"]
    assert (regional["us-east-1"]["stage"], regional["us-east-1"]["days_to_eol"]) == ("end-of-life", -75)
    assert (regional["eu-west-1"]["stage"], regional["eu-west-1"]["days_to_eol"]) == ("legacy", 189)
    gov = exported["models"]["anthropic.test-gov-v1:0"]["regions"]
    assert gov["us-gov-west-1"]["stage"] == "end-of-life"
    anywhere = exported["models"]["meta.test-no-legacy-date-v1:0"]["elsewhere"]
    assert anywhere["eol_date"] == "2027-03-30"
    index = CatalogIndex(CATALOG)
    for identifier, model in exported["ids"].items():
        found = index.lookup(identifier)
        assert found is not None
        assert found.id == model


def test_csv_has_a_line_for_each_region() -> None:
    models = [(model, worst_stage(model, DAY)) for model in CATALOG.models]
    rows = list(csv.DictReader(io.StringIO(as_csv(models))))
    assert len(rows) == sum(len(stages.stages) for _, stages in models)
    [row] = [each for each in rows if each["id"] == "anthropic.test-regional-v1:0" and each["region"] == "eu-west-1"]
    assert (row["stage"], row["days_to_eol"], row["eol_of"]) == ("legacy", "189", "AWS")
    evil = Model("a.b-1", "=cmd()", "A", regions=("us-east-1",))
    assert "'=cmd()" in as_csv([(evil, worst_stage(evil, DAY))])


# Differences


def row(*regions: str, eol: date = date(2027, 1, 1), read_on: date = DAY, **fields: object) -> LifecycleRow:
    return LifecycleRow(regions, None, None, eol, "page", read_on, **fields)  # type: ignore[arg-type]


def of(*models: Model, as_of: date = DAY) -> Catalog:
    return Catalog(as_of, "source `x` | y", models)


SIGMA = Model("a.sigma-1", "Sigma", "A", rows=(row("us-east-1", "us-west-2"),), regions=("us-east-1",))


def changes(before: Model, after: Model) -> list[tuple[str, tuple[str, ...], str | None, str | None]]:
    [changed] = compare(of(before), of(after)).changed
    return [(each.fact, each.regions, each.before, each.after) for each in changed.changes]


def test_equal_catalogs_do_not_differ() -> None:
    diff = compare(CATALOG, CATALOG)
    assert diff.is_empty
    assert diff.confirmed == 0


def test_a_later_reading_is_a_confirmation() -> None:
    diff = compare(of(SIGMA), of(SIGMA._replace(rows=(row("us-east-1", "us-west-2", read_on=date(2026, 12, 1)),))))
    assert diff.is_empty
    assert diff.confirmed == 1


def test_each_fact_is_compared() -> None:
    assert changes(SIGMA, SIGMA._replace(rows=(row("us-east-1", "us-west-2", eol=date(2027, 2, 1)),))) == [
        ("EOL", ("us-east-1", "us-west-2"), "2027-01-01", "2027-02-01")
    ]
    assert changes(SIGMA, SIGMA._replace(rows=(row("us-east-1"), row("us-west-2", eol=date(2027, 3, 1))))) == [
        ("EOL", ("us-west-2",), "2027-01-01", "2027-03-01")
    ]
    assert changes(SIGMA, SIGMA._replace(rows=(*SIGMA.rows, row()))) == [
        ("EOL", ("every Region that no row names",), None, "2027-01-01")
    ]
    assert changes(SIGMA, SIGMA._replace(regions=("eu-west-1",))) == [
        ("offered", ("us-east-1",), "yes", "no"), ("offered", ("eu-west-1",), "no", "yes"),
    ]  # fmt: skip
    assert changes(SIGMA, SIGMA._replace(profiles=(Profile("us", "us.a.sigma-1", ("us-east-1",), ()),))) == [
        ("inference profile", (), None, "us.a.sigma-1")
    ]
    assert changes(SIGMA, SIGMA._replace(eol_no_sooner_than=DAY, legacy_notice=Notice(45, "days"))) == [
        ("EOL no sooner than", (), None, "2026-11-24"), ("Legacy notice", (), None, "45 days"),
    ]  # fmt: skip
    assert changes(SIGMA, SIGMA._replace(replacements=(Replacement("a.tau-1", "x"),))) == [
        ("replacement", (), None, "a.tau-1")
    ]
    assert changes(SIGMA, SIGMA._replace(rows=(SIGMA.rows[0]._replace(disputed="two pages differ"),))) == [
        ("disputed", ("us-east-1", "us-west-2"), None, "two pages differ")
    ]


def test_an_equal_date_in_a_row_of_its_own_is_no_difference() -> None:
    split = SIGMA._replace(rows=(row("us-east-1"), row("us-west-2")))
    assert compare(of(SIGMA), of(split)).is_empty
    assert compare(of(SIGMA._replace(rows=(row(),))), of(SIGMA._replace(rows=(row(), row("us-east-1"))))).is_empty


def test_the_differences_in_each_format() -> None:
    tau = Model("a.tau-1", "Tau *", "A", rows=(row("us-east-1"),))
    after = SIGMA._replace(rows=(row("us-east-1", "us-west-2", eol=date(2027, 2, 1)),))
    diff = compare(of(SIGMA, Model("a.rho-1", "Rho", "A")), of(after, tau, as_of=date(2026, 12, 1)))
    assert as_text(diff) == (
        "from 2026-11-24 to 2026-12-01\n"
        "+ a.tau-1 (Tau *): legacy, EOL 2027-01-01\n"
        "- a.rho-1 (Rho)\n"
        "~ a.sigma-1\n"
        "    EOL in us-east-1, us-west-2: 2027-01-01 -> 2027-02-01\n"
        "1 model added, 1 model removed, 1 model changed, 0 models confirmed without a change.\n"
    )
    data = json.loads(as_json(diff))
    assert data["changed"][0]["changes"] == [
        {"fact": "EOL", "regions": ["us-east-1", "us-west-2"], "before": "2027-01-01", "after": "2027-02-01"}
    ]
    assert [each["id"] for each in data["added"]] == ["a.tau-1"]
    markdown = as_markdown(diff)
    assert "| `a.sigma-1` | EOL | us-east-1, us-west-2 | 2027-01-01 | 2027-02-01 |" in markdown
    assert "Tau *" not in markdown
    assert "Tau `*`" in markdown
