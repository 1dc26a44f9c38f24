"""Policies as read: packs, files, what extends what; the errors are in tests/cases/policy."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from checker.errors import UsageError
from checker.model.policy import Policy, Scope, Severity
from checker.model.reference import Usage
from checker.policy import load, load_policy, pack_names
from checker.policy.checks import CHECKS
from checker.policy.load import pack_text, schema_of
from checker.policy.scope import SCOPE_KEYS
from checker.source.files import Boundary, SourceFiles
from checker.source.validation import plain
from checker.source.yaml import parse_yaml
from checker.values import Certainty

ROOT = Path(__file__).parents[3]
CASES = sorted((ROOT / "tests" / "cases" / "policy").iterdir())

BASELINE = (
    "eol-reached",
    "eol-within-90-days",
    "legacy-model",
    "extended-access",
    "legacy-refuses-create",
    "commitment-outlives-model",
    "legacy-access-lapses",
    "guaranteed-runway-90-days",
    "unknown-model",
    "unresolved-model",
    "wildcard-grant",
    "unaccounted-model",
    "stale-catalog-30-days",
    "stale-catalog",
    "expired-waiver",
    "distant-waiver",
    "unused-waiver",
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Path) -> None:
    """`policy.yaml` of a case gives the errors, or the rules and waivers, of its `expect.json`."""
    expected = json.loads((case / "expect.json").read_text())
    files = SourceFiles(Boundary(case), case)
    if "errors" in expected:
        with pytest.raises(UsageError) as caught:
            load_policy("policy.yaml", files)
        assert str(caught.value).split("\n") == expected["errors"]
        return
    policy = load_policy("policy.yaml", files)
    assert {rule.id: [rule.check, str(rule.severity)] for rule in policy.rules} == expected["rules"]
    assert [[waiver.rule, str(waiver.until)] for waiver in policy.waivers] == expected.get("waivers", [])
    assert list(policy.sources) == expected["sources"]


def test_the_packs_that_ship(load: Callable[..., Policy]) -> None:
    assert pack_names() == ("baseline", "strict")
    assert tuple(rule.id for rule in load("baseline").rules) == BASELINE
    assert load("strict").sources == ("baseline", "strict")


def test_a_rule_as_read(load: Callable[..., Policy]) -> None:
    policy = load("""version: 1
rules:
  - id: prod
    check: eol-within
    with: {days: 180}
    severity: warning
    lower: {usages: {mention: note}}
    scope: {paths: ["envs/prod/**"], kinds: [agent, knowledge_base]}
    message: "{model} is going"
    docs: https://example.com/models
waivers:
  - rule: prod
    match: {address: "module.chat.*", model: [a, b]}
    reason: tracked
    until: 2027-01-05
""")
    [rule], [waiver] = policy.rules, policy.waivers
    assert (rule.id, rule.check, rule.severity, dict(rule.parameters)) == ("prod", "eol-within", 2, {"days": 180})
    assert rule.lowered == {"mention": Severity.NOTE}
    assert rule.scope == Scope(paths=("envs/prod/**",), kinds=("agent", "knowledge_base"))
    assert (rule.message, rule.docs) == ("{model} is going", "https://example.com/models")
    assert rule.origin == "policy.yaml:3:9"
    assert waiver.match == Scope(addresses=("module.chat.*",), models=("a", "b"))
    assert (waiver.reason, waiver.until) == ("tracked", date(2027, 1, 5))
    assert (waiver.location.file, waiver.location.line) == ("policy.yaml", 12) if waiver.location else False


def test_later_names_win(load: Callable[..., Policy], tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("version: 1\nrules: [{id: legacy-model, check: legacy-model, severity: note}]\n")
    files = SourceFiles(Boundary(tmp_path), tmp_path)
    both = load_policy(["baseline", "own.yaml"], files)
    assert {rule.id: rule.severity for rule in both.rules}["legacy-model"] is Severity.NOTE
    assert [rule.id for rule in both.rules] == list(BASELINE)
    other = load_policy(["own.yaml", "baseline"], files)
    assert {rule.id: rule.severity for rule in other.rules}["legacy-model"] is Severity.WARNING


@pytest.mark.parametrize(
    "text",
    ["version: 1\nrules: []\n", "version: 1\n", "version: 1\nextends: [own.yaml]\nrules: [{id: a, disabled: true}]\n"],
)
def test_a_policy_that_judges_nothing_is_an_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "own.yaml").write_text("version: 1\nrules: [{id: a, check: legacy-model, severity: note}]\n")
    (tmp_path / "none.yaml").write_text(text)
    files = SourceFiles(Boundary(tmp_path), tmp_path)
    with pytest.raises(UsageError, match=r"none\.yaml: the policy has no rule.*extends: \[baseline\]"):
        load_policy(["none.yaml"], files)
    assert load_policy(["baseline", "own.yaml"], files).rules


def test_a_file_named_like_a_pack_is_reached_by_its_path(tmp_path: Path) -> None:
    (tmp_path / "baseline").write_text("version: 1\nrules: [{id: x, check: legacy-model, severity: note}]\n")
    files = SourceFiles(Boundary(tmp_path), tmp_path)
    assert [rule.id for rule in load_policy("./baseline", files).rules] == ["x"]
    (tmp_path / "baseline").rename(tmp_path / "own")
    assert [rule.id for rule in load_policy("own", files).rules] == ["x"]
    assert len(load_policy("baseline", files).rules) == len(BASELINE)


def test_the_packs_are_found_in_the_wheel_and_in_a_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the wheel they are inside the package, in a checkout beside it."""
    package = tmp_path / "checker"
    package.mkdir()
    monkeypatch.setattr(load, "files", lambda _: package)
    load._directory.cache_clear()
    try:
        with pytest.raises(FileNotFoundError, match="the installation is broken"):
            pack_names()
        (tmp_path / "policies").mkdir()
        (tmp_path / "policies" / "beside.yaml").write_text("")
        load._directory.cache_clear()
        assert pack_names() == ("beside",)
        (package / "policies").mkdir()
        (package / "policies" / "inside.yaml").write_text("")
        (package / "policies" / "README.md").write_text("")
        load._directory.cache_clear()
        assert pack_names() == ("inside",)
    finally:
        load._directory.cache_clear()


def test_names_that_are_nothing(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        load_policy(["basline", "none.yaml"], SourceFiles(Boundary(tmp_path), tmp_path))
    assert str(caught.value).split("\n") == [
        "'basline' is neither a policy pack nor a file; did you mean 'baseline'?",
        "none.yaml: there is no such file or directory",
    ]


def test_a_policy_outside_the_boundary_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "outside.yaml").write_text("version: 1\n")
    (tmp_path / "inside" / "policy.yaml").write_text("version: 1\nextends: [../outside.yaml]\n")
    files = SourceFiles(Boundary(tmp_path / "inside"), tmp_path / "inside")
    with pytest.raises(UsageError, match=r"^policy.yaml:2:11: ../outside.yaml: .*outside"):
        load_policy("policy.yaml", files)


def test_many_files_that_extend_the_same_are_read_once(tmp_path: Path) -> None:
    """Thirty layers that each extend the next one twice would be a thousand million readings."""
    for layer in range(29):
        (tmp_path / f"p{layer}.yaml").write_text(f"version: 1\nextends: [p{layer + 1}.yaml, p{layer + 1}.yaml]\n")
    (tmp_path / "p29.yaml").write_text("version: 1\nrules: [{id: x, check: legacy-model, severity: note}]\n")
    policy = load_policy("p0.yaml", SourceFiles(Boundary(tmp_path), tmp_path))
    assert [rule.id for rule in policy.rules] == ["x"]
    assert len(policy.sources) == 30


def test_a_chain_that_is_too_long_is_an_error(tmp_path: Path) -> None:
    for layer in range(200):
        (tmp_path / f"p{layer}.yaml").write_text(f"version: 1\nextends: [p{layer + 1}.yaml]\n")
    with pytest.raises(UsageError, match="extend too many others"):
        load_policy("p0.yaml", SourceFiles(Boundary(tmp_path), tmp_path))


@pytest.mark.parametrize("others", [29, 30, 31])
def test_a_chain_may_be_thirty_one_files_long(tmp_path: Path, others: int) -> None:
    for layer in range(others):
        (tmp_path / f"p{layer}.yaml").write_text(f"version: 1\nextends: [p{layer + 1}.yaml]\n")
    rule = "version: 1\nrules: [{id: x, check: legacy-model, severity: note}]\n"
    (tmp_path / f"p{others}.yaml").write_text(rule)
    files = SourceFiles(Boundary(tmp_path), tmp_path)
    if others <= 30:
        assert len(load_policy("p0.yaml", files).sources) == others + 1
        return
    with pytest.raises(UsageError) as caught:
        load_policy("p0.yaml", files)
    assert str(caught.value).startswith("p30.yaml:2:11: the policies extend too many others: p1.yaml → p2.yaml → ")
    assert str(caught.value).endswith(" → p30.yaml → p31.yaml")


RULE = "version: 1\nrules: [{id: x, check: legacy-model, severity: note}]\n"


def test_a_policy_has_at_most_a_million_characters(tmp_path: Path) -> None:
    files = SourceFiles(Boundary(tmp_path), tmp_path)
    largest = f"{RULE}#{'x' * (1_000_000 - len(RULE) - 1)}"
    (tmp_path / "policy.yaml").write_text(largest)
    assert load_policy("policy.yaml", files).rules
    (tmp_path / "policy.yaml").write_text(f"{largest}x")
    with pytest.raises(UsageError, match=r"^policy\.yaml:1:1: the policy is larger than 1,000,000 characters$"):
        load_policy("policy.yaml", files)


def test_a_policy_has_at_most_fifty_thousand_entries(tmp_path: Path) -> None:
    """However short aliases make it: here, a list of 244 paths is written once and meant 199 times."""
    files = SourceFiles(Boundary(tmp_path), tmp_path)
    rules = [
        f"  - {{id: r{number}, check: legacy-model, severity: note, scope: "
        + ("*s" if number else f"&s {{paths: [{', '.join('p' * 244)}]}}")
        for number in range(199)
    ]
    last = "  - {id: last, check: legacy-model, severity: note, scope: {paths: [%s]}}\n"
    text = "version: 1\nrules:\n" + "".join(f"{rule}}}\n" for rule in rules) + last
    (tmp_path / "policy.yaml").write_text(text % ", ".join("p" * 241))
    assert len(load_policy("policy.yaml", files).rules) == 200
    (tmp_path / "policy.yaml").write_text(text % ", ".join("p" * 242))
    with pytest.raises(UsageError, match=r"^policy\.yaml:1:1: the policy has more than 50,000 entries, aliases expand"):
        load_policy("policy.yaml", files)


def test_a_policy_is_not_read_from_the_web(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text("version: 1\nextends:\n  - https://example.com/policy.yaml\n")
    files = SourceFiles(Boundary(tmp_path), tmp_path)
    with pytest.raises(UsageError) as caught:
        load_policy(["https://example.com/own.yaml", "policy.yaml"], files)
    told = str(caught.value).split("\n")
    why = "policies are not read from the web; install the package that has the policy"
    assert told[0].startswith(f"'https://example.com/own.yaml': {why}")
    assert told[1].startswith(f"policy.yaml:3:5: 'https://example.com/policy.yaml': {why}")


def test_a_circle_that_begins_with_the_named_file_is_told_without_a_place_only_if_it_has_none(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("version: 1\nextends:\n  - ./a.yaml\n")
    with pytest.raises(UsageError, match=r"^a\.yaml:3:5: the policies extend each other: a\.yaml → a\.yaml$"):
        load_policy("a.yaml", SourceFiles(Boundary(tmp_path), tmp_path))


def test_files_that_a_policy_extends_are_those_of_its_own_work_tree(tmp_path: Path) -> None:
    (tmp_path / "work" / ".git").mkdir(parents=True)
    (tmp_path / "outside.yaml").write_text(RULE)
    (tmp_path / "work" / "inside.yaml").write_text(RULE)
    policy = tmp_path / "work" / "policy.yaml"
    files = SourceFiles(Boundary(None, allow_outside=True), tmp_path)
    policy.write_text("version: 1\nextends: [inside.yaml]\n")
    assert load_policy("work/policy.yaml", files, allow_outside=False).rules
    policy.write_text("version: 1\nextends: [../outside.yaml]\n")
    assert load_policy("work/policy.yaml", files).rules
    with pytest.raises(UsageError, match=r"^work/policy.yaml:2:11: .*outside.yaml: .*outside"):
        load_policy("work/policy.yaml", files, allow_outside=False)


def test_a_waiver_of_a_day_that_does_not_exist_is_an_error_at_its_place(load: Callable[..., Policy]) -> None:
    waivers = "waivers:\n  - {rule: eol-reached, reason: r, until: 2027-02-29}\n"
    with pytest.raises(UsageError, match=r"^policy\.yaml:4:43: '2027-02-29' is not a day of the calendar$"):
        load(f"version: 1\nextends: [baseline]\n{waivers}")


def test_the_same_waiver_of_two_files_is_one(load: Callable[..., Policy]) -> None:
    policy = load(
        "version: 1\nextends: [one.yaml, two.yaml]\n",
        one="version: 1\nextends: [three.yaml]\n",
        two="version: 1\nextends: [three.yaml]\n",
        three="version: 1\nextends: [baseline]\nwaivers: [{rule: eol-reached, reason: r, until: 2027-01-05}]\n",
    )
    assert len(policy.waivers) == 1
    assert policy.sources == ("baseline", "three.yaml", "one.yaml", "two.yaml", "policy.yaml")


def test_usages_and_certainties_share_no_word() -> None:
    """`Rule.lowered` holds both."""
    assert not {usage.value for usage in Usage} & {certainty.value for certainty in Certainty}


def test_the_schema_is_valid_and_accepts_the_packs() -> None:
    schema = schema_of("policy")
    jsonschema.Draft202012Validator.check_schema(schema)
    for name in pack_names():
        [document] = parse_yaml(pack_text(name), name)
        jsonschema.Draft202012Validator(schema).validate(plain(document))
    json.dumps(schema)


def test_the_schema_knows_every_check_parameter_and_scope() -> None:
    rule = schema_of("policy")["properties"]["rules"]["items"]
    assert rule["properties"]["check"]["enum"] == list(CHECKS)
    # `base` comes from the run.
    globs = set(Scope.__dataclass_fields__) - {"base"}
    assert set(rule["properties"]["scope"]["properties"]) == globs
    assert {plural for plural, *_ in SCOPE_KEYS} == globs
    described = {
        part["if"]["properties"]["check"]["const"]: part["then"]["properties"]["with"]
        for part in rule["allOf"]
        if "then" in part
    }
    assert set(described) == set(CHECKS)
    for name, check in CHECKS.items():
        assert set(described[name]["properties"]) == set(check.parameters)
        assert all("default" in schema and "description" in schema for schema in check.parameters.values())


def test_jsonschema_is_loaded_only_for_a_policy() -> None:
    code = "import sys, checker.policy; sys.exit('jsonschema' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
