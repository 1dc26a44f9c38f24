"""Waivers in comments and in metadata, in Terraform, CloudFormation and CDK output."""

import json

import pytest

PROVIDER = 'provider "aws" {\n  region = "us-east-1"\n}\n'
EOL = "anthropic.test-eol-v1:0"
WAIVER = 'bedrock-eol: ignore=eol-reached until=2027-01-31 reason="tracked in OPS-1"'


def resource(above="", on="", name="chat", inside="") -> str:
    return f'{above}resource "aws_bedrockagent_agent" "{name}" {{\n{inside}  foundation_model = "{EOL}"{on}\n}}\n'


@pytest.mark.parametrize(
    "code",
    [
        resource(on=f" # {WAIVER}"),
        resource(on=f" // {WAIVER}"),
        resource(on=f" /* {WAIVER} */"),
        resource(inside=f"  # {WAIVER}\n"),
        resource(inside=f"  # {WAIVER}\n\n  # another comment\n"),
        resource(inside=f"  /* {WAIVER}\n  */\n"),
        resource(above=f"# {WAIVER}\n"),
        resource(above=f"# {WAIVER}\n# about the agent\n\n"),
        resource(on=" # " + WAIVER.replace("eol-reached", "legacy-model,eol-reached")),
    ],
)
def test_a_comment_on_or_above_the_line_waives(repository, statuses, code):
    repository.write("main.tf", PROVIDER + code)
    result = repository.scan()
    assert statuses(result) == {"chat:eol-reached": "waived"}
    assert result.findings[0].waiver.reason == "tracked in OPS-1"
    assert result.problems == ()


@pytest.mark.parametrize(
    "code",
    [
        resource(on=f"\n  # {WAIVER}"),
        resource(name="other", on=f" # {WAIVER}".replace("eol-reached", "legacy-model")),
        resource(on=f'\n  description = "# {WAIVER.replace(chr(34), chr(39))}"'),
        f"# {WAIVER}\nlocals {{}}\n" + resource(),
        resource(on="\n  agent_name = 1 # " + WAIVER),
    ],
)
def test_a_comment_elsewhere_does_not(repository, code):
    repository.write("main.tf", PROVIDER + code)
    result = repository.scan()
    assert [str(finding.status) for finding in result.findings if finding.rule == "eol-reached"] == ["open"]


def test_a_waiver_at_the_end_of_a_line_is_not_about_the_next(repository, statuses):
    code = resource(on=f" # {WAIVER}").replace("}\n", "  x = 1\n}\n") + resource(name="next")
    repository.write("main.tf", PROVIDER + code.replace("\n  x = 1", ""))
    assert statuses(repository.scan()) == {"chat:eol-reached": "waived", "next:eol-reached": "open"}


def test_a_waiver_holds_where_the_model_is_written_and_on_the_way(repository, statuses):
    use = 'resource "aws_bedrockagent_agent" "chat" {\n  foundation_model = local.m\n}\n'
    variable = f'variable "m" {{\n  default = "{EOL}"%s\n}}\n'
    for written, way, used in ((WAIVER, "", ""), ("", WAIVER, ""), ("", "", WAIVER)):
        comment = [f" # {text}" if text else "" for text in (written, way, used)]
        repository.write("variables.tf", variable % comment[0])
        repository.write("locals.tf", f"locals {{\n  m = var.m{comment[1]}\n}}\n")
        repository.write("main.tf", PROVIDER + use.replace("local.m", f"local.m{comment[2]}"))
        assert statuses(repository.scan()) == {"chat:eol-reached": "waived"}


def test_a_module_that_two_roots_call_has_its_waiver_once(repository):
    repository.write(
        "m/main.tf", f'variable "m" {{}}\n{resource().replace(chr(34) + EOL + chr(34), "var.m # " + WAIVER)}'
    )
    for name, model in (("a", EOL), ("b", "anthropic.test-active-v1:0")):
        repository.write(f"{name}/main.tf", PROVIDER + f'module "x" {{\n  source = "../m"\n  m = "{model}"\n}}\n')
    result = repository.scan()
    assert [(finding.rule, str(finding.status)) for finding in result.findings] == [("eol-reached", "waived")]


def test_a_waiver_that_covers_nothing_and_one_that_expired_are_findings(repository):
    repository.write(
        "main.tf",
        PROVIDER
        + resource(on=f" # {WAIVER}").replace("2027-01-31", "2026-11-23")
        + f"# {WAIVER.replace('eol-reached', 'legacy-model')}\nlocals {{}}\n",
    )
    found = {finding.rule: finding for finding in repository.scan().findings}
    assert set(found) == {"eol-reached", "expired-waiver", "unused-waiver"}
    assert str(found["eol-reached"].status) == "open"
    assert (found["expired-waiver"].location.line, found["unused-waiver"].location.line) == (5, 7)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("bedrock-eol: ignore=eol-reached until=2027-01-31", "it has no 'reason'"),
        ('bedrock-eol: ignore=eol-reached reason="x"', "it has no 'until'"),
        ('bedrock-eol: until=2027-01-31 reason="x"', "it has no 'ignore'"),
        ('bedrock-eol: ignore=eol-reached until=2027-01-31 reason=""', "it has no 'reason'"),
        ('bedrock-eol: ignore=eol-reached until=2027-02-30 reason="x"', "'2027-02-30' is not a day"),
        ('bedrock-eol: ignore=eol-reached until=soon reason="x"', "'soon' is not a day"),
        ('bedrock-eol: ignore=eol-reeched until=2027-01-31 reason="x"', "did you mean 'eol-reached'?"),
        ("bedrock-eol: ignore=eol-reached until=2027-01-31 reason=two words", "'words' is not of the form key=value"),
        ('bedrock-eol: ignroe=eol-reached until=2027-01-31 reason="x"', "unknown key 'ignroe'; did you mean 'ignore'?"),
        ('bedrock-eol: ignore=a ignore=b until=2027-01-31 reason="x"', "'ignore' is given twice"),
        ("bedrock-eol: off", "'off' is not of the form key=value"),
    ],
)
def test_a_malformed_waiver_is_a_problem_with_its_place_and_waives_nothing(repository, statuses, written, said):
    repository.write("main.tf", PROVIDER + resource(on=f" # {written}"))
    result = repository.scan()
    assert statuses(result) == {"chat:eol-reached": "open"}
    [problem] = result.problems
    assert (problem.file, problem.line, problem.incomplete) == ("main.tf", 5, False)
    assert said in problem.message


TEMPLATE = """\
Resources:
  Chat:%s
    Type: AWS::Bedrock::Agent%s
    Properties:
      AgentName: "# not a comment"
      %sFoundationModel: {model}%s
"""


def template(*parts: str) -> str:
    return (TEMPLATE % parts).replace("{model}", EOL)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (template("", "", "", f" # {WAIVER}"), "waived"),
        (template("", "", f"# {WAIVER}\n      ", ""), "waived"),
        (template(f" # {WAIVER}", "", "", ""), "waived"),
        (template("", "", "", "").replace("  Chat:", f"  # {WAIVER}\n  Chat:"), "waived"),
        (template("", "", f"Instruction: |\n        # {WAIVER}\n      ", ""), "open"),
        (template("", "", f"Instruction: '# {WAIVER}'\n      ", ""), "open"),
    ],
)
def test_yaml_has_waivers_in_comments(repository, text, status):
    repository.write("stack.yaml", text)
    result = repository.scan(options=_region())
    assert [str(finding.status) for finding in result.findings if finding.rule == "eol-reached"] == [status]
    assert result.problems == ()


def _region():
    from checker.model.settings import Options

    return Options(regions=("us-east-1",))


SAID = {"ignore": ["eol-reached"], "until": "2027-01-31", "reason": "tracked in OPS-1"}


def agent(said) -> dict:
    return {
        "Type": "AWS::Bedrock::Agent",
        "Metadata": {"bedrock-eol": said},
        "Properties": {"AgentName": "chat", "FoundationModel": EOL},
    }


@pytest.mark.parametrize("said", [SAID, [SAID], {**SAID, "ignore": "eol-reached"}])
def test_json_has_waivers_in_metadata(repository, said):
    repository.write("stack.json", json.dumps({"Resources": {"Chat": agent(said), "Other": agent([])}}))
    found = {finding.reference.address: str(finding.status) for finding in repository.scan(options=_region()).findings}
    assert found == {"Chat": "waived", "Other": "open"}


def test_cdk_output_has_waivers_in_metadata(repository, statuses):
    artifact = {
        "type": "aws:cloudformation:stack",
        "environment": "aws://111122223333/us-east-1",
        "properties": {"templateFile": "S.template.json", "stackName": "S"},
    }
    repository.write("cdk.out/manifest.json", json.dumps({"version": "36.0.0", "artifacts": {"S": artifact}}))
    repository.write("cdk.out/S.template.json", json.dumps({"Resources": {"Chat": agent(SAID)}}))
    result = repository.scan("cdk.out")
    assert [(finding.rule, str(finding.status)) for finding in result.findings] == [("eol-reached", "waived")]
    assert result.references[0].stack == "S"


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (3, "it has to be a mapping"),
        ({**SAID, "reason": ""}, "'reason' has to be a text"),
        ({**SAID, "until": "2027-1-1"}, "'2027-1-1' is not a day"),
        ({**SAID, "ignore": []}, "'ignore' is empty"),
        ({**SAID, "ignore": [3]}, "'ignore' has to be a rule"),
        ({**SAID, "ignore": ["nonesuch"]}, "the policy has no rule 'nonesuch'"),
        ({**SAID, "why": "x"}, "unknown key 'why'"),
        ({"ignore": "eol-reached", "until": "2027-01-31"}, "it has no 'reason'"),
    ],
)
def test_malformed_metadata_is_a_problem(repository, said, message):
    repository.write("stack.json", json.dumps({"Resources": {"Chat": agent(said)}}, indent=1))
    result = repository.scan(options=_region())
    assert [str(finding.status) for finding in result.findings] == ["open"]
    [problem] = result.problems
    assert message in problem.message
    assert (problem.file, problem.incomplete) == ("stack.json", False)
    assert problem.line > 3


def test_hostile_texts_are_shown_shortened(repository):
    repository.write("main.tf", PROVIDER + resource(on=" # bedrock-eol: " + "x" * 5000))
    [problem] = repository.scan().problems
    assert len(problem.message) < 200


def test_an_owner_may_be_named(repository, agent, statuses):
    policy = "version: 1\nextends: [baseline]\nrules:\n  - {id: owned, check: waiver-without-owner, severity: error}\n"
    repository.write("policy.yaml", policy)
    waiver = '# bedrock-eol: ignore=eol-reached until=2027-01-01 reason="soon"%s\n'
    for owner, expected in (("", {"eol-reached", "owned"}), (" owner=@team", {"eol-reached"})):
        repository.write("main.tf", 'provider "aws" {\n  region = "us-east-1"\n}\n' + waiver % owner + agent())
        assert {finding.rule for finding in repository.scan(policy=("policy.yaml",)).findings} == expected
