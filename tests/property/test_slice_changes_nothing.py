"""With and without the look that leaves most of the code unevaluated, a run finds the same."""

import base64
import gzip
import itertools
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from checker import reading
from checker.catalog.store import load_bundled
from checker.frontends.terraform.configuration import directory
from checker.frontends.terraform.configuration.module import ResourceInstance
from checker.model.resource import Resource
from checker.model.scan import Scan
from checker.model.settings import Options, Settings
from checker.pipeline import scan
from checker.references.grammar import PROVIDERS
from checker.references.prefilter import SourceWords

REPOSITORY = Path(__file__).resolve().parents[2]
DIRECTORIES = sorted(
    {
        path.parent
        for top in ("examples", "tests/cases")
        for pattern in ("*.tf", "*.tf.json", "*.yaml", "*.yml", "*.json", "*.template")
        for path in (REPOSITORY / top).rglob(pattern)
    }
)
IDS = sorted(
    name for model in load_bundled().models for name in (model.id, *model.aliases) if name.split(".")[0] in PROVIDERS
)


@contextmanager
def everything_evaluated() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "SourceWords", lambda _ids: None)
        yield


def run(directory: Path, options: Options) -> Scan:
    given_ = Settings(date(2026, 11, 24), options=options)
    return scan(["."], given_, standard_input=bytes, cwd=directory)


def assert_same(directory: Path, options: Options | None = None) -> Scan:
    quick = run(directory, options or Options())
    with everything_evaluated():
        whole = run(directory, options or Options())
    assert quick.references == whole.references
    assert quick.findings == whole.findings
    assert [one for one in quick.problems if one.incomplete] == [one for one in whole.problems if one.incomplete]
    assert [(one.path, one.kind, set(one.files)) for one in quick.inputs] == [
        (one.path, one.kind, set(one.files)) for one in whole.inputs
    ]
    return quick


@pytest.mark.parametrize("directory", DIRECTORIES, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_examples_and_cases(directory: Path) -> None:
    assert_same(directory)


def test_what_names_no_model_is_left_unevaluated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    evaluated: list[str] = []
    made = directory._Loader._resource

    def counted(self: directory._Loader, found: ResourceInstance) -> Resource:
        evaluated.append(found.address)
        return made(self, found)

    monkeypatch.setattr(directory._Loader, "_resource", counted)
    code = """\
variable "prefix" {
  default = "p"
}
locals {
  all = { chat = { model = "anthropic.claude-3-haiku-20240307-v1:0", name = "x" } }
}
resource "aws_sqs_queue" "of_a_literal" {
  name = "${var.prefix}-q"
}
resource "aws_sqs_queue" "of_a_neighbour" {
  name = local.all["chat"].name
}
resource "aws_lambda_function" "f" {
  environment {
    variables = { MODEL = local.all["chat"].model }
  }
}
"""
    write(tmp_path, {"a/main.tf": code, "b.yaml": template({"A": "b"}), **assembly({"A": "b"})})
    result = run(tmp_path, Options())
    assert evaluated == ["aws_lambda_function.f"]
    assert len(result.inputs) == 3
    assert len(result.references) == 1
    assert not result.problems


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def template(variables: dict[str, object]) -> str:
    function = {"Type": "AWS::Lambda::Function", "Properties": {"Environment": {"Variables": variables}}}
    return json.dumps({"Resources": {"Function": function}})


def assembly(variables: dict[str, object]) -> dict[str, str]:
    artifact = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "S.template.json"}}
    return {
        "app/cdk.out/manifest.json": json.dumps({"version": "36.0.0", "artifacts": {"S": artifact}}),
        "app/cdk.out/cdk.out": '{"version": "36.0.0"}',
        "app/cdk.out/S.template.json": template(variables),
    }


def test_every_id_is_seen_however_it_is_cut_in_two() -> None:
    words = SourceWords(IDS)
    for name in IDS:
        for cut in range(len(name) + 1):
            pieces = (name[:cut], name[cut:])
            assert any(words.may_name_a_model(piece.encode()) for piece in pieces), pieces
            assert any(words.may_name_a_model(piece.upper().encode()) for piece in pieces), pieces


@pytest.mark.parametrize(
    "join", ['{}" "." "{}', "${{{}}}.${{x}} {}", '"%s.%s", {} {}', "%[1]s.%[2]s {} {}", "$1.$2 {} {}", "{} }}.%{{ {}"]
)
def test_every_id_is_seen_by_its_provider_and_family_alone(join: str) -> None:
    words = SourceWords(IDS)
    for name in IDS:
        provider, _, model = name.partition(".")
        written = join.format(provider, model.replace("-", '" "'))
        assert words.may_name_a_model(written.encode()), written


def test_every_service_and_resource_that_takes_a_model_is_seen() -> None:
    words = SourceWords(())
    data = REPOSITORY / "checker/extract/data"
    rows = json.loads((data / "sites.json").read_text(encoding="utf-8"))
    names = {row["type"] for row in rows if row["accepts"]} | set(
        json.loads((data / "calls.json").read_text(encoding="utf-8"))
    )
    assert len(names) > 50
    assert [name for name in sorted(names) if not words.may_name_a_model(name.encode())] == []


@pytest.mark.parametrize("text", [r"\u0061", r"\U00000061", r"\x61", "a\0b"])
def test_what_could_hide_a_letter_is_kept(text: str) -> None:
    assert SourceWords(()).may_name_a_model(text.encode())


@pytest.mark.parametrize("lines", [base64.b64encode, base64.encodebytes], ids=["a run", "lines"])
@pytest.mark.parametrize("packed", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_text_in_base64_is_looked_into(lines: Callable[[bytes], bytes], packed: Callable[[bytes], bytes]) -> None:
    words = SourceWords(IDS)
    script = b"#!/bin/sh\n" + b"echo ready, steady\n" * 9 + b"export MODEL_NAME=anthropic.claude-v2\n"
    assert words.may_name_a_model(b"x = <<EOT\n" + lines(packed(script)) + b"\nEOT\n")
    assert not words.may_name_a_model(b"x = <<EOT\n" + lines(packed(b"echo ready, steady\n" * 9)) + b"\nEOT\n")


@pytest.mark.parametrize(
    "text",
    [
        "lambda.amazonaws.com",
        '"Metadata": {"aws:cdk:path": "a"}',
        "google_project",
        "# https://docs.aws.amazon.com/AmazonRDS",
        'engine_version = "19.0.0.0.ru-2026-04.rur-2026-04.r1"',
        'license_model = "bring-your-own-license"',
    ],
)
def test_ordinary_code_is_not_kept(text: str) -> None:
    assert not SourceWords(IDS).may_name_a_model(text.encode())


# Trees in which an id reaches a resource by many ways, or does not.

NOISE = (
    "main",
    "eu-west-1",
    "lambda.amazonaws.com",
    "x-ray",
    "claud",
    "foundation",
    "metadata",
    "t3.large",
    "${var.no}",
)


def hcl(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("${var.no}", "$${var.no}")


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, str]:
    """Two pieces of a text that may name a model."""
    kind = draw(st.sampled_from(("model", "profile", "arn", "noise", "noise")))
    name = draw(st.sampled_from(IDS))
    if kind == "noise":
        return draw(st.sampled_from(NOISE)), draw(st.sampled_from(NOISE))
    if kind == "profile":
        name = f"us.{name}"
    if kind == "arn":
        name = f"arn:aws:bedrock:us-east-1::foundation-model/{name}"
    cut = draw(st.integers(0, len(name)))
    return name[:cut], name[cut:]


Build = Callable[[str, str], dict[str, str]]


def by_locals(head: str, tail: str) -> dict[str, str]:
    return {
        "main.tf": f"""\
locals {{
  head = {hcl(head)}
  tail = {hcl(tail)}
}}
resource "aws_lambda_function" "f" {{
  function_name = "f"
  environment {{
    variables = {{ MODEL = "${{local.head}}${{local.tail}}", JOINED = join("", [local.head, local.tail]) }}
  }}
}}
"""
    }


def by_values_file(head: str, tail: str) -> dict[str, str]:
    return {
        "variables.tf": 'variable "head" {\n  type = string\n}\nvariable "tail" {\n  type    = string\n'
        f"  default = {hcl(tail)}\n}}\n",
        "main.tf": 'resource "aws_ssm_parameter" "p" {\n  name  = "p"\n  type  = "String"\n'
        '  value = format("%s%s", var.head, var.tail)\n}\n',
        "terraform.tfvars": f"head = {hcl(head)}\n",
        "other.tfvars": f"tail = {hcl(head)}\n",
    }


def by_module(head: str, tail: str) -> dict[str, str]:
    return {
        "main.tf": f'module "inner" {{\n  source = "./inner"\n  head   = {hcl(head)}\n}}\n'
        'resource "aws_ssm_parameter" "p" {\n  name  = "p"\n  type  = "String"\n  value = module.inner.model\n}\n',
        "inner/main.tf": 'variable "head" {\n  type = string\n}\n'
        f'output "model" {{\n  value = lower("${{var.head}}{hcl(tail)[1:-1]}")\n}}\n',
    }


def by_policy(head: str, tail: str) -> dict[str, str]:
    return {
        "main.tf": 'resource "aws_iam_role_policy" "p" {\n  name = "p"\n  role = "r"\n'
        '  policy = jsonencode({\n    Statement = [{ Effect = "Allow", Action = "*", '
        f'Resource = "${{local.head}}${{local.tail}}" }}]\n  }})\n}}\n'
        f"locals {{\n  head = {hcl(head)}\n  tail = {hcl(tail)}\n}}\n"
    }


def by_file(head: str, tail: str) -> dict[str, str]:
    return {
        "main.tf": 'resource "aws_ssm_parameter" "p" {\n  name  = "p"\n  type  = "String"\n'
        '  value = "${trimspace(file("${path.module}/head.txt"))}${jsondecode(file("tail.json"))}"\n}\n',
        "head.txt": head,
        "tail.json": json.dumps(tail),
    }


def by_agent(head: str, tail: str) -> dict[str, str]:
    return {
        "main.tf": 'resource "aws_bedrockagent_agent" "a" {\n  agent_name       = "a"\n'
        f'  foundation_model = join("", [{", ".join(hcl(letter) for letter in head + tail)}])\n}}\n'
    }


def by_join(head: str, tail: str) -> dict[str, str]:
    return {"stack.json": template({"MODEL": {"Fn::Join": ["", [head, tail]]}})}


def by_yaml(head: str, tail: str) -> dict[str, str]:
    return {
        "stack.yaml": f"""\
Parameters:
  Head:
    Type: String
    Default: {json.dumps(head)}
Mappings:
  Tails:
    all:
      tail: {json.dumps(tail)}
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Environment:
        Variables:
          MODEL: !Sub ["${{Head}}${{Tail}}", {{Tail: !FindInMap [Tails, all, tail]}}]
"""
    }


def by_nested_stack(head: str, tail: str) -> dict[str, str]:
    child = json.loads(template({"MODEL": {"Fn::Sub": "${Head}" + tail.replace("${", "${!")}}))
    child["Parameters"] = {"Head": {"Type": "String"}}
    nested = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "child.json"}}
    nested["Properties"]["Parameters"] = {"Head": head}  # type: ignore[index]
    return {"parent.json": json.dumps({"Resources": {"Child": nested}}), "child.json": json.dumps(child)}


def by_assembly(head: str, tail: str) -> dict[str, str]:
    return assembly({"MODEL": {"Fn::Join": ["", [head, tail]]}})


def by_folded_line(head: str, tail: str) -> dict[str, str]:
    folded = f'"{head}\\\n            {tail}"'.replace("${", "x{")
    return {
        "stack.yaml": "Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Environment:\n"
        f"        Variables:\n          MODEL: {folded}\n"
    }


def by_three(head: str, tail: str) -> dict[str, str]:
    provider, _, model = (head + tail).rpartition("/")[2].removeprefix("us.").partition(".")
    return {
        "stack.json": template({"MODEL": {"Fn::Join": [".", [provider, model]]}}),
        "main.tf": f"locals {{\n  vendor = {hcl(provider)}\n  name   = {hcl(model)}\n}}\n"
        'resource "aws_ssm_parameter" "p" {\n  name  = "p"\n  type  = "String"\n'
        '  value = "${local.vendor}.${local.name}"\n}\n',
    }


def by_many(head: str, tail: str) -> dict[str, str]:
    """Pieces of two letters and less, in a module, which are put together where they are used."""
    written = head + tail
    pieces = [written[:1], *(written[start : start + 2] for start in range(1, len(written), 2))]
    listed = ", ".join(map(hcl, pieces))
    return {
        "main.tf": 'module "m" {\n  source = "./m"\n}\nresource "aws_ssm_parameter" "p" {\n  name  = "p"\n'
        '  type  = "String"\n  value = lower(join("", [for each in module.m.pieces : each]))\n}\n',
        "m/main.tf": f'locals {{\n  pieces = [{listed}]\n}}\noutput "pieces" {{\n  value = local.pieces\n}}\n',
    }


def by_replacement(head: str, tail: str) -> dict[str, str]:
    written = hcl(f"{head}@@{tail}".replace("o", "@o@"))
    return {
        "main.tf": f'locals {{\n  model = replace(replace({written}, "@@", ""), "/@(.)@/", "$1")\n}}\n'
        'resource "aws_ssm_parameter" "p" {\n  name  = "p"\n  type  = "String"\n  value = local.model\n}\n'
    }


SETTINGS = """\
module "app" {
  source   = "./app"
  for_each = { dev = local.dev, prod = local.prod }[terraform.workspace]
  settings = merge(local.all, each.value)
  name     = lookup(each.value, "name", "none")
}
locals {
  all  = { head = @HEAD, size = 1 }
  dev  = { chat = { tail = @TAIL, name = "a" }, plain = { name = "b" } }
  prod = { chat = { tail = "x", name = "c" } }
}
"""
APP = """\
variable "settings" {
  type = any
}
variable "name" {
  type = string
}
resource "aws_ssm_parameter" "p" {
  name  = var.name
  type  = "String"
  value = "${var.settings.head}${try(var.settings.tail, var.name)}"
}
resource "aws_lambda_function" "f" {
  function_name = var.name
  dynamic "environment" {
    for_each = [for key, value in var.settings : value if key == "tail"]
    content {
      variables = { TAIL = environment.value, BOTH = format("%s%s", var.settings["head"], environment.value) }
    }
  }
}
"""


def by_settings(head: str, tail: str) -> dict[str, str]:
    """Settings for each environment, one of which is chosen and merged, beside others."""
    return {"main.tf": SETTINGS.replace("@HEAD", hcl(head)).replace("@TAIL", hcl(tail)), "app/main.tf": APP}


def by_inputs(head: str, tail: str) -> dict[str, str]:
    """Inputs that nobody set, under names that say model, beside what may name one."""
    return {
        "main.tf": 'variable "model" {}\nvariable "empty" {\n  default = ""\n}\nresource "aws_lambda_function" "f" {\n'
        '  function_name = "f"\n  environment {\n    variables = { MODEL_ID = var.model, MODEL = var.model, '
        'BEDROCK_MODEL = var.empty }\n  }\n}\nresource "aws_ecs_task_definition" "t" {\n  family = "t"\n'
        '  container_definitions = jsonencode([{ environment = [{ name = "model_name", value = var.model }] }])\n}\n'
        f'resource "aws_bedrockagent_agent" "a" {{\n  foundation_model = {hcl(head + tail)}\n}}\n'
    }


def by_neighbours(head: str, tail: str) -> dict[str, str]:
    """A template of many lines, in which resources refer to each other."""
    function = json.loads(template({"MODEL": {"Ref": "Profile"}}))["Resources"]["Function"]
    joined = json.loads(template({"MODEL": {"Fn::Join": ["", [head, tail]]}}))["Resources"]["Function"]
    through = json.loads(template({"MODEL": {"Fn::GetAtt": ["Parameter", "Value"]}}))["Resources"]["Function"]
    profile = {
        "Type": "AWS::Bedrock::ApplicationInferenceProfile",
        "Properties": {"ModelSource": {"CopyFrom": f"arn:aws:bedrock:us-east-1::foundation-model/{head}{tail}"}},
    }
    parameter = {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": {"Ref": "Model"}}}
    return {
        "all.json": json.dumps(
            {
                "Parameters": {"Model": {"Type": "String", "Default": head + tail}},
                "Resources": {"A": function, "B": joined, "C": through, "Profile": profile, "Parameter": parameter},
            },
            indent=1,
        ),
        "some.json": json.dumps({"Resources": {"A": function, "Profile": profile, "B": joined}}, indent=1),
        "few.json": json.dumps({"Resources": {"B": joined, "Q": {"Type": "AWS::SQS::Queue"}}}, indent=1),
    }


def by_escapes(head: str, tail: str) -> dict[str, str]:
    escaped = "".join(f"\\u{ord(letter):04x}" for letter in head) + tail
    return {
        "stack.json": template({"MODEL": "@"}).replace("@", escaped),
        "main.tf": 'resource "aws_ssm_parameter" "p" {\n  name  = "p"\n  type  = "String"\n'
        f'  value = "{escaped}"\n}}\n',
    }


def broken(head: str, tail: str) -> dict[str, str]:
    return {
        "one/main.tf": f'locals {{\n  a = "{hcl(head)[1:-1]}\n}}\n',
        "two/main.tf": 'module "m" {\n  source = "./none"\n}\nmodule "r" {\n  source = "a/b/aws"\n}\n'
        'variable "x" {}\nvariable "x" {}\nthing {}\n',
        "stack.yaml": f"Resources:\n  A:\n    Type: AWS::S3::Bucket\n   B: {hcl(tail)}\n",
        "stack.json": template({"A": "b"})[:-3],
        "twice.json": '{"Resources": {"A": {"Type": "A::B", "Type": "A::C"}}}',
    }


BUILDS: tuple[Build, ...] = (
    by_locals,
    by_values_file,
    by_module,
    by_policy,
    by_file,
    by_agent,
    by_join,
    by_yaml,
    by_nested_stack,
    by_assembly,
    by_folded_line,
    by_three,
    by_many,
    by_replacement,
    by_settings,
    by_inputs,
    by_neighbours,
    by_escapes,
    broken,
)


@given(st.lists(st.tuples(st.sampled_from(BUILDS), texts()), min_size=1, max_size=3))
@example([(build, ("anthropic.claude-3-haiku", "-20240307-v1:0")) for build in BUILDS])
@example([(build, ("main", "eu-west-1")) for build in BUILDS])
@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
def test_random_trees(parts: list[tuple[Build, tuple[str, str]]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / ".git").mkdir()
        for number, (build, (head, tail)) in enumerate(parts):
            write(root / f"part{number}", build(head, tail))
        assert_same(root)


@pytest.mark.parametrize(
    "build",
    [
        by_locals,
        by_module,
        by_many,
        by_replacement,
        by_settings,
        by_join,
        by_yaml,
        by_assembly,
        by_folded_line,
        by_three,
        by_neighbours,
        by_escapes,
    ],
)
def test_each_way_leads_to_a_reference(build: Build, tmp_path: Path) -> None:
    """So that the trees above are not all without references."""
    write(tmp_path, build("anthropic.clau", "de-3-haiku-20240307-v1:0"))
    found = {candidate.model for one in assert_same(tmp_path).references for candidate in one.candidates}
    assert found == {"anthropic.claude-3-haiku-20240307-v1:0"}


def test_what_the_user_supplies_is_looked_at(tmp_path: Path) -> None:
    write(tmp_path, by_values_file("main", "x"))
    (tmp_path / "terraform.tfvars").unlink()
    pieces = itertools.product(["anthropic.claude-3-haiku-20240307", "main"], ["-v1:0", "x"])
    counts = [
        len(assert_same(tmp_path, Options(arguments=(("head", head), ("tail", tail)))).references)
        for head, tail in pieces
    ]
    # The second is the id of a model that the catalog does not know.
    assert counts == [1, 1, 0, 0]
