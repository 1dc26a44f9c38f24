"""A model that stands in an argument of a call is found where the result of the call is not known, or is encoded."""

import base64
import gzip
import json
from datetime import date
from pathlib import Path

import pytest

from checker.model.scan import Scan
from checker.model.settings import Settings
from checker.pipeline import scan
from checker.values import Cause

MODEL = "anthropic.claude-3-haiku-20240307-v1:0"
OTHER = "anthropic.claude-opus-4-1-20250805-v1:0"
VARIABLES = f"""\
variable "unset" {{}}
variable "map" {{}}
variable "count_" {{ type = number }}
variable "secret" {{
  sensitive = true
  default   = "{MODEL}"
}}
locals {{ model = "{MODEL}" }}
"""
FILES = {
    "a.txt": f"first\nM={MODEL} X\n",
    "a.tftpl": f"${{greeting}}\nM={MODEL}\n",
    "a.json.tftpl": f'{{"model": "{MODEL}", ${{more}}}}',
    "config/dev.json": json.dumps({"model": MODEL}),
    "config/prod.json": json.dumps({"model": OTHER}),
}


def scanned(tmp_path: Path, code: str) -> Scan:
    for name, content in {**FILES, "main.tf": VARIABLES + code}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    return scan(["."], Settings(date(2026, 11, 24), judge=False), standard_input=bytes, cwd=tmp_path)


def in_environment(tmp_path: Path, expression: str) -> list[tuple[str | None, str, str]]:
    """The models, certainties and locations of an environment variable."""
    code = f'resource "aws_lambda_function" "f" {{\n  environment {{\n    variables = {{\n      V = {expression}\n'
    result = scanned(tmp_path, code + "    }\n  }\n}\n")
    assert not [one for one in result.problems if one.incomplete]
    return [
        (each.model, each.certainty.value, f"{each.written_at.file}:{each.written_at.line}" if each.written_at else "")
        for reference in result.references
        for each in reference.candidates
    ]


@pytest.mark.parametrize(
    "expression",
    [
        "replace(local.model, var.unset, var.unset)",
        "join(var.unset, [local.model, upper(local.model)])",
        "format(var.unset, local.model)",
        "substr(local.model, 0, var.count_)",
        "trimprefix(local.model, var.unset)",
        "regex(var.unset, local.model)",
        "split(var.unset, local.model)[0]",
        'split(",", join(",", concat([local.model], var.unset)))[0]',
        'regexall("[^,]+", join(",", concat([local.model], var.unset)))[0]',
        "slice([local.model], 0, var.count_)[0]",
        'csvdecode("model,x\\n${local.model},${var.unset}")[0].model',
        'yamldecode("m: ${local.model}\\nn: [${var.unset}").m',
        "yamldecode(yamlencode(concat([local.model], var.unset)))[0]",
        "yamldecode(yamlencode([for each in var.unset : local.model]))[0]",
        "yamldecode(yamlencode({ m = concat([local.model], var.unset) })).m[0]",
        "provider::vendor::shorten(local.model)",
        'not_a_function("x", { m = [local.model] })',
        "coalesce(var.unset, local.model)",
        'lookup(var.map, "a", local.model)',
        'textencodebase64("${local.model}", var.unset) == "" ? "" : local.model',
    ],
)
def test_a_known_argument_beside_an_unknown_one(tmp_path: Path, expression: str) -> None:
    assert set(in_environment(tmp_path, expression)) == {(MODEL, "possible", "main.tf:8")}


@pytest.mark.parametrize(
    ("expression", "location"),
    [
        ('replace(file("a.txt"), "X", var.unset)', "a.txt:2"),
        ('templatefile("a.tftpl", var.map)', "a.tftpl:2"),
        ('templatefile("a.tftpl", { greeting = var.unset })', "a.tftpl:2"),
        ('join(",", [var.unset, local.model])', "main.tf:8"),
        ('join(",", concat([local.model], var.unset))', "main.tf:8"),
        ("yamlencode({ models = concat([local.model], var.unset) })", "main.tf:8"),
        ('chomp("${local.model} ${var.unset}\\n")', "main.tf:8"),
        ('indent(4, "${var.unset}\\n${local.model}")', "main.tf:8"),
        ('base64encode("M=${local.model}")', "main.tf:8"),
        ('base64encode("M=${local.model} ${var.unset}")', "main.tf:8"),
        ('base64encode(file("a.txt"))', "a.txt:2"),
        ('filebase64("a.txt")', "a.txt:2"),
        ('base64gzip("M=${local.model} ${var.unset}")', "main.tf:8"),
        ('textencodebase64("M=${local.model}", "UTF-16LE")', "main.tf:8"),
        ('"echo ${base64encode("export A_LONG_NAME=${local.model}")} | base64 -d"', "main.tf:8"),
        ("sensitive(local.model)", "main.tf:8"),
        ("lower(sensitive(local.model))", "main.tf:8"),
        ("sensitive({ a = local.model }).a", "main.tf:8"),
        ("nonsensitive(sensitive(local.model))", "main.tf:8"),
    ],
)
def test_what_is_sure_stays_sure(tmp_path: Path, expression: str, location: str) -> None:
    assert in_environment(tmp_path, expression) == [(MODEL, "certain", location)]


def test_a_document_that_cannot_be_decoded(tmp_path: Path) -> None:
    expression = 'jsondecode(templatefile("a.json.tftpl", { more = var.unset })).model'
    assert in_environment(tmp_path, expression) == [(MODEL, "possible", "a.json.tftpl:1")]


@pytest.mark.parametrize(
    "expression",
    [
        'md5("${local.model} ${var.unset}")',
        'length("${local.model} ${var.unset}")',
        "contains([local.model], var.unset)",
    ],
)
def test_a_digest_or_an_answer_holds_nothing(tmp_path: Path, expression: str) -> None:
    assert in_environment(tmp_path, expression) == []


def test_each_file_that_fits_is_possible(tmp_path: Path) -> None:
    expression = 'jsondecode(file("${path.module}/config/${var.unset}.json")).model'
    assert in_environment(tmp_path, expression) == [
        (MODEL, "possible", "config/dev.json:1"),
        (OTHER, "possible", "config/prod.json:1"),
    ]


def test_a_sensitive_variable_tells_its_model_and_nothing_else(tmp_path: Path) -> None:
    code = """\
variable "token" {
  sensitive = true
  default   = "hunter2"
}
resource "aws_bedrockagent_agent" "a" { foundation_model = var.secret }
resource "aws_bedrockagent_agent" "b" { foundation_model = var.token }
"""
    result = scanned(tmp_path, code)
    told = {one.address[-1]: [each.model for each in one.candidates] for one in result.references}

    assert told == {"a": [MODEL], "b": []}
    assert "hunter2" not in repr(result.references)


def test_data_that_gives_back_what_it_is_given(tmp_path: Path) -> None:
    code = """\
resource "terraform_data" "t" { input = local.model }
data "cloudinit_config" "c" {
  part { content = "M=${local.model} ${var.unset}" }
}
data "template_file" "t" {
  template = "M=$${model}"
  vars     = { model = local.model }
}
resource "aws_bedrockagent_agent" "a" { foundation_model = terraform_data.t.output }
resource "aws_instance" "a" { user_data_base64 = data.cloudinit_config.c.rendered }
resource "aws_instance" "b" { user_data = data.template_file.t.rendered }
"""
    result = scanned(tmp_path, code)
    told = {one.address: [(each.model, each.certainty.value) for each in one.candidates] for one in result.references}

    for address in ("aws_bedrockagent_agent.a", "aws_instance.a", "aws_instance.b"):
        assert told[address] == [(MODEL, "certain")]


@pytest.mark.parametrize("encode", [bytes, gzip.compress])
def test_user_data_in_a_plan(tmp_path: Path, encode: type[bytes]) -> None:
    script = f"#!/bin/bash\nexport M={MODEL}\n".encode()
    values = {"user_data_base64": base64.b64encode(encode(script)).decode(), "ami": "ami-1"}
    resource = {"address": "aws_instance.a", "mode": "managed", "type": "aws_instance", "name": "a", "values": values}
    plan = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {"resources": [resource]}},
        "resource_changes": [],
        "configuration": {"root_module": {}},
    }
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    result = scan(["plan.json"], Settings(date(2026, 11, 24), judge=False), standard_input=bytes, cwd=tmp_path)

    assert [each.model for one in result.references for each in one.candidates] == [MODEL]


def test_base64_that_is_all_there_is(tmp_path: Path) -> None:
    encoded = base64.b64encode(f"#!/bin/bash\nexport M={MODEL}\n".encode()).decode()
    (tmp_path / "script.b64").write_text(encoded)
    (tmp_path / "main.tf").write_text(
        f'resource "aws_instance" "a" {{ user_data_base64 = "{encoded}" }}\n'
        'resource "aws_instance" "b" { user_data_base64 = file("script.b64") }\n'
    )
    result = scan(["."], Settings(date(2026, 11, 24), judge=False), standard_input=bytes, cwd=tmp_path)

    assert [(one.address, [each.model for each in one.candidates]) for one in result.references] == [
        ("aws_instance.a", [MODEL]),
        ("aws_instance.b", [MODEL]),
    ]


@pytest.mark.parametrize(
    ("wanted", "use"),
    [
        ("object({ name = string, model = optional(string, %s) })", "var.chat.model"),
        ("object({ in = optional(object({ model = optional(string, %s) }), {}) })", "var.chat.in.model"),
        ("list(object({ model = optional(string, %s) }))", "var.chat[0].model"),
        ("map(object({ model = optional(string, %s) }))", 'var.chat["a"].model'),
        ("tuple([string, object({ model = optional(string, %s) })])", "var.chat[1].model"),
    ],
)
@pytest.mark.parametrize("called", [False, True])
def test_the_default_of_an_optional_attribute_of_an_input_that_is_not_set(
    tmp_path: Path, wanted: str, use: str, called: bool
) -> None:
    body = f'variable "chat" {{\n  type = {wanted % json.dumps(OTHER)}\n}}\n'
    body += f'resource "aws_bedrockagent_agent" "a" {{\n  foundation_model = {use}\n}}\n'
    if called:
        (tmp_path / "m").mkdir()
        (tmp_path / "m" / "main.tf").write_text(body)
        body = 'module "m" {\n  source = "./m"\n  chat   = var.unset\n}\n'
    (reference,) = [one for one in scanned(tmp_path, body).references if one.mention is None]

    assert [(one.model, one.certainty.value) for one in reference.candidates] == [(OTHER, "possible")]
    assert reference.unresolved is not None


def test_an_attribute_without_a_model_in_its_default_names_none(tmp_path: Path) -> None:
    code = f'variable "chat" {{\n  type = object({{ name = string, model = optional(string, "{OTHER}") }})\n}}\n'
    code += 'resource "aws_ssm_parameter" "p" {\n  value = var.chat.name\n}\n'

    assert [one for one in scanned(tmp_path, code).references if one.mention is None] == []


@pytest.mark.parametrize("key", ["each.key", "each.value"])
@pytest.mark.parametrize("collection", ["toset(var.models)", "{ for m in var.models : m => m }"])
def test_an_element_that_is_a_key_is_written_where_the_element_is(tmp_path: Path, collection: str, key: str) -> None:
    code = f'variable "models" {{\n  default = [\n    "{OTHER}",\n  ]\n}}\n'
    code += f'resource "aws_bedrockagent_agent" "a" {{\n  for_each = {collection}\n  foundation_model = {key}\n}}\n'
    (reference,) = [one for one in scanned(tmp_path, code).references if one.mention is None]

    assert [str(one.written_at) for one in reference.candidates] == ["main.tf:11:5"]
    assert str(reference.location) == "main.tf:16:3"


@pytest.mark.parametrize(
    ("key", "value"), [("ModelId.$", "$.model"), ("ModelId", "{% $states.input.model %}")], ids=["path", "jsonata"]
)
@pytest.mark.parametrize("read", ['file("${path.module}/ask.json")', 'templatefile("${path.module}/ask.json", {})'])
def test_a_model_chosen_at_run_time_is_at_its_line_of_the_file(tmp_path: Path, key: str, value: str, read: str) -> None:
    task = {"Type": "Task", "Resource": "arn:aws:states:::bedrock:invokeModel", "Parameters": {key: value}}
    (tmp_path / "ask.json").write_text(json.dumps({"StartAt": "Ask", "States": {"Ask": task}}, indent=1))

    (one,) = scanned(tmp_path, f'resource "aws_sfn_state_machine" "s" {{\n  definition = {read}\n}}\n').references

    assert one.unresolved is not None
    assert one.location is not None
    assert (one.unresolved.cause, one.location.file, one.location.line) == (Cause.RUN_TIME, "ask.json", 8)
