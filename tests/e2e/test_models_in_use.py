"""A scan holds the models that the examples use, with their stages in the Regions that may be meant."""

from datetime import date
from pathlib import Path

from checker.model.settings import Options, Settings
from checker.model.stages import stage_on
from checker.pipeline import scan

EXAMPLES = Path(__file__).parents[2] / "examples"
DAY = date(2026, 11, 24)


def scan_of(folder: str, **given):
    return scan(["."], Settings(DAY, **given), standard_input=bytes, cwd=EXAMPLES / folder / "failing")


def test_each_model_has_the_regions_of_its_references():
    result = scan_of("terraform")
    regions: dict[str, set[str]] = {}
    for reference in result.references:
        for candidate in reference.candidates:
            if candidate.model is not None:
                regions.setdefault(candidate.model, set()).update(candidate.regions)
    assert [used.model.id for used in result.models] == sorted(regions)
    for used in result.models:
        assert {stage.region for stage in used.stages} == regions[used.model.id]
        assert all(stage == stage_on(used.model, DAY, stage.region or "") for stage in used.stages)
    assert result.horizon_days == 90


def test_a_region_that_is_not_known_may_be_any_or_one_of_those_given():
    anywhere, bounded = scan_of("cloudformation"), scan_of("cloudformation", options=Options(regions=("us-west-2",)))
    assert [used.model.id for used in anywhere.models] == [used.model.id for used in bounded.models]
    assert any(len(used.stages) > 5 for used in anywhere.models)
    written = {region for reference in bounded.references for each in reference.candidates for region in each.regions}
    assert {stage.region for used in bounded.models for stage in used.stages} == {"us-west-2", *written}


def test_a_run_that_does_not_judge_has_no_models():
    result = scan_of("terraform", judge=False)
    assert (result.models, result.horizon_days) == ((), None)
    assert result.references
