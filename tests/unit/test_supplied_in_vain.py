"""What is supplied and nothing takes: a slip of the keyboard in a pipeline does not pass."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from checker.api import check
from checker.errors import UsageError
from checker.model.scan import Scan
from checker.model.settings import Options, Settings
from checker.pipeline import scan

CATALOG = Path(__file__).parents[1] / "catalog.json"
ROOT = 'variable "%s" {}\nresource "aws_bedrockagent_agent" "chat" {\n  foundation_model = var.%s\n}\n'
TEMPLATE = """
Parameters:
  ChatModel: {Type: String}
Resources:
  A:
    Type: AWS::Bedrock::Agent
    Properties: {FoundationModel: !Ref ChatModel}
"""


def run(top: Path, *paths: str, policy: str | None = None, **options: object) -> Scan:
    settings = Settings(as_of=date(2026, 11, 24), catalog=CATALOG, options=replace(Options(), **options))  # type: ignore[arg-type]
    if policy is not None:
        (top / "policy.yaml").write_text(policy)
        settings = replace(settings, policy=("policy.yaml",))
    return scan(paths or (".",), settings, standard_input=bytes, cwd=top)


@pytest.fixture
def top(tmp_path: Path) -> Path:
    for name in ("chat_model", "search_model"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.tf").write_text(ROOT % (name, name))
    (tmp_path / "t.yaml").write_text(TEMPLATE)
    return tmp_path


def test_a_variable_that_no_root_declares_is_refused(top: Path) -> None:
    with pytest.raises(UsageError, match=r"--var chat_modle: no root .* did you mean 'chat_model'"):
        run(top, arguments=(("chat_modle", "x"),))
    # One that another root declares is not for all of them.
    assert run(top, arguments=(("chat_model", "x"), ("search_model", "y"))).references
    with pytest.raises(UsageError, match="--var search_model"):
        run(top, "chat_model", arguments=(("search_model", "y"),))
    with pytest.raises(UsageError, match="--var a: no root"):
        run(top, "t.yaml", arguments=(("a", "x"),))


def test_what_could_not_be_read_may_declare_it(top: Path) -> None:
    (top / "chat_model" / "more.tf").write_text("variable {")
    found = run(top, arguments=(("other", "x"),))
    assert found.incomplete


def test_a_plan_declares_what_its_configuration_does(top: Path) -> None:
    configuration = {"root_module": {"variables": {"left": {}}}}
    plan = {"format_version": "1.2", "planned_values": {}, "configuration": configuration, "variables": {"set": {}}}
    (top / "plan.json").write_text(json.dumps(plan))
    run(top, "plan.json", arguments=(("left", "x"), ("set", "x")))
    with pytest.raises(UsageError, match="--var other"):
        run(top, "plan.json", arguments=(("other", "x"),))


def test_a_key_of_a_file_that_no_root_declares_is_told(top: Path) -> None:
    (top / "all.tfvars").write_text('chat_model = "a"\nsearch_model = "b"\n\nserch_model = "c"\n')
    (top / "chat_model" / "terraform.tfvars").write_text('chat_modle = "a"\n')
    found = run(top, arguments=(Path("all.tfvars"),))
    assert [(each.file, each.line, each.incomplete) for each in found.problems] == [
        ("all.tfvars", 4, False),
        ("chat_model/terraform.tfvars", 1, False),
    ]
    assert "did you mean 'search_model'" in found.problems[0].message


def test_a_parameter_that_no_template_has_is_refused(top: Path) -> None:
    (top / "p.json").write_text(json.dumps({"Parameters": {"ChatModel": "x", "ChatModl": "x"}}))
    with pytest.raises(
        UsageError, match=r"p\.json:1:\d+: no template has the parameter 'ChatModl'; did you mean 'ChatModel'"
    ):
        run(top, parameters=(Path("p.json"),))
    (top / "other.yaml").write_text(TEMPLATE.replace("ChatModel", "ChatModl"))
    assert run(top, parameters=(Path("p.json"),)).references
    (top / "cdk.context.json").write_text(json.dumps({"vpc": "x"}))
    assert run(top, "t.yaml", parameters=(Path("cdk.context.json"),)).references


def test_parameters_that_no_template_could_take_are_refused(top: Path) -> None:
    (top / "p.json").write_text(json.dumps({"Parameters": {"ChatModel": "x"}}))
    with pytest.raises(UsageError, match=r"--parameters p\.json: there is no template that could take them"):
        run(top, "chat_model", parameters=(Path("p.json"),))
    # What could not be read may take them.
    (top / "t.yaml").write_text(TEMPLATE + "  broken: [\n")
    assert run(top, "chat_model", "t.yaml", parameters=(Path("p.json"),)).incomplete


@pytest.mark.parametrize("region", ["us-eats-1", "US-EAST-1", "eu-west-9", ""])
def test_a_region_that_no_partition_has_is_refused(top: Path, region: str) -> None:
    with pytest.raises(UsageError, match=f"`regions`: '{region}' is not a Region of AWS"):
        check(top, regions=["us-east-1", region])


WAIVED = """version: 1
extends: [baseline]
waivers:
  - rule: %s
    match: {model: %s}
    reason: soon
    until: 2027-01-01
"""


@pytest.mark.parametrize(
    "name", ["anthropic.test-eol-v1:0", "anthropic.test-*", "us.anthropic.test-eol-v1:0", "arn:aws:x"]
)
def test_models_that_a_waiver_may_name(top: Path, name: str) -> None:
    assert run(top, policy=WAIVED % ("eol-reached", f'"{name}"')).problems == ()


@pytest.mark.parametrize("name", ["anthropic.tset-eol-v1:0", "antropic.test-eol-*", "test-eol-v1:0", "test-eol-*"])
def test_a_waiver_for_what_is_nearly_a_model_is_refused(top: Path, name: str) -> None:
    with pytest.raises(
        UsageError, match=r"policy\.yaml:4:11: the catalog knows no model .* did you mean 'anthropic.test-eol"
    ):
        run(top, policy=WAIVED % ("eol-reached", f'"{name}"'))
    assert run(top, policy=WAIVED % ("unknown-model", f'"{name}"')).problems == ()


def test_a_glob_of_many_models_that_begins_nearly_like_them_is_refused(top: Path) -> None:
    with pytest.raises(UsageError, match=r"no model 'antropic\.t\*'; did you mean 'anthropic\.t"):
        run(top, policy=WAIVED % ("eol-reached", '"antropic.t*"'))


@pytest.mark.parametrize("name", ["anthropic.test-eol-v9:0", "acme.something-else"])
def test_a_waiver_for_a_model_that_may_be_new_is_told(top: Path, name: str) -> None:
    (problem,) = run(top, policy=WAIVED % ("eol-reached", f'"{name}"')).problems
    assert (problem.file, problem.line, problem.incomplete) == ("policy.yaml", 4, False)


def test_a_rule_for_what_is_nearly_a_model_is_refused(top: Path) -> None:
    rule = "version: 1\nrules:\n  - {id: r, check: %s, severity: error, %s}\n"
    for check_name, more in (
        ("legacy-model", 'scope: {models: ["anthropic.tset-eol-v1:0"]}'),
        ("model-not-allowed", 'with: {allow: ["anthropic.tset-eol-v1:0", "Anthropic"]}'),
    ):
        with pytest.raises(UsageError, match="did you mean"):
            run(top, policy=rule % (check_name, more))
