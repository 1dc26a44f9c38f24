"""Files that are cut off, replaced or not fetched, but can still be read: never less is found without a word."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from checker.model.scan import Scan
from checker.model.settings import Settings
from checker.pipeline import scan
from checker.report.view import Verdict, verdict_of

BEFORE = 'AWSTemplateFormatVersion: "2010-09-09"\nResources:\n  B:\n    Type: AWS::S3::Bucket\n'
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "a" * 64 + "\nsize 12345\n"


def write(top: Path, files: dict[str, str | bytes]) -> None:
    (top / ".git").mkdir(exist_ok=True)
    for name, content in files.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_bytes(content if isinstance(content, bytes) else content.encode())


def check(top: Path, *paths: str) -> Scan:
    return scan(paths or ["."], Settings(as_of=date(2026, 11, 24)), standard_input=lambda: b"", cwd=top)


def told(found: Scan) -> list[tuple[str, int | None]]:
    """Where what left the run incomplete is; the run then does not pass."""
    locations = [(problem.file, problem.line) for problem in found.problems if problem.incomplete]
    assert bool(locations) is (verdict_of(found, None, False) is not Verdict.PASSED)
    return locations


AGENT = "  A:\n    Type: AWS::Bedrock::Agent\n    Properties:\n"
CUT = {
    "in the name of the resource": ("  Ag", None),
    "behind the name of the resource": ("  A:\n", 5),
    "in its type's name": ("  A: Typ\n", 5),
    "before its type": ("  A:\n    Type:\n", 5),
    "in the name of its properties": ("  A:\n    Type: AWS::Bedrock::Agent\n    Propert\n", None),
    "behind the name of its properties": (AGENT, 7),
    "in the name of a property": (AGENT + "      Foundat\n", 8),
    "before the model": (AGENT + "      FoundationModel:\n", 8),
    "before a model deep within": (
        "  A:\n    Type: AWS::Bedrock::Prompt\n    Properties:\n      Variants:\n        - ModelId:\n",
        9,
    ),
    "resources that are a text": ("  A:\n    Properties: {FoundationModel: amazon.nova-lite-v1:0}\n", 5),
}


@pytest.mark.parametrize("cut", CUT)
def test_a_template_that_ends_within_a_resource_is_told(tmp_path: Path, cut: str) -> None:
    rest, line = CUT[cut]
    write(tmp_path, {"t.yaml": BEFORE + rest})
    locations = told(check(tmp_path))
    assert locations
    assert line is None or ("t.yaml", line) in locations


def test_a_template_in_json_is_looked_at_the_same_way(tmp_path: Path) -> None:
    bodies: list[object] = [
        None,
        "x",
        [],
        {},
        {"Type": None},
        {"Type": 1.5, "Properties": []},
        {"Type": "A::B", "Properties": 1},
    ]
    for body in bodies:
        write(tmp_path, {"t.json": json.dumps({"Resources": {"B": {"Type": "AWS::S3::Bucket"}, "A": body}})})
        assert told(check(tmp_path)), body


@pytest.mark.parametrize(
    "whole",
    [
        "  A:\n    Type: AWS::EC2::Subnet\n    Properties:\n      AvailabilityZone: {'Fn::GetAZs': null}\n",
        "  A:\n    Type: AWS::Bedrock::Agent\n    Properties: {FoundationModel: !Ref AWS::NoValue}\n",
        "  A:\n    Type: AWS::SNS::Topic\n",
        "  Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://b/k}}\n",
    ],
)
def test_what_cloudformation_takes_is_no_fault(tmp_path: Path, whole: str) -> None:
    write(tmp_path, {"t.yaml": BEFORE + whole})
    assert not any("The resource" in problem.message for problem in check(tmp_path).problems)


@pytest.mark.parametrize("content", ["<html>502</html>", POINTER, "null", "[]", "1", "StartAt: A\n", "{}", "", " \n"])
@pytest.mark.parametrize(
    ("kind", "location"),
    [
        ("AWS::Serverless::StateMachine", "DefinitionUri"),
        ("AWS::StepFunctions::StateMachine", "DefinitionS3Location"),
        ("AWS::Bedrock::Flow", "DefinitionS3Location"),
    ],
)
def test_a_definition_that_is_none_is_told(tmp_path: Path, kind: str, location: str, content: str) -> None:
    template = f"Resources:\n  R:\n    Type: {kind}\n    Properties: {{{location}: a.asl.yaml}}\n"
    write(tmp_path, {"t.yaml": template, "a.asl.yaml": content})
    assert told(check(tmp_path, "t.yaml"))


NO_TEXT: dict[str, Callable[[bytes], bytes]] = {
    "zeros": lambda content: b"\0" * len(content),
    "zeros behind": lambda content: content[:20] + b"\0" * len(content),
    "encrypted": lambda content: b"\0GITCRYPT\0" + bytes(byte ^ 0x5A for byte in content),
    "compressed": lambda content: b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03" + content[::-1],
}


@pytest.mark.parametrize("damage", NO_TEXT)
@pytest.mark.parametrize("name", ["template.yaml", "stack.template.json", "main.template"])
def test_a_file_that_could_be_a_template_but_is_no_text_is_told(tmp_path: Path, name: str, damage: str) -> None:
    content = NO_TEXT[damage]((BEFORE + AGENT + "      FoundationModel: amazon.nova-lite-v1:0\n").encode())
    write(tmp_path, {"main.tf": "locals {}\n", name: content})
    assert told(check(tmp_path)) == [(name, None)]


def test_data_with_the_name_of_json_that_is_no_text_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path, {"main.tf": "locals {}\n", "vectors.json": b"IxF2\0\0\x10\xff" * 20})
    assert told(check(tmp_path)) == []


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8", "latin-1"])
def test_data_in_any_encoding_is_text(tmp_path: Path, encoding: str) -> None:
    write(tmp_path, {"main.tf": "locals {}\n", "data.json": '{"name": "Zoë"}'.encode(encoding)})
    assert told(check(tmp_path)) == []


@pytest.mark.parametrize(
    ("name", "expected"), [("template.yaml", True), ("a.template.json", True), ("data.json", False)]
)
def test_what_git_lfs_has_not_fetched_is_told(tmp_path: Path, name: str, expected: bool) -> None:
    write(tmp_path, {"main.tf": "locals {}\n", name: POINTER})
    found = check(tmp_path)
    assert bool(told(found)) is expected
    [problem] = [problem for problem in found.problems if "Git LFS" in problem.message]
    assert name in problem.message
    assert "git lfs pull" in problem.advice


def test_the_mark_of_an_assembly_may_be_damaged(tmp_path: Path) -> None:
    manifest = {
        "version": "1",
        "artifacts": {"S": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "t.json"}}},
    }
    template = {
        "Resources": {"A": {"Type": "AWS::Bedrock::Agent", "Properties": {"FoundationModel": "amazon.nova-lite-v1:0"}}}
    }
    write(tmp_path, {"manifest.json": json.dumps(manifest), "t.json": json.dumps(template)})
    (tmp_path / "cdk.out").symlink_to("cdk.out")
    assert [reference.address for reference in check(tmp_path).references] == ["S/A"]


MODULE = 'variable "model" {}\nresource "aws_bedrockagent_agent" "a" {\n  foundation_model = var.model\n}\n'
CALL = 'module "m" {\n  source = "./m"\n  model  = "amazon.nova-lite-v1:0"\n}\n'
OVERRIDE = 'resource "aws_bedrockagent_agent" "a" {\n  foundation_model = "amazon.nova-lite-v1:0"\n}\n'


@pytest.mark.parametrize(
    ("files", "location"),
    [
        ({"main.tf": CALL, "m/main.tf": "\n"}, ("main.tf", 3)),
        ({"main.tf": CALL, "m/main.tf": MODULE[19:]}, ("main.tf", 3)),
        ({"main.tf": "\n", "a_override.tf": OVERRIDE}, ("a_override.tf", 1)),
        ({"main.tf": "locals {}\n", "b.tf.json": "null"}, ("b.tf.json", 1)),
        ({"main.tf": "locals {}\n", "b.tf.json": '"x"'}, ("b.tf.json", 1)),
    ],
)
def test_a_terraform_file_of_which_others_expect_more_is_told(
    tmp_path: Path, files: dict[str, str | bytes], location: tuple[str, int]
) -> None:
    write(tmp_path, files)
    assert location in told(check(tmp_path))


POLICY = json.dumps(
    {
        "Statement": [
            {"Action": "bedrock:InvokeModel", "Resource": "arn:aws:bedrock:*::foundation-model/amazon.nova-lite-v1:0"}
        ]
    }
)
DOCUMENTS = {
    "policy": 'resource "aws_iam_policy" "p" {\n  policy = file("a.json")\n}\n',
    "definition": 'resource "aws_sfn_state_machine" "m" {\n  definition = file("a.json")\n}\n',
}


@pytest.mark.parametrize("content", [POLICY[:20], POLICY[:-1], "<html>", POINTER, "{", "null,"])
@pytest.mark.parametrize("kind", DOCUMENTS)
def test_a_document_that_is_not_json_is_not_known(tmp_path: Path, kind: str, content: str) -> None:
    write(tmp_path, {"main.tf": DOCUMENTS[kind], "a.json": content})
    [reference] = check(tmp_path).references
    assert reference.unresolved is not None
    assert reference.unresolved.cause.value == "parse-failed"


def test_a_document_may_be_empty_and_have_no_model(tmp_path: Path) -> None:
    for content in ("", " ", "{}", '{"Statement": []}'):
        write(tmp_path, {"main.tf": DOCUMENTS["policy"], "a.json": content})
        assert check(tmp_path).references == ()


def test_a_template_of_nothing_but_loops_within_loops_is_one(tmp_path: Path) -> None:
    body: dict[str, object] = {
        "R${A}${B}": {"Type": "AWS::Bedrock::Agent", "Properties": {"FoundationModel": "amazon.nova-lite-v1:0"}}
    }
    for name in "BA":
        body = {f"Fn::ForEach::Loop{name}": [name, ["x", "y"], body]}
    template = {"Transform": "AWS::LanguageExtensions", "Resources": body}
    write(tmp_path, {"main.tf": "locals {}\n", "t.json": json.dumps(template)})
    assert len(check(tmp_path).references) == 4
