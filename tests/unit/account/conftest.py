"""A made account behind a server on the loopback interface, and runs of the command against it."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from checker.catalog import store
from checker.cli import run
from tests.aws_server.made_account import SERVICES, Faulty, MadeAccount
from tests.aws_server.server import Answering, AwsServer

# What is at its end on the day of the tests, and what is not; by the catalog of the tests.
CATALOG = Path(__file__).parents[2] / "catalog.json"
_load_once = cache(store.load_file)


@pytest.fixture
def account() -> MadeAccount:
    """An empty account."""
    return MadeAccount()


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Answering], AwsServer]]:
    """Starts a server, to which botocore is led until the test ends."""
    with ExitStack() as servers:

        def start(answering: Answering) -> AwsServer:
            server = servers.enter_context(AwsServer(answering, SERVICES))
            for name, value in server.environment().items():
                monkeypatch.setenv(name, value)
            for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION"):
                monkeypatch.delenv(name, raising=False)
            return server

        yield start


class Listed:
    """A run of `bedrock-eol account`, as JSON."""

    def __init__(self, code: int, report: dict[str, Any]) -> None:
        self.code = code
        self.report = report

    @property
    def uses(self) -> set[tuple[str, str, str]]:
        """(ARN, path, model) of each reference that names a model."""
        return {
            (each["address"], each["path"], candidate["model"])
            for each in self.report["references"]
            for candidate in each["candidates"]
        }

    def reference(self, address: str) -> dict[str, Any]:
        """The one reference of a resource."""
        (found,) = [each for each in self.report["references"] if each["address"] == address]
        return found


@pytest.fixture
def listed(
    serve: Callable[[Answering], AwsServer], account: MadeAccount, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Listed]:
    """Runs the command against the account, or against what answers in its place."""
    monkeypatch.chdir(tmp_path)
    # A server on this machine answers at once. More threads would only make more clients, which takes most of the time.
    monkeypatch.setattr("checker.account_scan._AT_ONCE", 4)
    # No test here is about the catalog, which takes long to validate.
    monkeypatch.setattr(store, "load_file", _load_once)

    def take(*options: str, answering: Answering | None = None, catalog: Path = CATALOG) -> Listed:
        serve(answering or Faulty(account).answer)
        file = tmp_path / "report.json"
        arguments = [
            "account",
            "--format",
            f"json={file}",
            "--catalog",
            str(catalog),
            "--as-of",
            "2026-11-24",
            *options,
        ]
        code = run([*arguments, "--quiet"])
        return Listed(code, json.loads(file.read_text()))

    return take
