"""What moto, a model of AWS that others keep, has of the services: it is listed as it was made."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3.session
import pytest

from checker.account import sessions
from checker.cli import run

EAST = "us-east-1"
MODEL = "anthropic.claude-3-haiku-20240307-v1:0"
ROLE = "arn:aws:iam::123456789012:role/x"
TASK = {
    "Type": "Task",
    "Resource": "arn:aws:states:::bedrock:invokeModel",
    "Parameters": {"ModelId": MODEL},
    "End": True,
}


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A session with moto's server, to which botocore is led until the test ends."""
    # Its import takes a second, of which every worker that collects this file would have its own.
    moto_server = pytest.importorskip("moto.server")
    # What moto lacks, it answers with an error of the server, which is asked for again otherwise.
    monkeypatch.setattr(sessions, "_TRIES", 1)
    server = moto_server.ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    for name, value in (("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b"), ("AWS_DEFAULT_REGION", EAST)):
        monkeypatch.setenv(name, value)
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    yield boto3.session.Session()
    server.stop()


def test_what_moto_has_is_listed(aws: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    aws.client("ssm").put_parameter(Name="/ai/model", Value=MODEL, Type="String")
    aws.client("ssm").put_parameter(Name="/ai/secret", Value=MODEL, Type="SecureString")
    definition = json.dumps({"StartAt": "A", "States": {"A": TASK}})
    machine = aws.client("stepfunctions").create_state_machine(name="m", definition=definition, roleArn=ROLE)
    agent = aws.client("bedrock-agent").create_agent(
        agentName="a", foundationModel=MODEL, agentResourceRoleArn=ROLE, tags={"owner": "@search"}
    )
    container = {"name": "c", "image": "i", "memory": 128, "environment": [{"name": "MODEL", "value": MODEL}]}
    ecs = aws.client("ecs")
    task = ecs.register_task_definition(family="f", containerDefinitions=[container])["taskDefinition"]
    ecs.create_cluster(clusterName="c")
    ecs.create_service(cluster="c", serviceName="s", taskDefinition="f", desiredCount=1)
    monkeypatch.chdir(tmp_path)
    run(["account", "--regions", EAST, "--include", "compute,parameters", "--format", "json=report.json", "--quiet"])
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    found = {each["address"] for each in report["references"] if each["candidates"][0]["model"] == MODEL}
    assert found == {
        f"arn:aws:ssm:{EAST}:123456789012:parameter/ai/model",
        machine["stateMachineArn"],
        agent["agent"]["agentArn"],
        task["taskDefinitionArn"],
    }
    # What moto has not, is named; what it has, is not.
    said = " ".join(each["message"] for each in report["problems"])
    assert "bedrock in us-east-1" in said
    assert not [
        name for name in ("ListAgents ", "ecs in", "ssm in", "stepfunctions in", "cloudwatch in") if name in said
    ]
