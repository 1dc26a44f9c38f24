"""Tests of policies: what they may say, when they pass, what they tell."""

from pathlib import Path

import pytest

from checker.cli import run
from checker.errors import UsageError
from checker.policy.cases import load_cases
from checker.policy_tests import run_policy_tests
from checker.source.files import Boundary, SourceFiles

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


def read(directory, text):
    (directory / "tests.yaml").write_text(text)
    return load_cases(Path("tests.yaml"), SourceFiles(Boundary(None, allow_outside=True), directory))


CODE = "version: 1\ntests:\n  - {as-of: 2026-11-24, code: x, expect: []}\n"


def test_what_a_test_does_not_say(tmp_path):
    made = read(tmp_path, "version: 1\n" + "tests:\n" + case(f"{{model: '{EOL}'}}, {{}}", "") * 2)
    assert (made.policy, made.catalog) == (("baseline",), None)
    assert [each.name for each in made.cases] == ["test 1", "test 2"]
    assert [each.address for each in made.cases[1].references] == ["reference1", "reference2"]
    assert [each.model for each in made.cases[1].references] == [EOL, None]
    assert [(each.code, each.regions, each.expected) for each in made.cases] == [(None, (), ())] * 2
    assert made.cases[1].references[1].change is None


def test_what_a_test_names_is_beside_its_file(tmp_path):
    (tmp_path / "policies").mkdir()
    files = SourceFiles(Boundary(None, allow_outside=True), tmp_path)
    given = "policy: [strict, own.yaml, ../org.yml, a.json]\ncatalog: c.json\n"
    (tmp_path / "policies" / "tests.yaml").write_text(CODE.replace("tests:", f"{given}tests:"))
    made = load_cases(Path("policies/tests.yaml"), files)
    names = [Path(name).as_posix() for name in made.policy]
    assert names == ["strict", "policies/own.yaml", "policies/../org.yml", "policies/a.json"]
    assert (made.shown, made.catalog) == ("policies/tests.yaml", Path("policies/c.json"))
    assert made.cases[0].code == Path("policies/x")


def test_a_file_of_tests_has_at_most_a_million_characters(tmp_path):
    largest = f"{CODE}#{'x' * (1_000_000 - len(CODE) - 1)}"
    assert read(tmp_path, largest).cases
    with pytest.raises(UsageError, match=r"^tests\.yaml:1:1: the test file is larger than 1,000,000 characters$"):
        read(tmp_path, f"{largest}x")


def test_a_file_of_tests_has_at_most_fifty_thousand_entries(tmp_path):
    """However short aliases make it: here, a list of 245 Regions is written once and meant 199 times."""
    many = f"&r [{', '.join('r' * 245)}]"
    tests = "".join(
        f"  - {{as-of: 2026-11-24, code: x, expect: [], regions: {'*r' if number else many}}}\n"
        for number in range(199)
    )
    text = f"version: 1\ntests:\n{tests}  - {{as-of: 2026-11-24, code: x, expect: [], regions: [%s]}}\n"
    assert len(read(tmp_path, text % ", ".join("r" * 242)).cases) == 200
    with pytest.raises(
        UsageError, match=r"^tests\.yaml:1:1: the test file has more than 50,000 entries, aliases expan"
    ):
        read(tmp_path, text % ", ".join("r" * 243))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", r"^tests\.yaml:1:1: a test file is one document, and here are none$"),
        (f"{CODE}---\n{CODE}", r"^tests\.yaml:1:1: a test file is one document, and here are 2$"),
        ("version: [", r"^tests\.yaml:1:\d+: "),
        (
            CODE.replace("code", "references: [{}], code"),
            r"^tests\.yaml:3:5: a test has either 'references' or 'code'$",
        ),
    ],
)
def test_what_is_no_file_of_tests_is_an_error(tmp_path, text, said):
    with pytest.raises(UsageError, match=said):
        read(tmp_path, text)


def test_a_file_of_tests_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(UsageError, match=r"^none\.yaml: there is no such file"):
        load_cases(Path("none.yaml"), SourceFiles(Boundary(tmp_path), tmp_path))


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
