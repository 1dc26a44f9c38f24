"""What an account answers is read where code names it: parameters, exports, and ARNs that do not tell their models."""

import json
from datetime import date
from pathlib import Path

import pytest

from checker import check

CATALOG = Path(__file__).parents[2] / "catalog.json"
EOL, ACTIVE = "anthropic.test-eol-v1:0", "anthropic.test-active-v1:0"
PROFILE = "application-inference-profile/abc"
ANSWERS = f"""\
version: 1
asked_on: 2026-11-20
parameters:
  - {{name: /ai/chat, value: {EOL}}}
  - {{name: /ai/flag, value: "on"}}
exports:
  - {{name: shared, value: {EOL}}}
resources:
  - {{name: "arn:aws:bedrock:us-east-1:111122223333:{PROFILE}", models: [{EOL}]}}
"""
TEMPLATE = """\
Parameters:
  Stored: {Type: "AWS::SSM::Parameter::Value<String>"}
  Named: {Type: "AWS::SSM::Parameter::Value<String>", Default: /ai/chat}
  Flag: {Type: "AWS::SSM::Parameter::Value<String>", Default: /ai/flag}
Conditions:
  IsOn: !Equals [!Ref Flag, "on"]
Resources:
  A:
    Type: AWS::Bedrock::Agent
    Properties:
      AgentName: a
      FoundationModel: %s
"""


@pytest.fixture
def read(tmp_path):
    (tmp_path / "answers.yaml").write_text(ANSWERS)

    def reading(files, whole=False, **arguments):
        for name, content in files.items():
            (tmp_path / name).write_text(content)
        arguments.setdefault("answers", ["answers.yaml"])
        scan = check(".", as_of=date(2026, 11, 24), catalog=CATALOG, cwd=tmp_path, **arguments)
        return scan if whole else {one.address: one for one in scan.references if one.path == "FoundationModel"}

    return reading


def candidates(reference):
    return [(one.text, str(one.certainty)) for one in reference.candidates]


@pytest.mark.parametrize(
    ("written", "certainty", "line"),
    [
        ('"{{resolve:ssm:/ai/chat}}"', "account", 4),
        ("!Ref Named", "default", 4),
        ("!ImportValue shared", "account", 7),
        (f"arn:aws:bedrock:us-east-1:111122223333:{PROFILE}", "account", 9),
        (f'!Sub "arn:${{AWS::Partition}}:bedrock:${{AWS::Region}}:${{AWS::AccountId}}:{PROFILE}"', "account", 9),
        (f'!If [IsOn, "{{{{resolve:ssm:/ai/chat}}}}", {ACTIVE}]', "default", 4),
    ],
)
def test_a_template(read, written, certainty, line):
    reference = read({"t.yaml": TEMPLATE % written})["A"]
    (one,) = [one for one in reference.candidates if str(one.certainty) != "override"]
    assert (one.text, str(one.certainty)) == (EOL, certainty)
    assert (one.written_at.file, one.written_at.line) == ("answers.yaml", line)
    assert any(str(each).endswith(f'on 2026-11-20 = "{EOL}"') for each in one.given)
    assert reference.unresolved is None


def test_all_models_behind_a_resource_are_used_and_a_part_of_an_arn_is_not_guessed(read):
    arn = "arn:aws:bedrock:us-east-1:111122223333:prompt/PROMPT12345"
    answers = {"version": 1, "resources": [{"name": arn, "models": [EOL, ACTIVE]}]}
    files = {"t.yaml": TEMPLATE % arn, "p.json": json.dumps(answers)}
    assert candidates(read(files, answers=["p.json"])["A"]) == [(EOL, "account"), (ACTIVE, "account")]
    part = "!Sub 'arn:aws:bedrock:us-east-1:111122223333:prompt/${Stored}'"
    assert candidates(read({"t.yaml": TEMPLATE % part}, answers=["p.json"])["A"]) == []


def test_what_the_run_says_wins_or_stands_beside_the_answer(read):
    writer = f"""\
  P:
    Type: AWS::SSM::Parameter
    Properties: {{Name: /ai/chat, Type: String, Value: {ACTIVE}}}
"""
    reference = read({"t.yaml": TEMPLATE % '"{{resolve:ssm:/ai/chat}}"' + writer})["A"]
    assert candidates(reference) == [(ACTIVE, "possible"), (EOL, "possible")]
    assert reference.unresolved is None
    exporting = f"Resources: {{W: {{Type: A::B::C}}}}\nOutputs: {{O: {{Value: {ACTIVE}, Export: {{Name: shared}}}}}}\n"
    reference = read({"t.yaml": TEMPLATE % "!ImportValue shared", "e.yaml": exporting})["A"]
    assert candidates(reference) == [(ACTIVE, "certain")]


def test_an_export_whose_name_only_may_be_the_same_gives_way_to_the_answer(read):
    exporting = (
        f"Parameters: {{P: {{Type: String}}}}\nResources: {{W: {{Type: A::B::C}}}}\n"
        f'Outputs: {{O: {{Value: {ACTIVE}, Export: {{Name: !Sub "${{P}}red"}}}}}}\n'
    )
    reference = read({"t.yaml": TEMPLATE % "!ImportValue shared", "e.yaml": exporting})["A"]
    assert candidates(reference) == [(EOL, "account")]


def test_without_the_answer_it_is_not_known(read):
    reference = read({"t.yaml": TEMPLATE % '"{{resolve:ssm:/ai/chat}}"'}, answers=[])["A"]
    assert (candidates(reference), reference.unresolved.cause.value) == ([], "external-data")


def test_a_finding_says_that_the_account_said_so(read):
    scan = read({"t.yaml": TEMPLATE % '"{{resolve:ssm:/ai/chat}}"'}, whole=True)
    (finding,) = [one for one in scan.findings if one.rule == "eol-reached"]
    assert str(finding.severity) == "error"
    assert f'The account says so: SSM parameter /ai/chat on 2026-11-20 = "{EOL}".' in finding.message


@pytest.mark.parametrize("kind", ["List<String>", "CommaDelimitedList"])
def test_a_parameter_that_holds_a_list(read, kind):
    template = TEMPLATE.replace(
        "Conditions:", f'  Several: {{Type: "AWS::SSM::Parameter::Value<{kind}>"}}\nConditions:'
    )
    answers = {"version": 1, "parameters": [{"name": "/ai/all", "value": f"{ACTIVE}, {EOL}"}]}
    given = [{"ParameterKey": "Several", "ParameterValue": "/ai/all"}]
    files = {
        "t.yaml": template % "!Select [1, !Ref Several]",
        "all.json": json.dumps(answers),
        "given.json": json.dumps(given),
    }
    reference = read(files, answers=["all.json"], parameters=["given.json"])["A"]
    assert candidates(reference) == [(EOL, "account")]


def test_an_arn_says_in_which_region_its_models_are(read):
    arn = f"arn:aws:bedrock:us-west-2:111122223333:{PROFILE}"
    answers = {"version": 1, "resources": [{"name": arn, "models": [EOL], "region": "us-west-2"}]}
    files = {"t.yaml": TEMPLATE % arn, "p.json": json.dumps(answers)}
    (candidate,) = read(files, answers=["p.json"])["A"].candidates
    assert (candidate.model, candidate.regions) == (EOL, ("us-west-2",))
    (candidate,) = read(files, answers=["p.json"], regions=["us-east-1"])["A"].candidates
    assert (candidate.model, candidate.regions) == (EOL, ("us-west-2",))
