"""`expect.jsonc` of each example says true things about the files beside it."""

import json
from pathlib import Path

import pytest

KINDS = ("terraform", "terraform-plan", "cloudformation", "cdk")
VARIANTS = ("failing", "clean")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("variant", VARIANTS)
def test_each_expected_model_is_written_where_it_says(kind: str, variant: str, examples: Path) -> None:
    folder = examples / kind / variant
    rows = json.loads((folder / "expect.jsonc").read_text(encoding="utf-8"))
    assert rows
    for row in rows:
        assert row["usage"] in {"use", "indirect", "grant"}
        assert row["certainty"] in {"certain", "default", "possible", "override"}
        if kind == "terraform-plan":
            assert row["written_at"] is None
            continue
        file, line = row["written_at"].rsplit(":", 1)
        written = (folder / file).read_text(encoding="utf-8").splitlines()[int(line) - 1]
        assert row["model"] in written, row
        if "template" in row:
            assert row["address"] in (folder / row["template"]).read_text(encoding="utf-8")


def test_variants_differ_in_models_only(examples: Path) -> None:
    for kind in KINDS:
        failing, clean = (
            json.loads((examples / kind / variant / "expect.jsonc").read_text(encoding="utf-8")) for variant in VARIANTS
        )
        locations = [[(row.get("template"), row["address"], row["site"]) for row in rows] for rows in (failing, clean)]
        assert locations[0] == locations[1]
        assert not {row["model"] for row in failing if "claude" in row["model"]} & {row["model"] for row in clean}
