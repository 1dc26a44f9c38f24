"""SSM parameters that the same template or assembly writes, and what the CDK hands from one Region to another."""

import json

import pytest

from checker.extract import extract
from checker.frontends.cdk.assembly import load_assembly
from checker.frontends.cloudformation.template import load_template
from checker.model.settings import Options
from checker.source.files import Boundary, SourceFiles

MODEL = "anthropic.claude-3-haiku-20240307-v1:0"
WRITER = f"""\
Parameters:
  Env: {{Type: String, Default: dev}}
  Stored: {{Type: "AWS::SSM::Parameter::Value<String>", Default: /dev/chat}}
  Foreign: {{Type: "AWS::SSM::Parameter::Value<String>", Default: /other}}
Resources:
  P:
    Type: AWS::SSM::Parameter
    Properties: {{Name: !Sub "/${{Env}}/chat", Type: String, Value: {MODEL}}}
  A:
    Type: AWS::Bedrock::Agent
    Properties:
      FoundationModel: """


def references(loaded):
    return {one.address: one for one in extract(loaded.resources, {MODEL: MODEL}.get) if one.path == "FoundationModel"}


def template(tmp_path, read):
    (tmp_path / "t.yaml").write_text(WRITER + read + "\n", encoding="utf-8")
    files = SourceFiles(Boundary(tmp_path), tmp_path)
    return references(load_template(tmp_path / "t.yaml", Options(), files))["A"]


@pytest.mark.parametrize(
    "read",
    [
        "!Ref Stored",
        "'{{resolve:ssm:/dev/chat}}'",
        "'{{resolve:ssm:/dev/chat:2}}'",
        "!Sub '{{resolve:ssm:/${Env}/chat}}'",
        "!Join ['', ['{{resolve:ssm:/', !Ref Env, '/chat}}']]",
        "!Sub 'arn:aws:bedrock:us-east-1::foundation-model/{{resolve:ssm:/dev/chat}}'",
    ],
)
def test_a_parameter_that_the_template_writes_is_possible(tmp_path, read):
    reference = template(tmp_path, read)
    ((model, certainty, line),) = [
        (one.model, one.certainty.value, one.written_at.line) for one in reference.candidates
    ]
    assert (model, certainty, line) == (MODEL, "possible", 8)
    assert reference.unresolved.cause.value == "external-data"


@pytest.mark.parametrize("read", ["!Ref Foreign", "'{{resolve:ssm:/other}}'", "'{{resolve:ssm-secure:/dev/chat}}'"])
def test_any_other_parameter_is_not_known(tmp_path, read):
    reference = template(tmp_path, read)
    assert reference.candidates == ()
    assert reference.unresolved is not None


@pytest.mark.parametrize("read", ["'{{resolve:ssm:/dev/${N}}}'", "'{{resolve:ssm:/dev/chat}}'"])
def test_a_parameter_is_found_in_a_loop(tmp_path, read):
    writer = WRITER.partition("  A:\n")[0]
    made = f"Type: AWS::Bedrock::Agent, Properties: {{FoundationModel: {read}}}"
    loop = f"  Fn::ForEach::L: [N, [chat], {{A: {{{made}}}}}]\n"
    (tmp_path / "t.yaml").write_text(f"Transform: AWS::LanguageExtensions\n{writer}{loop}", encoding="utf-8")
    files = SourceFiles(Boundary(tmp_path), tmp_path)
    (candidate,) = references(load_template(tmp_path / "t.yaml", Options(), files))["A"].candidates
    assert (candidate.model, candidate.certainty.value) == (MODEL, "possible")


def test_a_parameter_that_reads_itself_ends(tmp_path):
    (tmp_path / "t.yaml").write_text(
        "Resources:\n  P:\n    Type: AWS::SSM::Parameter\n    Properties: {Name: /a, Value: '{{resolve:ssm:/a}}'}\n"
        "  A:\n    Type: AWS::Bedrock::Agent\n    Properties: {FoundationModel: '{{resolve:ssm:/a}}'}\n",
        encoding="utf-8",
    )
    files = SourceFiles(Boundary(tmp_path), tmp_path)
    assert references(load_template(tmp_path / "t.yaml", Options(), files))["A"].unresolved is not None


def stack(name, region):
    properties = {"templateFile": f"{name}.template.json"}
    return {"type": "aws:cloudformation:stack", "environment": f"aws://111122223333/{region}", "properties": properties}


def agent(model):
    return {"Type": "AWS::Bedrock::Agent", "Properties": {"FoundationModel": model}}


def test_stacks_of_an_assembly(tmp_path):
    name = "/cdk/exports/Far/Modelsuseast1Profile"
    profile = {
        "Type": "AWS::Bedrock::ApplicationInferenceProfile",
        "Properties": {"ModelSource": {"CopyFrom": f"arn:aws:bedrock:us-east-1::foundation-model/{MODEL}"}},
    }
    exports = {name: {"Fn::GetAtt": ["Profile", "InferenceProfileArn"]}}
    written = {
        "Profile": profile,
        "Writer": {
            "Type": "Custom::CrossRegionExportWriter",
            "Properties": {"WriterProps": {"region": "eu-west-1", "exports": exports}},
        },
        "Stored": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/chat", "Type": "String", "Value": MODEL}},
    }
    reader = {"Type": "Custom::CrossRegionExportReader", "Properties": {"ReaderProps": {"imports": {}}}}
    read = {"Fn::GetAtt": ["Reader", name]}
    stored = {"P": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/chat"}}
    out = tmp_path / "cdk.out"
    out.mkdir()
    templates = {
        "Models": {"Resources": written},
        "Far": {"Resources": {"Reader": reader, "A": agent(read)}, "Parameters": stored},
        "Near": {"Parameters": stored, "Resources": {"A": agent({"Ref": "P"})}},
    }
    templates["Far"]["Resources"]["B"] = agent({"Ref": "P"})
    nested = {"TemplateURL": "Nested.template.json", "Parameters": {"Model": read}}
    templates["Far"]["Resources"]["N"] = {"Type": "AWS::CloudFormation::Stack", "Properties": nested}
    inner = {"Parameters": {"Model": {"Type": "String"}}, "Resources": {"In": agent({"Ref": "Model"})}}
    (out / "Nested.template.json").write_text(json.dumps(inner))
    artifacts = {each: stack(each, "eu-west-1" if each == "Far" else "us-east-1") for each in templates}
    (out / "manifest.json").write_text(json.dumps({"version": "48.0.0", "artifacts": artifacts}))
    for each, content in templates.items():
        (out / f"{each}.template.json").write_text(json.dumps(content, indent=1))
    found = references(load_assembly(out, Options(), SourceFiles(Boundary(tmp_path), tmp_path)))
    assert [(one.model, one.certainty.value) for one in found["Far/A"].candidates] == [(MODEL, "certain")]
    assert [(one.model, one.certainty.value) for one in found["Far/N/In"].candidates] == [(MODEL, "certain")]
    assert [(one.model, one.certainty.value) for one in found["Near/A"].candidates] == [(MODEL, "possible")]
    # A parameter is read in its own Region only.
    assert found["Far/B"].candidates == ()


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"StackName": "Models", "OutputName": "O", "Region": "us-east-1"}, [(MODEL, "certain")]),
        ({"StackName": "Models", "OutputName": "O"}, []),
        ({"StackName": "Models", "OutputName": "Other", "Region": "us-east-1"}, []),
        ({"StackName": "Gone", "OutputName": "O", "Region": "us-east-1"}, []),
        ({"StackName": {"Ref": "Open"}, "OutputName": "O", "Region": "us-east-1"}, []),
        ("Models.O", []),
    ],
)
def test_an_output_of_another_stack_of_an_assembly(tmp_path, asked, expected):
    """As aws-cdk-lib 2.276.0 writes a weak reference."""
    out = tmp_path / "cdk.out"
    out.mkdir()
    templates = {
        "Models": {"Resources": {}, "Outputs": {"O": {"Value": MODEL}}},
        "Far": {
            "Parameters": {"Open": {"Type": "String"}},
            "Resources": {"A": agent({"Fn::GetStackOutput": asked})},
        },
    }
    templates["Models"]["Resources"]["T"] = {"Type": "AWS::SNS::Topic"}
    artifacts = {each: stack(each, "eu-west-1" if each == "Far" else "us-east-1") for each in templates}
    (out / "manifest.json").write_text(json.dumps({"version": "48.0.0", "artifacts": artifacts}))
    for each, content in templates.items():
        (out / f"{each}.template.json").write_text(json.dumps(content, indent=1))
    found = references(load_assembly(out, Options(), SourceFiles(Boundary(tmp_path), tmp_path)))["Far/A"]
    assert [(one.model, one.certainty.value) for one in found.candidates] == expected
    assert (found.unresolved is None) == bool(expected)


BY_NAMES = """\
Parameters: {Env: {Type: String}}
Resources:
  Named: {Type: AWS::SSM::Parameter, Properties: {Name: !Sub "/${AWS::StackName}/chat", Type: String, Value: %s}}
  Unnamed: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: %s}}
  OfEnv: {Type: AWS::SSM::Parameter, Properties: {Name: !Sub "${Env}", Type: String, Value: %s}}
  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: n.yaml, Parameters: {M: !Ref Unnamed}}}
  A:
    Type: AWS::Bedrock::Agent
    Properties:
      FoundationModel: """


@pytest.mark.parametrize(
    ("read", "expected", "is_resolved"),
    [
        ("!Sub '{{resolve:ssm:/${AWS::StackName}/chat}}'", [(MODEL, "possible")], False),
        ("!Sub '{{resolve:ssm:/${AWS::StackName}/chat:2}}'", [(MODEL, "possible")], False),
        ("!Sub '{{resolve:ssm:${Env}}}'", [(MODEL, "possible")], False),
        ("!Sub '{{resolve:ssm:/${AWS::Region}/chat}}'", [], False),
        ("!Sub '{{resolve:ssm:${Unnamed}}}'", [(MODEL, "certain")], True),
        ("!Join ['', ['{{resolve:ssm:', !Ref Named, '}}']]", [(MODEL, "certain")], True),
    ],
)
def test_names_that_are_known_in_part_or_refer_to_the_resource(tmp_path, read, expected, is_resolved):
    (tmp_path / "t.yaml").write_text(BY_NAMES.replace("%s", MODEL) + read + "\n", encoding="utf-8")
    inner = 'Parameters: {M: {Type: "AWS::SSM::Parameter::Value<String>"}}\nResources:\n  A:\n'
    inner += "    Type: AWS::Bedrock::Agent\n    Properties: {FoundationModel: !Ref M}\n"
    (tmp_path / "n.yaml").write_text(inner, encoding="utf-8")
    files = SourceFiles(Boundary(tmp_path), tmp_path)
    found = references(load_template(tmp_path / "t.yaml", Options(), files))
    assert [(one.model, one.certainty.value) for one in found["A"].candidates] == expected
    assert (found["A"].unresolved is None) == is_resolved
    assert [(one.model, one.certainty.value) for one in found["N.A"].candidates] == [(MODEL, "certain")]


def test_stand_ins_for_what_the_cdk_could_not_look_up(tmp_path):
    out = tmp_path / "cdk.out"
    out.mkdir()
    of_cdk, of_app = "dummy-value-for-/ai/chat", MODEL
    resources = {
        "A": agent(of_cdk),
        "B": agent(f"arn:aws:bedrock:eu-west-1::foundation-model/{of_cdk}"),
        "C": agent("dummy-value-for-/here"),
        "P": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/here", "Type": "String", "Value": MODEL}},
    }
    missing = [
        {"key": name, "provider": "ssm", "props": {"parameterName": name, "dummyValue": value}}
        for name, value in (("/ai/chat", of_cdk), ("/ai/judge", of_app))
    ]
    manifest = {"version": "36.0.0", "artifacts": {"S": stack("S", "eu-west-1")}, "missing": missing}
    (out / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (out / "S.template.json").write_text(json.dumps({"Resources": resources}), encoding="utf-8")

    loaded = load_assembly(out, Options(), SourceFiles(Boundary(tmp_path), tmp_path))

    found = {address.partition("/")[2]: one for address, one in references(loaded).items()}
    assert [found[name].unresolved.subject for name in "AB"] == ["SSM parameter /ai/chat"] * 2
    assert [one.model for one in found["C"].candidates] == [MODEL]
    (problem,) = loaded.problems
    assert ("/ai/judge" in problem.message, problem.incomplete) == (True, True)
