"""The checker finds in each example exactly what its `expect.jsonc` lists."""

import json
from datetime import date
from pathlib import Path

import pytest

from checker.model.scan import Scan
from checker.model.settings import Settings
from checker.pipeline import scan

DAY = date(2026, 11, 24)
INPUTS = {"terraform": ".", "terraform-plan": "plan.json", "cloudformation": ".", "cdk": "cdk.out"}


def scan_example(folder: Path, kind: str) -> Scan:
    return scan([INPUTS[kind]], Settings(DAY), standard_input=bytes, cwd=folder)


def found_in(result: Scan, kind: str) -> set[tuple[object, ...]]:
    rows: set[tuple[object, ...]] = set()
    for reference in result.references:
        for candidate in reference.candidates:
            written_at = candidate.written_at
            rows.add(
                (
                    reference.address,
                    reference.site.path,
                    reference.site.usage.value,
                    candidate.model,
                    candidate.regions[0] if candidate.regions else None,
                    candidate.certainty.value,
                    None if kind == "terraform-plan" or written_at is None else f"{written_at.file}:{written_at.line}",
                )
            )
    return rows


@pytest.mark.parametrize("kind", INPUTS)
@pytest.mark.parametrize("variant", ["failing", "clean"])
def test_found_is_what_is_expected(kind: str, variant: str, examples: Path) -> None:
    folder = examples / kind / variant
    expected = {
        (
            row.get("construct", row["address"]),
            row["site"],
            row["usage"],
            row["model"],
            row["region"],
            row["certainty"],
            row["written_at"],
        )
        for row in json.loads((folder / "expect.jsonc").read_text(encoding="utf-8"))
    }
    result = scan_example(folder, kind)
    assert found_in(result, kind) == expected
    assert not result.unresolved
    assert not result.problems


@pytest.mark.parametrize("kind", INPUTS)
def test_the_clean_variant_has_no_error_and_the_failing_one_has(kind: str, examples: Path) -> None:
    clean = scan_example(examples / kind / "clean", kind)
    failing = scan_example(examples / kind / "failing", kind)
    assert not [finding for finding in clean.open_findings if str(finding.severity) == "error"]
    assert [finding for finding in failing.open_findings if str(finding.severity) == "error"]


def test_hcl_and_its_plan_name_the_same_models(examples: Path) -> None:
    for variant in ("failing", "clean"):
        both = [
            {row[:5] for row in found_in(scan_example(examples / kind / variant, kind), kind)}
            for kind in ("terraform", "terraform-plan")
        ]
        assert both[0] == both[1]
