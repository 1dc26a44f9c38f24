"""Overlays: models of one's own, deadlines, arrangements; and which catalog is used."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from checker.catalog import CatalogIndex, encode, load_bundled, load_file, select_catalog
from checker.catalog.codec import decode
from checker.catalog.overlay import apply_overlay, load_overlay, overlay_schema
from checker.catalog.store import cache_file, load_cached, write_catalog
from checker.errors import UsageError
from checker.model.lifecycle import Catalog, CompanyDateKind, LifecycleRow, Model, Stage
from checker.model.stages import stage_on, worst_stage

DAY = date(2026, 11, 24)
SYNTHETIC = Path(__file__).parents[2] / "catalog.json"
BASE = load_file(SYNTHETIC)
IMPORTED = "arn:aws:bedrock:us-east-1:111122223333:imported-model/abc123"
OWN = f"{{id: {IMPORTED}, provider: P, regions: [us-east-1]"
Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def made(text: str) -> Path:
        file = tmp_path / "overlay.yaml"
        file.write_text(text, encoding="utf-8")
        return file

    return made


def laid_over(file: Path) -> CatalogIndex:
    return CatalogIndex(apply_overlay(BASE, load_overlay(file)))


def model(index: CatalogIndex, identifier: str) -> Model:
    found = index.lookup(identifier)
    assert found is not None
    return found


def test_a_model_of_ones_own_is_found_by_its_arn(write: Write) -> None:
    index = laid_over(
        write(
            f"version: 1\nas_of: 2026-11-01\nmodels:\n  - id: {IMPORTED}\n    provider: Example\n"
            "    regions: [us-east-1]\n    legacy_date: 2026-10-01\n    eol_date: 2027-02-01\n    outputs: [text]\n"
        )
    )
    mine = model(index, IMPORTED)
    stage = stage_on(mine, DAY, "us-east-1")
    assert (stage.stage, stage.eol_date, stage.eol_announced) == (Stage.LEGACY, date(2027, 2, 1), True)
    assert stage_on(mine, DAY, "eu-west-1").stage is Stage.UNKNOWN
    assert index.lookup(IMPORTED.replace("abc123", "abc124")) is None
    # It can be written as a catalog and read again.
    assert decode(json.loads(encode(index.catalog))) == index.catalog


def test_a_model_based_on_another_shares_its_dates(write: Write) -> None:
    index = laid_over(
        write(
            f"version: 1\nmodels:\n  - {{id: {IMPORTED}, provider: Example, regions: [us-east-1],"
            " based_on: anthropic.test-legacy-v1:0}\n"
        )
    )
    mine, base = model(index, IMPORTED), model(index, "anthropic.test-legacy-v1:0")
    assert (mine.rows, mine.outputs) == (base.rows, base.outputs)
    assert "Based on anthropic.test-legacy-v1:0" in mine.notes[0]


def test_a_deadline_comes_before_an_end_and_says_whose_it_is(write: Write) -> None:
    index = laid_over(
        write("version: 1\ndates:\n  - {model: anthropic.test-legacy-v1:0, deadline: 2026-12-31, reason: decision 7}\n")
    )
    stage = stage_on(model(index, "anthropic.test-legacy-v1:0"), DAY, "us-east-1")
    assert (stage.stage, stage.eol_date, stage.days_to_eol) == (Stage.LEGACY, date(2026, 12, 31), 37)
    assert stage.company_date is not None
    assert (stage.company_date.kind, stage.company_date.reason) == (CompanyDateKind.DEADLINE, "decision 7")
    assert (
        stage_on(model(index, "anthropic.test-legacy-v1:0"), date(2026, 12, 31), "us-east-1").stage is Stage.END_OF_LIFE
    )


def test_a_deadline_does_not_make_an_active_model_legacy(write: Write) -> None:
    text = "version: 1\ndates:\n  - {model: anthropic.test-active-v1:0, deadline: 2027-12-31, reason: r}\n"
    stage = stage_on(model(laid_over(write(text)), "anthropic.test-active-v1:0"), DAY, "us-east-1")
    assert (stage.stage, stage.eol_date) == (Stage.ACTIVE, date(2027, 12, 31))


def test_a_deadline_after_the_end_changes_nothing(write: Write) -> None:
    text = "version: 1\ndates:\n  - {model: anthropic.test-legacy-v1:0, deadline: 2029-12-31, reason: r}\n"
    old = stage_on(model(CatalogIndex(BASE), "anthropic.test-legacy-v1:0"), DAY, "us-east-1")
    assert stage_on(model(laid_over(write(text)), "anthropic.test-legacy-v1:0"), DAY, "us-east-1") == old


def test_an_arrangement_moves_the_end_in_its_regions_only(write: Write) -> None:
    text = (
        "version: 1\ndates:\n  - model: anthropic.test-eol-v1:0\n    eol_date: 2027-06-30\n    regions: [us-east-1]\n"
        "    reason: contract 4711\n"
    )
    moved = model(laid_over(write(text)), "anthropic.test-eol-v1:0")
    here, there = stage_on(moved, DAY, "us-east-1"), stage_on(moved, DAY, "eu-west-1")
    assert here.stage in (Stage.LEGACY, Stage.EXTENDED_ACCESS)
    assert (here.eol_date, here.eol_announced) == (date(2027, 6, 30), False)
    assert here.company_date is not None
    assert (there.stage, there.company_date) == (Stage.END_OF_LIFE, None)
    assert worst_stage(moved, DAY).worst.stage is Stage.END_OF_LIFE
    assert stage_on(moved, date(2027, 6, 30), "us-east-1").stage is Stage.END_OF_LIFE


def test_a_pattern_is_for_all_that_fit(write: Write) -> None:
    text = 'version: 1\ndates:\n  - {model: "anthropic.test-*", deadline: 2026-11-01, reason: leave them all}\n'
    catalog = laid_over(write(text)).catalog
    touched = {each.id for each in catalog.models if each.company_dates}
    assert touched == {each.id for each in BASE.models if each.id.startswith("anthropic.test-")}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("version: 2\nmodels: []\n", "1:10: 'version' has to be 1"),
        ("version: 1\nmodel: []\n", "2:1: unknown key 'model' in the catalog overlay; did you mean 'models'?"),
        ("version: 1\nas_of: 2026-02-30\nmodels: []\n", "'2026-02-30' is a day that no calendar has"),
        ("version: 1\ndates: [{model: anthropic.test-*, reason: x, eol_date: 9999-12-31}]\n",
         "2:9: eol_date: 9999-12-31 is not between 1900-01-01 and 2999-12-31"),
        ("version: 1\ndates: [{model: anthropic.test-*, reason: x, deadline: 2027-01-01, regions: [us-eats-1]}]\n",
         "2:9: 'us-eats-1' is not a Region of AWS; did you mean 'us-east-1'?"),
        ("version: 1\nas_of: soon\nmodels: []\n", "2:8: 'soon' is not a day"),
        ("version: 1\ndates: [{model: anthropic.test-*, reason: x}]\n", "2:9: give either 'deadline'"),
        (
            "version: 1\ndates: [{model: anthropic.test-*, reason: x, deadline: 2027-01-01, eol_date: 2027-01-02}]\n",
            "give either 'deadline'",
        ),
        ("version: 1\ndates: [{model: anthropic.test-*, deadline: 2027-01-01}]\n", "has no 'reason'"),
        ("version: 1\ndates: [{model: anthropic.tst-legacy-v1:0, deadline: 2027-01-01, reason: x}]\n",
         "no model 'anthropic.tst-legacy-v1:0'; did you mean anthropic.test-legacy-v1:0"),
        ("version: 1\nmodels: [{id: anthropic.test-eol-v1:0, provider: P, regions: [us-east-1]}]\n", "already"),
        (f"version: 1\nmodels: [{OWN.replace('us-east-1]', 'Ohio]')}}}]\n", "'Ohio' is not the code of a Region"),
        (f"version: 1\nmodels: [{OWN}, based_on: a.b-1}}]\n", "to base this on"),
        ("version: 1\nmodels: [{id: us.anthropic.x-1, provider: P, regions: [us-east-1]}]\n", "not the ARN of a model"),
        (f"version: 1\nmodels: [{OWN}, legacy_date: 2027-02-01, eol_date: 2027-01-01}}]\n", "are not in order"),
        (f"version: 1\nmodels: [{OWN}}}, {OWN}}}]\n", "already"),
        ("version: 1\nmodels: [\n", "(catalog overlay)"),
        ("", "is one YAML document"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(write: Write, text: str, words: str) -> None:
    file = write(text)
    with pytest.raises(UsageError) as raised:
        laid_over(file)
    assert words in str(raised.value)
    assert str(file) in str(raised.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="catalog overlay"):
        load_overlay(tmp_path / "none.yaml")


def test_the_schema_is_one() -> None:
    import jsonschema

    jsonschema.Draft202012Validator.check_schema(overlay_schema())


# Which catalog is used


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BEDROCK_EOL_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache" / "catalog.json"


def of_day(as_of: date, updated_on: date | None = None) -> Catalog:
    return Catalog(as_of, "somewhere", (), updated_on)


def test_without_a_refreshed_catalog_the_bundled_one_is_used(cache: Path) -> None:
    selected = select_catalog()
    assert cache_file() == cache
    assert load_cached() is None
    assert selected.catalog == load_bundled()
    assert selected.description.startswith("bundled catalog: ")


def test_the_newer_one_is_used(cache: Path) -> None:
    newer = date.fromordinal(load_bundled().as_of.toordinal() + 1)
    write_catalog(cache, of_day(newer))
    assert select_catalog().catalog.as_of == newer
    assert select_catalog().name == f"refreshed catalog {cache}"
    write_catalog(cache, of_day(date.fromordinal(load_bundled().as_of.toordinal() - 1)))
    assert select_catalog().name == "bundled catalog"


def test_one_that_is_newer_only_in_part_does_not_replace_a_newer_whole(cache: Path) -> None:
    bundled = load_bundled().as_of
    write_catalog(cache, of_day(date(2026, 10, 1), date(2027, 1, 1)))
    assert select_catalog().name == "bundled catalog"
    write_catalog(cache, of_day(bundled, date(2027, 1, 1)))
    assert select_catalog().name.startswith("refreshed catalog")


def test_a_file_that_is_named_is_used_whatever_its_age(cache: Path) -> None:
    write_catalog(cache, of_day(date(2027, 1, 1)))
    assert select_catalog(SYNTHETIC).catalog == BASE
    assert select_catalog(SYNTHETIC).name == str(SYNTHETIC)


def test_overlays_are_named_too(cache: Path, write: Write) -> None:
    file = write("version: 1\ndates: [{model: anthropic.test-*, deadline: 2027-01-01, reason: x}]\n")
    assert select_catalog(SYNTHETIC, (file,)).name == f"{SYNTHETIC} with {file}"


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"version": 2}', '{"version": 1, "as_of": "x", "source": "", "models": []}']
)
def test_a_damaged_cache_is_an_error_that_says_what_to_do(cache: Path, text: str) -> None:
    cache.parent.mkdir()
    cache.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="models refresh"):
        select_catalog()
    assert select_catalog(SYNTHETIC).catalog == BASE


def test_a_catalog_that_contradicts_itself_is_not_written(cache: Path) -> None:
    write_catalog(cache, of_day(date(2026, 11, 20)))
    before = cache.read_bytes()
    wrong = Model(
        "a.b-1", "B", "A", rows=(LifecycleRow((), date(2027, 1, 1), None, date(2026, 1, 1), "s", date(2026, 1, 1)),)
    )
    with pytest.raises(UsageError, match="contradicts itself"):
        write_catalog(cache, Catalog(date(2026, 11, 21), "s", (wrong,)))
    assert cache.read_bytes() == before
    assert [each.name for each in cache.parent.iterdir()] == ["catalog.json"]


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="cannot be written"):
        write_catalog(tmp_path / "file" / "catalog.json", BASE)
