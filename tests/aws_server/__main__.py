"""Serves a made account until standard input ends: `python -m tests.aws_server RESOURCES REGION,… THROTTLED DENIED`.

Writes one line of JSON first: the variables that lead botocore to it, and the uses that are there. At the end, another
one: how many calls came in, how many were throttled, and which were denied.
"""

import json
import sys

from tests.aws_server.made_account import SERVICES, Faulty, large_account
from tests.aws_server.server import AwsServer


def main() -> None:
    """Serves."""
    resources, regions, throttled, denied = sys.argv[1:]
    account = large_account(int(resources), regions.split(","))
    faulty = Faulty(account, float(throttled), float(denied))
    with AwsServer(faulty.answer, SERVICES) as server:
        print(json.dumps({"environment": server.environment(), "uses": account.uses}), flush=True)
        sys.stdin.read()
        refused = sorted(
            {
                (each.region, each.service, each.operation, json.dumps(each.arguments, default=str))
                for each in faulty.denied
            }
        )
        print(json.dumps({"calls": len(server.requests), "throttled": faulty.throttled, "denied": refused}), flush=True)


main()
