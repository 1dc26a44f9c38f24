"""A catalog that a user supplies: read, refused with a location, laid over another."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from checker.catalog import CatalogIndex, encode, load_file
from checker.errors import UsageError
from checker.model.stages import guaranteed_until, stage_on

SYNTHETIC = Path(__file__).parents[2] / "catalog.json"
TODAY = date(2026, 11, 24)


def test_the_synthetic_catalog_is_as_its_names_say() -> None:
    index = CatalogIndex(load_file(SYNTHETIC))

    def at(name: str, region: str = "us-east-1") -> tuple[str, int | None]:
        model = index.lookup(name)
        assert model is not None, name
        stage = stage_on(model, TODAY, region)
        return stage.stage.value, stage.days_to_eol

    assert at("anthropic.test-active-v1:0") == ("active", None)
    assert at("anthropic.test-announced-v1:0") == ("active", 203)
    assert at("anthropic.test-legacy-v1:0") == ("legacy", 189)
    assert at("anthropic.test-soon-v1:0") == ("legacy", 90)
    assert at("anthropic.test-extended-v1:0") == ("extended-access", 128)
    assert at("anthropic.test-eol-today-v1:0") == ("end-of-life", 0)
    assert at("anthropic.test-eol-v1:0") == ("end-of-life", -75)
    assert at("anthropic.test-regional-v1:0") == ("end-of-life", -75)
    assert at("anthropic.test-regional-v1:0", "eu-west-1") == ("legacy", 189)
    assert at("anthropic.test-regional-v1:0", "ap-south-1") == ("active", None)
    assert at("anthropic.test-disputed-v1:0", "eu-west-1") == ("unknown", None)
    assert at("anthropic.test-disputed-v1:0", "sa-east-1") == ("active", None)
    assert at("anthropic.test-gov-v1:0", "us-gov-west-1") == ("end-of-life", -117)
    assert at("anthropic.test-gov-v1:0", "us-gov-east-1") == ("unknown", None)
    assert at("meta.test-no-legacy-date-v1:0", "mx-central-1") == ("legacy", 126)
    assert at("amazon.test-embed-v1") == ("extended-access", 6)
    assert at("amazon.test-image-v1:0") == ("legacy", 52)
    short, floor = index.lookup("zai.test-short-notice-5.3"), index.lookup("anthropic.test-floor-v1:0")
    assert short is not None
    assert floor is not None
    assert guaranteed_until(short, TODAY, "us-east-1") == date(2027, 1, 8)
    assert guaranteed_until(floor, TODAY, "us-east-1") == date(2027, 9, 30)


def test_the_synthetic_catalog_is_written_as_the_encoder_writes() -> None:
    assert encode(load_file(SYNTHETIC)) == SYNTHETIC.read_text(encoding="utf-8")


def test_models_may_stand_in_any_order(tmp_path: Path) -> None:
    document = json.loads(SYNTHETIC.read_text(encoding="utf-8"))
    document["models"].reverse()
    file = tmp_path / "catalog.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    assert load_file(file) == load_file(SYNTHETIC)


def _row(document: Any) -> Any:
    return document["models"][0]["rows"][0]


def _twice(document: Any) -> None:
    document["models"].append(document["models"][0])


@pytest.mark.parametrize(
    ("spoil", "at", "words"),
    [
        (lambda d: d.update(version=2), '"version": 2', "version: 1 was expected"),
        (lambda d: d.pop("as_of"), "{", "'as_of' is a required property"),
        (lambda d: _row(d).update(eol_date="soon"), '"soon"', "models[0].rows[0].eol_date"),
        (lambda d: _row(d).update(eol_date="2026-02-30"), '"2026-02-30"', "'2026-02-30' is not a 'date'"),
        (lambda d: _row(d).update(eol_date="2026-05-01"), "{", "is not after"),
        (lambda d: _row(d).update(read_on="2026-11-02"), '"read_on"', "after the day of the catalog"),
        (lambda d: _row(d)["regions"].append("Frankfurt"), '"Frankfurt"', "models[0].rows[0].regions[4]: 'Frankfurt'"),
        (lambda d: d["models"][0].update(id="us.amazon.test-1"), '"us.amazon.test-1"', "models[0].id"),
        (lambda d: d["models"][0].update(launched="2020-01-01"), "{", "launched"),
        (
            lambda d: d["models"][1].update(aliases=["amazon.test-embed-v1"]),
            '"amazon.test-embed-v1"',
            "already an id of the model",
        ),
        (lambda d: d["models"][0]["rows"].append(dict(_row(d))), "[", "has more than one row"),
        (_twice, '"amazon.test-embed-v1"', "already an id of the model amazon.test-embed-v1"),
        (lambda d: d["models"][0]["replacements"][0].update(id="amazon.test-embed-v1"), "[", "replace itself"),
        (lambda d: _row(d).update(eol_date="9999-12-31"), "{", "9999-12-31 is not between 1900-01-01 and 2999-12-31"),
        (lambda d: d.update(as_of="9999-12-31"), '"9999-12-31"', "is not between"),
        (
            lambda d: d["models"][0].update(
                offers=[{"regions": ["eu-west-3"], "source": "s", "read_on": "2998-01-01"}]
            ),
            '"2998-01-01"',
            "give that day as updated_on",
        ),
        (
            lambda d: d["models"][0].update(profiles=[{"prefix": "us", "id": "us.amazon.other-1"}]),
            '"us.amazon.other-1"',
            "expected us.amazon.test-embed-v1",
        ),
    ],
)
def test_a_fault_is_refused_with_its_place(tmp_path: Path, spoil: Callable[[Any], object], at: str, words: str) -> None:
    document = json.loads(SYNTHETIC.read_text(encoding="utf-8"))
    spoil(document)
    file = tmp_path / "mine.json"
    lines = json.dumps(document, indent=2).splitlines()
    file.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load_file(file)
    message = str(caught.value)
    expected = {number for number, line in enumerate(lines, 1) if at in line}
    found = re.match(re.escape(str(file)) + r":(\d+):\d+: ", message)
    assert found is not None, message
    assert int(found[1]) in expected, message
    assert words in message


def test_what_is_no_catalog_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    with pytest.raises(UsageError, match="cannot be read: there is no such file"):
        load_file(file)
    file.write_text('{\n  "version": 1,,\n}', encoding="utf-8")
    with pytest.raises(UsageError, match=r"mine\.json:2:\d+: .*a catalog is a JSON file"):
        load_file(file)
    file.write_bytes(b'{"version": "\xff"}')
    with pytest.raises(UsageError, match="not UTF-8"):
        load_file(file)
    file.write_text("[]", encoding="utf-8")
    with pytest.raises(UsageError, match=r"mine\.json:1:1: not a valid catalog: \[\] is not of type 'object'"):
        load_file(file)


def test_the_validator_is_not_loaded_at_start() -> None:
    code = (
        "import sys, checker.catalog as c; index = c.CatalogIndex(c.load_bundled());"
        "assert index.knows('us.amazon.nova-lite-v1:0');"
        "assert not {'jsonschema', 'difflib', 'yaml'} & set(sys.modules), 'loaded too much'"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
