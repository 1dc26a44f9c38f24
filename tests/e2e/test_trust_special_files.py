"""Pipes, devices, sockets, loops of links and directories in the locations of files: told, and never waited for."""

import os
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.here import run_here

AGENT = 'resource "aws_bedrockagent_agent" "a" {\n  foundation_model = "amazon.nova-premier-v1:0"\n}\n'


def run(cwd: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return run_here([*arguments, "--as-of", "2026-11-24"], cwd, **environment)


def bind(path: Path) -> None:
    # The path of a socket is short.
    where = os.open(path.parent, os.O_RDONLY)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(f"/proc/self/fd/{where}/{path.name}" if Path("/proc/self/fd").exists() else str(path))
    finally:
        os.close(where)


SPECIAL: dict[str, Callable[[Path], None]] = {
    "named pipe": os.mkfifo,
    "socket": bind,
    "device": lambda path: path.symlink_to("/dev/zero"),
}


@pytest.fixture
def top(tmp_path: Path) -> Path:
    top = tmp_path / "top"
    (top / ".git").mkdir(parents=True)
    (top / "main.tf").write_text(AGENT)
    return top


@pytest.mark.parametrize("special", SPECIAL)
def test_a_gitignore_that_is_no_file_keeps_nothing_out(top: Path, special: str) -> None:
    for directory in (top, top / "below"):
        directory.mkdir(exist_ok=True)
        SPECIAL[special](directory / ".gitignore")
    for path in (".", "below", "main.tf"):
        ran = run(top, "check", path)
        assert ran.returncode == (3 if path == "below" else 1), ran.stderr


@pytest.mark.parametrize("special", SPECIAL)
@pytest.mark.parametrize("name", [".bedrock-eol.yaml", ".bedrock-eol.yml"])
def test_a_configuration_that_is_no_file_is_refused(top: Path, name: str, special: str) -> None:
    (top / "below").mkdir()
    (top / "main.tf").rename(top / "below" / "main.tf")
    SPECIAL[special](top / name)
    ran = run(top, "check", "below")
    assert ran.returncode == 2
    assert name in ran.stderr
    assert f"this is a {special}, not a file" in ran.stderr


def test_a_configuration_that_is_a_link_to_nothing_is_refused(top: Path) -> None:
    (top / ".bedrock-eol.yaml").symlink_to("nowhere")
    ran = run(top, "check", "main.tf")
    assert ran.returncode == 2
    assert ".bedrock-eol.yaml" in ran.stderr


@pytest.mark.parametrize("special", SPECIAL)
@pytest.mark.parametrize("option", ["--policy", "--catalog", "--catalog-overlay", "--baseline", "--config"])
def test_an_option_that_names_no_file_is_refused(top: Path, option: str, special: str) -> None:
    SPECIAL[special](top.parent / "given.yaml")
    ran = run(top, "check", "main.tf", option, "../given.yaml")
    assert ran.returncode == 2, ran.stderr
    assert "given.yaml" in ran.stderr
    assert f"this is a {special}, not a file" in ran.stderr


@pytest.mark.parametrize("special", SPECIAL)
@pytest.mark.parametrize("name", ["terraform.tfvars", "x.auto.tfvars", "b.tf", "t.yaml", "manifest.json", "cdk.json"])
def test_what_an_input_would_read_is_told(top: Path, name: str, special: str) -> None:
    SPECIAL[special](top / name)
    (top / "main.tf").write_text("locals {}\n")
    ran = run(top, "check", ".", "--allow-outside")
    assert ran.returncode == 3, ran.stdout
    assert f"this is a {special}" in ran.stdout


def test_a_refreshed_catalog_that_is_no_file_is_refused(top: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    os.mkfifo(tmp_path / "cache" / "catalog.json")
    ran = run(top, "check", "main.tf", BEDROCK_EOL_CACHE_DIR=str(tmp_path / "cache"))
    assert ran.returncode == 2, ran.stderr
    assert "this is a named pipe" in ran.stderr


def test_owners_that_are_no_file_are_nobody(top: Path) -> None:
    os.mkfifo(top / "CODEOWNERS")
    assert run(top, "check", ".").returncode == 1


@pytest.mark.parametrize("line", ["!", "\\", "*a" * 60 + "b", "**/a/" * 60 + "b"])
def test_a_line_of_gitignore_that_is_no_pattern_does_no_harm(top: Path, line: str) -> None:
    deep = top / "/".join(["a" * 100] * 8)
    deep.mkdir(parents=True)
    (top / "main.tf").rename(deep / "main.tf")
    (top / ".gitignore").write_text(f"{line}\n")
    (top / "CODEOWNERS").write_text(f"{line} @me\n")
    ran = run(top, "check", ".")
    assert ran.returncode == 1, ran.stderr


def test_directories_that_are_linked_in_circles_are_searched_once(top: Path) -> None:
    (top / "a" / "b").mkdir(parents=True)
    (top / "a" / "up").symlink_to("..")
    (top / "a" / "b" / "up").symlink_to("../..")
    (top / "self").symlink_to(".")
    (top / "absolute").symlink_to(top)
    ran = run(top, "check", ".", "--format", "csv")
    assert ran.returncode == 1, ran.stderr
    assert ran.stdout.count("aws_bedrockagent_agent.a") == 1
    assert "incomplete" not in ran.stderr


def test_a_link_that_goes_round_is_told(top: Path) -> None:
    (top / "main.tf").write_text("locals {}\n")
    (top / "one").symlink_to("two")
    (top / "two").symlink_to("one")
    for path in (".", "one"):
        ran = run(top, "check", path)
        assert ran.returncode == 3
        assert "the symbolic links go round in a loop" in ran.stdout


@pytest.mark.parametrize("special", SPECIAL)
@pytest.mark.parametrize("name", ["HEAD", "config", "index", "packed-refs", "objects/info/commit-graph"])
def test_what_git_would_wait_for_is_refused(tmp_path: Path, name: str, special: str) -> None:
    commit = ["-c", "user.email=a@example.com", "-c", "user.name=A", "commit", "-qm", "first", "--allow-empty"]
    for arguments in (["init", "-q", "-b", "main", "."], commit):
        subprocess.run(["git", *arguments], cwd=tmp_path, check=True)
    (tmp_path / "main.tf").write_text(AGENT)
    (tmp_path / ".git" / name).unlink(missing_ok=True)
    SPECIAL[special](tmp_path / ".git" / name)
    ran = run(tmp_path, "check", ".", "--diff-base", "main", "--no-config")
    assert ran.returncode == 2, ran.stderr
    assert f"{name} is not a file" in ran.stderr
    # Who is asked only for the author of a line does without.
    assert run(tmp_path, "check", ".", "--no-config").returncode == 1
