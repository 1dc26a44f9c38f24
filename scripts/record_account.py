"""Writes `examples/account/` anew: the reports of `bedrock-eol account` on a made account, with the bundled catalog.

    python scripts/record_account.py [FOLDER]

The account is behind a server on this machine (`tests/aws_server`); the day is always the same.
"""

import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from checker.cli import run, runs  # noqa: E402
from tests.aws_server.made_account import (  # noqa: E402
    SERVICES,
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
from tests.aws_server.server import AwsServer, ServiceError  # noqa: E402
from tests.aws_server.wire import Request  # noqa: E402

DAY = date(2026, 11, 24)
EAST, WEST = "us-east-1", "eu-west-1"
HAIKU, SONNET = "anthropic.claude-3-haiku-20240307-v1:0", "anthropic.claude-3-7-sonnet-20250219-v1:0"
OPUS, FINE = "anthropic.claude-opus-4-1-20250805-v1:0", "anthropic.claude-haiku-4-5-20251001-v1:0"
CODE = f"""\
provider "aws" {{
  region = "{EAST}"
}}

resource "aws_bedrockagent_agent" "support" {{
  agent_name              = "support"
  agent_resource_role_arn = "arn:aws:iam::111122223333:role/agent"
  foundation_model        = "{FINE}"
}}

resource "aws_bedrockagent_agent" "billing" {{
  agent_name              = "billing"
  agent_resource_role_arn = "arn:aws:iam::111122223333:role/agent"
  foundation_model        = "{FINE}"
}}
"""
REPORTS = {
    "terminal": "terminal.txt",
    "json": "report.json",
    "sarif": "report.sarif",
    "junit": "junit.xml",
    "github": "github.txt",
    "gitlab": "gitlab.json",
    "markdown": "report.md",
    "html": "report.html",
    "csv": "report.csv",
    "cyclonedx": "report.cdx.json",
    "svg": "timeline.svg",
    "mermaid": "timeline.md",
    "badge": "badge.svg",
}


def example_account() -> MadeAccount:
    """A support product: what its code says is not what runs."""
    account = MadeAccount()
    support = add_agent(account, EAST, 1, "support", OPUS)
    add_agent_alias(account, EAST, 1, "LIVE000001", "3", SONNET)
    add_agent(account, EAST, 2, "made in the console", HAIKU)
    profile = add_profile(account, EAST, 1, "chat", HAIKU)
    throughput = add_throughput(account, WEST, 1, "reserved", HAIKU)
    handbook = add_knowledge_base(account, WEST, 1, "handbook", "amazon.titan-embed-text-v2:0")
    add_function(account, EAST, "answer", {"MODEL_ID": profile, "STAGE": "prod", "API_KEY": "not-shown-anywhere"})
    add_parameter(account, EAST, "/support/model", f"us.{SONNET}")
    for arn, region in ((support, EAST), (profile, EAST), (throughput, WEST), (handbook, WEST)):
        add_tags(account, region, arn, {"owner": "@support", "env": "prod"})
    add_calls(account, EAST, OPUS, {datetime(2026, 11, 23, tzinfo=UTC): 48_210.0})
    add_calls(account, EAST, HAIKU, {datetime(2026, 9, 3, tzinfo=UTC): 12.0})
    add_calls(account, EAST, f"us.{OPUS}", {datetime(2026, 11, 22, tzinfo=UTC): 900.0})
    return account


def record(folder: Path) -> int:
    """Writes the reports to a folder; the exit code of the run."""
    account = example_account()

    def answer(request: Request) -> object:
        if request.service == "sagemaker":
            message = "User is not authorized to perform: sagemaker:ListModels"
            raise ServiceError(400, "AccessDeniedException", message)
        return account.answer(request)

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "code").mkdir(exist_ok=True)
    (folder / "code" / "main.tf").write_text(CODE, encoding="utf-8")
    os.chdir(folder)
    runs.today = lambda: DAY
    with AwsServer(answer, SERVICES) as server:  # type: ignore[arg-type]
        os.environ.update(server.environment())
        reports = [part for name, file in REPORTS.items() for part in ("--format", f"{name}={file}")]
        regions = ("--regions", f"{EAST},{WEST}", "--include", "compute,parameters")
        return run(
            ["account", *regions, "--against", "code", "--as-of", str(DAY), "--no-config", "--verbose", *reports]
        )


if __name__ == "__main__":
    record(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "examples" / "account")
