"""What is outside the boundary is not read, nothing is run, and no connection is opened."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from checker.cli import run
from checker.errors import UsageError
from checker.model.scan import Scan
from checker.model.settings import Settings
from checker.pipeline import scan

REPOSITORY = Path(__file__).resolve().parents[2]
SECRET = "amazon.nova-premier-v1:0"
USE = 'resource "aws_lambda_function" "f" {\n  environment {\n    variables = { MODEL = %s }\n  }\n}\n'
AGENT = f'resource "aws_bedrockagent_agent" "a" {{\n  foundation_model = "{SECRET}"\n}}\n'
CHILD = f"Resources:\n  A:\n    Type: AWS::Bedrock::Agent\n    Properties: {{FoundationModel: '{SECRET}'}}\n"
STACK = "Resources:\n  S:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: %s}\n"
MACHINE = (
    "Resources:\n  M:\n    Type: AWS::Serverless::StateMachine\n    Properties: {DefinitionUri: ../outside/flow.json}\n"
)
FLOW = '{"States": {"A": {"Resource": "arn:aws:states:::bedrock:invokeModel", "Parameters": {"ModelId": "%s"}}}}'
MANIFEST = (
    '{"version": "1", "artifacts": {"S": {"type": "aws:cloudformation:stack",'
    ' "properties": {"templateFile": "../outside/child.yaml"}}}}'
)

ASSET = MANIFEST.replace("../outside/child.yaml", "t.json")
ASSET_STACK = (
    '{"Resources": {"N": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "https://s3/x"},'
    ' "Metadata": {"aws:asset:path": "../outside/child.yaml"}}}}'
)
INCLUDE = "Resources:\n  Fn::Transform: {Name: AWS::Include, Parameters: {Location: ../outside/resources.yaml}}\n"
INCLUDED = f"A:\n  Type: AWS::Bedrock::Agent\n  Properties: {{FoundationModel: '{SECRET}'}}\n"
INPUTS_OF_UNIT = 'terraform {\n  source = "./m"\n}\n'
USES_VARIABLE = 'variable "x" {\n  default = ""\n}\n' + USE % "var.x"

# Files of the input by name, each of which reaches for something in `outside`.
ESCAPES: dict[str, dict[str, str]] = {
    "module": {"main.tf": 'module "m" {\n  source = "../outside"\n}\n'},
    "file": {"main.tf": USE % 'file("../outside/secret.txt")'},
    "templatefile": {"main.tf": USE % 'templatefile("../outside/secret.txt", {})'},
    "fileset": {"main.tf": USE % 'join(",", fileset("../outside", "*"))'},
    "nested template": {"template.yaml": STACK % "../outside/child.yaml"},
    "definition": {"template.yaml": MACHINE},
    "manifest": {"manifest.json": MANIFEST, "cdk.out": "{}"},
    "asset": {"manifest.json": ASSET, "cdk.out": "{}", "t.json": ASSET_STACK},
    "output of a CDK app": {"cdk.json": '{"output": "../outside/assembly"}'},
    "AWS::Include": {"template.yaml": INCLUDE},
    "terragrunt source": {"terragrunt.hcl": 'terraform {\n  source = "../outside"\n}\n'},
    "terragrunt include": {
        "terragrunt.hcl": INPUTS_OF_UNIT + 'include "i" {\n  path = "../outside/common.hcl"\n}\n',
        "m/main.tf": USES_VARIABLE,
    },
    "read_terragrunt_config": {
        "terragrunt.hcl": INPUTS_OF_UNIT
        + 'locals {\n  c = read_terragrunt_config("../outside/common.hcl")\n}\ninputs = local.c.inputs\n',
        "m/main.tf": USES_VARIABLE,
    },
    "terragrunt file": {
        "terragrunt.hcl": INPUTS_OF_UNIT + 'inputs = {\n  x = file("../outside/secret.txt")\n}\n',
        "m/main.tf": USES_VARIABLE,
    },
    "linked tfvars": {"main.tf": USES_VARIABLE, "terraform.tfvars": "-> ../outside/values.tfvars"},
    "linked auto.tfvars": {"main.tf": USES_VARIABLE, "x.auto.tfvars": "-> ../outside/values.tfvars"},
    "linked module": {"main.tf": 'module "m" {\n  source = "./m"\n}\n', "m": "-> ../outside"},
    "linked file of a module": {"main.tf": 'module "m" {\n  source = "./m"\n}\n', "m/a.tf": "-> ../../outside/main.tf"},
    "linked text": {"main.tf": USE % 'file("a.txt")', "a.txt": "-> ../outside/secret.txt"},
    "linked nested template": {"template.yaml": STACK % "c.yaml", "c.yaml": "-> ../outside/child.yaml"},
}


def write(top: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        (top / name).parent.mkdir(exist_ok=True)
        if content.startswith("-> "):
            (top / name).symlink_to(content.removeprefix("-> "))
        else:
            (top / name).write_text(content)


def check(top: Path, **settings: object) -> Scan:
    chosen = Settings(as_of=date(2026, 11, 24), **settings)  # type: ignore[arg-type]
    return scan(["."], chosen, standard_input=lambda: b"", cwd=top)


@pytest.fixture
def top(tmp_path: Path) -> Path:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text(SECRET)
    (outside / "main.tf").write_text(AGENT)
    (outside / "child.yaml").write_text(CHILD)
    (outside / "flow.json").write_text(FLOW % SECRET)
    (outside / "resources.yaml").write_text(INCLUDED)
    (outside / "common.hcl").write_text(f'inputs = {{\n  x = "{SECRET}"\n}}\n')
    (outside / "values.tfvars").write_text(f'x = "{SECRET}"\n')
    (outside / "assembly").mkdir()
    (outside / "assembly" / "manifest.json").write_text(MANIFEST.replace("../outside/", "../"))
    top = tmp_path / "top"
    (top / ".git").mkdir(parents=True)
    return top


@pytest.mark.parametrize("escape", ESCAPES)
def test_what_is_outside_is_not_read_and_said(top: Path, escape: str) -> None:
    write(top, ESCAPES[escape])
    found = check(top)
    assert SECRET not in repr(found.references)
    said = [problem for problem in found.problems if problem.incomplete and "outside" in problem.message]
    assert said, found.problems
    assert all("--allow-outside" in f"{problem.message} {problem.advice}" for problem in said)
    assert not any("outside" in file for one in found.inputs for file in one.files)


@pytest.mark.parametrize("escape", sorted(ESCAPES.keys() - {"fileset"}))
def test_it_is_read_if_that_is_asked_for(top: Path, escape: str) -> None:
    write(top, ESCAPES[escape])
    assert SECRET in repr(check(top, allow_outside=True).references)


@pytest.mark.parametrize("name", ["main.tf", "template.yaml"])
def test_a_link_to_a_file_leads_nowhere(top: Path, name: str) -> None:
    (top / name).symlink_to("../outside/" + ("main.tf" if name == "main.tf" else "child.yaml"))
    found = check(top)
    assert found.references == ()
    assert any(problem.incomplete and "outside" in problem.message for problem in found.problems), found.problems


def test_a_link_to_a_directory_leads_nowhere(top: Path) -> None:
    (top / "main.tf").write_text("locals {}\n")
    (top / "linked").symlink_to("../outside", target_is_directory=True)
    found = check(top)
    assert found.references == ()
    assert any(problem.incomplete and "outside" in problem.message for problem in found.problems), found.problems


def test_not_even_the_names_in_a_linked_directory_are_looked_at(top: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (outside / "private" / "customer").mkdir(parents=True)
    (outside / "private" / "names.json").write_text("{}")
    (outside / ".gitignore").write_text("private\n")
    (outside / "app").mkdir()
    (outside / "app" / "cdk.json").write_text("{}")
    (top / "main.tf").write_text("locals {}\n")
    (top / "linked").symlink_to("../outside", target_is_directory=True)
    found = check(top)
    assert [(problem.file, problem.kind) for problem in found.problems] == [("linked", "outside-boundary")]
    assert found.problems[0].incomplete
    assert SECRET in repr(check(top, allow_outside=True).references)


def test_a_linked_directory_that_is_ignored_is_left_alone(top: Path) -> None:
    (top / "main.tf").write_text("locals {}\n")
    (top / ".gitignore").write_text("linked\n")
    (top / "linked").symlink_to("../outside", target_is_directory=True)
    assert check(top).problems == ()


WATCHED = """
import sys

def watch(event, arguments):
    forbidden = ("socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.exec",
                 "os.posix_spawn", "os.fork", "os.spawn", "pty.spawn", "urllib.Request")
    if event in forbidden:
        sys.stderr.write(f"FORBIDDEN {event} {arguments!r}\\n")
        sys.stderr.flush()
        import os
        os._exit(99)

sys.addaudithook(watch)
from checker.cli import run
sys.exit(run(sys.argv[1:]))
"""
INPUTS = ["terraform/failing", "terraform-plan/failing/plan.json", "cloudformation/failing", "cdk/failing"]


@pytest.mark.parametrize("example", INPUTS)
def test_nothing_is_run_and_no_connection_is_opened(example: str) -> None:
    command = [sys.executable, "-c", WATCHED, "check", f"examples/{example}", "--as-of", "2026-11-24", "--no-config"]
    ran = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=120, env=dict(os.environ))
    assert "FORBIDDEN" not in ran.stderr, ran.stderr
    assert ran.returncode == 1, ran.stderr


POLICY = "version: 1\nextends: [%s]\n"


def test_a_policy_extends_what_is_outside_only_if_that_is_asked_for(top: Path) -> None:
    (top / "main.tf").write_text("locals {}\n")
    (top.parent / "outside" / "base.yaml").write_text(POLICY % "strict")
    (top / "policy.yaml").write_text(POLICY % "../outside/base.yaml")
    with pytest.raises(UsageError, match=r"policy\.yaml:2:11: .*outside.*--allow-outside"):
        check(top, policy=("policy.yaml",))
    assert check(top, policy=("policy.yaml",), allow_outside=True).rules
    # What the user names may be anywhere.
    assert check(top, policy=("../outside/base.yaml",)).rules


@pytest.mark.parametrize(
    "configured",
    [
        "policy: ../outside/base.yaml",
        "baseline: ../outside/baseline.json",
        "catalog: ../outside/flow.json",
        "paths: [../outside]",
        "roots: [{path: ., var-files: [../outside/values.tfvars]}]",
        "templates: [{path: t.yaml, parameters: [../outside/flow.json]}]",
        "policy: linked/base.yaml",
    ],
)
def test_a_configuration_that_is_found_names_nothing_outside(
    top: Path, configured: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (top / "main.tf").write_text("locals {}\n")
    (top / "linked").symlink_to("../outside")
    (top.parent / "outside" / "base.yaml").write_text(POLICY % "strict")
    (top / ".bedrock-eol.yaml").write_text(f"{configured}\n")
    monkeypatch.chdir(top)
    for command in ("check", "refs", "forecast", "fix"):
        assert run([command, "."]) == 2
        told = capsys.readouterr().err
        assert "outside" in told
        assert "--allow-outside" in told
    run(["check", ".", "--allow-outside"])
    assert "--allow-outside" not in capsys.readouterr().err


CALL = 'module "m" {\n  source = "%s"\n  model  = "amazon.nova-lite-v1:0"\n}\n'
CALLED = (
    'variable "model" {}\nresource "aws_bedrockagent_agent" "a" {\n  foundation_model = var.model\n}\n'
    + AGENT.replace('"a"', '"b"')
)


def roots(cwd: Path, *paths: str, **settings: object) -> set[str]:
    chosen = Settings(as_of=date(2026, 11, 24), **settings)  # type: ignore[arg-type]
    return {one.path for one in scan(paths, chosen, standard_input=lambda: b"", cwd=cwd).inputs}


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_a_module_that_its_caller_may_not_read_is_judged_by_itself(tmp_path: Path, order: tuple[str, str]) -> None:
    """Each path is a boundary of its own where there is no work tree."""
    for name, content in {"a/main.tf": CALL % "../b", "b/main.tf": CALLED}.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(content)
    assert roots(tmp_path, *order) == {"a", "b"}
    # A directory that is named is a root also where another one calls it.
    assert roots(tmp_path, *order, allow_outside=True) == {"a", "b"}
    assert roots(tmp_path, ".") == {"a"}


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_the_modules_of_each_path_are_judged_through_their_callers(tmp_path: Path, order: tuple[str, str]) -> None:
    for top in ("a", "b"):
        (tmp_path / top / "inner").mkdir(parents=True)
        (tmp_path / top / "main.tf").write_text(CALL % "./inner")
        (tmp_path / top / "inner" / "main.tf").write_text(CALLED)
    assert roots(tmp_path, *order) == {"a", "b"}
