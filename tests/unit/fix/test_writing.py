"""Files are written wholly, judged again, and put back if the judgement shows something that was not promised."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import checker.fix
from tests.unit.fix.conftest import DAY, NEW, OLD, OLD_TITLES, Tree

PROVIDER = 'provider "aws" {\n  region = "us-east-1"\n}\n'
AGENT = f'{PROVIDER}resource "aws_bedrockagent_agent" "a" {{\n  foundation_model = "{OLD}"\n}}\n'


@pytest.fixture
def repository(tree: Tree) -> Tree:
    """A work tree with a commit."""
    (tree.root / ".git").rmdir()
    tree.write({"main.tf": AGENT})
    for command in (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"]):
        subprocess.run(["git", *command], check=True, cwd=tree.root)
    return tree


def test_the_diff_is_what_is_written(repository: Tree):
    patch = repository.fix().out
    assert repository.read("main.tf") == AGENT
    subprocess.run(["git", "apply"], input=patch.encode(), check=True, cwd=repository.root)
    assert repository.read("main.tf") == AGENT.replace(OLD, NEW)


def test_a_diff_without_a_line_break_at_the_end_applies(repository: Tree):
    repository.write({"main.tf": AGENT.rstrip().rstrip("}").rstrip() + " }"})
    patch = repository.fix().out
    assert "\\ No newline at end of file" in patch
    subprocess.run(["git", "apply"], input=patch.encode(), check=True, cwd=repository.root)
    assert NEW in repository.read("main.tf")


def test_the_mode_stays(tree: Tree):
    tree.write({"main.tf": AGENT})
    (tree.root / "main.tf").chmod(0o750)
    assert tree.fix("--write").code == 0
    assert stat.S_IMODE((tree.root / "main.tf").stat().st_mode) == 0o750
    assert [path.name for path in tree.root.iterdir() if path.name != ".git"] == ["main.tf"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_a_read_only_file_is_left_alone(tree: Tree):
    tree.write({"main.tf": AGENT})
    (tree.root / "main.tf").chmod(0o440)
    result = tree.fix("--write")
    assert (result.code, tree.read("main.tf")) == (1, AGENT)
    assert "main.tf is left alone: it is read-only." in result.err


def test_a_file_that_changed_meanwhile_is_left_alone(tree: Tree, monkeypatch: pytest.MonkeyPatch):
    tree.write({"main.tf": AGENT})
    write_edits = checker.fix.write_edits

    def after_someone_else(*arguments):
        tree.write({"main.tf": AGENT + "# more\n"})
        return write_edits(*arguments)

    monkeypatch.setattr(checker.fix, "write_edits", after_someone_else)
    result = tree.fix("--write")
    assert (result.code, tree.read("main.tf")) == (1, AGENT + "# more\n")
    assert "main.tf is left alone: it has changed meanwhile." in result.err


def test_what_was_not_promised_puts_the_files_back(tree: Tree, monkeypatch: pytest.MonkeyPatch):
    """Another file appears between the first run and the writing, so the run after it finds more than promised."""
    tree.write({"main.tf": AGENT})
    write_edits = checker.fix.write_edits

    def with_something_else(*arguments):
        tree.write({"more.tf": f'resource "aws_ssm_parameter" "p" {{\n  value = "{OLD_TITLES}"\n}}\n'})
        return write_edits(*arguments)

    monkeypatch.setattr(checker.fix, "write_edits", with_something_else)
    result = tree.fix("--write")
    assert (result.code, tree.read("main.tf")) == (1, AGENT)
    assert "All files were put back." in result.err
    assert "aws_ssm_parameter.p" in result.err


def test_an_interruption_puts_the_files_back(tree: Tree, monkeypatch: pytest.MonkeyPatch):
    tree.write({"main.tf": AGENT})
    surprises = checker.fix.surprises

    def interrupted(*arguments):
        if NEW in tree.read("main.tf"):
            raise KeyboardInterrupt
        return surprises(*arguments)

    monkeypatch.setattr(checker.fix, "surprises", interrupted)
    assert tree.fix("--write").code == 130
    assert tree.read("main.tf") == AGENT


def test_nothing_outside_the_work_tree_is_written(tree: Tree, tmp_path_factory: pytest.TempPathFactory):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "main.tf").write_text(
        f'variable "m" {{\n  default = "{OLD}"\n}}\n' + AGENT.partition("}\n")[2].replace(f'"{OLD}"', "var.m")
    )
    source = os.path.relpath(outside, tree.root)
    tree.write({"main.tf": f'{PROVIDER}module "m" {{\n  source = "{source}"\n}}\n'})
    before = (outside / "main.tf").read_text()
    result = tree.fix("--allow-outside", "--write")
    assert (result.code, (outside / "main.tf").read_text()) == (1, before)
    assert "is outside the work tree" in result.err


@pytest.mark.skipif(os.name == "nt", reason="needs links")
def test_a_file_under_two_names_is_one(tree: Tree):
    tree.write({"a/main.tf": AGENT, "b/other.tf": ""})
    (tree.root / "b" / "main.tf").symlink_to("../a/main.tf")
    assert tree.fix("--write").code == 0
    assert tree.read("a/main.tf") == AGENT.replace(OLD, NEW)
    assert (tree.root / "b" / "main.tf").is_symlink()


def test_downloaded_modules_are_left(tree: Tree):
    tree.write({
        "main.tf": PROVIDER + 'module "m" {\n  source = "./.terraform/modules/m"\n}\n',
        ".terraform/modules/m/main.tf": AGENT.partition("}\n")[2],
    })  # fmt: skip
    result = tree.fix("--write")
    assert (result.code, result.out) == (1, "")
    assert "which another tool writes" in result.err


def test_changes_that_are_not_committed_are_named(repository: Tree):
    assert "not committed" not in repository.fix("--write").err
    subprocess.run(["git", "checkout", "-q", "."], check=True, cwd=repository.root)
    repository.write({"main.tf": AGENT + "# mine\n"})
    result = repository.fix("--write")
    assert "main.tf had changes that are not committed" in result.err
    assert repository.read("main.tf") == AGENT.replace(OLD, NEW) + "# mine\n"


def test_a_plan_is_not_edited_and_its_code_is(tree: Tree):
    plan = (
        '{"format_version":"1.2","terraform_version":"1.9.0","planned_values":{},"resource_changes":[{"address":'
        '"aws_bedrockagent_agent.a","mode":"managed","type":"aws_bedrockagent_agent","name":"a","change":{"actions":'
        f'["create"],"before":null,"after":{{"foundation_model":"{OLD}"}}}}}}],"configuration":{{}}}}\n'
    )
    tree.write({"plan.json": plan, "main.tf": AGENT})
    result = tree.fix("plan.json", "--write")
    assert (result.code, tree.read("plan.json"), tree.read("main.tf")) == (1, plan, AGENT)
    assert "only in the plan or the state" in result.err


@pytest.mark.parametrize("arguments", [("--write", "--interactive"), ("--interactive",)])
def test_asking_needs_a_terminal(arguments: tuple[str, ...], tree: Tree):
    tree.write({"main.tf": AGENT})
    result = tree.fix(*arguments)
    assert (result.code, result.out) == (2, "")


@pytest.mark.skipif(os.name == "nt", reason="needs a terminal of POSIX")
def test_each_edit_is_asked_for(tree: Tree):
    import pty

    tree.write({"main.tf": AGENT, "more.tf": f'resource "aws_ssm_parameter" "p" {{\n  value = "{OLD}"\n}}\n'})
    ours, theirs = pty.openpty()
    os.write(ours, b"what?\nn\ny\n")
    command = [sys.executable, "-m", "checker", "fix", ".", "--interactive", "--catalog", str(tree.catalog)]
    subprocess.run(
        [*command, "--as-of", DAY], stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL, check=False, timeout=120
    )
    os.close(theirs)
    os.close(ours)
    assert tree.read("main.tf") == AGENT
    assert NEW in tree.read("more.tf")


def test_a_broken_file_elsewhere_is_3_once_all_is_mended(tree: Tree):
    tree.write({"main.tf": AGENT, "b/main.tf": 'resource "x" {\n'})
    result = tree.fix("--write")
    assert result.code == 3
    assert NEW in tree.read("main.tf")
    assert "There may be more to mend: b/main.tf:2:1: the file ends before" in result.err
    assert "There may be more to mend: b/main.tf:2:1: " in tree.fix("--quiet").err


def test_a_path_that_does_not_exist_is_told(tree: Tree):
    result = tree.fix("nowhere")
    assert result.code == 3
    assert "There may be more to mend: nowhere: there is no such file" in result.err
    assert Path.cwd() == tree.root
