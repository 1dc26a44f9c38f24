"""The quick look never passes over what names a model."""

import json
from importlib.resources import files
from pathlib import Path

import pytest

from checker.catalog.store import load_bundled
from checker.references.prefilter import may_name_a_model


def test_every_model_of_the_catalog_is_seen() -> None:
    names = [name for model in load_bundled().models for name in (model.id, *model.aliases) if "." in name]
    assert len(names) > 150
    assert all(may_name_a_model(names))


def test_every_resource_with_a_site_is_seen() -> None:
    rows = json.loads(files("checker.extract").joinpath("data/sites.json").read_text(encoding="utf-8"))
    types = sorted({row["type"] for row in rows if row["accepts"] and "::" not in row["type"]})
    assert len(types) > 20
    assert [kind for kind, seen in zip(types, may_name_a_model(types), strict=True) if not seen] == []


def test_every_call_is_seen() -> None:
    calls = json.loads(files("checker.extract").joinpath("data/calls.json").read_text(encoding="utf-8"))
    services = ["lexmodelsv2" if name == "lexmodelsv2" else name for name in calls]
    assert all(may_name_a_model(services))


@pytest.mark.parametrize(
    "text", ["BEDROCK:InvokeModel", '{"a": "Bedrock"}', "arn:aws:bedrock:::x", "us.Anthropic.claude"]
)
def test_letters_count_in_any_case(text: str) -> None:
    assert list(may_name_a_model(["nothing", text, "nothing"])) == [False, True, False]


def test_many_texts_are_told_apart() -> None:
    texts = ["a model"] * 1000
    texts[700] = "amazon.nova-lite-v1:0"
    assert [number for number, seen in enumerate(may_name_a_model(texts)) if seen] == [700]


def test_a_plan_gives_the_same_with_and_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from checker.extract import extract
    from checker.frontends.terraform.plan import resources as plan
    from checker.model.settings import Options

    known = {model.id for model in load_bundled().models}
    compared = 0
    for path in sorted(Path(__file__).parents[2].glob("cases/terraform-*/*/plan.json")):
        content = path.read_bytes()

        def references(content: bytes = content) -> list[tuple[object, ...]]:
            loaded = plan.load_plan(content, "plan.json", Options())
            found = extract(loaded.resources, lambda name: name if name in known else None)
            return [(one.id, one.candidates, one.unresolved, one.location) for one in found]

        quick = references()
        with monkeypatch.context() as patched:
            patched.setattr(plan, "may_name_a_model", lambda texts: [True] * len(texts))
            assert references() == quick
        compared += len(quick)
    assert compared > 100


@pytest.mark.parametrize(
    "around", ["", "é", "\U0001f600", "\ud800", '"\\\n', "\x00", "x" * 300, "é" * 70_000], ids=ascii
)
def test_a_text_is_seen_wherever_it_stands(around: str) -> None:
    text = f"{around}us.anthropic.claude-3{around}"
    values: list[object] = [text, {text: 1}, [{"a": [None, 1.5, 10**40, text, text]}], {"a": {"b": text}}]
    assert all(may_name_a_model(values))
    assert not any(may_name_a_model([around, {around: [around]}]))


def test_what_is_nested_too_deep_to_be_looked_at_may_name_one() -> None:
    deep: object = "nothing"
    for _ in range(5000):
        deep = [deep]
    assert list(may_name_a_model([deep, "nothing"])) == [True, False]
