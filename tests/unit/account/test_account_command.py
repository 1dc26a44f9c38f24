"""`bedrock-eol account` against a made account: what is found, what is said of it, and what fails."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import boto3.session
import pytest

from checker.account import sessions
from checker.cli import run
from tests.aws_server.made_account import (
    ACCOUNT,
    SERVICES,
    Faulty,
    MadeAccount,
    add_agent,
    add_agent_alias,
    add_calls,
    add_function,
    add_knowledge_base,
    add_parameter,
    add_profile,
    add_tags,
    add_throughput,
)
from tests.aws_server.server import Answering, AwsServer, ServiceError
from tests.aws_server.wire import Request, Response
from tests.unit.account.conftest import Listed

EAST, WEST = "us-east-1", "eu-west-1"
# Each Region costs clients. Tests ask two where two can differ.
HERE = ("--regions", EAST)
BOTH = ("--regions", f"{EAST},{WEST}")
OVER = "anthropic.test-eol-v1:0"
SOON = "anthropic.test-soon-v1:0"
FINE = "anthropic.test-active-v1:0"
LEGACY = "anthropic.test-legacy-v1:0"
Take = Callable[..., Listed]


def test_what_uses_a_model_is_found_with_its_region_and_name(listed: Take, account: MadeAccount) -> None:
    agent = add_agent(account, EAST, 1, "support", OVER)
    add_agent(account, EAST, 2, "fine", FINE)
    base = add_knowledge_base(account, WEST, 1, "handbook", "amazon.test-embed-v1")
    throughput = add_throughput(account, WEST, 1, "busy", SOON)
    found = listed(*BOTH)
    assert found.code == 1
    assert found.uses >= {
        (agent, "foundationModel", OVER),
        (base, "knowledgeBaseConfiguration.vectorKnowledgeBaseConfiguration.embeddingModelArn", "amazon.test-embed-v1"),
        (throughput, "foundationModelArn", SOON),
    }
    one = found.reference(agent)
    assert (one["framework"], one["name"], one["kind"], one["resource_type"]) == (
        "aws", "support", "agent", "AWS::Bedrock::Agent",
    )  # fmt: skip
    assert one["candidates"][0]["regions"] == [EAST]
    assert one["candidates"][0]["certainty"] == "account"
    assert [each["path"] for each in found.report["inputs"]] == [f"aws:{ACCOUNT}:{EAST}", f"aws:{ACCOUNT}:{WEST}"]
    said = {(each["rule"], each["model"], each["region"]) for each in found.report["findings"]}
    assert ("eol-reached", OVER, EAST) in said
    assert ("eol-within-90-days", SOON, WEST) in said
    assert found.report["problems"] == []


def test_an_account_with_nothing_in_it_is_read_and_passes(listed: Take) -> None:
    found = listed(*HERE)
    assert (found.code, found.report["references"], found.report["problems"]) == (0, [], [])


def test_an_old_version_behind_an_alias_keeps_its_model(listed: Take, account: MadeAccount) -> None:
    add_agent(account, EAST, 1, "support", FINE)
    live = add_agent_alias(account, EAST, 1, "LIVE", "3", OVER)
    draft = add_agent_alias(account, EAST, 1, "TSTALIASID", "DRAFT", FINE)
    found = listed(*HERE)
    assert (live, "foundationModel", OVER) in found.uses
    assert draft not in {address for address, _, _ in found.uses}


def test_a_profile_is_judged_in_its_own_region_and_once(listed: Take, account: MadeAccount) -> None:
    profile = add_profile(account, WEST, 1, "routed", OVER)
    one = listed(*BOTH).reference(profile)
    assert one["path"] == "models[0].modelArn"
    assert [each["regions"] for each in one["candidates"]] == [[WEST]]


def test_names_that_tell_no_model_are_followed_through_the_account(listed: Take, account: MadeAccount) -> None:
    profile = add_profile(account, EAST, 1, "routed", OVER)
    throughput = add_throughput(account, EAST, 1, "busy", SOON)
    by_profile = add_agent(account, EAST, 1, "a", profile)
    by_throughput = add_agent(account, EAST, 2, "b", throughput)
    found = listed(*HERE)
    assert {(by_profile, "foundationModel", OVER), (by_throughput, "foundationModel", SOON)} <= found.uses
    (candidate,) = found.reference(by_profile)["candidates"]
    assert candidate["certainty"] == "account"
    assert candidate["form"] == "application-inference-profile-arn"
    assert candidate["trail"][-1]["step"].startswith(f"resource {profile} in {EAST} on ")


def test_a_name_that_nothing_explains_is_unresolved_and_said(listed: Take, account: MadeAccount) -> None:
    gone = f"arn:aws:bedrock:{EAST}:{ACCOUNT}:application-inference-profile/gone"
    agent = add_agent(account, EAST, 1, "a", gone)
    found = listed(*HERE)
    assert found.reference(agent)["unresolved"]["cause"] == "opaque-name"
    (problem,) = found.report["problems"]
    assert gone in problem["message"]
    assert "ResourceNotFoundException" in problem["message"]
    assert found.code == 3


def test_environments_and_parameters_are_listed_when_asked_for(listed: Take, account: MadeAccount) -> None:
    function = add_function(account, EAST, "fn", {"MODEL_ID": OVER, "GREETING": "hello"})
    parameter = add_parameter(account, EAST, "/ai/model", f"us.{OVER}")
    assert listed(*HERE).report["references"] == []
    found = listed(*HERE, "--include", "compute,parameters")
    assert found.uses == {(function, "Environment.Variables.MODEL_ID", OVER), (parameter, "Value", OVER)}
    assert {each["usage"] for each in found.report["references"]} == {"indirect"}
    assert found.report["references"][1]["candidates"][0]["profile"] == "us"


def test_no_secret_is_read_or_shown(listed: Take, account: MadeAccount, tmp_path: Path) -> None:
    add_function(account, EAST, "fn", {"CONFIG": f"key=hunter2 model={OVER}", "PASSWORD": "hunter2"})
    add_parameter(account, EAST, "/ai/model", f"hunter2 {OVER}")
    add_parameter(account, EAST, "/ai/secret", f"hunter2 {SOON}", kind="SecureString")
    asked: list[Request] = []

    def answering(request: Request) -> object:
        asked.append(request)
        return Faulty(account).answer(request)

    forms = ("terminal", "sarif", "markdown", "html", "csv", "junit", "gitlab", "github", "cyclonedx")
    reports = [argument for form in forms for argument in ("--format", f"{form}={tmp_path / form}")]
    found = listed(*HERE, "--include", "compute,parameters", *reports, answering=answering)
    for form in forms:
        shown = (tmp_path / form).read_text()
        assert "hunter2" not in shown
        assert "secret" not in shown
    assert {model for _, _, model in found.uses} == {OVER}
    assert "hunter2" not in str(found.report)
    names = [name for each in asked if each.operation == "GetParameters" for name in each.arguments["Names"]]
    assert names == ["/ai/model"]


def test_calls_that_no_resource_explains_are_uses(listed: Take, account: MadeAccount) -> None:
    agent = add_agent(account, EAST, 1, "support", OVER)
    add_calls(account, EAST, OVER, {datetime(2026, 11, 2, tzinfo=UTC): 7.0, datetime(2026, 11, 3, tzinfo=UTC): 5.0})
    add_calls(account, EAST, f"us.{LEGACY}", {datetime(2026, 11, 20, tzinfo=UTC): 1200.0})
    add_calls(account, EAST, FINE, {datetime(2026, 11, 20, tzinfo=UTC): 0.0})
    found = listed(*HERE)
    assert {key: found.reference(agent)["traffic"][key] for key in ("calls", "last_day")} == {
        "calls": 12,
        "last_day": "2026-11-03",
    }
    (unnamed,) = [each for each in found.report["references"] if each["resource_type"] == "AWS::Bedrock::Invocations"]
    assert unnamed["address"] == f"arn:aws:bedrock:{EAST}:{ACCOUNT}:inference-profile/us.{LEGACY}"
    assert unnamed["traffic"]["calls"] == 1200
    assert unnamed["candidates"][0]["profile"] == "us"


def test_a_model_that_is_not_listed_any_more_is_looked_for_all_the_same(listed: Take, account: MadeAccount) -> None:
    """CloudWatch lists the metrics of two weeks only."""
    agent = add_agent(account, EAST, 1, "support", LEGACY)
    add_calls(account, EAST, LEGACY, {datetime(2026, 9, 20, tzinfo=UTC): 3.0}, listed=False)
    assert listed(*HERE).reference(agent)["traffic"]["last_day"] == "2026-09-20"


def test_access_to_a_legacy_model_lapses_without_calls_under_any_name(listed: Take, account: MadeAccount) -> None:
    add_agent(account, EAST, 1, "idle", LEGACY)
    add_calls(account, EAST, LEGACY, {datetime(2026, 9, 20, tzinfo=UTC): 3.0})
    busy = add_agent(account, WEST, 2, "busy", LEGACY)
    add_calls(account, WEST, LEGACY, {datetime(2026, 9, 20, tzinfo=UTC): 3.0})
    add_calls(account, WEST, f"eu.{LEGACY}", {datetime(2026, 11, 23, tzinfo=UTC): 1.0})
    found = listed(*BOTH)
    (lapsed,) = [each for each in found.report["findings"] if each["rule"] == "legacy-access-lapses"]
    assert lapsed["region"] == EAST
    assert "the account has not called it after 2026-09-20: access may have lapsed." in lapsed["message"]
    assert found.reference(busy)["traffic"]["model_last_day"] == "2026-11-23"


def test_what_is_called_most_comes_first(listed: Take, account: MadeAccount) -> None:
    add_agent(account, EAST, 1, "a", "anthropic.test-eol-today-v1:0")
    add_agent(account, EAST, 2, "b", OVER)
    add_calls(account, EAST, OVER, {datetime(2026, 11, 2, tzinfo=UTC): 7.0})
    first = listed(*HERE).report["findings"][0]
    assert first["model"] == OVER
    assert "The model was called 7 times there since " in first["message"]
    assert "the last on 2026-11-02." in first["message"]


def test_tags_are_shown_scoped_by_and_name_owners(listed: Take, account: MadeAccount, tmp_path: Path) -> None:
    ours = add_agent(account, EAST, 1, "a", OVER)
    theirs = add_agent(account, EAST, 2, "b", OVER)
    add_tags(account, EAST, ours, {"Owner": "@search", "env": "prod"})
    add_tags(account, EAST, theirs, {"env": "dev"})
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        "version: 1\nrules:\n- {id: prod-is-alive, check: eol-reached, severity: error, scope: {tags: ['env=prod']}}\n"
    )
    found = listed(*HERE, "--policy", str(policy))
    assert found.reference(ours)["tags"] == [{"key": "Owner", "value": "@search"}, {"key": "env", "value": "prod"}]
    (finding,) = [each for each in found.report["findings"] if each["rule"] == "prod-is-alive"]
    assert finding["reference"].startswith(f"aws:{ACCOUNT}:{EAST}#{ours}#")
    assert finding["owners"] == ["@search"]


def test_a_baseline_holds_back_what_is_known(listed: Take, account: MadeAccount) -> None:
    add_agent(account, EAST, 1, "a", OVER)
    assert listed(*HERE, "--write-baseline", "known.json").code == 0
    add_agent(account, EAST, 2, "b", OVER)
    found = listed(*HERE, "--baseline", "known.json")
    assert found.code == 1
    assert sorted(each["status"] for each in found.report["findings"] if each["rule"] == "eol-reached") == [
        "baseline",
        "open",
    ]


# What fails


def refusing(account: MadeAccount, operation: str, error: Response | ServiceError) -> Answering:
    """Answers, but for one operation in one Region."""

    def answer(request: Request) -> object:
        if request.operation == operation and request.region == EAST:
            if isinstance(error, Response):
                return error
            raise error
        return account.answer(request)

    return answer  # type: ignore[return-value]


DENIED = ServiceError(403, "AccessDeniedException", "User is not authorized to perform: bedrock:GetAgent")


def test_denied_calls_are_one_problem_and_the_rest_goes_on(listed: Take, account: MadeAccount) -> None:
    for number in range(3):
        add_agent(account, EAST, number, "a", OVER)
    base = add_knowledge_base(account, EAST, 1, "kb", "amazon.test-embed-v1")
    other = add_agent(account, WEST, 9, "w", OVER)
    found = listed(*BOTH, answering=refusing(account, "GetAgent", DENIED))
    assert {address for address, _, _ in found.uses} == {base, other}
    (problem,) = found.report["problems"]
    assert problem["file"] == f"aws:{ACCOUNT}:{EAST}"
    assert "bedrock-agent in us-east-1: GetAgent (3 calls): AccessDeniedException" in problem["message"]
    assert problem["incomplete"]
    assert found.report["summary"]["verdict"] == "failed"


def test_what_is_denied_alone_is_exit_code_3(listed: Take, account: MadeAccount) -> None:
    add_agent(account, EAST, 1, "a", OVER)
    assert listed(*HERE, answering=refusing(account, "GetAgent", DENIED)).code == 3


@pytest.mark.parametrize("operation", ["ListMetrics", "GetMetricData", "GetResources", "DescribeRegions"])
def test_tags_use_and_regions_that_are_denied_are_named(listed: Take, account: MadeAccount, operation: str) -> None:
    agent = add_agent(account, EAST, 1, "a", FINE)
    found = listed(*HERE, answering=refusing(account, operation, DENIED))
    assert (agent, "foundationModel", FINE) in found.uses
    assert [operation in each["message"] for each in found.report["problems"]] == [True]
    assert found.code == 3


def test_throttling_is_waited_for(listed: Take, account: MadeAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    # How long botocore waits before a try, and how far it slows a client down, is for botocore to test.
    monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
    monkeypatch.setattr("botocore.retries.bucket.TokenBucket.acquire", lambda *_: True)
    for number in range(4):
        add_agent(account, EAST, number, "a", OVER)
    faulty = Faulty(account, throttled=0.2)
    found = listed(*HERE, answering=faulty.answer)
    assert faulty.throttled > 0
    assert len(found.uses) == 4
    assert found.report["problems"] == []


PROXY = Response(200, {"content-type": "text/html"}, b"<html><body>Please sign in</body></html>")


@pytest.mark.parametrize(
    "answer",
    [
        PROXY,
        Response(200, {"content-type": "application/json"}, b"[1, 2]"),
        Response(200, {"content-type": "application/json"}, b'{"agentSummaries": ["text"]}'),
        Response(200, {"content-type": "application/json"}, b'{"agentSummaries": [{"agentId": 1'),
        Response(200, {"content-type": "application/json"}, b'{"agentSummaries": [{"agentId": {"a": ["b"]}}]}'),
        Response(404, {"content-type": "text/plain"}, b""),
    ],
)
def test_broken_answers_are_problems(listed: Take, account: MadeAccount, answer: Response) -> None:
    base = add_knowledge_base(account, EAST, 1, "kb", "amazon.test-embed-v1")
    found = listed(*HERE, answering=refusing(account, "ListAgents", answer))
    assert {address for address, _, _ in found.uses} == {base}
    assert [each["incomplete"] for each in found.report["problems"]] == [True]


def test_an_agent_that_is_none_is_a_problem_and_the_others_are_listed(listed: Take, account: MadeAccount) -> None:
    other = add_agent(account, WEST, 2, "a", OVER)
    add_agent(account, EAST, 1, "a", OVER)
    body = b'{"agent": {"agentArn": ["x"], "agentName": {"a": 1}, "foundationModel": {"deep": [null]}}}'
    answer = Response(200, {"content-type": "application/json"}, body)
    found = listed(*BOTH, answering=refusing(account, "GetAgent", answer))
    assert {address for address, _, _ in found.uses} == {other}
    (problem,) = found.report["problems"]
    assert "GetAgent (1 call): foundationModel of the answer is no text" in problem["message"]


def test_a_service_that_is_not_offered_in_a_region_is_no_problem(
    listed: Take, account: MadeAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its host has no address there. Of Bedrock itself, botocore knows the Regions: there it would be a problem."""
    monkeypatch.setattr(sessions, "_TRIES", 1)
    base = add_profile(account, EAST, 1, "p", FINE)
    monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_AGENTCORE_CONTROL", "http://no-such-host.invalid")
    found = listed(*HERE)
    assert base in {address for address, _, _ in found.uses}
    (problem,) = found.report["problems"]
    assert "bedrock-agentcore-control is not offered in us-east-1" in problem["message"]
    assert (found.code, problem["incomplete"]) == (0, False)
    monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK", "http://no-such-host.invalid")
    assert listed(*HERE).code == 3


def test_a_list_that_never_ends_is_a_problem(listed: Take, account: MadeAccount) -> None:
    page = Response(200, {"content-type": "application/json"}, b'{"agentSummaries": [], "nextToken": "again"}')
    (problem,) = listed(*HERE, answering=refusing(account, "ListAgents", page)).report["problems"]
    assert "gives the same nextToken twice" in problem["message"]


def test_members_that_newer_services_add_change_nothing(listed: Take, account: MadeAccount) -> None:
    body = (
        b'{"agent": {"agentId": "AGENT00001", "agentArn": "arn:aws:bedrock:us-east-1:111122223333:agent/AGENT00001",'
        b' "agentName": "a", "foundationModel": "anthropic.test-eol-v1:0", "thoughts": {"deep": [1, {"x": null}]}},'
        b' "more": 1}'
    )
    agent = add_agent(account, EAST, 1, "a", FINE)
    answer = Response(200, {"content-type": "application/json"}, body)
    assert listed(*HERE, answering=refusing(account, "GetAgent", answer)).uses == {(agent, "foundationModel", OVER)}


# Where


def test_regions_that_are_not_enabled_are_left_out(listed: Take, account: MadeAccount) -> None:
    all_of_bedrock = boto3.session.Session().get_available_regions("bedrock")
    account.not_enabled = tuple({*all_of_bedrock} - {EAST, WEST, "ap-south-1"})
    add_agent(account, "af-south-1", 1, "a", OVER)
    found = listed()
    assert {each["path"].rpartition(":")[2] for each in found.report["inputs"]} == {EAST, WEST, "ap-south-1"}
    assert found.uses == set()
    assert found.report["problems"] == []


def test_a_region_that_is_named_and_not_enabled_is_told(listed: Take, account: MadeAccount) -> None:
    account.not_enabled = ("af-south-1",)
    found = listed("--regions", f"{EAST},af-south-1")
    (problem,) = found.report["problems"]
    assert "af-south-1: DescribeRegions (1 call): the Region is not enabled" in problem["message"]
    assert (found.code, problem["incomplete"]) == (0, False)


def in_partition(account: MadeAccount, partition: str) -> Answering:
    def answer(request: Request) -> object:
        if request.operation == "GetCallerIdentity":
            return {"Account": ACCOUNT, "Arn": f"arn:{partition}:iam::{ACCOUNT}:user/u", "UserId": "U"}
        return account.answer(request)

    return answer  # type: ignore[return-value]


def test_govcloud_has_its_own_regions_and_dates(listed: Take, account: MadeAccount) -> None:
    model = "anthropic.test-gov-v1:0"
    add_agent(account, "us-gov-west-1", 1, "a", model)
    add_agent_alias(account, "us-gov-west-1", 1, "LIVE", "3", model)
    found = listed(answering=in_partition(account, "aws-us-gov"))
    assert [each["path"] for each in found.report["inputs"]] == [
        f"aws:{ACCOUNT}:us-gov-east-1",
        f"aws:{ACCOUNT}:us-gov-west-1",
    ]
    assert {(each["rule"], each["region"]) for each in found.report["findings"]} >= {("eol-reached", "us-gov-west-1")}
    assert f"arn:aws-us-gov:bedrock:us-gov-west-1:{ACCOUNT}:agent-alias/AGENT00001/LIVE" in {
        address for address, _, _ in found.uses
    }


def test_a_partition_without_bedrock_needs_regions(
    serve: Callable[[Answering], object], account: MadeAccount, capsys: pytest.CaptureFixture[str]
) -> None:
    serve(in_partition(account, "aws-cn"))
    assert run(["account"]) == 2
    assert "no Region of the partition aws-cn with Bedrock; name Regions with --regions" in capsys.readouterr().err


def test_what_runs_in_china_is_listed_when_a_region_is_named(listed: Take, account: MadeAccount) -> None:
    function = add_function(account, "cn-north-1", "fn", {"MODEL": FINE})
    found = listed("--regions", "cn-north-1", "--include", "compute", answering=in_partition(account, "aws-cn"))
    assert function in {address for address, _, _ in found.uses}


def test_each_account_of_an_organization_is_asked(listed: Take, account: MadeAccount) -> None:
    account.members = (ACCOUNT, "444455556666", "777788889999")
    add_agent(account, EAST, 1, "a", OVER)

    def answer(request: Request) -> object:
        if request.operation == "AssumeRole" and "777788889999" in request.arguments["RoleArn"]:
            raise ServiceError(403, "AccessDenied", "not authorized to perform: sts:AssumeRole")
        return account.answer(request)

    found = listed(*HERE, "--organization", "reader", answering=answer)
    assert [each["path"] for each in found.report["inputs"]] == [f"aws:{ACCOUNT}:{EAST}", f"aws:444455556666:{EAST}"]
    (problem,) = found.report["problems"]
    assert problem["file"] == f"aws:777788889999:{EAST}"
    assert "AssumeRole" in problem["message"]


def test_a_role_is_taken_on(listed: Take, account: MadeAccount) -> None:
    found = listed(*HERE, "--role-arn", "arn:aws:iam::444455556666:role/reader")
    assert [each["path"] for each in found.report["inputs"]] == [f"aws:444455556666:{EAST}"]


def test_long_lists_are_turned_page_by_page(listed: Take, account: MadeAccount) -> None:
    account.page = 5
    for number in range(120):
        add_throughput(account, EAST, number, f"pt-{number}", SOON)
    found = listed(*HERE)
    assert len(found.uses) == 120


# Wrong usage


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--regions", "us-east-9"], "us-east-9"),
        (["--include", "computer"], "--include computer: there is no such group; did you mean 'compute'"),
        (["--policy", "no-such-pack"], "no-such-pack"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_asked(
    serve: Callable[[Answering], object],
    account: MadeAccount,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    said: str,
) -> None:
    server = serve(account.answer)
    assert run(["account", *options]) == 2
    assert said in capsys.readouterr().err
    assert server.requests == []  # type: ignore[attr-defined]


def test_credentials_that_are_not_accepted_are_told(
    serve: Callable[[Answering], object], account: MadeAccount, capsys: pytest.CaptureFixture[str]
) -> None:
    def answer(request: Request) -> object:
        raise ServiceError(403, "InvalidClientTokenId", "The security token included in the request is invalid")

    serve(answer)  # type: ignore[arg-type]
    assert run(["account"]) == 2
    assert "AWS does not accept the credentials: InvalidClientTokenId" in capsys.readouterr().err


# What takes long


def test_what_does_not_answer_in_time_is_a_problem(
    listed: Take, account: MadeAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "_READ_SECONDS", 0.5)
    monkeypatch.setattr(sessions, "_TRIES", 1)
    base = add_knowledge_base(account, EAST, 1, "kb", "amazon.test-embed-v1")
    over = threading.Event()

    def answer(request: Request) -> object:
        if request.operation == "ListAgents":
            over.wait(timeout=60)
        return account.answer(request)

    found = listed(*HERE, answering=answer)
    over.set()
    assert base in {address for address, _, _ in found.uses}
    assert [each for each in found.report["problems"] if "ListAgents (1 call): Read timeout" in each["message"]]
    assert found.report["summary"]["verdict"] == "failed"


def test_an_interrupt_ends_it_while_calls_are_under_way(account: MadeAccount) -> None:
    add_agent(account, EAST, 1, "a", OVER)
    asked, over = threading.Event(), threading.Event()

    def answer(request: Request) -> object:
        if request.operation == "GetAgent":
            asked.set()
            over.wait(timeout=120)
        return account.answer(request)

    with AwsServer(answer, SERVICES) as server:  # type: ignore[arg-type]
        command = [sys.executable, "-m", "checker", "account", "--regions", EAST, "--no-config"]
        run_of_it = subprocess.Popen(
            command,
            env=os.environ | server.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # A shell that runs the tests in the background has interrupts ignored.
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        )
        assert asked.wait(timeout=60)
        run_of_it.send_signal(signal.SIGINT)
        # The call is not over yet.
        out, _ = run_of_it.communicate(timeout=60)
        assert not over.is_set()
        over.set()
    assert run_of_it.returncode == 130
    assert out == b""
