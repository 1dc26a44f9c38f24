"""Templates under the endings of template engines: complete ones are read, others are told if they name a model."""

import json
from datetime import date
from pathlib import Path

import pytest

from checker.model.scan import Scan
from checker.model.settings import Settings
from checker.pipeline import scan

MODEL = "amazon.nova-lite-v1:0"
COMPLETE = f"""\
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  A:
    Type: AWS::Bedrock::Agent
    Properties: {{FoundationModel: {MODEL}, Description: "{{{{resolve:ssm:name}}}}"}}
"""
ENDINGS = ["tmpl", "cf", "yaml.j2", "yaml.erb", "yaml.tpl", "yml.jinja2", "template.mustache", "YAML.J2"]


def check(folder: Path, **files: str) -> Scan:
    for name, text in {"main__tf": "locals {}\n", **files}.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return scan(["."], Settings(as_of=date(2026, 11, 24)), standard_input=bytes, cwd=folder)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_complete_template_is_read_whatever_its_ending(tmp_path: Path, ending: str) -> None:
    found = check(tmp_path, **{f"t.{ending}": COMPLETE})
    assert [each.address for each in found.references] == ["A"]
    assert found.problems == ()
    agent = {"Type": "AWS::Bedrock::Agent", "Properties": {"FoundationModel": MODEL}}
    as_json = json.dumps({"Description": "x", "Resources": {"A": agent}})
    assert [each.address for each in check(tmp_path, **{f"t.{ending}": as_json}).references] == ["A"]


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("t.yaml.j2", "{{ name }}"),
        ("t.yaml.j2", "x\n{% if a %}"),
        ("t.yaml.erb", "<%= name %>"),
        ("t.yaml.tpl", "${name}"),
        ("t.tmpl", "{{ .Name }}"),
    ],
)
def test_a_template_that_an_engine_has_to_write_is_told_if_it_names_a_model(
    tmp_path: Path, name: str, part: str
) -> None:
    text = COMPLETE.replace("Resources:", f"Description: {part}\nResources:")
    found = check(tmp_path, **{name: text})
    (problem,) = found.problems
    assert (problem.file, problem.incomplete) == (name, True)
    assert problem.message == "this CloudFormation template of a template engine is not evaluated; 1 id stands in it"
    assert [(each.address, len(each.candidates)) for each in found.mentions] == [(name, 1)]
    assert check(tmp_path, **{name: text.replace(MODEL, "x")}).problems == ()


LATER = """\
Resources:
  A: {Type: AWS::Bedrock::Guardrail, Properties: {Name: n}}
  F:
    Type: AWS::Lambda::Function
    Properties: {Environment: {Variables: {%s}}}
"""


@pytest.mark.parametrize(
    "value", ["__MODEL__", '"@@MODEL@@"', "$MODEL", '"<MODEL>"', "'[[ model ]]'", "{{ model }}", "${model}"]
)
def test_a_placeholder_in_the_place_of_a_model_is_told(tmp_path: Path, value: str) -> None:
    (problem,) = check(tmp_path, **{"t.yaml.tmpl": LATER % f"BEDROCK_MODEL_ID: {value}"}).problems
    assert (problem.file, problem.incomplete) == ("t.yaml.tmpl", True)
    assert problem.message.endswith("is not evaluated; no id stands in it, but a placeholder for a model")


@pytest.mark.parametrize(
    "written", [f'MODEL_ID: "{MODEL}", X: __NAME__', "MODEL_ID: $.model", 'MODEL_ID: "{{resolve:ssm:x}}"']
)
def test_other_placeholders_leave_a_template_complete(tmp_path: Path, written: str) -> None:
    found = check(tmp_path, **{"t.yaml.tmpl": LATER % written})
    assert [each.path for each in found.inputs if each.kind == "cloudformation"] == ["t.yaml.tmpl"]
    assert found.problems == ()


def test_what_terraform_fills_in_is_no_placeholder_for_others(tmp_path: Path) -> None:
    body = 'templatefile("t.yaml.tpl", { model = "amazon.nova-lite-v1:0" })'
    main = f'resource "aws_cloudformation_stack" "s" {{\n  name = "s"\n  template_body = {body}\n}}\n'
    found = check(tmp_path, **{"main.tf": main, "t.yaml.tpl": LATER % "BEDROCK_MODEL_ID: ${model}"})
    assert [each.candidates[0].model for each in found.references] == [MODEL]
    assert found.problems == ()


def test_several_are_named(tmp_path: Path) -> None:
    text = COMPLETE.replace("Resources:", "Description: {{ x }}\nResources:")
    (problem,) = check(tmp_path, **{f"{name}.yaml.j2": text for name in "abcdefg"}).problems
    assert problem.message == (
        "7 CloudFormation templates of a template engine are not evaluated; 7 ids stand in them:"
        " a.yaml.j2, b.yaml.j2, c.yaml.j2, d.yaml.j2, e.yaml.j2 and 2 more"
    )
    assert problem.advice == "Render them, and check the results."


def test_parts_of_a_helm_chart_are_no_templates(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    text = COMPLETE.replace("Resources:", "Description: {{ x }}\nResources:")
    files = {"Chart.yaml": "name: a\n", "templates/a.tpl": text}
    assert check(tmp_path, **files).problems == ()
    (tmp_path / "Chart.yaml").unlink()
    assert check(tmp_path).incomplete


def test_fn_sub_is_for_no_engine(tmp_path: Path) -> None:
    text = COMPLETE + "    Metadata: {A: !Sub '${B}', B: '${AWS::Region}'}\n"
    assert [each.address for each in check(tmp_path, t__tpl=text.replace("'${B}'", "'${A}'")).references] == ["A"]


def test_what_terraform_makes_of_it_is_judged_there(tmp_path: Path) -> None:
    text = COMPLETE.replace('"2010-09-09"', '"2010-09-09"\nDescription: ${name}').replace('"{{resolve:ssm:name}}"', "x")
    main = """\
resource "aws_cloudformation_stack" "s" {
  name          = "s"
  template_body = templatefile("t.yaml.tpl", { name = "n" })
}
"""
    found = check(tmp_path, **{"main.tf": main, "t.yaml.tpl": text})
    assert [each.candidates[0].model for each in found.references] == [MODEL]
    assert not found.incomplete
    complete = text.replace("${name}", "n")
    main = main.replace("templatefile", "file").replace(', { name = "n" }', "")
    found = check(tmp_path, **{"main.tf": main, "t.yaml.tpl": complete})
    assert [each.candidates[0].model for each in found.references] == [MODEL]
    assert not found.incomplete


@pytest.mark.parametrize("text", [f"model: {MODEL}\n", "kind: {{ x }}\nResources: 1\n", "see AWS::Bedrock::Agent\n"])
def test_other_texts_of_engines_are_no_templates(tmp_path: Path, text: str) -> None:
    found = check(tmp_path, t__j2=text, t__tpl=text)
    assert (found.references, found.problems) == ((), ())


def test_a_complete_template_that_cannot_be_parsed_is_told(tmp_path: Path) -> None:
    (problem,) = check(tmp_path, **{"t.yaml.erb": COMPLETE + "  B: [\n"}).problems
    assert (problem.file, problem.incomplete) == ("t.yaml.erb", True)
