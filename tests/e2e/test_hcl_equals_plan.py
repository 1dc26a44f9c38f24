"""The HCL scan of each root in `tests/cases/terraform-roots` agrees with a real plan of it.

`plan.json` beside the root is what Terraform made of it (`scripts/regenerate_terraform_roots.py`), so that the
comparison runs everywhere; where Terraform is, some are made anew and held against the committed ones. `expect.json`
says what is to be found in the HCL, where it is written and how sure that is.
"""

import importlib.util
import json
import re
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from checker.model.reference import Reference
from checker.model.scan import Scan
from checker.model.settings import Options, Settings
from checker.pipeline import scan
from checker.values import Certainty

REPOSITORY = Path(__file__).resolve().parents[2]
ROOTS = REPOSITORY / "tests" / "cases" / "terraform-roots"
PLANNED = sorted(path.parent.name for path in ROOTS.glob("*/plan.json"))
EXPECTED = sorted(path.parent.name for path in ROOTS.glob("*/expect.json"))

# What a plan cannot hold: of a map with one value that is unknown until apply, it has no value at all.
LOST_IN_THE_PLAN = "module.a32.aws_lambda_function.worker"

Row = tuple[str, str, str]


def read(root: Path, path: str, source: str | None = None) -> Scan:
    """The references of a root, or of a plan of it, in Terraform's default workspace."""
    options = Options(workspace="default", source=None if source is None else root / source)
    return scan([path], Settings(date(2026, 11, 24), options=options, judge=False), standard_input=bytes, cwd=root)


def rows_of(result: Scan) -> dict[Row, Any]:
    """What each reference names, by address, path and usage; a policy document is a set, whose order is lost."""
    rows: dict[Row, Any] = {}
    for reference in result.references:
        path = re.sub(r"\[\d+\]", "[]", reference.path) if reference.site.role.value == "grant" else reference.path
        models = {
            (candidate.model or candidate.form.value, candidate.profile, candidate.regions)
            for candidate in reference.candidates
            if candidate.certainty is not Certainty.OVERRIDE
        }
        if models or reference.unresolved is not None:
            known, missing = rows.get((reference.address, path, reference.site.usage.value), (set(), False))
            both = (known | models, missing or reference.unresolved is not None)
            rows[reference.address, path, reference.site.usage.value] = both
    return rows


def without_lost(rows: dict[Row, Any]) -> dict[Row, Any]:
    return {row: what for row, what in rows.items() if row[0] != LOST_IN_THE_PLAN}


def test_the_plan_says_what_it_has_lost() -> None:
    root = ROOTS / "idioms"
    code, plan, both = (rows_of(read(root, *paths)) for paths in ((".",), ("plan.json",), ("plan.json", ".")))
    lost = {row[1]: unresolved for row, (_, unresolved) in plan.items() if row[0] == LOST_IN_THE_PLAN}
    assert lost == {"environment[0].variables": True}
    of_code = {row: what for row, what in code.items() if row[0] == LOST_IN_THE_PLAN}
    assert {row[1] for row in of_code} == {"environment[0].variables.MODEL_ID", "environment[0].variables.PROFILE"}
    assert {row: what for row, what in both.items() if row[0] == LOST_IN_THE_PLAN} == of_code


@pytest.mark.parametrize("name", PLANNED)
def test_the_code_says_what_its_plan_says(name: str) -> None:
    of_code = read(ROOTS / name, ".")
    of_plan = read(ROOTS / name, "plan.json")

    assert not [problem for problem in (*of_code.problems, *of_plan.problems) if problem.incomplete]
    wanted = without_lost(rows_of(of_plan))
    found = without_lost(rows_of(of_code))
    assert found == wanted
    assert not [row for row, (_, unresolved) in found.items() if unresolved]


def locations_of(result: Scan) -> dict[tuple[str, str], Any]:
    """Where each reference is, and where its models are written; the elements of a policy document in any order."""
    locations: dict[tuple[str, str], Any] = {}
    for reference in result.references:
        path = re.sub(r"\[\d+\]", "[]", reference.path) if reference.site.role.value == "grant" else reference.path
        models = {(one.model, one.profile, one.regions, one.written_at) for one in reference.candidates}
        _, known = locations.get((reference.address, path), (None, set()))
        locations[reference.address, path] = (reference.location, known | models)
    return locations


@pytest.mark.parametrize("name", PLANNED)
def test_a_plan_with_its_code_points_into_the_code(name: str) -> None:
    with_code = read(ROOTS / name, "plan.json", source=".")
    of_plan = read(ROOTS / name, "plan.json")
    assert not with_code.problems

    assert without_lost(rows_of(with_code)) == without_lost(rows_of(of_plan))
    assert all(candidate.certainty is Certainty.CERTAIN for one in with_code.references for candidate in one.candidates)

    of_code = locations_of(read(ROOTS / name, "."))
    found = locations_of(with_code)
    assert found.keys() == of_code.keys()
    for row, (location, models) in found.items():
        assert location == of_code[row][0], row
        assert {model[-1] for model in models} <= {model[-1] for model in of_code[row][1]}, row


def test_there_are_roots() -> None:
    assert {"idioms", "inputs", "regions"} <= set(PLANNED)
    assert len(PLANNED) >= 8
    assert sum(len(rows_of(read(ROOTS / name, "plan.json"))) for name in PLANNED) > 100


def name_of(reference: Reference) -> str:
    """A reference's address and path, with the root before it if the case has several."""
    return f"{'' if reference.input == '.' else f'{reference.input}: '}{reference.address} {reference.path}"


def described(reference: Reference) -> list[Any]:
    """A reference as `expect.json` has it: usage, then each candidate, then why there are not more."""
    candidates = sorted(
        " ".join(
            (
                (f"{one.profile}." if one.profile else "") + one.model if one.model else one.text,
                one.certainty.value,
                "/".join(one.regions) or "-",
                f"{one.written_at.file}:{one.written_at.line}" if one.written_at else "-",
            )
        )
        for one in reference.candidates
    )
    missing = [f"{reference.unresolved.cause.value}: {reference.unresolved.subject}"] if reference.unresolved else []
    return [reference.site.usage.value, *candidates, *missing]


@pytest.mark.parametrize("name", EXPECTED)
def test_what_is_found_in_the_code(name: str) -> None:
    expected = json.loads((ROOTS / name / "expect.json").read_text(encoding="utf-8"))
    result = scan(["."], Settings(date(2026, 11, 24), judge=False), standard_input=bytes, cwd=ROOTS / name)
    found = {name_of(one): described(one) for one in result.references}
    assert found == expected["references"]
    assert [f"{one.kind.value} {one.file}:{one.line}" for one in result.problems] == expected.get("problems", [])


@pytest.fixture(scope="module")
def regenerate_roots() -> ModuleType:
    script = REPOSITORY / "scripts" / "regenerate_terraform_roots.py"
    spec = importlib.util.spec_from_file_location("regenerate_terraform_roots", script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# Terraform takes seconds for each. A root that was changed without its plan fails the tests above anyway.
@pytest.mark.parametrize("name", ["hard-forms", "regions"])
def test_the_committed_plan_is_current(
    name: str, regenerate_roots: ModuleType, terraform_plugin_dir: Path, tmp_path: Path
) -> None:
    fresh = regenerate_roots.make_plan(ROOTS / name, tmp_path / "root", terraform_plugin_dir)
    (tmp_path / "plan.json").write_text(json.dumps(fresh), encoding="utf-8")
    assert rows_of(read(tmp_path, "plan.json")) == rows_of(read(ROOTS / name, "plan.json"))
