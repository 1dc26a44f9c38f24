"""What a change brings, compared with the merge base."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from checker.errors import UsageError
from checker.workspace.git import Git

_FETCHED = ".terraform/modules/m"
PROVIDER = 'provider "aws" {\n  region = "us-east-1"\n}\n'


def test_only_what_the_branch_brings_is_open(repository, agent, statuses):
    repository.write("main.tf", PROVIDER + agent("old"))
    repository.commit()
    repository.git("checkout", "-qb", "feature")
    repository.write("more.tf", agent("new"))
    repository.commit()
    found = statuses(repository.scan(diff_base="main"))
    assert found == {"old:eol-reached": "existing", "new:eol-reached": "open"}
    assert statuses(repository.scan()) == {"old:eol-reached": "open", "new:eol-reached": "open"}


def test_what_is_not_committed_yet_counts(repository, agent, statuses):
    repository.write("main.tf", PROVIDER + agent("old"))
    repository.commit()
    repository.write("main.tf", PROVIDER + "# moved down\n\n" + agent("old") + agent("new"))
    assert statuses(repository.scan(diff_base="HEAD")) == {"old:eol-reached": "existing", "new:eol-reached": "open"}


def test_what_the_other_branch_did_since_does_not_count(repository, agent, statuses):
    repository.write("main.tf", PROVIDER + agent("chat"))
    repository.commit()
    repository.git("checkout", "-qb", "feature")
    repository.write("readme.md", "hello")
    repository.commit()
    repository.git("checkout", "-q", "main")
    repository.write("main.tf", PROVIDER + agent("chat", "anthropic.test-active-v1:0"))
    repository.commit()
    repository.git("checkout", "-q", "feature")
    assert statuses(repository.scan(diff_base="main")) == {"chat:eol-reached": "existing"}


def test_a_directory_that_was_renamed_is_recognised_and_a_copy_is_not(repository, agent, statuses):
    repository.write("envs/prod/main.tf", PROVIDER + agent())
    repository.commit()
    repository.git("mv", "envs", "live")
    assert statuses(repository.scan(diff_base="HEAD")) == {"chat:eol-reached": "existing"}
    repository.write("envs/prod/main.tf", PROVIDER + agent())
    result = repository.scan(diff_base="HEAD")
    assert sorted(str(finding.status) for finding in result.findings) == ["existing", "open"]


def test_a_module_is_compared_as_it_was(repository, agent, statuses):
    repository.write("modules/chat/main.tf", agent(model="${var.model}").replace('"${var.model}"', "var.model"))
    repository.write("modules/chat/variables.tf", 'variable "model" {}\n')
    call = 'module "chat" {\n  source = "../modules/chat"\n  model = "%s"\n}\n'
    repository.write("root/main.tf", PROVIDER + call % "anthropic.test-active-v1:0")
    repository.commit()
    repository.write("root/main.tf", PROVIDER + call % "anthropic.test-eol-v1:0")
    assert statuses(repository.scan("root", diff_base="HEAD")) == {"chat:eol-reached": "open"}
    repository.commit()
    assert statuses(repository.scan("root", diff_base="HEAD")) == {"chat:eol-reached": "existing"}
    # Wherever it is run from, scopes and names fit.
    assert statuses(repository.scan(".", cwd=repository.top / "root", diff_base="HEAD")) == {
        "chat:eol-reached": "existing"
    }
    assert statuses(repository.scan("work/root", cwd=repository.top.parent, diff_base="HEAD")) == {
        "chat:eol-reached": "existing"
    }


def test_modules_that_were_fetched_are_there_for_the_base_too(repository, agent, statuses):
    repository.write(".gitignore", ".terraform\n")
    repository.write("main.tf", PROVIDER + 'module "m" {\n  source = "registry/chat/aws"\n}\n')
    repository.write(".terraform/modules/m/main.tf", agent())
    modules = [{"Key": "", "Source": "", "Dir": "."}, {"Key": "m", "Source": "registry/chat/aws", "Dir": _FETCHED}]
    manifest = json.dumps({"Modules": modules})
    repository.write(".terraform/modules/modules.json", manifest)
    # Whatever else is fetched with it.
    (repository.top / ".terraform" / "modules" / "m" / "docs").symlink_to("nowhere")
    repository.write(".terraform/modules/m/.git/HEAD", "ref: refs/heads/main\n")
    repository.commit()
    assert statuses(repository.scan(diff_base="HEAD")) == {"chat:eol-reached": "existing"}


@pytest.mark.skipif(os.name != "posix", reason="needs a pipe")
def test_what_cannot_be_copied_of_fetched_modules_ends_no_run(repository, agent, statuses):
    repository.write(".gitignore", ".terraform\n")
    repository.write("main.tf", PROVIDER + 'module "m" {\n  source = "registry/chat/aws"\n}\n')
    repository.write(f"{_FETCHED}/main.tf", agent())
    modules = [{"Key": "m", "Source": "registry/chat/aws", "Dir": _FETCHED}]
    repository.write(".terraform/modules/modules.json", json.dumps({"Modules": modules}))
    os.mkfifo(repository.top / _FETCHED / "a-pipe")
    repository.commit()
    assert statuses(repository.scan(diff_base="HEAD")) == {"chat:eol-reached": "existing"}


def test_a_removed_waiver_brings_its_finding(repository, agent, statuses):
    waiver = '# bedrock-eol: ignore=eol-reached until=2027-01-01 reason="soon"\n'
    repository.write("main.tf", PROVIDER + waiver + agent())
    repository.commit()
    assert statuses(repository.scan(diff_base="HEAD"))["chat:eol-reached"] == "waived"
    repository.write("main.tf", PROVIDER + agent())
    assert statuses(repository.scan(diff_base="HEAD"))["chat:eol-reached"] == "open"


def test_a_date_that_passes_does_not_break_a_change(repository, agent):
    """The same policy, catalog and day judge both trees: a stale catalog is no news."""
    from datetime import date

    repository.write("main.tf", PROVIDER + agent())
    repository.commit()
    result = repository.scan(diff_base="HEAD", as_of=date(2030, 1, 1))
    assert "stale-catalog" in {finding.rule for finding in result.findings}
    assert {str(finding.status) for finding in result.findings} == {"existing"}


def test_variable_files_are_compared_as_they_were(repository, statuses):
    from checker.model.settings import Options

    repository.write(
        "main.tf",
        PROVIDER + 'variable "m" {}\nresource "aws_bedrockagent_agent" "chat" {\n  foundation_model = var.m\n}\n',
    )
    file = repository.write("prod.tfvars", 'm = "anthropic.test-active-v1:0"\n')
    repository.commit()
    file.write_text('m = "anthropic.test-eol-v1:0"\n')
    found = repository.scan(diff_base="HEAD", options=Options(arguments=(Path("prod.tfvars"),)))
    assert statuses(found) == {"chat:eol-reached": "open"}


@pytest.mark.parametrize("name", ["plan.json", "state.json"])
def test_what_is_built_cannot_be_compared(repository, name):
    key = "planned_values" if name == "plan.json" else "values"
    repository.write(name, json.dumps({"format_version": "1.2", key: {"root_module": {}}}))
    repository.commit()
    with pytest.raises(UsageError, match="--baseline"):
        repository.scan(name, diff_base="HEAD")


def test_standard_input_cannot_be_compared(repository):
    with pytest.raises(UsageError, match="--baseline"):
        repository.scan("-", diff_base="HEAD")


def test_output_that_git_does_not_track_cannot_be_compared(repository, agent):
    repository.write(".gitignore", "build\n")
    repository.write("main.tf", PROVIDER)
    repository.commit()
    repository.write("build/main.tf", agent())
    with pytest.raises(UsageError, match=r"does not track build; use --baseline"):
        repository.scan("build", diff_base="HEAD")
    repository.write("cdk.out/manifest.json", '{"version": "36.0.0", "artifacts": {}}')
    repository.write("cdk.out/cdk.out", "{}")
    with pytest.raises(UsageError, match=r"does not track cdk\.out; use --baseline"):
        repository.scan("cdk.out", diff_base="HEAD")


def test_without_a_repository_it_says_so(tmp_path, repository):
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "main.tf").write_text(PROVIDER)
    with pytest.raises(UsageError, match="needs a git work tree"):
        repository.scan(str(tmp_path / "plain"), diff_base="HEAD")


@pytest.mark.parametrize("revision", ["nonesuch", "--output=x", "-h", "HEAD:main.tf", ""])
def test_a_revision_that_is_none_is_an_error(repository, revision):
    repository.write("main.tf", PROVIDER)
    repository.commit()
    with pytest.raises(UsageError, match="git knows no commit"):
        repository.scan(diff_base=revision)
    assert not (repository.top / "x").exists()


def test_a_shallow_clone_is_told_how_deep_to_fetch(repository, agent, tmp_path):
    repository.write("main.tf", PROVIDER)
    repository.commit()
    repository.git("checkout", "-qb", "feature")
    for number in range(3):
        repository.write(f"{number}.tf", agent(f"a{number}"))
        repository.commit()
    clone = tmp_path / "clone"
    subprocess.run(
        ["git", "clone", "-q", "--depth", "1", "--no-single-branch", f"file://{repository.top}", str(clone)], check=True
    )
    with pytest.raises(UsageError, match="fetch-depth: 0"):
        repository.scan(".", cwd=clone, diff_base="origin/main")


def test_nothing_of_the_repository_is_run(repository, agent, statuses, tmp_path):
    """Hooks, monitors, filters and text conversions are programs that a repository or its configuration can name."""
    evidence = tmp_path / "ran"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {evidence}\ncat\n")
    program.chmod(0o755)
    repository.write("main.tf", PROVIDER + agent())
    repository.commit()
    repository.write(".gitattributes", "* filter=bad diff=bad\n")
    for name in ("core.fsmonitor", "filter.bad.clean", "filter.bad.smudge", "filter.bad.process", "diff.bad.textconv"):
        repository.git("config", name, str(program))
    repository.git("config", "diff.external", str(program))
    hooks = repository.top / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("post-checkout", "post-index-change", "reference-transaction"):
        (hooks / name).write_text(program.read_text())
        (hooks / name).chmod(0o755)
    result = repository.scan(diff_base="HEAD", blame=True)
    assert statuses(result) == {"chat:eol-reached": "existing"}
    assert result.findings[0].owners == ("Ada <ada@example.com>",)
    assert not evidence.exists()


def test_a_tree_that_would_be_written_elsewhere_is_refused(repository, tmp_path):
    from checker.workspace.base_tree import write_tree

    blob = subprocess.run(
        ["git", "-C", str(repository.top), "hash-object", "-w", "--stdin"],
        input=b"x",
        capture_output=True,
        check=True,
    )
    raw = b"100644 ..\0" + bytes.fromhex(blob.stdout.decode().strip())
    tree = subprocess.run(
        ["git", "-C", str(repository.top), "hash-object", "-w", "-t", "tree", "--literally", "--stdin"],
        input=raw,
        capture_output=True,
        check=True,
    )
    with pytest.raises(UsageError, match="not safe to write"):
        write_tree(Git(repository.top), tree.stdout.decode().strip(), tmp_path / "out")


def test_links_are_written_as_links(repository, tmp_path):
    from checker.workspace.base_tree import write_tree

    repository.write("a.txt", "content")
    (repository.top / "b").symlink_to("a.txt")
    repository.commit()
    write_tree(Git(repository.top), "HEAD", tmp_path / "out")
    assert (tmp_path / "out" / "b").readlink() == Path("a.txt")
    assert (tmp_path / "out" / "b").read_text() == "content"


@pytest.mark.parametrize("with_fetched", [True, False])
def test_what_a_commit_only_points_to_is_written_on_demand(repository, tmp_path, with_fetched):
    import hashlib

    from checker.workspace.base_tree import write_tree

    digest = hashlib.sha256(b"the content").hexdigest()
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize 11\n"
    repository.write("large.json", pointer)
    repository.commit()
    repository.write("large.json", "the content")
    chosen = {"with_fetched": True} if with_fetched else {}
    write_tree(Git(repository.top), "HEAD", tmp_path / "out", **chosen)
    assert (tmp_path / "out" / "large.json").read_text() == ("the content" if with_fetched else pointer)


def write_registry_module(repository, agent, version, model):
    listed = [
        {"Key": "", "Source": "", "Dir": "."},
        {"Key": "inner", "Source": "./inner", "Dir": "inner"},
        {"Key": "inner.m", "Source": "registry/chat/aws", "Version": version, "Dir": ".terraform/modules/inner.m"},
        {"Key": "inner.m.deep", "Source": "./deep", "Dir": ".terraform/modules/inner.m/deep"},
    ]
    repository.write(".terraform/modules/modules.json", json.dumps({"Modules": listed}))
    repository.write(".terraform/modules/inner.m/main.tf", 'module "deep" {\n  source = "./deep"\n}\n')
    repository.write(".terraform/modules/inner.m/deep/main.tf", agent("chat", model))
    call = 'module "m" {\n  source = "registry/chat/aws"\n  version = "%s"\n}\n'
    repository.write("inner/main.tf", call % version)


def test_a_module_of_another_version_is_not_lent_to_the_base(repository, agent, statuses):
    repository.write(".gitignore", ".terraform\n")
    repository.write("main.tf", PROVIDER + 'module "inner" {\n  source = "./inner"\n}\n')
    write_registry_module(repository, agent, "1.0.0", "anthropic.test-active-v1:0")
    repository.commit()
    write_registry_module(repository, agent, "2.0.0", "anthropic.test-eol-v1:0")
    assert statuses(repository.scan(diff_base="HEAD"))["chat:eol-reached"] == "open"
    repository.commit()
    assert statuses(repository.scan(diff_base="HEAD"))["chat:eol-reached"] == "existing"


ROOT = 'variable "m" {}\nresource "aws_bedrockagent_agent" "chat" {\n  foundation_model = var.m\n}\n'


def test_a_variable_file_that_the_base_does_not_have_says_nothing_of_it(repository, statuses):
    from checker.model.settings import Options

    repository.write("main.tf", PROVIDER + ROOT)
    repository.write(".gitignore", "local.tfvars\n")
    repository.commit()
    repository.write("prod.tfvars", 'm = "anthropic.test-eol-v1:0"\n')
    repository.git("add", "prod.tfvars")
    options = Options(arguments=(Path("prod.tfvars"),))
    assert statuses(repository.scan(diff_base="HEAD", options=options)) == {"chat:eol-reached": "open"}
    # One that is in no commit says the same of each. The other is then a mention, which is new.
    repository.write("local.tfvars", 'm = "anthropic.test-eol-v1:0"\n')
    options = Options(arguments=(Path("local.tfvars"),))
    assert statuses(repository.scan(diff_base="HEAD", options=options)) == {
        "chat:eol-reached": "existing",
        "tfvars:eol-reached": "open",
    }


def test_files_of_today_are_not_lent_to_the_base(repository, agent, statuses):
    module = repository.write("m/main.tf", agent("chat", "anthropic.test-active-v1:0"))
    repository.write(
        "main.tf",
        PROVIDER
        + f'module "m" {{\n  source = "../{module.parents[1].name}/m"\n}}\n'
        + f'locals {{\n  x = file("{module}")\n}}\n',
    )
    repository.commit()
    module.write_text(agent())
    found = repository.scan(diff_base="HEAD", allow_outside=True)
    assert statuses(found) == {"chat:eol-reached": "open"}


WAIVING = """version: 1
extends: [baseline]
waivers:
  - {rule: eol-reached, match: {address: "*"}, reason: "soon", until: 2027-01-01}
"""


def test_waivers_of_the_policy_are_those_of_then(repository, agent, statuses):
    repository.write("main.tf", PROVIDER + agent())
    repository.write("policy.yaml", WAIVING)
    repository.commit()
    assert statuses(repository.scan(diff_base="HEAD", policy=("policy.yaml",))) == {"chat:eol-reached": "waived"}
    # Who takes a waiver out makes its finding new, as if it were of this change.
    repository.write("policy.yaml", WAIVING.partition("waivers")[0])
    assert statuses(repository.scan(diff_base="HEAD", policy=("policy.yaml",))) == {"chat:eol-reached": "open"}
    repository.commit()
    assert statuses(repository.scan(diff_base="HEAD", policy=("policy.yaml",))) == {"chat:eol-reached": "existing"}
    # A policy that was none then says nothing of what it accepted.
    repository.write("policy.yaml", "rules: 3\n")
    repository.commit()
    repository.write("policy.yaml", WAIVING.partition("waivers")[0])
    assert statuses(repository.scan(diff_base="HEAD", policy=("policy.yaml",))) == {"chat:eol-reached": "open"}


def test_another_root_is_not_one_that_was_renamed(repository, agent, statuses):
    repository.write("old/main.tf", PROVIDER + agent())
    repository.write("other.txt", "some text that is long enough to be known again\n" * 3)
    repository.commit()
    repository.git("rm", "-rqf", "old")
    repository.write("new/main.tf", agent() + "\n\n# written anew, in another order\n" * 20 + PROVIDER)
    assert statuses(repository.scan(diff_base="HEAD")) == {"chat:eol-reached": "open"}


def test_a_file_that_moves_between_roots_takes_only_its_own_findings_along(repository, agent, statuses):
    repository.write("old/main.tf", PROVIDER + agent("chat"))
    repository.write("old/notes.md", "some text that is long enough to be known again\n" * 3)
    repository.write("old/moving.tf", agent("moves"))
    repository.write("new/main.tf", PROVIDER)
    repository.commit()
    repository.git("mv", "old/notes.md", "new/notes.md")
    repository.git("mv", "old/moving.tf", "new/moving.tf")
    repository.write("old/main.tf", PROVIDER + agent("chat", "anthropic.test-active-v1:0"))
    repository.write("new/more.tf", agent("chat"))
    repository.git("add", "-A")
    found = statuses(repository.scan(diff_base="HEAD"))
    assert found == {"moves:eol-reached": "existing", "chat:eol-reached": "open"}


def test_answers_are_those_that_the_commit_has(repository, statuses):
    from checker.model.settings import Options
    from checker.source.files import Boundary, SourceFiles
    from checker.workspace.answers import load_answers

    repository.write(
        "main.tf",
        PROVIDER + 'data "aws_ssm_parameter" "m" {\n  name = "/m"\n}\n'
        'resource "aws_bedrockagent_agent" "chat" {\n  foundation_model = data.aws_ssm_parameter.m.value\n}\n',
    )

    def found(model: str, name: str = "answers.yaml") -> dict[str, str]:
        repository.write(name, f"version: 1\nparameters:\n  - {{name: /m, value: {model}}}\n")
        files = SourceFiles(Boundary(repository.top), repository.top)
        options = Options(answers=load_answers([Path(name)], files))
        return statuses(repository.scan("main.tf", diff_base="HEAD", options=options))

    repository.write("answers.yaml", "version: 1\nparameters:\n  - {name: /m, value: anthropic.test-active-v1:0}\n")
    repository.write(".gitignore", "local.yaml\n")
    repository.commit()
    assert found("anthropic.test-eol-v1:0") == {"chat:eol-reached": "open"}
    # Answers that are in no commit are the same for each.
    assert found("anthropic.test-eol-v1:0", "local.yaml") == {"chat:eol-reached": "existing"}
    repository.commit()
    assert found("anthropic.test-eol-v1:0") == {"chat:eol-reached": "existing"}
    # Answers that were none then say nothing.
    repository.write("answers.yaml", "version: 3\n")
    repository.commit()
    assert found("anthropic.test-eol-v1:0") == {"chat:eol-reached": "open"}


def test_a_submodule_is_compared_with_its_commit_of_then(repository, agent, statuses, tmp_path):
    inner = type(repository)(tmp_path / "inner")
    inner.top.mkdir()
    inner.git("init", "-q", "-b", "main")
    inner.write("main.tf", PROVIDER + agent("old"))
    inner.write("prod.tfvars", 'm = "anthropic.test-active-v1:0"\n')
    inner.commit()
    repository.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.top), "infra")
    repository.commit()
    repository.write("readme.md", "hello")
    assert statuses(repository.scan(diff_base="HEAD")) == {"old:eol-reached": "existing"}
    checked_out = type(repository)(repository.top / "infra")
    checked_out.write("more.tf", agent("new"))
    checked_out.commit()
    repository.commit()
    found = statuses(repository.scan(diff_base="HEAD~1"))
    assert found == {"old:eol-reached": "existing", "new:eol-reached": "open"}
    assert set(statuses(repository.scan("infra", diff_base="HEAD~1")).values()) == {"existing", "open"}


def test_a_variable_file_in_a_submodule_is_that_of_its_commit(repository, statuses, tmp_path):
    from checker.model.settings import Options

    inner = type(repository)(tmp_path / "inner")
    inner.top.mkdir()
    inner.git("init", "-q", "-b", "main")
    inner.write("prod.tfvars", 'm = "anthropic.test-active-v1:0"\n')
    inner.commit()
    repository.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.top), "values")
    repository.write("main.tf", PROVIDER + ROOT)
    repository.commit()
    (repository.top / "values" / "prod.tfvars").write_text('m = "anthropic.test-eol-v1:0"\n')
    options = Options(arguments=(Path("values/prod.tfvars"),))
    assert statuses(repository.scan("main.tf", diff_base="HEAD", options=options)) == {"chat:eol-reached": "open"}


def test_a_submodule_that_is_not_fetched_has_no_findings_then(repository, agent, statuses, tmp_path):
    inner = type(repository)(tmp_path / "inner")
    inner.top.mkdir()
    inner.git("init", "-q", "-b", "main")
    inner.write("main.tf", PROVIDER + agent("old"))
    inner.commit()
    repository.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.top), "infra")
    repository.commit()
    repository.git("update-index", "--cacheinfo", f"160000,{'1' * 40},infra")
    repository.git("commit", "-qm", "a commit that nobody has")
    assert statuses(repository.scan(diff_base="HEAD")) == {"old:eol-reached": "open"}


@pytest.mark.parametrize("stored", ["work tree", "store", "nowhere"])
def test_a_file_in_lfs_is_compared_by_what_its_pointer_points_to(repository, statuses, stored):
    import hashlib

    template = (
        "Resources:\n  A:\n    Type: AWS::Bedrock::Agent\n    Properties: {FoundationModel: anthropic.test-eol-v1:0}\n"
    )
    digest = hashlib.sha256(template.encode()).hexdigest()
    repository.write(
        "app.template.yaml",
        f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {len(template)}\n",
    )
    repository.commit()
    if stored == "store":
        repository.write(f".git/lfs/objects/{digest[:2]}/{digest[2:4]}/{digest}", template)
    repository.write("app.template.yaml", template if stored == "work tree" else f"# one comment\n{template}")
    expected = "open" if stored == "nowhere" else "existing"
    assert statuses(repository.scan(diff_base="HEAD")) == {"A:eol-reached": expected}


def test_a_variable_file_outside_of_the_work_tree_is_the_same_for_each(repository, statuses, tmp_path):
    from checker.model.settings import Options

    repository.write("main.tf", PROVIDER + ROOT)
    repository.commit()
    (tmp_path / "shared.tfvars").write_text('m = "anthropic.test-eol-v1:0"\n')
    for file in (tmp_path / "shared.tfvars", Path("../shared.tfvars")):
        found = repository.scan("main.tf", diff_base="HEAD", options=Options(arguments=(file,)), allow_outside=True)
        assert statuses(found) == {"chat:eol-reached": "existing"}
        assert not found.incomplete


def test_a_variable_file_of_another_repository_inside_is_the_same_for_each(repository, statuses):
    from checker.model.settings import Options

    inner = type(repository)(repository.top / "values")
    inner.top.mkdir()
    inner.git("init", "-q", "-b", "main")
    inner.write("prod.tfvars", 'm = "anthropic.test-eol-v1:0"\n')
    inner.commit()
    repository.write(".gitignore", "values\n")
    repository.write("main.tf", PROVIDER + ROOT)
    repository.commit()
    options = Options(arguments=(Path("values/prod.tfvars"),))
    assert statuses(repository.scan("main.tf", diff_base="HEAD", options=options)) == {"chat:eol-reached": "existing"}


def test_files_of_a_configuration_are_compared_as_they_were(repository, statuses):
    from checker.model.settings import OwnOptions

    repository.write("app/main.tf", PROVIDER + ROOT)
    file = repository.write("prod.tfvars", 'm = "anthropic.test-active-v1:0"\n')
    repository.commit()
    file.write_text('m = "anthropic.test-eol-v1:0"\n')
    own = (OwnOptions("app", var_files=(Path("prod.tfvars"),)),)
    given = {"own_options": own, "configured_in": repository.top, "diff_base": "HEAD"}
    assert statuses(repository.scan("app", **given)) == {"chat:eol-reached": "open"}
    repository.commit()
    assert statuses(repository.scan("app", **given)) == {"chat:eol-reached": "existing"}


def test_answers_that_the_commit_lacks_do_not_hide_those_that_it_has(repository, statuses):
    from checker.model.settings import Options
    from checker.source.files import Boundary, SourceFiles
    from checker.workspace.answers import load_answers

    parameters = [f'data "aws_ssm_parameter" "{name}" {{\n  name = "/{name}"\n}}\n' for name in ("a", "b", "c")]
    agents = [
        f'resource "aws_bedrockagent_agent" "{name}" {{\n  foundation_model = data.aws_ssm_parameter.{name}.value\n}}\n'
        for name in ("a", "b", "c")
    ]
    repository.write("main.tf", PROVIDER + "".join(parameters + agents))
    repository.write(".gitignore", "local.yaml\n")
    answer = "version: 1\nparameters:\n  - {name: /%s, value: anthropic.test-eol-v1:0}\n"
    repository.write("base.yaml", answer % "b")
    repository.commit()
    # The first is in no commit, the second in that of the base, the third only in the index.
    repository.write("local.yaml", answer % "a")
    repository.write("new.yaml", answer % "c")
    repository.git("add", "new.yaml")
    files = SourceFiles(Boundary(repository.top), repository.top)
    names = ("local.yaml", "new.yaml", "base.yaml")
    options = Options(answers=load_answers([Path(name) for name in names], files))
    found = repository.scan("main.tf", diff_base="HEAD", options=options)
    assert statuses(found) == {"a:eol-reached": "existing", "b:eol-reached": "existing", "c:eol-reached": "open"}


CONDITIONAL = 'variable "on" {\n  default = false\n}\n' + PROVIDER
NOTES = "# some text that is long enough to be known again\n" * 20


@pytest.mark.parametrize("directory", [True, False])
def test_what_is_graver_in_the_renamed_place_than_it_was_is_new(repository, agent, statuses, directory):
    certain, possible = agent(), agent().replace("{\n", "{\n  count = var.on ? 1 : 0\n", 1)
    old, new = ("old/main.tf", "new/main.tf") if directory else ("old.tf", "new.tf")

    def found(before: str, after: str) -> set[str]:
        repository.write(old, NOTES + CONDITIONAL + before)
        repository.commit()
        (repository.top / old).unlink()
        repository.write(new, NOTES + CONDITIONAL + after)
        repository.git("add", "-A")
        told = set(statuses(repository.scan(diff_base="HEAD")).values())
        repository.commit()
        (repository.top / new).unlink()
        return told

    assert found(certain, certain) == {"existing"}
    assert found(certain, possible) == {"existing"}
    assert found(possible, possible) == {"existing"}
    assert found(possible, certain) == {"open"}


def test_what_the_change_brings_about_the_run_is_open(repository, agent):
    waiver = "  - {rule: eol-reached, match: {address: '*.none'}, reason: later, until: 2027-01-01}\n"
    repository.write("main.tf", PROVIDER + agent())
    repository.write("policy.yaml", "version: 1\nextends: [baseline]\n")
    repository.commit()
    repository.write("policy.yaml", f"version: 1\nextends: [baseline]\nwaivers:\n{waiver}")

    def found() -> dict[str, str]:
        result = repository.scan(diff_base="HEAD", policy=("policy.yaml",))
        return {each.rule: str(each.status) for each in result.findings}

    assert found() == {"eol-reached": "existing", "unused-waiver": "open"}
    repository.commit()
    assert found() == {"eol-reached": "existing", "unused-waiver": "existing"}


def test_all_paths_have_to_be_in_one_work_tree(repository, agent, tmp_path):
    other = type(repository)(tmp_path / "other")
    other.top.mkdir()
    other.git("init", "-q", "-b", "main")
    for each in (repository, other):
        each.write("a/main.tf", PROVIDER + agent())
        each.write("b/main.tf", PROVIDER + agent())
        each.commit()
    with pytest.raises(UsageError, match=r"^--diff-base needs all paths in one git work tree$"):
        repository.scan("work", "other", cwd=tmp_path, diff_base="HEAD")
    both = repository.scan("work/a", "work/b", cwd=tmp_path, diff_base="HEAD")
    assert {str(each.status) for each in both.findings} == {"existing"}


def test_it_may_be_run_from_a_directory_that_the_base_does_not_have(repository, agent, statuses):
    repository.write("main.tf", PROVIDER + agent())
    repository.commit()
    inside = repository.top / "not" / "there"
    inside.mkdir(parents=True)
    assert statuses(repository.scan("../..", cwd=inside, diff_base="HEAD")) == {"chat:eol-reached": "existing"}


def test_a_commit_that_is_not_whole_is_an_error(repository, agent):
    repository.write("main.tf", PROVIDER + agent())
    repository.commit()
    name = repository.git("rev-parse", "HEAD:main.tf").strip()
    (repository.top / ".git" / "objects" / name[:2] / name[2:]).unlink()
    with pytest.raises(UsageError, match=r"^--diff-base: "):
        repository.scan(diff_base="HEAD")


def test_a_pointer_of_lfs_is_no_content_that_has_another_hash(repository, statuses):
    """Whether the hash of what is there now is lower or higher than that of the commit."""
    import hashlib

    template = "Resources:\n  A:\n    Type: AWS::Bedrock::Agent\n    Properties: {FoundationModel: %s}\n"
    now = template % "anthropic.test-eol-v1:0"
    digests = {f"{number:064x}" for number in (0, 16**64 - 1)} | {hashlib.sha256(b"another").hexdigest()}
    for digest in sorted(digests):
        pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {len(now)}\n"
        repository.write("app.template.yaml", pointer)
        repository.commit()
        repository.write("app.template.yaml", now)
        assert statuses(repository.scan(diff_base="HEAD")) == {"A:eol-reached": "open"}


@pytest.mark.parametrize("name", ["main.tf", "(live)/main.tf", "-x/main.tf", "+more/.hidden/main.tf", "a/b/c/main.tf"])
def test_what_is_tracked_is_compared_whatever_gitignore_and_names_say(repository, agent, statuses, name):
    repository.write(name, PROVIDER + agent())
    repository.commit()
    repository.write(".gitignore", "*.tf\n")
    repository.write("sub/.gitignore", "*.tf\n")
    repository.commit()
    directory = str(Path(name).parent)
    assert statuses(repository.scan(f"./{directory}", diff_base="HEAD")) == {"chat:eol-reached": "existing"}
