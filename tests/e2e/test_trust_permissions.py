"""Directories that may not be looked into are told, and end no run: each is refused as the system would."""

import errno
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from checker.cli import run as run_command
from checker.model.scan import Scan
from checker.model.settings import Settings
from checker.pipeline import scan
from checker.report.view import Verdict, verdict_of

AGENT = 'resource "aws_bedrockagent_agent" "a" {\n  foundation_model = "amazon.nova-premier-v1:0"\n}\n'
STACK = '{"type": "aws:cloudformation:stack", "properties": {"templateFile": "t.json"}}'
MANIFEST = '{"version": "1", "artifacts": {"S": ' + STACK + "}}"
TEMPLATE = (
    '{"Resources": {"A": {"Type": "AWS::Bedrock::Agent", "Properties": {"FoundationModel": "amazon.nova-lite-v1:0"}}}}'
)
NESTED = (
    "Resources:\n  S: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: inner/child.yaml}}\n"
    "  A: {Type: AWS::Bedrock::Agent, Properties: {FoundationModel: amazon.nova-lite-v1:0}}\n"
)
FILES = {
    "code/main.tf": AGENT + 'module "m" {\n  source = "./m"\n}\n',
    "code/m/main.tf": AGENT,
    "code/policies/p.txt": "x",
    "app/cdk.json": "{}",
    "app/cdk.out/manifest.json": MANIFEST,
    "app/cdk.out/cdk.out": "{}",
    "app/cdk.out/t.json": TEMPLATE,
    "stack/t.yaml": NESTED,
    "stack/inner/child.yaml": TEMPLATE,
    ".github/CODEOWNERS": "* @all\n",
    ".git/HEAD": "ref: refs/heads/main\n",
}


@pytest.fixture
def top(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    return tmp_path


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Closes a directory: root, as whom tests often run, could look into it all the same."""
    directories: list[str] = []

    def refusing(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(path: Any = ".", *arguments: Any, **named: Any) -> Any:
            if not isinstance(path, int):
                written = os.path.abspath(os.fspath(path))  # noqa: PTH100 (resolve() would call what is replaced)
                is_listing = real.__name__ in ("scandir", "listdir")
                if any(written.startswith(f"{one}/") or (is_listing and written == one) for one in directories):
                    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), written)
            return real(path, *arguments, **named)

        return call

    for name in ("open", "stat", "lstat", "scandir", "listdir", "readlink"):
        monkeypatch.setattr(os, name, refusing(getattr(os, name)))
    return lambda directory: directories.append(str(directory))


def check(top: Path, *paths: str) -> Scan:
    return scan(paths, Settings(as_of=date(2026, 11, 24)), standard_input=bytes, cwd=top)


@pytest.mark.parametrize("directory", ["code", "code/m", "app", "app/cdk.out", "stack", "stack/inner"])
def test_what_cannot_be_looked_into_is_told(top: Path, directory: str, closed: Callable[[Path], None]) -> None:
    before = check(top, ".")
    assert verdict_of(before, None, False) is not Verdict.INCOMPLETE
    closed(top / directory)
    for paths in (["."], ["code", "app", "stack"]):
        found = check(top, *paths)
        told = [problem.file for problem in found.problems if problem.incomplete]
        assert any(f"{file}/".startswith((f"{directory}/", f"{directory.partition('/')[0]}/")) for file in told), told
        assert len(found.references) < len(before.references)


@pytest.mark.parametrize("directory", [".github", ".git", "code/policies"])
def test_what_holds_no_code_does_no_harm(top: Path, directory: str, closed: Callable[[Path], None]) -> None:
    before = check(top, ".")
    closed(top / directory)
    assert [each.address for each in check(top, ".").references] == [each.address for each in before.references]


def test_the_command_ends_as_it_says(
    top: Path, closed: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(top)
    closed(top / "code")
    assert run_command(["check", "code", "--as-of", "2026-11-24", "--no-config"]) == 3
    assert "internal error" not in capsys.readouterr().err


@pytest.mark.parametrize("link", ["/", "..", "../outside", "../outside/main.tf"])
@pytest.mark.parametrize("named", ["code", "./code", "../top/code", "code/."])
def test_a_named_link_does_not_lead_out_of_its_work_tree(tmp_path: Path, named: str, link: str) -> None:
    """Who may change what is checked could put it in the place of what a pipeline names."""
    top = tmp_path / "top"
    (top / ".git").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "main.tf").write_text(AGENT)
    (top / "code").symlink_to(link)
    if link.endswith(".tf") and named.endswith("."):
        return
    found = check(top, named)
    assert found.references == ()
    [problem] = found.problems
    assert problem.incomplete
    assert "outside" in problem.message


def test_a_named_link_within_the_work_tree_is_followed_and_so_is_one_outside_any(tmp_path: Path) -> None:
    (tmp_path / "top" / ".git").mkdir(parents=True)
    (tmp_path / "top" / "real").mkdir()
    (tmp_path / "top" / "real" / "main.tf").write_text(AGENT)
    (tmp_path / "top" / "code").symlink_to("real")
    (tmp_path / "free").symlink_to("top/real")
    (tmp_path / "tree").symlink_to("top")
    assert len(check(tmp_path / "top", "code").references) == 1
    assert len(check(tmp_path, "free").references) == 1
    assert len(check(tmp_path, "tree/code").references) == 1
