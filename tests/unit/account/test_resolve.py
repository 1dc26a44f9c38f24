"""`check --resolve account`: what is asked, what comes back, and what another job can do with it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from checker.cli import run
from checker.model.answers import AnswerKind, Answers
from checker.workspace.answers import parse_answers
from tests.aws_server.made_account import (
    ACCOUNT,
    WHEN,
    MadeAccount,
    add_agent,
    add_agent_alias,
    add_parameter,
    add_throughput,
)
from tests.aws_server.server import Answering, AwsServer, ServiceError
from tests.aws_server.wire import Request

EAST = "us-east-1"
CATALOG = Path(__file__).parents[2] / "catalog.json"
OVER = "anthropic.test-eol-v1:0"
PROFILE = f"arn:aws:bedrock:{EAST}:{ACCOUNT}:application-inference-profile/abc"


def template(**models: str) -> str:
    resources = {
        name: {"Type": "AWS::Bedrock::Agent", "Properties": {"AgentName": name, "FoundationModel": model}}
        for name, model in models.items()
    }
    return json.dumps({"Resources": resources})


class Checked:
    """A run of `check`, as JSON."""

    def __init__(self, code: int, report: dict[str, Any]) -> None:
        self.code = code
        self.report = report

    def of(self, address: str) -> dict[str, Any]:
        """The one reference of a resource."""
        (found,) = [each for each in self.report["references"] if each["address"] == address]
        return found

    def model(self, address: str) -> tuple[str | None, str]:
        """The one model of a resource, and how certain it is."""
        (candidate,) = self.of(address)["candidates"]
        return candidate["model"], candidate["certainty"]


@pytest.fixture
def checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Checked]:
    """Runs the command on a file."""
    monkeypatch.chdir(tmp_path)

    def take(content: str, *options: str, file: str = "template.json") -> Checked:
        Path(file).write_text(content)
        arguments = ["--catalog", str(CATALOG), "--as-of", "2026-11-24", "--format", "json=report.json"]
        code = run(["check", file, *arguments, *options])
        return Checked(code, json.loads(Path("report.json").read_text()))

    return take


@pytest.fixture
def account() -> MadeAccount:
    """An account with one of each thing that a name may stand for."""
    made = MadeAccount()
    location = made.region(EAST)
    location.items["bedrock", "GetInferenceProfile", PROFILE] = {
        "inferenceProfileName": "abc",
        "inferenceProfileArn": PROFILE,
        "inferenceProfileId": "abc",
        "status": "ACTIVE",
        "type": "APPLICATION",
        "models": [{"modelArn": f"arn:aws:bedrock:{each}::foundation-model/{OVER}"} for each in (EAST, "us-west-2")],
    }
    return made


RESOLVE = ("--resolve", "account", "--region", EAST)


def test_a_profile_is_asked_for(
    checked: Callable[..., Checked], serve: Callable[[Answering], AwsServer], account: MadeAccount
) -> None:
    server = serve(account.answer)
    text = template(One=PROFILE, Two=PROFILE)
    assert checked(text).of("One")["unresolved"]["cause"] == "opaque-name"
    assert server.requests == []
    found = checked(text, *RESOLVE)
    assert found.model("One") == found.model("Two") == (OVER, "account")
    (candidate,) = found.of("One")["candidates"]
    assert candidate["regions"] == [EAST]
    assert f"resource {PROFILE} in {EAST} on " in candidate["given"][0]
    assert [each.operation for each in server.requests].count("GetInferenceProfile") == 1
    assert {each["rule"] for each in found.report["findings"]} >= {"eol-reached"}


def test_each_kind_of_name_is_asked_for(
    checked: Callable[..., Checked], serve: Callable[[Answering], AwsServer], account: MadeAccount
) -> None:
    base = f"arn:aws:bedrock:{EAST}:{ACCOUNT}"
    foundation = f"arn:aws:bedrock:{EAST}::foundation-model/{OVER}"
    items = account.region(EAST).items
    throughput = add_throughput(account, EAST, 1, "busy", OVER)
    (listed,) = account.region(EAST).lists["bedrock", "ListProvisionedModelThroughputs"]
    items["bedrock", "GetProvisionedModelThroughput", throughput] = listed
    custom = f"{base}:custom-model/abcdefghijkl"
    items["bedrock", "GetCustomModel", custom] = {
        "modelArn": custom,
        "modelName": "own",
        "creationTime": WHEN,
        "baseModelArn": foundation,
    }
    deployment = f"{base}:custom-model-deployment/abcdefghijkl"
    items["bedrock", "GetCustomModelDeployment", deployment] = {
        "customModelDeploymentArn": deployment,
        "modelDeploymentName": "own",
        "modelArn": custom,
        "createdAt": WHEN,
        "status": "Active",
    }
    router = f"{base}:prompt-router/abcdefghijkl"
    items["bedrock", "GetPromptRouter", router] = {
        "promptRouterArn": router,
        "promptRouterName": "r",
        "routingCriteria": {"responseQualityDifference": 0.5},
        "models": [{"modelArn": foundation}],
        "fallbackModel": {"modelArn": foundation},
        "status": "AVAILABLE",
        "type": "custom",
    }
    prompt = f"{base}:prompt/PROMPT0001:2"
    items["bedrock-agent", "GetPrompt", "PROMPT0001 2"] = {
        "name": "p",
        "id": "PROMPT0001",
        "arn": prompt,
        "version": "2",
        "createdAt": WHEN,
        "updatedAt": WHEN,
        "variants": [
            {"name": "v", "templateType": "TEXT", "templateConfiguration": {"text": {"text": "x"}}, "modelId": OVER}
        ],
    }
    serve(account.answer)
    names = {"Throughput": throughput, "Custom": custom, "Deployment": deployment, "Router": router, "Prompt": prompt}
    found = checked(template(**names), *RESOLVE)
    assert {name: found.model(name) for name in names} == dict.fromkeys(names, (OVER, "account"))


def test_agents_are_asked_for_by_id_and_by_alias(serve: Callable[[Answering], AwsServer], account: MadeAccount) -> None:
    from checker.account.names import models_behind
    from checker.account.sessions import Account, Asked, accounts

    agent = add_agent(account, EAST, 1, "a", OVER)
    alias = add_agent_alias(account, EAST, 1, "LIVE000001", "3", "anthropic.test-soon-v1:0")
    (listed,) = account.region(EAST).lists["bedrock-agent", "ListAgentAliases AGENT00001"]
    account.region(EAST).items["bedrock-agent", "GetAgentAlias", "AGENT00001 LIVE000001"] = {
        "agentAlias": {**listed, "agentId": "AGENT00001", "agentAliasArn": alias}
    }
    serve(account.answer)
    (one,) = accounts(Asked())
    assert isinstance(one, Account)
    assert models_behind(one, agent, EAST) == (OVER,)
    assert models_behind(one, alias, EAST) == ("anthropic.test-soon-v1:0",)


PARAMETERS = """
Parameters:
  Chat: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /ai/chat}
Resources:
  One: {Type: 'AWS::Bedrock::Agent', Properties: {AgentName: a, FoundationModel: !Ref Chat}}
  Two: {Type: 'AWS::Bedrock::Agent', Properties: {AgentName: b, FoundationModel: '{{resolve:ssm:/ai/other:3}}'}}
  Three: {Type: 'AWS::Bedrock::Agent', Properties: {AgentName: c, FoundationModel: '{{resolve:ssm:/ai/secret}}'}}
  Four: {Type: 'AWS::Bedrock::Agent', Properties: {AgentName: d, FoundationModel: !ImportValue shared-model}}
"""


def test_parameters_and_exports_are_asked_for_and_secure_ones_never(
    checked: Callable[..., Checked], serve: Callable[[Answering], AwsServer], account: MadeAccount
) -> None:
    add_parameter(account, EAST, "/ai/chat", PROFILE)
    add_parameter(account, EAST, "/ai/other", "anthropic.test-soon-v1:0")
    add_parameter(account, EAST, "/ai/secret", OVER, kind="SecureString")
    location = account.region(EAST)
    location.items["ssm", "GetParameters", "/ai/other:3"] = {
        **location.items["ssm", "GetParameters", "/ai/other"],
        "Selector": ":3",
    }
    location.lists["cloudformation", "ListExports"] = [
        {
            "Name": "shared-model",
            "Value": OVER,
            "ExportingStackId": f"arn:aws:cloudformation:{EAST}:{ACCOUNT}:stack/s/1",
        }
    ]
    server = serve(account.answer)
    found = checked(PARAMETERS, *RESOLVE, file="template.yaml")
    assert found.model("One")[0] == OVER
    assert found.model("Two") == ("anthropic.test-soon-v1:0", "account")
    assert found.of("Three")["unresolved"]["cause"] == "sensitive"
    assert found.model("Four") == (OVER, "account")
    asked = [name for each in server.requests if each.operation == "GetParameters" for name in each.arguments["Names"]]
    assert sorted(asked) == ["/ai/chat", "/ai/other:3"]
    operations = [each.operation for each in server.requests]
    assert [operations.count(each) for each in ("DescribeParameters", "GetParameters", "ListExports")] == [1, 1, 1]


def test_terraform_data_sources_are_asked_for(
    checked: Callable[..., Checked], serve: Callable[[Answering], AwsServer], account: MadeAccount
) -> None:
    add_parameter(account, EAST, "/ai/chat", OVER)
    serve(account.answer)
    code = """
provider "aws" { region = "us-east-1" }
data "aws_ssm_parameter" "chat" { name = "/ai/chat" }
resource "aws_bedrockagent_agent" "one" {
  agent_name       = "a"
  foundation_model = data.aws_ssm_parameter.chat.value
}
"""
    Path("main.tf").write_text(code)
    run(["check", ".", "--catalog", str(CATALOG), "--resolve", "account", "--format", "json=report.json"])
    (reference,) = [
        each
        for each in json.loads(Path("report.json").read_text())["references"]
        if each["address"] == "aws_bedrockagent_agent.one"
    ]
    assert [(each["model"], each["certainty"]) for each in reference["candidates"]] == [(OVER, "account")]


def test_what_is_refused_stays_unresolved_with_the_error(
    checked: Callable[..., Checked],
    serve: Callable[[Answering], AwsServer],
    account: MadeAccount,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def answer(request: Request) -> Any:
        if request.operation in {"GetInferenceProfile", "DescribeParameters"}:
            raise ServiceError(403, "AccessDeniedException", f"not authorized to perform: {request.operation}")
        return account.answer(request)

    serve(answer)
    text = PARAMETERS.replace("!Ref Chat", f"'{PROFILE}'")
    found = checked(text, *RESOLVE, file="template.yaml")
    unresolved = found.of("One")["unresolved"]
    assert unresolved["cause"] == "opaque-name"
    assert unresolved["subject"] == f"{PROFILE} (AccessDeniedException: not authorized to perform: GetInferenceProfile)"
    assert (
        "AccessDeniedException: not authorized to perform: DescribeParameters"
        in found.of("Two")["unresolved"]["subject"]
    )
    assert found.of("Four")["unresolved"]["subject"] == "shared-model (no stack exports it)"
    assert "; 4 refused." in capsys.readouterr().err
    assert found.code == 0
    assert checked(text, *RESOLVE, "--fail-on-unresolved", file="template.yaml").code == 3


def test_a_region_that_nothing_tells_is_said(
    checked: Callable[..., Checked],
    serve: Callable[[Answering], AwsServer],
    account: MadeAccount,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    serve(account.answer)
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    found = checked(PARAMETERS, "--resolve", "account", file="template.yaml")
    assert "its Region is not known; name it with --region" in found.of("Two")["unresolved"]["subject"]


def test_another_job_takes_the_answers_without_credentials(
    checked: Callable[..., Checked], serve: Callable[[Answering], AwsServer], account: MadeAccount
) -> None:
    add_parameter(account, EAST, "/ai/chat", PROFILE)
    add_parameter(account, EAST, "/ai/secret", OVER, kind="SecureString")
    server = serve(account.answer)
    asked = checked(PARAMETERS, *RESOLVE, "--save-answers", "answers.json", file="template.yaml")
    saved = Path("answers.json").read_text()
    assert OVER not in saved.replace(f"foundation-model/{OVER}", "")
    answers = Answers(parse_answers(saved, "answers.json")).given
    assert {(each.kind, each.name, each.region) for each in answers} == {
        (AnswerKind.PARAMETER, "/ai/chat", EAST),
        (AnswerKind.RESOURCE, PROFILE, EAST),
    }
    assert {each.account for each in answers} == {ACCOUNT}
    before = len(server.requests)
    taken = checked(PARAMETERS, "--region", EAST, "--answers", "answers.json", file="template.yaml")
    assert len(server.requests) == before
    assert taken.of("One")["candidates"][0]["model"] == asked.of("One")["candidates"][0]["model"] == OVER
    assert taken.code == asked.code == 1


def test_what_is_answered_by_a_file_is_not_asked_for(
    checked: Callable[..., Checked], serve: Callable[[Answering], AwsServer], account: MadeAccount, tmp_path: Path
) -> None:
    server = serve(account.answer)
    Path("known.yaml").write_text(yaml.safe_dump({"version": 1, "resources": [{"name": PROFILE, "models": [OVER]}]}))
    found = checked(template(One=PROFILE), *RESOLVE, "--answers", "known.yaml")
    assert found.model("One") == (OVER, "account")
    assert server.requests == []


def test_code_that_explains_all_needs_no_account(
    checked: Callable[..., Checked], serve: Callable[[Answering], AwsServer], account: MadeAccount
) -> None:
    server = serve(account.answer)
    assert checked(template(One=OVER), *RESOLVE).code == 1
    assert server.requests == []


@pytest.mark.parametrize("option", [("--save-answers", "x.json"), ("--profile", "p"), ("--role-arn", "arn:x")])
def test_options_of_the_account_need_resolve(
    checked: Callable[..., Checked], capsys: pytest.CaptureFixture[str], option: tuple[str, str]
) -> None:
    Path("template.json").write_text(template(One=OVER))
    assert run(["check", "template.json", *option]) == 2
    assert f"{option[0]} is for --resolve account" in capsys.readouterr().err
