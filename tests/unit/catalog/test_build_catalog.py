"""The builder of the bundled catalog: what it makes of the record and the decisions, and what it refuses."""

import importlib.util
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from checker.model.lifecycle import Catalog, LifecycleRow, Model, Notice, Profile, Replacement

PAGE = "https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle-legacy.html"
DAY = date(2026, 10, 9)


def _builder() -> ModuleType:
    path = Path(__file__).parents[3] / "tools" / "catalog" / "build.py"
    spec = importlib.util.spec_from_file_location("build_catalog", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BUILDER = _builder()


def a_model(identifier: str, eol: date | None = None, **changes: Any) -> Model:
    rows = () if eol is None else (LifecycleRow(("us-east-1",), None, None, eol, PAGE, DAY),)
    model = Model(identifier, identifier, "Anthropic", rows=rows, regions=("us-east-1",), outputs=("text",))
    return model._replace(**changes)


def build(*models: Model, **changes: Any) -> dict[str, Model]:
    sections = ("floors", "launches", "notices", "reviewed", "replacements", "notes")
    decisions: dict[str, Any] = {section: {} for section in sections}
    decisions |= {"disputes": [], "regions_like": {}}
    decisions["profile_destinations"] = {
        "us": {"shared": ["us-east-1", "us-east-2", "us-west-2"]},
        "jp": {"shared": ["ap-northeast-1", "ap-northeast-3"], "fixed": True},
    }
    catalog: Catalog = BUILDER.build(Catalog(DAY, "test", models), {**decisions, **changes})
    return {model.id: model for model in catalog.models}


def test_a_decision_goes_before_what_a_source_says() -> None:
    model = a_model("anthropic.a-1", launch_date=date(2025, 12, 1), eol_no_sooner_than=date(2027, 1, 1))
    decided = {"value": None, "reason": "it cannot be right"}
    built = build(
        model,
        launches={model.id: decided},
        floors={model.id: {**decided, "value": date(2026, 12, 1)}},
        notices={model.id: {**decided, "value": "45 days"}},
        notes={model.id: ["a preview"]},
    )[model.id]
    assert (built.launch_date, built.eol_no_sooner_than) == (None, date(2026, 12, 1))
    assert (built.legacy_notice, built.notes) == (Notice(45, "days"), ("a preview",))


def test_a_dispute_is_for_a_row_with_just_its_regions() -> None:
    model = a_model("anthropic.a-1", date(2026, 12, 1))
    dispute = {"model": model.id, "regions": ["us-east-1"], "reason": "the API\n  disagrees"}
    assert build(model, disputes=[dispute])[model.id].rows[0].disputed == "the API disagrees"
    with pytest.raises(BUILDER.BuildError, match=r"anthropic\.a-1: no row has just the Regions us-west-2"):
        build(model, disputes=[{**dispute, "regions": ["us-west-2"]}])


@pytest.mark.parametrize("section", ["floors", "launches", "notices", "reviewed", "replacements", "notes"])
def test_decisions_on_models_that_are_not_there_stop_the_build(section: str) -> None:
    with pytest.raises(BUILDER.BuildError, match=r"does not have: anthropic\.gone-1"):
        build(a_model("anthropic.a-1"), **{section: {"anthropic.gone-1": ["gone"]}})


def test_a_catalog_that_contradicts_itself_stops_the_build() -> None:
    row = LifecycleRow(("us-east-1",), date(2026, 12, 2), None, date(2026, 12, 1), PAGE, DAY)
    with pytest.raises(BUILDER.BuildError, match=r"anthropic\.a-1: eol_date 2026-12-01 is not after"):
        build(a_model("anthropic.a-1", rows=(row,)))


def test_replacements_are_followed_to_what_is_alive() -> None:
    def gone(identifier: str, *names: str) -> Model:
        named = tuple(Replacement(name, "AWS's lifecycle page") for name in names)
        return a_model(identifier, date(2026, 1, 1), replacements=named)

    models = build(
        gone("anthropic.a-1", "anthropic.b-1", "anthropic.image-1"),
        gone("anthropic.b-1", "anthropic.c-1", "anthropic.a-1"),
        gone("anthropic.lost-1", "anthropic.end-1"),
        a_model("anthropic.end-1", date(2027, 6, 1)),
        a_model("anthropic.c-1"),
        a_model("anthropic.image-1", outputs=("image",)),
    )
    (found,) = models["anthropic.a-1"].replacements
    assert (found.id, found.source) == ("anthropic.c-1", "AWS's lifecycle page, by way of anthropic.b-1")
    assert models["anthropic.lost-1"].replacements == ()
    assert models["anthropic.lost-1"].notes[-1] == (
        "No replacement: anthropic.end-1 (anthropic.end-1) is itself legacy on 2026-10-09, without a replacement."
    )


def test_what_nobody_names_follows_by_rule() -> None:
    def omega(version: str, **changes: Any) -> Model:
        return a_model(f"meta.omega{version}-8b-instruct-v1:0", provider="Meta", **changes)

    old = a_model(
        "meta.omega2-70b-instruct-v1:0", date(2027, 1, 1), provider="Meta", regions=("us-east-1", "us-west-2")
    )
    models = build(
        old,
        omega("3", launch_date=date(2026, 1, 1)),
        omega("4", launch_date=date(2026, 5, 1)),
        omega("5", regions=("us-east-1", "us-west-2")),
        omega("6", outputs=("image",)),
        omega("7", regions=("eu-west-1",)),
        omega("8", rows=old.rows),
        omega("9")._replace(id="meta.sigma9-8b-v1:0"),
    )
    assert [(each.id, each.source) for each in models[old.id].replacements] == [
        ("meta.omega5-8b-instruct-v1:0", "by rule: same provider, family, inputs and outputs"),
        (
            "meta.omega4-8b-instruct-v1:0",
            "by rule: same provider, family, inputs and outputs; not offered in 1 of its Regions",
        ),
        (
            "meta.omega3-8b-instruct-v1:0",
            "by rule: same provider, family, inputs and outputs; not offered in 1 of its Regions",
        ),
    ]
    # What is not on its way out needs none.
    assert models["meta.omega3-8b-instruct-v1:0"].replacements == ()


def test_a_profile_without_destinations_has_those_of_its_geography() -> None:
    profiles = (
        Profile("jp", "jp.anthropic.a-1", ("ap-northeast-1",), ()),
        Profile("us", "us.anthropic.a-1", ("us-east-1", "us-west-2", "us-gov-west-1"), ()),
    )
    jp, us = build(a_model("anthropic.a-1", profiles=profiles))["anthropic.a-1"].profiles
    assert (jp.destination_regions, jp.destinations_inferred) == (("ap-northeast-1", "ap-northeast-3"), False)
    assert us.destination_regions == ("us-east-1", "us-gov-west-1", "us-west-2")
    assert us.destinations_inferred
    stated = (Profile("us", "us.anthropic.a-1", ("us-east-1",), ("us-west-2",)),)
    assert build(a_model("anthropic.a-1", profiles=stated))["anthropic.a-1"].profiles == stated
