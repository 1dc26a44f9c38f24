"""A repository of git with Terraform, judged by the synthetic catalog on a fixed day."""

import os
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from checker.model.scan import Scan
from checker.model.settings import Settings
from checker.pipeline import scan

CATALOG = Path(__file__).parents[2] / "catalog.json"
AS_OF = date(2026, 11, 24)


class Repository:
    """A work tree with commits."""

    def __init__(self, top: Path) -> None:
        self.top = top

    def git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(self.top), *arguments], check=True, capture_output=True, text=True, env=_environment()
        )
        return done.stdout

    def write(self, name: str, text: str) -> Path:
        file = self.top / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def commit(self, message: str = "change") -> None:
        self.git("add", "-A")
        self.git("commit", "-qm", message)

    def scan(self, *paths: str, cwd: Path | None = None, **settings: object) -> Scan:
        made = replace(Settings(AS_OF, catalog=CATALOG), **settings)  # type: ignore[arg-type]
        return scan(paths or (".",), made, standard_input=lambda: b"", cwd=cwd or self.top)


def _environment() -> dict[str, str]:
    who = {"NAME": "Ada", "EMAIL": "ada@example.com"}
    named = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in who.items()}
    return {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1", **named}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """An empty repository."""
    top = tmp_path / "work"
    top.mkdir()
    made = Repository(top)
    made.git("init", "-q", "-b", "main")
    return made


@pytest.fixture
def agent() -> Callable[..., str]:
    """Terraform of an agent on a model."""

    def write(name: str = "chat", model: str = "anthropic.test-eol-v1:0") -> str:
        body = f'  foundation_model = "{model}"\n  region = "us-east-1"\n'
        return f'resource "aws_bedrockagent_agent" "{name}" {{\n{body}}}\n'

    return write


@pytest.fixture
def statuses() -> Callable[[Scan], dict[str, str]]:
    """The statuses of findings about code, by address and rule."""

    def of(result: Scan) -> dict[str, str]:
        return {
            f"{finding.reference.address.rpartition('.')[2]}:{finding.rule}": str(finding.status)
            for finding in result.findings
            if finding.reference is not None
        }

    return of
