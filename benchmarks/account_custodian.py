"""Cloud Custodian on the made account of `benchmarks/account.py`, with a policy that says all that it can say.

    pip install c7n==0.9.53      # in an environment of its own
    python benchmarks/account_custodian.py CUSTODIAN [RESOURCES] [THROTTLED] [DENIED]

CUSTODIAN is the command. Its policy names the three models of the account that are at their end: it knows no dates. It
has no resource for provisioned throughput and for aliases of agents, and its filter for environments names a variable.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from account import REGIONS, made_account

DYING = (
    "anthropic.claude-3-haiku-20240307-v1:0",
    "anthropic.claude-3-sonnet-20240229-v1:0",
    "anthropic.claude-3-7-sonnet-20250219-v1:0",
)
_PATTERN = ".*(" + "|".join(DYING) + ")$"
_EMBEDDING = "knowledgeBaseConfiguration.vectorKnowledgeBaseConfiguration.embeddingModelArn"
# Resource, the key of the value filter, and how it tells the ARN.
_POLICIES = {
    "bedrock-agent": ("foundationModel", "agentArn"),
    "bedrock-knowledge-base": (_EMBEDDING, "knowledgeBaseArn"),
    "bedrock-inference-profile": ("models[0].modelArn", "inferenceProfileArn"),
    "lambda": ("Environment.Variables.MODEL_ID", "FunctionArn"),
    "ssm-parameter": ("Value", "ARN"),
}


def main(custodian: str, resources: str = "3000", throttled: str = "0.05", denied: str = "0.05") -> None:
    """Runs it once, and prints what was measured."""
    with made_account(resources, throttled, denied) as (made, end), tempfile.TemporaryDirectory() as temporary:
        expected = {arn for _, arn, _, model in made["uses"] if model in DYING}
        folder = Path(temporary)
        policies = [
            {
                "name": name,
                "resource": f"aws.{name}",
                "filters": [{"type": "value", "key": key, "op": "regex", "value": _PATTERN}],
            }
            for name, (key, _) in _POLICIES.items()
        ]
        (folder / "policy.json").write_text(json.dumps({"policies": policies}))
        errors = []
        started = time.perf_counter()
        for region in REGIONS:
            # With several Regions in one run, it leaves out those that botocore's data does not name for a service.
            run = subprocess.run(
                [custodian, "run", "-s", f"out/{region}", "--cache-period", "0", "--region", region, "policy.json"],
                cwd=folder,
                env=os.environ | made["environment"],
                capture_output=True,
                text=True,
            )
            errors += [line for line in run.stderr.splitlines() if ":ERROR" in line]
        seconds = time.perf_counter() - started
        found = {
            each[_POLICIES[file.parent.name][1]]
            for file in folder.glob("out/**/resources.json")
            for each in json.loads(file.read_text())
        }
        served = end()
    print(f"{len(expected):,} uses of models at their end; exit code of the last run {run.returncode}")
    print(f"found {len(found & expected):,}, others {len(found - expected):,}, not found {len(expected - found):,}")
    for part in (
        ":agent/",
        ":agent-alias/",
        ":knowledge-base/",
        "-profile/",
        ":provisioned-model/",
        ":function:",
        ":parameter/",
    ):
        of_it = {each for each in expected if part in each}
        print(f"  {part:20} {len(of_it & found):,} of {len(of_it):,}")
    print(f"{served['calls']:,} calls, {served['throttled']:,} throttled once, {len(served['denied']):,} denied")
    print(f"{len(errors)} lines of errors; the first: {errors[0][:160] if errors else 'none'}")
    print(f"{seconds:.1f} s")


if __name__ == "__main__":
    main(*sys.argv[1:])
