"""Findings that were accepted when the tool was introduced."""

import json
from pathlib import Path

import pytest

from checker.errors import UsageError
from checker.workspace.baseline import read_baseline

PROVIDER = 'provider "aws" {\n  region = "us-east-1"\n}\n'
BASELINE = Path("baseline.json")


def test_what_a_baseline_lists_does_not_count(repository, agent, statuses):
    repository.write("main.tf", PROVIDER + agent("old"))
    written = repository.scan(write_baseline=BASELINE)
    assert statuses(written) == {"old:eol-reached": "baseline"}
    # Lines, formatting and the file within the root do not matter.
    repository.write("main.tf", "# comment\n\n" + PROVIDER)
    repository.write("agents.tf", "\n\n" + agent("old").replace("  ", "      ") + agent("new"))
    found = statuses(repository.scan(baseline=BASELINE))
    assert found == {"old:eol-reached": "baseline", "new:eol-reached": "open"}


def test_a_finding_that_gets_worse_is_new(repository, agent, statuses):
    from datetime import date

    repository.write("main.tf", PROVIDER + agent("chat", "anthropic.test-legacy-v1:0"))
    early = repository.scan(write_baseline=BASELINE, as_of=date(2026, 11, 24))
    assert statuses(early) == {"chat:legacy-model": "baseline"}
    same = repository.scan(baseline=BASELINE, as_of=date(2026, 12, 24))
    assert statuses(same) == {"chat:legacy-model": "baseline"}
    near = repository.scan(baseline=BASELINE, as_of=date(2027, 5, 1))
    assert statuses(near) == {"chat:eol-within-90-days": "open"}
    over = repository.scan(baseline=BASELINE, as_of=date(2027, 6, 1))
    assert statuses(over) == {"chat:eol-reached": "open"}


def test_what_is_written_is_stable_and_says_what_it_is(repository, agent):
    repository.write("b/main.tf", PROVIDER + agent("chat"))
    repository.write("a/main.tf", PROVIDER + agent("chat"))
    repository.scan(write_baseline=BASELINE)
    first = (repository.top / BASELINE).read_text()
    assert [entry["root"] for entry in json.loads(first)["findings"]] == ["a", "b"]
    assert json.loads(first)["findings"][0]["address"] == "aws_bedrockagent_agent.chat"
    repository.scan(write_baseline=BASELINE)
    assert (repository.top / BASELINE).read_text() == first
    assert [file.name for file in repository.top.iterdir() if file.name.endswith(".part")] == []


def test_findings_about_the_run_are_not_written(repository, agent):
    from datetime import date

    repository.write("main.tf", PROVIDER)
    result = repository.scan(write_baseline=BASELINE, as_of=date(2030, 1, 1))
    assert [(finding.rule, str(finding.status)) for finding in result.findings] == [("stale-catalog", "open")]
    assert json.loads((repository.top / BASELINE).read_text()) == {"version": 1, "findings": []}


def test_what_is_waived_is_not_written(repository, agent):
    waiver = '# bedrock-eol: ignore=eol-reached until=2027-01-01 reason="soon"\n'
    repository.write("main.tf", PROVIDER + waiver + agent())
    repository.scan(write_baseline=BASELINE)
    assert json.loads((repository.top / BASELINE).read_text())["findings"] == []


def test_a_root_that_moved_is_recognised(repository, agent, statuses):
    repository.write("envs/prod/main.tf", PROVIDER + agent())
    repository.scan(write_baseline=BASELINE)
    (repository.top / "envs").rename(repository.top / "live")
    assert statuses(repository.scan(baseline=BASELINE)) == {"chat:eol-reached": "baseline"}


def test_another_root_does_not_take_the_place_of_one_that_is_not_checked(repository, agent, statuses):
    repository.write("dev/main.tf", PROVIDER + agent())
    repository.scan(write_baseline=BASELINE)
    repository.write("prod/main.tf", PROVIDER + agent())
    assert statuses(repository.scan("prod", baseline=BASELINE)) == {"chat:eol-reached": "open"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", r"b\.json:1:2: "),
        ("[]", r"b\.json:1:1: a baseline is an object"),
        ('{"version": 2, "findings": []}', r"b\.json:1:13: the 'version' of a baseline has to be 1"),
        ('{"findings": []}', r"b\.json:1:1: the 'version'"),
        ('{"version": 1}', r"b\.json:1:1: a baseline has a list"),
        ('{"version": 1, "findings": [3]}', r"b\.json:1:29: a finding of a baseline is an object"),
        ('{"version": 1, "findings": [{"rule": 3}]}', r"b\.json:1:29: this finding has no text 'rule'"),
    ],
)
def test_a_file_that_is_no_baseline_is_an_error_with_its_place(tmp_path, text, said):
    (tmp_path / "b.json").write_text(text)
    with pytest.raises(UsageError, match=said):
        read_baseline(Path("b.json"), tmp_path)


def test_a_missing_baseline_says_how_to_write_one(tmp_path):
    with pytest.raises(UsageError, match="--write-baseline"):
        read_baseline(Path("b.json"), tmp_path)


def test_a_baseline_that_cannot_be_written_is_an_error(repository, agent):
    repository.write("main.tf", PROVIDER + agent())
    with pytest.raises(UsageError, match="cannot write the baseline"):
        repository.scan(write_baseline=Path("missing/baseline.json"))
