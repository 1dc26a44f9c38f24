"""Git repositories to read, and the job that reads them."""

import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from checker.fleet.checkout import Limits
from checker.fleet.runs import prepare
from checker.fleet.task import Job
from checker.model.settings import Settings

DAY = date(2026, 11, 24)
# At end of life on the day, in every Region.
ENDED = "anthropic.claude-3-haiku-20240307-v1:0"
AGENT = """\
provider "aws" {{
  region = "us-east-1"
}}
resource "aws_bedrockagent_agent" "chat" {{
  agent_name              = "chat"
  agent_resource_role_arn = "arn:aws:iam::111122223333:role/agent"
  foundation_model        = "{model}"
}}
"""

MakeRepository = Callable[..., Path]


def git(directory: Path, *arguments: str) -> str:
    """Runs git with an author, and without the user's configuration."""
    command = ["git", "-c", "user.name=n", "-c", "user.email=n@example.com", "-c", "commit.gpgsign=false", *arguments]
    done = subprocess.run(command, cwd=directory, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def make_repository(tmp_path: Path) -> MakeRepository:
    """Makes a repository of files, or commits more files to one."""

    def make(name: str, **files: str) -> Path:
        top = tmp_path / "repositories" / name
        if not top.exists():
            top.mkdir(parents=True)
            git(top, "init", "--quiet", "--initial-branch", "main")
        for file, text in files.items():
            (top / file.replace("__", ".")).write_text(text)
        git(top, "add", "--all")
        git(top, "commit", "--quiet", "--allow-empty", "--message", "change")
        return top

    return make


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """A job with the policy `baseline` and the bundled catalog."""
    return prepare(Settings(as_of=DAY), Limits(seconds=60), tmp_path)
