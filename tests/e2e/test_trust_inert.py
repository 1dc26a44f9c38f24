"""No connection is opened and nothing is run but git, which runs nothing that a repository names."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
RUN = ["--as-of", "2026-11-24", "--no-config"]
# Every input among the examples; plans are read only if they are named.
EXAMPLES = [
    *sorted(str(path.relative_to(REPOSITORY)) for path in (REPOSITORY / "examples").glob("*/*/") if path.is_dir()),
    *sorted(str(path.relative_to(REPOSITORY)) for path in (REPOSITORY / "examples").rglob("plan.json")),
]
WATCHED = """
import os, sys

def watch(event, arguments):
    network = event in ("socket.__new__", "socket.connect", "socket.bind", "socket.getaddrinfo", "urllib.Request")
    started = event in ("os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty", "os.spawn", "pty.spawn")
    if event == "subprocess.Popen":
        started = os.fspath(arguments[1][0]) != "git"
    if network or started:
        sys.stderr.write(f"FORBIDDEN {event} {arguments!r}\\n")
        sys.stderr.flush()
        os._exit(99)

sys.addaudithook(watch)
from checker.cli import run
for command in sys.argv[1].split(","):
    code = run([command, *sys.argv[2:]])
    assert code in (0, 1, 3), (command, code)
"""
PROGRAMS = [
    "terraform",
    "tofu",
    "terragrunt",
    "node",
    "npx",
    "npm",
    "cdk",
    "sam",
    "aws",
    "python",
    "python3",
    "sh",
    "bash",
]
PROGRAMS += ["ssh", "less", "cat", "gpg", "curl", "unzip", "git-lfs", "make", "env"]
AGENT = 'resource "aws_bedrockagent_agent" "a" {\n  foundation_model = "amazon.nova-premier-v1:0"\n}\n'


def watched(cwd: Path, commands: str, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Runs commands (`check,refs`) one after the other in one process that ends at the first forbidden event."""
    command = [sys.executable, "-c", WATCHED, commands, *arguments]
    # The working directory is the first location of imports with -c.
    paths = os.pathsep.join([str(REPOSITORY), os.environ.get("PYTHONPATH", "")])
    ran = subprocess.run(
        command,
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": paths, **environment},
    )
    assert ran.returncode == 0, ran.stderr
    return ran


@pytest.mark.parametrize("example", EXAMPLES)
def test_no_example_opens_a_connection_or_runs_anything(example: str, tmp_path: Path) -> None:
    # In a work tree of its own: `fix` looks for uses of a model in all of one. A file is beside what it was made of.
    top = tmp_path / "top"
    source = REPOSITORY / example
    shutil.copytree(source if source.is_dir() else source.parent, top / "example")
    git(tmp_path, "init", "-q", str(top))
    watched(top, "check,refs,forecast,fix", "example" if source.is_dir() else f"example/{source.name}", *RUN)


class Marks:
    """Programs and commands that leave a mark when they are run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.programs = folder / "programs"
        self.programs.mkdir(parents=True)

    def command(self, name: str) -> str:
        """A program, by its path, that leaves a mark of that name."""
        program = self.programs / name
        program.write_text(f"#!/bin/sh\n: > '{self.folder}/ran-{name}'\nexec /bin/cat\n")
        program.chmod(0o755)
        return str(program)

    def left(self) -> list[str]:
        return sorted(path.name for path in self.folder.glob("ran-*"))


@pytest.fixture
def marks(tmp_path: Path) -> Marks:
    return Marks(tmp_path / "marks")


def git(top: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(top), *arguments], check=True, capture_output=True, timeout=60)


@pytest.fixture
def repository(tmp_path: Path, marks: Marks) -> Path:
    """A repository whose configuration and attributes name programs for everything that git can run."""
    top = tmp_path / "top"
    top.mkdir()
    git(top, "init", "-q", "-b", "main")
    git(top, "config", "user.name", "N")
    git(top, "config", "user.email", "n@example.org")
    git(top, "config", "commit.gpgsign", "false")
    (top / "old.tf").write_text("locals {}\n")
    (top / "CODEOWNERS").write_text("* @someone\n")
    git(top, "add", "-A")
    git(top, "commit", "-qm", "first")
    (top / "main.tf").write_text(AGENT)
    (top / "new.tf").write_text(AGENT.replace('"a"', '"b"'))
    (top / ".gitattributes").write_text("*.tf filter=trap diff=trap merge=trap\n")
    git(top, "add", "main.tf", ".gitattributes")
    git(top, "commit", "-qm", "second")
    settings = {
        "core.fsmonitor": "fsmonitor",
        "core.sshCommand": "ssh",
        "core.pager": "pager",
        "core.editor": "editor",
        "core.askPass": "askpass",
        "core.gitProxy": "proxy",
        "core.alternateRefsCommand": "alternates",
        "diff.external": "external",
        "diff.trap.textconv": "textconv",
        "diff.trap.command": "diff",
        "filter.trap.clean": "clean",
        "filter.trap.smudge": "smudge",
        "filter.trap.process": "process",
        "merge.trap.driver": "merge",
        "credential.helper": "credential",
        "gpg.program": "gpg",
        "uploadpack.packObjectsHook": "upload",
        "alias.rev-parse": "!alias",
        "alias.blame": "!alias",
        "blame.ignoreRevsFile": "",
    }
    hooks = top / ".git" / "hooks-of-the-repository"
    hooks.mkdir()
    for hook in ("post-index-change", "post-checkout", "reference-transaction", "fsmonitor-watchman", "pre-commit"):
        (hooks / hook).symlink_to(marks.command(f"hook-{hook}"))
        (top / ".git" / "hooks" / hook).unlink(missing_ok=True)
        (top / ".git" / "hooks" / hook).symlink_to(hooks / hook)
    for key, program in settings.items():
        if program.startswith("!"):
            git(top, "config", key, f"!{marks.command(program[1:])}")
        elif program:
            git(top, "config", key, marks.command(program))
    git(top, "config", "core.hooksPath", str(hooks))
    git(top, "config", "log.showSignature", "true")
    return top


@pytest.fixture
def first(marks: Marks) -> str:
    """PATH with programs that leave a mark before all others."""
    folder = marks.folder / "first"
    folder.mkdir()
    for name in PROGRAMS:
        (folder / name).symlink_to(marks.command(name))
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


@pytest.mark.parametrize("more", [[], ["--diff-base", "HEAD~1"], ["--blame"], ["--diff-base", "HEAD~1", "--blame"]])
def test_git_runs_nothing_that_the_repository_names(
    repository: Path, marks: Marks, first: str, more: list[str]
) -> None:
    before = sorted((path.name, path.stat().st_mtime_ns) for path in (repository / ".git").iterdir())
    for path in (".", "main.tf"):
        ran = watched(repository, "check", path, *RUN, "--format", "json", *more, PATH=first)
        assert '"severity": "error"' in ran.stdout
        assert marks.left() == []
    assert sorted((path.name, path.stat().st_mtime_ns) for path in (repository / ".git").iterdir()) == before
    if "--blame" in more:
        assert "n@example.org" in ran.stdout


def test_the_traps_are_traps(repository: Path, marks: Marks, first: str) -> None:
    """What the test above finds not run is run by an ordinary git."""
    subprocess.run(["git", "-C", str(repository), "status"], capture_output=True, check=False, timeout=60)
    subprocess.run(["git", "-C", str(repository), "blame", "new.tf"], capture_output=True, check=False, timeout=60)
    subprocess.run(["git", "-C", str(repository), "diff", "HEAD~1"], capture_output=True, check=False, timeout=60)
    assert {"ran-fsmonitor", "ran-external"} <= set(marks.left())
    subprocess.run(["terraform"], env={"PATH": first}, stdin=subprocess.DEVNULL, check=False, timeout=60)
    assert "ran-terraform" in marks.left()


def test_no_program_of_the_path_is_run(tmp_path: Path, marks: Marks, first: str) -> None:
    top = tmp_path / "all"
    top.mkdir()
    (top / ".git").mkdir()
    (top / "main.tf").write_text(
        AGENT
        + 'data "external" "x" {\n  program = ["python", "x.py"]\n}\n'
        + 'resource "null_resource" "n" {\n  provisioner "local-exec" {\n    command = "bash -c true"\n  }\n}\n'
        + 'module "m" {\n  source = "git::ssh://git@example.org/m.git"\n}\n'
    )
    (top / "cdk.json").write_text('{"app": "npx ts-node app.ts"}')
    (top / "unit").mkdir()
    (top / "unit" / "terragrunt.hcl").write_text('locals {\n  x = run_cmd("bash", "-c", "true")\n}\n')
    (top / "template.yaml").write_text("Transform: AWS::Serverless-2016-10-31\nResources: {}\n")
    watched(top, "check,refs,forecast,fix", ".", *RUN, PATH=first)
    watched(top, "init", ".", PATH=first)
    assert marks.left() == []
