"""How long `bedrock-eol account` takes, and whether it finds all: a made account behind a server on this machine.

    python benchmarks/account.py [RESOURCES] [THROTTLED] [DENIED]

3,000 resources in 12 Regions, 5 % of the calls throttled once and 5 % denied, unless said otherwise. What is denied
hides what would have come after it; a use counts as missed only if no denied call explains that it is not listed.
"""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
REGIONS = (
    "us-east-1", "us-east-2", "us-west-2", "ca-central-1", "sa-east-1", "eu-west-1",
    "eu-west-3", "eu-central-1", "eu-north-1", "ap-northeast-1", "ap-south-1", "ap-southeast-2",
)  # fmt: skip
# Whose denial hides a use, by the kind of its ARN: the service, and the operations that lead to it.
HIDDEN_BY = {
    ":agent/": ("bedrock-agent", {"ListAgents", "GetAgent"}),
    ":agent-alias/": ("bedrock-agent", {"ListAgents", "ListAgentAliases", "GetAgentVersion"}),
    ":knowledge-base/": ("bedrock-agent", {"ListKnowledgeBases", "GetKnowledgeBase"}),
    ":application-inference-profile/": ("bedrock", {"ListInferenceProfiles"}),
    ":provisioned-model/": ("bedrock", {"ListProvisionedModelThroughputs"}),
    ":function:": ("lambda", {"ListFunctions"}),
    ":parameter/": ("ssm", {"DescribeParameters", "GetParameters"}),
}


@contextmanager
def made_account(resources: str, throttled: str, denied: str) -> Iterator[tuple[dict[str, Any], Callable[[], Any]]]:
    """Serves a made account: what is in it, and a function that ends the server and tells what it served."""
    command = [sys.executable, "-m", "tests.aws_server", resources, ",".join(REGIONS), throttled, denied]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        reading, writing = server.stdout, server.stdin
        assert reading is not None
        assert writing is not None

        def end() -> Any:
            writing.close()
            return json.loads(reading.readline())

        yield json.loads(reading.readline()), end


def main(resources: str = "3000", throttled: str = "0.05", denied: str = "0.05") -> None:
    """Runs it once, and prints what was measured."""
    command = [
        sys.executable, "-m", "checker", "account", "--regions", ",".join(REGIONS), "--include", "compute,parameters",
        "--format", "json", "--quiet", "--as-of", "2026-11-24",
    ]  # fmt: skip
    with made_account(resources, throttled, denied) as (made, end):
        started = time.perf_counter()
        run = subprocess.run(command, cwd=ROOT, env=os.environ | made["environment"], capture_output=True, text=True)
        seconds = time.perf_counter() - started
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        served = end()
    if run.returncode not in (1, 3):
        sys.exit(run.stderr)
    report = json.loads(run.stdout)
    found = {(each["address"], candidate["model"]) for each in report["references"] for candidate in each["candidates"]}
    refused = {(region, service, operation) for region, service, operation, _ in served["denied"]}
    hidden = missed = 0
    for region, arn, _, model in made["uses"]:
        if (arn, model) in found:
            continue
        service, operations = next(value for part, value in HIDDEN_BY.items() if part in arn)
        explained = any((region, service, operation) in refused for operation in operations)
        hidden += explained
        missed += not explained
    said = " ".join(problem["message"] for problem in report["problems"])
    unnamed = [
        (region, service, operation)
        for region, service, operation in refused
        if not any(
            f"{service} in {region}:" in problem["message"] and operation in problem["message"]
            for problem in report["problems"]
        )
    ]
    print(f"{len(made['uses']):,} uses in {len(REGIONS)} Regions; exit code {run.returncode}")
    print(f"listed {len(made['uses']) - hidden - missed:,}, hidden by a denied call {hidden:,}, missed {missed:,}")
    print(f"{served['calls']:,} calls, {served['throttled']:,} throttled once, {len(served['denied']):,} denied")
    print(f"{len(report['problems'])} problems ({len(said):,} characters); denials that none names: {len(unnamed)}")
    print(f"{seconds:.1f} s, {usage.ru_utime + usage.ru_stime:.1f} s CPU, {usage.ru_maxrss / 1024:.0f} MB at most")


if __name__ == "__main__":
    main(*sys.argv[1:])
