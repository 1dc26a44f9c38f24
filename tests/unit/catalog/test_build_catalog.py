"""The conversion of collected facts: what it decides by rule, and what it refuses to take over unread."""

import importlib.util
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from checker.model.lifecycle import Catalog, Model, Notice

PAGE = "docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle.html"
CARD = "docs.aws.amazon.com/bedrock/latest/userguide/model-card-x.html"


def _script() -> ModuleType:
    path = Path(__file__).parents[3] / "scripts" / "build_catalog.py"
    spec = importlib.util.spec_from_file_location("build_catalog", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SCRIPT = _script()


def a_row(eol: str, regions: list[str] | None, **changes: Any) -> dict[str, Any]:
    row = {
        "regions": regions,
        "legacy_date": None,
        "extended_access_date": None,
        "eol_date": eol,
        "vintage": "2026-01",
        "source": PAGE,
    }
    return {**row, **changes}


def a_fact(identifier: str, *rows: dict[str, Any], **changes: Any) -> dict[str, Any]:
    fact = {
        "model_id": identifier,
        "name": identifier,
        "provider": "Anthropic",
        "lifecycle": list(rows),
        "sources": [PAGE],
        "inputs": ["text"],
        "outputs": ["text"],
        "regions": ["us-east-1"],
    }
    return {**fact, **changes}


def build(*facts: dict[str, Any], **changes: Any) -> dict[str, Model]:
    sections = ("aliases", "names", "modalities", "floors", "launches", "notices", "reviewed", "replacements", "notes")
    decisions: dict[str, Any] = {section: {} for section in sections}
    decisions |= {
        "as_of": date(2026, 10, 9),
        "source": "test",
        "api_listing": date(2026, 8, 21),
        "notice_for_older_models": {"before": date(2026, 9, 7), "notice": "6 months"},
        "same_model": [],
        "rows": [],
        "profile_sources": {},
        "profile_destinations": {
            "us": {"shared": ["us-east-1", "us-east-2", "us-west-2"]},
            "jp": {"shared": ["ap-northeast-1", "ap-northeast-3"], "fixed": True},
        },
    }
    catalog: Catalog = SCRIPT.build(facts, {**decisions, **changes})
    return {model.id: model for model in catalog.models}


def test_a_month_counts_as_its_first_day() -> None:
    model = build(a_fact("anthropic.a-1", a_row("2026-03-01", ["us-east-1"]), launch_date="2025-03"))["anthropic.a-1"]
    assert model.rows[0].read_on == date(2026, 1, 1)
    assert model.launch_date == date(2025, 3, 1)
    assert model.rows[0].source == f"https://{PAGE}"


@pytest.mark.parametrize(
    ("launch", "stated", "notice"),
    [
        ("2026-09-06", None, Notice(6, "months")),
        (None, None, Notice(6, "months")),
        ("2026-09-07", None, None),
        ("2026-10-05", "45 days", Notice(45, "days")),
    ],
)
def test_the_notice_of_a_model(launch: str | None, stated: str | None, notice: Notice | None) -> None:
    model = build(a_fact("anthropic.a-1", launch_date=launch, legacy_notice=stated))["anthropic.a-1"]
    assert model.legacy_notice == notice


@pytest.mark.parametrize("remark", ["CONTRADICTION on the page", "SECOND-HAND: a blog", "the dates CHANGED"])
def test_a_doubt_without_a_decision_stops_the_build(remark: str) -> None:
    fact = a_fact("anthropic.a-1", a_row("2026-03-01", ["us-east-1"]), notes=[remark])
    with pytest.raises(SCRIPT.BuildError, match=r"anthropic\.a-1: the facts say .* no decision"):
        build(fact)
    assert build(fact, reviewed={"anthropic.a-1": "harmless"})


def test_a_row_that_no_aws_source_supports_stops_the_build() -> None:
    fact = a_fact("anthropic.a-1", a_row("2027-03-30", None, source="SECOND-HAND: a blog"))
    entry = {"models": ["anthropic.a-1"], "eol": date(2027, 3, 30), "reason": "because"}
    with pytest.raises(SCRIPT.BuildError, match="no source of AWS's"):
        build(fact, rows=[{**entry, "decision": "keep"}])
    with pytest.raises(SCRIPT.BuildError, match="its card does not give the EOL"):
        build(fact, rows=[{**entry, "decision": "card"}])
    confirmed = {**fact, "card_eol_date": "2027-03-30", "sources": ["SECOND-HAND: /model-card-y", CARD]}
    model = build(confirmed, rows=[{**entry, "decision": "card"}])["anthropic.a-1"]
    assert model.rows[0].source == f"https://{CARD}"
    assert any("stated nowhere" in note for note in model.notes)


def test_a_decision_for_regions_goes_before_one_for_a_date() -> None:
    fact = a_fact("anthropic.a-1", a_row("2026-04-28", ["us-east-1"]), a_row("2026-04-28", ["ap-south-1"]))
    entry = {"models": ["anthropic.a-1"], "eol": [date(2026, 4, 28)], "reason": "as printed", "decision": "keep"}
    doubt = {**entry, "regions": ["ap-south-1"], "reason": "the API\n  disagrees", "decision": "dispute"}
    rows = build(fact, rows=[entry, doubt])["anthropic.a-1"].rows
    assert [row.disputed for row in rows] == [None, "the API disagrees"]


def test_decisions_on_models_that_are_not_there_stop_the_build() -> None:
    with pytest.raises(SCRIPT.BuildError, match=r"do not have: anthropic\.gone-1"):
        build(a_fact("anthropic.a-1"), notes={"anthropic.gone-1": ["gone"]})


def test_two_ids_of_one_model_become_one_with_an_alias() -> None:
    pair = [{"alias": "qwen.a", "of": "qwen.a-v1:0", "mantle": True}]
    first = a_fact("qwen.a-v1:0", endpoints=["bedrock-runtime"])
    second = a_fact("qwen.a", endpoints=["bedrock-mantle"], regions=["us-west-2"])
    models = build(first, second, same_model=pair)
    assert list(models) == ["qwen.a-v1:0"]
    model = models["qwen.a-v1:0"]
    assert (model.aliases, model.regions) == (("qwen.a",), ("us-east-1", "us-west-2"))
    assert model.endpoints == ("bedrock-mantle", "bedrock-runtime")
    with pytest.raises(SCRIPT.BuildError, match="differ in launch_date"):
        build(first, {**second, "launch_date": "2026-01-01"}, same_model=pair)


def test_replacements_are_followed_to_what_is_alive() -> None:
    def gone(identifier: str, *replacements: str) -> dict[str, Any]:
        named = [{"name": "R", "id": " or ".join(replacements)}]
        return a_fact(identifier, a_row("2026-01-01", ["us-east-1"]), replacements=named)

    models = build(
        gone("anthropic.a-1", "anthropic.b-1", "anthropic.image-1"),
        gone("anthropic.b-1", "anthropic.c-1", "anthropic.a-1"),
        gone("anthropic.lost-1", "anthropic.end-1"),
        a_fact("anthropic.end-1", a_row("2027-06-01", None)),
        a_fact("anthropic.c-1"),
        a_fact("anthropic.image-1", outputs=["image"]),
    )
    (found,) = models["anthropic.a-1"].replacements
    assert (found.id, found.source) == ("anthropic.c-1", "AWS's lifecycle page, by way of anthropic.b-1")
    assert models["anthropic.lost-1"].replacements == ()
    assert models["anthropic.lost-1"].notes[-1] == (
        "No replacement: anthropic.end-1 (anthropic.end-1) is itself legacy on 2026-10-09, without a replacement."
    )


def test_destinations_of_profiles() -> None:
    fact = a_fact(
        "anthropic.a-1",
        inference_profiles={"us": "us.anthropic.a-1", "jp": "jp.anthropic.a-1"},
        profile_source_regions={"us": ["us-east-1", "us-west-2", "us-gov-west-1"], "jp": ["ap-northeast-1"]},
    )
    jp, us = build(fact)["anthropic.a-1"].profiles
    assert (jp.destination_regions, jp.destinations_inferred) == (("ap-northeast-1", "ap-northeast-3"), False)
    assert us.destination_regions == ("us-east-1", "us-gov-west-1", "us-west-2")
    assert us.destinations_inferred


def test_what_only_the_api_lists_is_asserted() -> None:
    model = build(a_fact("anthropic.a-1", state_in_api_2026_08_21="ACTIVE", sources=["API listing 2026-08-21"]))
    assert model["anthropic.a-1"].regions == ()
    assert model["anthropic.a-1"].asserted_active_regions == ("us-east-1",)
    assert model["anthropic.a-1"].asserted_on == date(2026, 8, 21)
