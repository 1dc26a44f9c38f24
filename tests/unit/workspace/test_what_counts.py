"""Which findings count: those of an owner, of a plan's changes, and whose they are."""

import json
from datetime import date

import pytest

from checker.adoption import Judged, Settled, owners_of_models, settle
from checker.errors import UsageError
from checker.model.settings import Settings

PROVIDER = 'provider "aws" {\n  region = "us-east-1"\n}\n'


def nothing_else(*_: object) -> Judged:
    """In location of another tree, where none is compared."""
    raise AssertionError


@pytest.fixture
def settled(repository):
    """The findings of a scan, settled anew with the paths and settings."""

    def of(*paths: str, **settings: object) -> Settled:
        found = repository.scan()
        judged = Judged(tuple(each._replace(owners=()) for each in found.findings), {}, (), ())
        return settle(judged, paths, Settings(found.as_of, **settings), repository.top, nothing_else)

    return of


@pytest.fixture
def owned(repository, agent):
    """Code of two owners, and of nobody."""
    repository.write("CODEOWNERS", "/search/ @acme/Search\n/shop/ @acme/shop @ada\n")
    for name in ("search", "shop", "nobody"):
        repository.write(f"{name}/main.tf", PROVIDER + agent(name))
    return repository


def test_only_what_an_owner_has_counts(owned, statuses):
    def counted(*owners: str) -> set[str]:
        found = statuses(owned.scan(owners=owners))
        assert set(found.values()) <= {"open", "other-owner"}
        return {name.partition(":")[0] for name, status in found.items() if status == "open"}

    assert counted("@acme/shop") == {"shop"}
    # As on GitHub, the case of a name does not matter.
    assert counted("@ACME/search") == {"search"}
    assert counted("@ada", "@acme/Search") == {"shop", "search"}
    assert counted() == {"search", "shop", "nobody"}


def test_what_is_accepted_or_about_the_run_is_not_put_down_to_others(owned, agent):
    waiver = '# bedrock-eol: ignore=eol-reached until=2031-01-01 reason="soon"\n'
    owned.write("shop/main.tf", PROVIDER + waiver + agent("shop"))
    found = owned.scan(owners=("@acme/Search",), as_of=date(2030, 1, 1))
    told = {
        (each.rule, None if each.reference is None else each.reference.input): each.status for each in found.findings
    }
    assert told["eol-reached", "shop"] == "waived"
    assert told["eol-reached", "nobody"] == "other-owner"
    assert told["eol-reached", "search"] == "open"
    assert told["stale-catalog", None] == "open"


def test_an_owner_of_nothing_is_refused(owned):
    with pytest.raises(UsageError, match=r"^--owner: nothing is owned by '@acme/shp'; did you mean '@acme/shop'\?$"):
        owned.scan(owners=("@acme/search", "@acme/shp"))
    (owned.top / "CODEOWNERS").unlink()
    with pytest.raises(UsageError, match=r"^--owner: no CODEOWNERS file says who owns what; add one, or use --blame$"):
        owned.scan(owners=("@acme/shop",))


def test_an_owner_may_be_known_by_a_tag_alone(repository, statuses):
    body = '  foundation_model = "anthropic.test-eol-v1:0"\n  region = "us-east-1"\n  tags = { team = "%s" }\n'
    for name in ("search", "shop"):
        repository.write(f"{name}.tf", f'resource "aws_bedrockagent_agent" "{name}" {{\n{body % name}}}\n')
    found = statuses(repository.scan(owner_tags=("team",), owners=("Shop",)))
    assert found == {"search:eol-reached": "other-owner", "shop:eol-reached": "open"}


def test_what_comes_from_standard_input_is_nobodys(owned, settled):
    assert {each.owners for each in settled(".").findings} == {("@acme/Search",), ("@acme/shop", "@ada"), ()}
    assert {each.owners for each in settled("-").findings} == {()}
    with pytest.raises(UsageError, match="no CODEOWNERS"):
        settled("-", owners=("@ada",))


@pytest.mark.parametrize("name", ["(live)", "live", ".live"])
def test_a_directory_may_have_any_name(repository, agent, name):
    repository.write("CODEOWNERS", "* @all\n")
    repository.write(f"{name}/main.tf", PROVIDER + agent())
    assert [each.owners for each in repository.scan(name).findings] == [("@all",)]


def test_each_work_tree_has_its_own_owners(tmp_path, repository, agent):
    other = type(repository)(tmp_path / "other")
    other.top.mkdir()
    other.git("init", "-q")
    for each, owner in ((repository, "@here"), (other, "@there")):
        each.write("CODEOWNERS", f"* {owner}\n")
        each.write("main.tf", PROVIDER + agent())
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "main.tf").write_text(PROVIDER + agent())
    found = repository.scan("work", "other", "plain", cwd=tmp_path)
    assert {each.reference.input: each.owners for each in found.findings} == {
        "work": ("@here",),
        "other": ("@there",),
        "plain": (),
    }


def test_blame_comes_after_the_owners_of_the_file_and_needs_a_repository(tmp_path, repository, agent):
    repository.write("CODEOWNERS", "/b/ @infra\n")
    for name in ("a", "b"):
        repository.write(f"{name}/main.tf", PROVIDER + agent())
    repository.commit()
    # Before them in the order of names is code that is in no repository.
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "main.tf").write_text(PROVIDER + agent())
    found = repository.scan("plain", "work", cwd=tmp_path, blame=True)
    assert {each.reference.input: each.owners for each in found.findings} == {
        "plain": (),
        "work/a": ("Ada <ada@example.com>",),
        "work/b": ("@infra", "Ada <ada@example.com>"),
    }
    assert {each.owners for each in repository.scan().findings} == {(), ("@infra",)}


def test_a_file_that_is_gone_is_blamed_on_nobody(repository, agent):
    for name in ("a", "b"):
        repository.write(f"{name}.tf", (PROVIDER if name == "a" else "") + agent(name))
    repository.commit()
    before = repository.scan()
    (repository.top / "a.tf").unlink()
    settings = Settings(before.as_of, blame=True)
    found = settle(Judged(before.findings, {}, (), ()), (".",), settings, repository.top, nothing_else)
    assert {each.location.file: each.owners for each in found.findings} == {
        "a.tf": (),
        "b.tf": ("Ada <ada@example.com>",),
    }


def test_owners_of_models_are_those_of_where_they_are_used_and_written(repository):
    repository.write("models/variables.tf", 'variable "m" {\n  default = "anthropic.test-eol-v1:0"\n}\n')
    body = '  source = "../models"\n'
    repository.write("models/main.tf", 'resource "aws_bedrockagent_agent" "a" {\n  foundation_model = var.m\n}\n')
    repository.write("app/main.tf", f'{PROVIDER}module "m" {{\n{body}}}\n')
    references = repository.scan("app").references
    assert owners_of_models(references, ("app",), repository.top) == ()
    repository.write("CODEOWNERS", "*.tf @infra\nvariables.tf @ml @infra\n")
    assert owners_of_models(references, ("app",), repository.top) == (
        ("models/main.tf", ("@infra",)),
        ("models/variables.tf", ("@ml", "@infra")),
    )
    repository.write("CODEOWNERS", "variables.tf @ml\n")
    assert owners_of_models(references, ("app",), repository.top) == (("models/variables.tf", ("@ml",)),)
    # Nobody is asked for who wrote the lines.
    repository.write("CODEOWNERS", "")
    repository.commit()
    assert owners_of_models(references, ("app",), repository.top) == ()
    assert owners_of_models(references, ("-",), repository.top) == ()


def plan(actions: list[str]) -> str:
    """A plan of one agent, as JSON."""
    values = {"foundation_model": "anthropic.test-eol-v1:0", "region": "us-east-1"}
    resource = {
        "address": "aws_bedrockagent_agent.chat",
        "mode": "managed",
        "type": "aws_bedrockagent_agent",
        "name": "chat",
        "provider_name": "registry.terraform.io/hashicorp/aws",
    }
    before = None if actions == ["create"] else values
    change = {"actions": actions, "before": before, "after": values, "after_unknown": {}}
    return json.dumps(
        {
            "format_version": "1.2",
            "terraform_version": "1.9.0",
            "planned_values": {"root_module": {"resources": [{**resource, "values": values}]}},
            "resource_changes": [{**resource, "change": change}],
        }
    )


@pytest.mark.parametrize(("actions", "status"), [(["no-op"], "unchanged"), (["create"], "open")])
def test_only_what_the_plan_brings_counts(repository, statuses, actions, status):
    repository.write("plan.json", plan(actions))
    assert statuses(repository.scan("plan.json", changed=True)) == {"chat:eol-reached": status}
    assert statuses(repository.scan("plan.json")) == {"chat:eol-reached": "open"}


def test_code_has_no_changes_of_a_plan(repository, agent):
    repository.write("main.tf", PROVIDER + agent())
    with pytest.raises(UsageError, match=r"^--changed is for plans, and \. is none"):
        repository.scan(changed=True)


@pytest.mark.parametrize(
    ("cwd", "path"), [(".", "."), ("envs", "."), ("envs/prod", "../.."), ("..", "work"), ("docs", "../envs")]
)
def test_paths_of_a_policy_are_those_of_the_work_tree_wherever_a_run_is_started(repository, agent, cwd, path):
    """Started in another directory, a rule for `envs/prod` judged nothing, and the run was clean."""
    (repository.top / "docs").mkdir()
    for name in ("dev", "prod", "test"):
        repository.write(f"envs/{name}/main.tf", PROVIDER + f'module "m" {{\n  source = "../../shared/{name}"\n}}\n')
        repository.write(f"shared/{name}/main.tf", agent(name))
    waiver = {"rule": "prod", "match": {"path": "shared/test/*.tf"}, "reason": "x", "until": "2027-01-01"}
    rule = {
        "id": "prod",
        "check": "eol-within",
        "severity": "error",
        "scope": {"paths": ["envs/prod/**", "envs/test/**"]},
    }
    policy = repository.write("policy.yaml", json.dumps({"version": 1, "rules": [rule], "waivers": [waiver]}))
    found = repository.scan(path, cwd=repository.top / cwd, policy=(str(policy),))
    told = {each.reference.address: str(each.status) for each in found.findings if each.reference is not None}
    assert told == {
        "module.m.aws_bedrockagent_agent.prod": "open",
        "module.m.aws_bedrockagent_agent.test": "waived",
    }


def test_a_waiver_is_the_same_finding_wherever_a_run_is_started(repository, agent):
    repository.write("envs/main.tf", PROVIDER + agent())
    waiver = {"rule": "eol-reached", "match": {"path": "gone/*"}, "reason": "x", "until": "2027-01-01"}
    policy = repository.write("policy.yaml", json.dumps({"version": 1, "extends": ["baseline"], "waivers": [waiver]}))
    runs = [repository.scan(cwd=repository.top / each, policy=(str(policy),)) for each in (".", "envs")]
    unused = [{each.fingerprint for each in run.findings if each.rule == "unused-waiver"} for run in runs]
    assert len(unused[0]) == 1
    assert unused[0] == unused[1]


@pytest.mark.parametrize(
    ("paths", "told"),
    [
        (["env/prod/**"], "the rule 'r' judges nothing: there is no 'env/prod'"),
        (["env/prod/**", "prod.tf"], "the rule 'r' judges nothing: there is no 'env/prod' and no 'prod.tf'"),
        (["env/prod/**", "envs/**"], None),
        (["./envs/main.tf"], None),
        (["**/prod/**"], None),
        (["*.tf"], None),
    ],
)
@pytest.mark.parametrize("cwd", [".", "envs"])
def test_a_rule_whose_paths_lead_nowhere_is_told(repository, agent, paths, told, cwd):
    repository.write("envs/main.tf", PROVIDER + agent())
    rule = {"id": "r", "check": "eol-within", "severity": "error", "scope": {"paths": paths}}
    policy = repository.write("policies/own.yaml", json.dumps({"version": 1, "rules": [rule]}))
    found = repository.scan(cwd=repository.top / cwd, policy=(str(policy),)).problems
    assert [(each.message, each.incomplete) for each in found] == ([] if told is None else [(told, False)])


def test_a_policy_for_many_trees_may_name_what_one_of_them_lacks(repository, agent, tmp_path):
    repository.write("envs/main.tf", PROVIDER + agent())
    rule = {"id": "r", "check": "eol-within", "severity": "error", "scope": {"paths": ["env/prod/**"]}}
    (tmp_path / "shared.yaml").write_text(json.dumps({"version": 1, "rules": [rule]}))
    assert not repository.scan(policy=(str(tmp_path / "shared.yaml"),)).problems
