"""The contract of the catalog that ships: valid, consistent, and what its sources say."""

import json
import re
import time
from datetime import date
from importlib import resources
from pathlib import Path

import jsonschema
import pytest

from checker.catalog import CatalogIndex, encode, load_bundled, load_file
from checker.catalog.decode import decode
from checker.catalog.integrity import faults
from checker.model.lifecycle import GEOGRAPHIES, Notice, Stage, guaranteed_until, stage_on, worst_stage

TODAY = date(2026, 11, 24)
DATA = resources.files("checker.catalog").joinpath("data")
CATALOG = load_bundled()
INDEX = CatalogIndex(CATALOG)
ID = re.compile(r"[a-z][a-z0-9-]*\.[a-z0-9][a-z0-9.-]*(:\d+)?")
PROVIDERS = {
    "ai21", "amazon", "anthropic", "cohere", "deepseek", "google", "luma", "meta", "minimax", "mistral", "moonshot",
    "moonshotai", "nvidia", "openai", "qwen", "stability", "twelvelabs", "writer", "xai", "zai",
}  # fmt: skip
REGIONS = {
    "af-south-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2",
    "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6",
    "ap-southeast-7", "ca-central-1", "ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1",
    "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3", "il-central-1", "me-central-1", "me-south-1",
    "mx-central-1", "sa-east-1", "us-east-1", "us-east-2", "us-gov-east-1", "us-gov-west-1", "us-west-1", "us-west-2",
}  # fmt: skip


def test_it_follows_its_schema() -> None:
    schema = json.loads(DATA.joinpath("catalog.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    document = json.loads(DATA.joinpath("catalog.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    assert [error.message for error in validator.iter_errors(document)] == []


def test_it_does_not_contradict_itself() -> None:
    assert faults(CATALOG) == ()
    assert len(CATALOG.models) == 177


def test_its_text_is_what_the_encoder_writes() -> None:
    text = DATA.joinpath("catalog.json").read_text(encoding="utf-8")
    assert encode(CATALOG) == text
    assert decode(json.loads(text)) == CATALOG
    assert [model.id for model in CATALOG.models] == sorted(model.id for model in CATALOG.models)


def test_every_row_is_possible() -> None:
    for model in CATALOG.models:
        for row in model.rows:
            dates = [day for day in (row.legacy_date, row.extended_access_date, row.eol_date) if day is not None]
            assert dates, model.id
            assert dates == sorted(set(dates)), model.id
            assert date(2023, 9, 28) <= min(dates), model.id
            assert max(dates) < date(2028, 1, 1), model.id
            assert row.read_on <= CATALOG.as_of, model.id
            assert row.source.startswith("https://docs.aws.amazon.com/bedrock/"), model.id
            if model.launch_date is not None:
                assert model.launch_date < min(dates), model.id
            if model.eol_no_sooner_than is not None and row.eol_date is not None:
                assert model.eol_no_sooner_than <= row.eol_date, model.id


def test_every_region_exists() -> None:
    for model in CATALOG.models:
        named = set(model.regions) | set(model.asserted_active_regions)
        named.update(*(row.regions for row in model.rows))
        for profile in model.profiles:
            named.update(profile.source_regions, profile.destination_regions)
        assert named <= REGIONS, model.id


def test_every_id_is_grammatical_and_names_one_model() -> None:
    owner: dict[str, str] = {}
    for model in CATALOG.models:
        for identifier in (model.id, *model.aliases):
            assert ID.fullmatch(identifier), identifier
            assert identifier.partition(".")[0] in PROVIDERS, identifier
            assert identifier not in owner, identifier
            owner[identifier] = model.id


def test_every_profile_is_its_prefix_and_its_model() -> None:
    for model in CATALOG.models:
        assert len({profile.prefix for profile in model.profiles}) == len(model.profiles)
        for profile in model.profiles:
            assert profile.prefix in GEOGRAPHIES
            assert profile.id == f"{profile.prefix}.{model.id}"
            if profile.prefix == "us-gov":
                assert all(region.startswith("us-gov-") for region in profile.source_regions)


def test_every_replacement_is_known_alive_and_of_the_same_output() -> None:
    replaced = [model for model in CATALOG.models if model.replacements]
    assert len(replaced) == 27
    for model in replaced:
        for replacement in model.replacements:
            other = next(each for each in CATALOG.models if each.id == replacement.id)
            assert worst_stage(other, TODAY).worst.stage is Stage.ACTIVE, (model.id, other.id)
            assert set(model.outputs) <= set(other.outputs), (model.id, other.id)
            assert replacement.source


def test_every_model_says_what_it_is() -> None:
    for model in CATALOG.models:
        assert model.name
        assert model.provider
        assert model.inputs
        assert model.outputs
        assert model.sources, model.id
        late = model.launch_date is not None and model.launch_date >= date(2026, 9, 7)
        assert model.legacy_notice is not None or late, model.id


def test_it_holds_no_word_of_how_it_was_collected() -> None:
    text = DATA.joinpath("catalog.json").read_text(encoding="utf-8")
    assert not re.search(r"SECOND-HAND|older copy|newest copy|[0-9a-f]{8}@|/tmp/|/work/|not re-read", text)


@pytest.mark.parametrize(
    ("identifier", "region", "stage", "eol"),
    [
        ("anthropic.claude-3-haiku-20240307-v1:0", "us-east-1", Stage.END_OF_LIFE, date(2026, 9, 10)),
        ("anthropic.claude-3-haiku-20240307-v1:0", "us-gov-west-1", Stage.END_OF_LIFE, date(2026, 9, 10)),
        ("anthropic.claude-3-haiku-20240307-v1:0", "ap-south-1", Stage.ACTIVE, None),
        ("anthropic.claude-3-haiku-20240307-v1:0", "af-south-1", Stage.UNKNOWN, None),
        ("anthropic.claude-3-5-sonnet-20240620-v1:0", "eu-central-2", Stage.END_OF_LIFE, date(2026, 6, 1)),
        ("anthropic.claude-3-5-sonnet-20240620-v1:0", "ap-south-1", Stage.ACTIVE, None),
        ("anthropic.claude-3-7-sonnet-20250219-v1:0", "ap-south-1", Stage.UNKNOWN, None),
        ("anthropic.claude-3-7-sonnet-20250219-v1:0", "us-gov-east-1", Stage.END_OF_LIFE, date(2026, 7, 30)),
        ("anthropic.claude-sonnet-4-20250514-v1:0", "eu-west-1", Stage.END_OF_LIFE, date(2026, 10, 14)),
        ("anthropic.claude-opus-4-1-20250805-v1:0", "us-west-2", Stage.EXTENDED_ACCESS, date(2027, 1, 8)),
        ("anthropic.claude-sonnet-4-5-20250929-v1:0", "eu-west-1", Stage.LEGACY, date(2027, 4, 8)),
        ("anthropic.claude-sonnet-4-5-20250929-v1:0", "us-gov-west-1", Stage.UNKNOWN, None),
        ("anthropic.claude-opus-4-8", "us-west-2", Stage.ACTIVE, None),
        ("anthropic.claude-opus-4-8", "us-gov-west-1", Stage.UNKNOWN, None),
        ("ai21.jamba-1-5-mini-v1:0", "us-east-1", Stage.EXTENDED_ACCESS, date(2026, 11, 26)),
        ("twelvelabs.marengo-embed-2-7-v1:0", "eu-west-1", Stage.EXTENDED_ACCESS, date(2026, 11, 30)),
        ("meta.llama3-70b-instruct-v1:0", "ca-central-1", Stage.LEGACY, date(2027, 3, 30)),
        ("meta.llama3-70b-instruct-v1:0", "us-gov-west-1", Stage.UNKNOWN, None),
        ("deepseek.r1-v1:0", "us-east-1", Stage.LEGACY, date(2027, 3, 30)),
        ("anthropic.claude-v2:1", "eu-central-1", Stage.END_OF_LIFE, date(2025, 7, 21)),
        ("stability.stable-image-core-v1:0", "us-west-2", Stage.END_OF_LIFE, date(2025, 9, 4)),
        ("stability.stable-image-core-v1:1", "us-west-2", Stage.ACTIVE, None),
        ("amazon.titan-embed-text-v2:0", "us-east-1", Stage.ACTIVE, None),
        ("amazon.nova-premier-v1:0", "us-east-1", Stage.END_OF_LIFE, date(2026, 9, 14)),
    ],
)
def test_it_says_what_its_sources_say(identifier: str, region: str, stage: Stage, eol: date | None) -> None:
    model = INDEX.lookup(identifier)
    assert model is not None
    found = stage_on(model, TODAY, region)
    assert (found.stage, found.eol_date) == (stage, eol)


def test_an_eol_read_before_it_came_is_announced() -> None:
    model = INDEX.lookup("anthropic.claude-sonnet-4-20250514-v1:0")
    assert model is not None
    stage = stage_on(model, TODAY, "us-east-1")
    assert (stage.stage, stage.eol_announced) == (Stage.END_OF_LIFE, True)


@pytest.mark.parametrize(
    ("identifier", "region", "notice", "until"),
    [
        ("moonshotai.kimi-k3", "us-east-1", Notice(45, "days"), date(2027, 1, 8)),
        ("zai.glm-5.3", "us-east-1", Notice(45, "days"), date(2027, 1, 8)),
        ("openai.gpt-6.1-sol", "us-east-1", None, TODAY),
        ("anthropic.claude-haiku-5-5", "us-east-1", Notice(6, "months"), date(2027, 10, 7)),
        ("amazon.nova-lite-v1:0", "us-east-1", Notice(6, "months"), date(2027, 5, 24)),
    ],
)
def test_what_is_guaranteed(identifier: str, region: str, notice: Notice | None, until: date) -> None:
    model = INDEX.lookup(identifier)
    assert model is not None
    assert model.legacy_notice == notice
    assert guaranteed_until(model, TODAY, region) == until


def test_a_wave_of_eol_dates_comes_from_cards_and_says_that_its_legacy_date_is_unknown() -> None:
    wave = [m for m in CATALOG.models if any(row.eol_date == date(2027, 3, 30) for row in m.rows)]
    assert len(wave) == 26
    for model in wave:
        assert all("/model-card-" in row.source and not row.regions for row in model.rows), model.id
        assert any("the day on which it became Legacy is stated nowhere" in note for note in model.notes), model.id


def test_it_loads_fast() -> None:
    text = DATA.joinpath("catalog.json").read_text(encoding="utf-8")
    best = min(_seconds(text) for _ in range(5))
    # Measured at 5 ms; the margin is for a busy machine.
    assert best < 0.05


def test_a_user_may_load_what_is_bundled(tmp_path: Path) -> None:
    file = tmp_path / "catalog.json"
    file.write_text(encode(CATALOG), encoding="utf-8")
    assert load_file(file) == CATALOG


def _seconds(text: str) -> float:
    start = time.perf_counter()
    CatalogIndex(decode(json.loads(text)))
    return time.perf_counter() - start
