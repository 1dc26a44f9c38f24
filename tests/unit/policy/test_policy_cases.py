"""Tests of policies: what they may say, when they pass, what they tell."""

from pathlib import Path

import pytest

from checker.cli import run
from checker.errors import UsageError
from checker.policy_tests import run_policy_tests

CATALOG = Path(__file__).parents[2] / "catalog.json"
POLICY = """\
version: 1
rules:
  - {id: gone, check: eol-reached, severity: error, lower: {usages: {mention: note}}}
  - id: prod
    check: legacy-model
    severity: warning
    scope: {tags: [env=prod], regions: ["us-*"]}
  - {id: open, check: unresolved-model, severity: warning}
  - {id: old, check: stale-catalog, severity: note}
waivers:
  - {rule: gone, match: {address: "*.accepted"}, reason: known, until: 2027-01-01}
"""
EOL, LEGACY, ACTIVE = "anthropic.test-eol-v1:0", "anthropic.test-legacy-v1:0", "anthropic.test-active-v1:0"


@pytest.fixture
def results(tmp_path):
    def of(tests, policy=POLICY):
        (tmp_path / "own.yaml").write_text(policy)
        text = f"version: 1\npolicy: own.yaml\ncatalog: {CATALOG}\ntests:\n{tests}"
        (tmp_path / "tests.yaml").write_text(text)
        return run_policy_tests(Path("tests.yaml"), tmp_path)

    return of


def case(references, expect, extra=""):
    return f"  - {{as-of: 2026-11-24, {extra}references: [{references}], expect: [{expect}]}}\n"


@pytest.mark.parametrize(
    ("references", "expect", "passed"),
    [
        (f"{{model: '{EOL}', regions: us-east-1}}", "{rule: gone}", True),
        (f"{{model: '{EOL}', regions: us-east-1}}", "", False),
        (f"{{model: '{ACTIVE}', regions: us-east-1}}", "{rule: gone}", False),
        (f"{{model: '{ACTIVE}', regions: us-east-1}}", "", True),
        (f"{{model: '{EOL}', regions: us-east-1}}", "{rule: gone, severity: warning}", False),
        (f"{{model: '{EOL}', usage: mention}}", "{rule: gone, severity: note}", True),
        (f"{{model: '{EOL}', address: a.accepted}}", "{rule: gone, status: waived}", True),
        (f"{{model: '{LEGACY}', regions: us-east-1, tags: {{env: prod}}}}", "{rule: prod, region: us-east-1}", True),
        (f"{{model: '{LEGACY}', regions: us-east-1, tags: {{env: dev}}}}", "", True),
        ("{address: a.b}", "{rule: open, address: a.*}", True),
        (f"{{model: 'arn:aws:bedrock:us-east-1::foundation-model/{EOL}'}}", f"{{rule: gone, model: '{EOL}'}}", True),
        (
            f"{{address: a, model: '{EOL}'}}, {{address: b, model: '{EOL}'}}",
            "{rule: gone}, {rule: gone, address: a}",
            True,
        ),
        (f"{{address: a, model: '{EOL}'}}", "{rule: gone}, {rule: gone}", False),
    ],
)
def test_a_test_passes_if_the_findings_are_those_that_are_expected(results, references, expect, passed):
    [result] = results(case(references, expect))
    assert result.passed is passed, result


def test_what_is_about_the_run_counts_only_where_it_is_asked_for(results):
    late = case(f"{{model: '{ACTIVE}', regions: us-east-1}}", "").replace("2026-11-24", "2030-01-01")
    asked = case(f"{{model: '{ACTIVE}', regions: us-east-1}}", "{rule: old}").replace("2026-11-24", "2030-01-01")
    assert [result.passed for result in results(late + asked + case("{address: a}", "{rule: open}, {rule: old}"))] == [
        True,
        True,
        False,
    ]


def test_a_folder_of_code_is_judged(results, tmp_path):
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "main.tf").write_text(
        f'resource "aws_bedrockagent_agent" "chat" {{\n  foundation_model = "{EOL}"\n  region = "us-east-1"\n}}\n'
    )
    tests = "  - {as-of: 2026-11-24, code: code, expect: [{rule: gone, address: '*.chat'}]}\n"
    assert [result.passed for result in results(tests)] == [True]
    with pytest.raises(UsageError, match=r"tests\.yaml:5:5: there is no code at missing"):
        results("  - {as-of: 2026-11-24, code: missing, expect: []}\n")
    (tmp_path / "code" / "main.tf").write_text("resource {")
    with pytest.raises(UsageError, match="the code could not be read"):
        results(tests)


@pytest.mark.parametrize(
    ("tests", "said"),
    [
        ("  - {as-of: 2026-11-24}\n", r"tests\.yaml:5:5: a test has no 'expect'"),
        ("  - {as-of: 2026-11-24, expect: []}\n", r"5:5: a test has either 'references' or 'code'"),
        ("  - {as-of: 2026-02-30, code: x, expect: []}\n", r"5:13: '2026-02-30' is not a day of the calendar"),
        ("  - {as-of: 9999-12-31, code: x, expect: []}\n", r"5:13: 9999-12-31 is not between"),
        ("  - {as-of: soon, code: x, expect: []}\n", r"5:13: 'soon' is not a day"),
        (case("{modle: x}", ""), r"5:39: unknown key 'modle' in a reference; did you mean 'model'\?"),
        (case("{model: x}", "{rule: gnoe}"), r"the policy has no rule 'gnoe'"),
        (case("{model: x, usage: used}", ""), r"'used' is not a usage; did you mean 'use'\?"),
        ("  []\n", r"'tests' is empty"),
    ],
)
def test_a_file_that_is_not_valid_is_an_error_with_its_place(results, tests, said):
    with pytest.raises(UsageError, match=said):
        results(tests)


def test_the_command_tells_what_failed(results, tmp_path, monkeypatch, capsys):
    results(case(f"{{model: '{EOL}', regions: us-east-1}}", "{rule: gone}", "name: ends, "))
    monkeypatch.chdir(tmp_path)
    assert run(["policy", "test", "tests.yaml"]) == 0
    assert capsys.readouterr().out == "pass  tests.yaml: ends\n1 passed, 0 failed\n"
    results(case(f"{{address: a.b, model: '{EOL}', regions: us-east-1}}", "{rule: open, severity: error}"))
    assert run(["policy", "test", "tests.yaml"]) == 1
    told = capsys.readouterr().out
    assert "FAIL  tests.yaml:5:5: test 1" in told
    assert "expected and not found: open, severity error" in told
    assert "found and not expected: gone, error, open, a.b: anthropic.test-eol-v1:0 reached end of life" in told
