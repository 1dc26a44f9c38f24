#!/usr/bin/env python3
"""Measures the reading of a large plan against `json.loads`: time, and memory beside the file itself.

    benchmarks/plan.py [MEGABYTES]

The plan is made up: of each hundred resources one is an agent, the others are what a large system has (buckets with
tags, roles with policies, functions with an environment). Each measurement runs in a process of its own.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

MODEL = "anthropic.claude-3-haiku-20240307-v1:0"


def after_of(number: int) -> tuple[str, dict[str, Any]]:
    """The type and the planned values of a resource."""
    tags = {f"Tag{n}": f"value {number} {n}" for n in range(8)}
    if number % 100 == 0:
        return "aws_bedrockagent_agent", {"agent_name": f"a{number}", "foundation_model": MODEL, "tags": tags}
    match number % 3:
        case 0:
            rules = [{"id": f"r{n}", "status": "Enabled", "filter": [{"prefix": f"p/{n}"}]} for n in range(4)]
            return "aws_s3_bucket", {"bucket": f"b-{number}", "tags": tags, "tags_all": tags, "lifecycle_rule": rules}
        case 1:
            arn = f"arn:aws:s3:::b-{number}/*"
            statement = {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": [arn]}
            policy = json.dumps({"Version": "2012-10-17", "Statement": [statement] * 5})
            return "aws_iam_policy", {"name": f"p{number}", "policy": policy, "tags": tags, "tags_all": tags}
        case _:
            variables = {f"VARIABLE_{n}": f"https://host-{number}.example.com/{n}" for n in range(12)}
            return "aws_lambda_function", {
                "function_name": f"f{number}",
                "environment": [{"variables": variables}],
                "tags": tags,
                "tags_all": tags,
            }


def write_plan(path: Path, size: int) -> None:
    """Writes a plan of about `size` bytes."""
    changes, planned, configured = [], [], []
    written = number = 0
    while written < size:
        kind, after = after_of(number)
        address = f"{kind}.r{number}"
        unknown = {"id": True, "arn": True, "tags": {}, "tags_all": {}}
        provider = "registry.terraform.io/hashicorp/aws"
        base = {"address": address, "mode": "managed", "type": kind, "name": f"r{number}", "provider_name": provider}
        change = {"actions": ["create"], "before": None, "after": after, "after_unknown": unknown}
        changes.append(base | {"change": change | {"before_sensitive": False, "after_sensitive": {"tags": {}}}})
        planned.append(base | {"schema_version": 0, "values": after, "sensitive_values": {"tags": {}}})
        expressions = {name: {"references": ["local.x"]} for name in after}
        configured.append(base | {"provider_config_key": "aws", "expressions": expressions, "schema_version": 0})
        written += len(json.dumps((changes[-1], planned[-1], configured[-1])))
        number += 1
    region = {"constant_value": "us-east-1"}
    plan = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {"resources": planned}},
        "resource_changes": changes,
        "configuration": {
            "provider_config": {"aws": {"name": "aws", "expressions": {"region": region}}},
            "root_module": {"resources": configured},
        },
    }
    path.write_text(json.dumps(plan))


def read_json(content: bytes) -> int:
    """Only what the standard library does."""
    return len(json.loads(content))


def read_references(content: bytes) -> int:
    """The references of the plan, as the checker finds them."""
    from checker.catalog.lookup import CatalogIndex
    from checker.catalog.store import load_bundled
    from checker.extract import extract
    from checker.frontends.terraform.plan.resources import load_plan
    from checker.model.settings import Options

    index = CatalogIndex(load_bundled())

    def resolve(identifier: str) -> str | None:
        model = index.lookup(identifier)
        return None if model is None else model.id

    loaded = load_plan(content, "plan.json", Options())
    return len(extract(loaded.resources, resolve))


READERS = {"json": read_json, "checker": read_references}


def measure(reader: str, path: str) -> None:
    """Prints seconds, bytes at the peak beside the file, and what was found."""
    from checker.processes import collect_rarely

    # As the command line does.
    collect_rarely()
    if reader == "checker":
        # What every run needs is no cost of the plan.
        read_references(b'{"format_version": "1.2", "planned_values": {}}')
    content = Path(path).read_bytes()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    found = READERS[reader](content)
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"seconds": round(seconds, 2), "memory": (peak - before) * 1024, "found": found}))


def main() -> None:
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "plan.json"
        write_plan(path, megabytes * 1_000_000)
        size = path.stat().st_size
        print(f"a plan of {size / 1e6:.0f} MB")
        results = {}
        for reader in READERS:
            done = subprocess.run(
                [sys.executable, __file__, "--measure", reader, str(path)], capture_output=True, text=True, check=True
            )
            results[reader] = json.loads(done.stdout)
            one = results[reader]
            print(f"{reader:8} {one['seconds']:6.2f} s  {one['memory'] / size:5.2f} x the file  found {one['found']}")
        print(f"time: {results['checker']['seconds'] / results['json']['seconds']:.2f} x json.loads")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        measure(sys.argv[2], sys.argv[3])
    else:
        main()
