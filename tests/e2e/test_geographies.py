"""An inference profile bounds the Regions that are judged: it can be called only in those of its geography."""

import json
from datetime import date

import pytest

from checker.catalog.store import load_bundled
from checker.model.policy import Severity
from checker.model.regions import partition_of
from checker.model.settings import Options, Settings
from checker.pipeline import scan

PROFILES = {
    profile.id: model.regions_to_call(profile.prefix, "aws-us-gov" if profile.prefix == "us-gov" else "aws")
    for model in load_bundled().models
    for profile in model.profiles
}


def judged(directory, profiles, regions=()):
    agents = {
        f"A{number}": {"Type": "AWS::Bedrock::Agent", "Properties": {"FoundationModel": name}}
        for number, name in enumerate(profiles)
    }
    (directory / "t.json").write_text(json.dumps({"Resources": agents}), encoding="utf-8")
    # By then, whatever has an end has reached it.
    settings = Settings(date(2199, 1, 1), options=Options(regions=regions))
    return scan(["t.json"], settings, standard_input=bytes, cwd=directory)


def regions_of(result):
    """The id and the Region of each finding that is not about a Region to which calls are only routed."""
    return [
        (finding.candidate.text, finding.stage_on.region)
        for finding in result.findings
        if finding.candidate is not None and finding.stage_on is not None and finding.severity is not Severity.NOTE
    ]


def test_only_regions_in_which_a_profile_can_be_called_are_judged(tmp_path):
    found = [(name, region) for name, region in regions_of(judged(tmp_path, PROFILES)) if region and PROFILES[name]]
    assert [(name, region) for name, region in found if region not in PROFILES[name]] == []
    assert {name.partition(".")[0] for name, _ in found} >= {"us", "us-gov", "eu", "apac"}


@pytest.mark.parametrize(("prefix", "partition"), [("us", "aws"), ("us-gov", "aws-us-gov"), ("eu", "aws")])
def test_the_partition_is_that_of_the_geography(tmp_path, prefix, partition):
    name = next(each for each in PROFILES if each.startswith(f"{prefix}."))
    (reference,) = judged(tmp_path, [name]).references
    assert [candidate.partition for candidate in reference.candidates] == [partition]
    assert {partition_of(region) for region in PROFILES[name]} == {partition}


def test_what_the_user_says_of_the_region_bounds_too(tmp_path):
    name, callable_in = next((each, regions) for each, regions in PROFILES.items() if each.startswith("us.anthropic"))
    inside = judged(tmp_path, [name], (callable_in[0], "eu-central-1"))
    assert {region for _, region in regions_of(inside)} == {callable_in[0]}
    outside = judged(tmp_path, [name], ("eu-central-1",))
    assert {region for _, region in regions_of(outside)} == {"eu-central-1"}
