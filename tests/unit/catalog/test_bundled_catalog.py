"""The contract of the catalog that ships: valid, consistent, and what its sources say."""

import json
import re
from datetime import date
from importlib import resources
from pathlib import Path

import jsonschema

from checker.catalog import CatalogIndex, encode, load_bundled, load_file
from checker.catalog.codec import decode, faults
from checker.catalog.refresh.statements import API_SOURCE
from checker.model.lifecycle import GEOGRAPHIES, REPORTED, Stage
from checker.model.regions import REGIONS
from checker.model.stages import worst_stage

DATA = resources.files("checker.catalog").joinpath("data")
CATALOG = load_bundled()
INDEX = CatalogIndex(CATALOG)
GUIDE = "https://docs.aws.amazon.com/bedrock/"
ID = re.compile(r"[a-z][a-z0-9-]*\.[a-z0-9][a-z0-9.-]*(:\d+)?")
PROVIDERS = {
    "ai21", "amazon", "anthropic", "cohere", "deepseek", "google", "luma", "meta", "minimax", "mistral", "moonshot",
    "moonshotai", "nvidia", "openai", "qwen", "stability", "twelvelabs", "writer", "xai", "zai",
}  # fmt: skip


def test_it_follows_its_schema() -> None:
    schema = json.loads(DATA.joinpath("catalog.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    document = json.loads(DATA.joinpath("catalog.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    assert [error.message for error in validator.iter_errors(document)] == []


def test_it_does_not_contradict_itself() -> None:
    assert faults(CATALOG) == ()
    # Models stay in the catalog after their end: code that names them is what the checker looks for.
    assert len(CATALOG.models) >= 177


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
            assert max(dates).year <= CATALOG.newest.year + 5, model.id
            for name in ("legacy_date", "extended_access_date", "eol_date"):
                origin = row.origin(name)
                assert origin.read_on <= CATALOG.newest, model.id
                assert origin.source.startswith(("https://docs.aws.amazon.com/bedrock/", API_SOURCE, REPORTED)), (
                    model.id
                )
            if model.launch_date is not None:
                assert model.launch_date < min(dates), model.id
            if model.eol_no_sooner_than is not None and row.eol_date is not None:
                assert model.eol_no_sooner_than <= row.eol_date, model.id


def test_every_region_exists() -> None:
    for model in CATALOG.models:
        named = {*model.regions, *(region for offer in model.offers for region in offer.regions)}
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
    assert replaced
    for model in replaced:
        for replacement in model.replacements:
            other = next(each for each in CATALOG.models if each.id == replacement.id)
            assert worst_stage(other, CATALOG.as_of).worst.stage is Stage.ACTIVE, (model.id, other.id)
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
        unread = any(source.startswith(REPORTED) for source in model.sources)
        assert model.legacy_notice is not None or late or unread, model.id


def test_it_holds_no_word_of_how_it_was_collected() -> None:
    text = DATA.joinpath("catalog.json").read_text(encoding="utf-8")
    assert not re.search(r"SECOND-HAND|older copy|newest copy|[0-9a-f]{8}@|(?<![\w./])/\w+/|not re-read", text)


def test_a_user_may_load_what_is_bundled(tmp_path: Path) -> None:
    file = tmp_path / "catalog.json"
    file.write_text(encode(CATALOG), encoding="utf-8")
    assert load_file(file) == CATALOG
