"""Help, wrong words, environment variables, and where reports go."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from checker.cli.commands import known_options, variable_of
from checker.cli.terminal import link_to, takes_links

from .conftest import ACTIVE, EOL

HELPED = [
    (), ("check",), ("refs",), ("forecast",), ("init",), ("explain",), ("models",), ("models", "list"),
    ("models", "show"), ("models", "refresh"), ("models", "export"), ("policy",), ("policy", "test"),
]  # fmt: skip


@pytest.mark.parametrize("words", HELPED)
def test_help_is_whole_and_in_the_words_of_users(words, cli, capsys):
    assert cli(*(words or ("--help",)), "--help") == 0
    text = capsys.readouterr().out
    usage, _, described = text.partition("\n")
    assert "[[" not in usage
    assert "{" not in usage
    for strange in ("…", "...\n", "list[", "<str>", "<path>", "TEXT TEXT"):
        assert strange not in described
    assert text.startswith(f"Usage: {' '.join(('bedrock-eol', *words))} ")


def test_options_of_a_run_are_in_groups(cli, capsys):
    assert cli("check", "--help") == 0
    text = capsys.readouterr().out
    heads = ("What to read:", "What to judge by:", "What counts:", "Output:", "Running:", "BEDROCK_EOL_POLICY")
    positions = [text.index(head) for head in heads]
    assert positions == sorted(positions)
    assert "\nOptions:" not in text
    for flags in ("-f, --format", "-o, --output", "-v, --verbose", "-q, --quiet", "-h, --help"):
        assert flags in text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["chek"], "there is no command 'chek'; did you mean 'check'?"),
        (["models", "lst"], "there is no command 'lst'; did you mean 'list'?"),
        (["check", ".", "--fromat", "json"], "there is no option '--fromat'; did you mean '--format'?"),
        (["check", ".", "--fail-on", "err"], "--fail-on: there is no severity 'err'; did you mean 'error'?"),
        (["check", ".", "--mentions", "cod"], "--mentions: there is no place 'cod'; did you mean 'code'?"),
        (["check", ".", "--color", "some"], "--color: there is no choice 'some'; known are always, auto, never"),
        (["check", ".", "--format", "jsno"], "there is no format 'jsno' here; did you mean 'json'?"),
        (["check", ".", "--region", "us-eats-1"], "is not a Region of AWS; did you mean 'us-east-1'?"),
        (["check", ".", "--policy", "baselin"], "did you mean 'baseline'?"),
        (["check", ".", "--as-of", "2026-13-01"], "--as-of: '2026-13-01' is not a day; write it as 2026-11-24"),
        (["check", ".", "--region"], "--region needs a value"),
        (["models", "list", "--stage", "legcy"], "--stage: there is no stage 'legcy'; did you mean 'legacy'?"),
        (["models", "list", "--eol-within", "x"], "--eol-within: 'x' is not a number of days; write it as 90"),
        (["models", "refresh", "--from", "doc"], "--from: there is no source 'doc'; did you mean 'docs'?"),
        (["models", "show"], "ID is missing"),
        (["explain", "eol-witin"], "there is no rule or check 'eol-witin'; did you mean 'eol-within'?"),
        (["check", ".", "--config", "nix.yaml"], "--config: there is no file 'nix.yaml'"),
        (
            ["check", ".", "--catalog", "https://example.com/c.json"],
            "--catalog: this is an address, and nothing is read",
        ),
        (["models", "show", "claude-opus"], "did you mean anthropic.claude-opus-"),
        (["check", ".", "--policy", "https://example.com/p.yaml"], "policies are not read from the web"),
    ],
)
def test_a_wrong_word_is_answered_in_one_sentence(arguments, said, cli, capsys):
    assert cli(*arguments) == 2
    text = capsys.readouterr().err
    assert text.startswith("Error: ")
    assert said in text
    for strange in ("Value error", "Input should be", "Usage:", "Try '"):
        assert strange not in text


def test_a_misspelt_path_is_answered_with_what_is_beside_it(tmp_path, monkeypatch, cli, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "infra").mkdir()
    (tmp_path / "prod.tfvars").touch()
    assert cli("check", "infre") == 3
    assert "Did you mean infra?" in capsys.readouterr().out
    assert cli("check", "https://github.com/acme/infra") == 3
    assert "This is an address: clone the repository, and give its directory." in capsys.readouterr().out
    assert cli("check", "infra", "--var-file", "prd.tfvars") == 2
    assert "--var-file: there is no file 'prd.tfvars'; did you mean 'prod.tfvars'?" in capsys.readouterr().err
    assert cli("check", "infra", "--var-file", "infra") == 2
    assert "--var-file: infra is not a file" in capsys.readouterr().err
    assert cli("check", "infra", "--source", "infar") == 2
    assert "--source: there is no directory 'infar'; did you mean 'infra'?" in capsys.readouterr().err


def test_a_policy_on_the_web_is_told_apart_in_files_too(tmp_path, monkeypatch, cli, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "policy.yaml").write_text("version: 1\nextends: ['https://example.com/p.yaml']\n", encoding="utf-8")
    assert cli("check", ".", "--policy", "policy.yaml") == 2
    assert "policy.yaml:2:11: 'https://example.com/p.yaml': policies are not read" in capsys.readouterr().err
    (tmp_path / ".bedrock-eol.yaml").write_text("version: 1\npolicy: git::https://x/p.yaml\n", encoding="utf-8")
    assert cli("check", ".") == 2
    assert "'git::https://x/p.yaml': policies are not read from the web" in capsys.readouterr().err


def test_every_option_but_paths_variables_and_writing_has_an_environment_variable():
    without = {name for name, known in known_options().items() if not known.variable}
    # Files are changed only by who says so on the command line.
    assert without == {"paths", "var", "write", "interactive"}
    assert variable_of("fail_on") == "BEDROCK_EOL_FAIL_ON"
    assert variable_of("formats") == "BEDROCK_EOL_FORMAT"


def test_the_environment_decides_unless_the_command_line_does(project, cli, capsys, monkeypatch):
    project(EOL)
    monkeypatch.setenv("BEDROCK_EOL_FAIL_ON", "never")
    monkeypatch.setenv("BEDROCK_EOL_REGION", "us-east-1 eu-central-1")
    monkeypatch.setenv("BEDROCK_EOL_QUIET", "1")
    (Path.cwd() / ".bedrock-eol.yaml").write_text("version: 1\nfail-on: note\n", encoding="utf-8")
    assert cli("check", ".") == 0
    assert "Read 1 input" not in capsys.readouterr().out
    assert cli("check", ".", "--fail-on", "error") == 1
    monkeypatch.setenv("BEDROCK_EOL_FAIL_ON", "err")
    assert cli("check", ".") == 2
    assert "did you mean 'error'?" in capsys.readouterr().err


def test_of_two_that_contradict_each_other_the_one_of_the_command_line_holds(project, cli, capsys, monkeypatch):
    project(EOL)
    monkeypatch.setenv("BEDROCK_EOL_QUIET", "1")
    assert cli("check", ".", "--verbose") == 1
    assert "Read 1 input" in capsys.readouterr().out
    assert cli("check", ".", "--verbose", "--quiet") == 2
    assert "contradict each other" in capsys.readouterr().err


def test_a_report_goes_to_the_file_of_output_in_the_format_of_its_ending(project, cli, capsys):
    project(ACTIVE)
    assert cli("check", ".", "-o", "r.json") == 0
    assert json.loads(Path("r.json").read_text(encoding="utf-8"))["version"] == 1
    assert "The json report is in r.json." in capsys.readouterr().err
    assert cli("check", ".", "-f", "markdown", "-o", "r.txt") == 0
    assert Path("r.txt").read_text(encoding="utf-8").startswith("<!-- bedrock-eol ")
    assert cli("check", ".", "-f", "json", "-f", "csv", "-o", "r.txt") == 2
    assert "--output is for one report" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["-o", "no/dir/r.json"], ["--format", "json=no/dir/r"]])
def test_a_missing_directory_is_told_before_the_run(project, cli, capsys, arguments):
    project(ACTIVE)
    assert cli("check", ".", *arguments) == 2
    assert "there is no directory no/dir; make it first" in capsys.readouterr().err
    assert cli("check", ".", "--write-baseline", "no/b.json") == 2
    assert "there is no directory no; make it first" in capsys.readouterr().err


def test_what_is_written_to_a_baseline_is_said(project, cli, capsys):
    project(EOL)
    assert cli("check", ".", "--write-baseline", "b.json") == 0
    assert "Wrote 1 finding to b.json. With --baseline b.json they do not count." in capsys.readouterr().err
    assert cli("check", ".", "--baseline", "b.json", "--prune-baseline") == 0
    assert "b.json has 1 finding left." in capsys.readouterr().err


def test_colours_are_as_asked(project, cli, capsys, monkeypatch):
    project(EOL)
    monkeypatch.setenv("NO_COLOR", "1")
    assert cli("check", ".", "--color", "always") == 1
    assert "\x1b[" in capsys.readouterr().out
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert cli("check", ".", "--color", "never") == 1
    assert "\x1b" not in capsys.readouterr().out


def test_paths_and_rules_are_links_where_the_terminal_can(project, cli, capsys, monkeypatch):
    template = project(EOL)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("FORCE_HYPERLINK", "1")
    assert cli("check", ".", "--region", "us-east-1") == 1
    text = capsys.readouterr().out
    assert f"\x1b]8;;{link_to(str(template))}\x1b\\" in text
    assert "\x1b]8;;https://docs.aws.amazon.com/bedrock/" in text
    assert text.count("\x1b]8;;\x1b\\") * 2 == text.count("\x1b]8;;")
    monkeypatch.setenv("FORCE_HYPERLINK", "0")
    assert cli("check", ".") == 1
    assert "\x1b]8" not in capsys.readouterr().out


class Terminal:
    """A stream that is a terminal."""

    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("variables", "can"),
    [
        ({}, False),
        ({"WT_SESSION": "x"}, True),
        ({"VTE_VERSION": "6800"}, True),
        ({"VTE_VERSION": "4999"}, False),
        ({"TERM_PROGRAM": "iTerm.app"}, True),
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM": "dumb", "WT_SESSION": "x"}, False),
        ({"TMUX": "x", "VTE_VERSION": "6800"}, False),
    ],
)
def test_terminals_that_make_links(monkeypatch, variables, can):
    for name in ("TERM", "TERM_PROGRAM", "VTE_VERSION", "WT_SESSION", "KONSOLE_VERSION", "KITTY_WINDOW_ID",
                 "WEZTERM_PANE", "DOMTERM", "TMUX", "FORCE_HYPERLINK"):  # fmt: skip
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert takes_links(Terminal()) is can
    assert not takes_links(None)


def test_the_link_of_a_file_is_ascii_without_spaces(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    link = link_to("a b\x1b/ü.tf")
    assert link.startswith("file://")
    assert link.isascii()
    assert link.endswith("/a%20b%1B/%C3%BC.tf")


@pytest.fixture
def owned(project):
    """A repository whose one finding has an owner, and another owner without any."""
    project(EOL)
    root = Path.cwd()
    (root / "CODEOWNERS").write_text("*.yaml @acme/Search\nother/ @acme/other\n", encoding="utf-8")
    subprocess.run(["git", "init", "-q", "."], check=True)


def test_only_findings_of_the_owner_count(owned, cli, capsys):
    assert cli("check", ".", "--owner", "@acme/search") == 1
    assert "owner     @acme/Search" in capsys.readouterr().out
    assert cli("check", ".", "--owner", "@acme/other") == 0
    said = capsys.readouterr().out.rstrip().splitlines()[-1]
    assert "1 error of other owners is not counted" in said
    assert "clean" not in said
    assert cli("check", ".", "--owner", "@acme/other", "--owner", "@acme/search") == 1


def test_what_nobody_owns_is_told_apart_and_has_a_name(owned, cli, capsys):
    assert cli("check", ".", "--owner", "none") == 0
    assert "1 error of other owners is not counted" in capsys.readouterr().out
    Path("CODEOWNERS").write_text("other/ @acme/other\n", encoding="utf-8")
    assert cli("check", ".", "--owner", "@acme/other") == 0
    said = capsys.readouterr().out
    assert "1 error that nobody owns is not counted" in said
    assert "1 that nobody owns (--owner none counts" in " ".join(said.split())
    assert cli("check", ".", "--owner", "@acme/other", "--owner", "None") == 1


def test_an_owner_of_nothing_is_a_mistake(owned, cli, capsys):
    assert cli("check", ".", "--owner", "@acme/serch") == 2
    assert "--owner: nothing is owned by '@acme/serch'; did you mean '@acme/Search'?" in capsys.readouterr().err
    Path("CODEOWNERS").unlink()
    assert cli("check", ".", "--owner", "@acme/search") == 2
    assert "no CODEOWNERS file says who owns what" in capsys.readouterr().err


def completed(line):
    """What the shell is offered for a line, of which the last word is not complete."""
    words = line.split(" ")
    variables = {"COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1), "_BEDROCK_EOL_COMPLETE": "complete_bash"}
    code = "from checker.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **variables}, stdout=subprocess.PIPE, check=False, timeout=120
    )
    return done.stdout.decode().split()


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("bedrock-eol che", "check"),
        ("bedrock-eol check --fail-on err", "error"),
        ("bedrock-eol check --policy ba", "baseline"),
        ("bedrock-eol check --region us-ea", "us-east-1"),
        ("bedrock-eol check --format sar", "sarif"),
        ("bedrock-eol explain eol-wi", "eol-within"),
        ("bedrock-eol models show anthropic.claude-3-h", "anthropic.claude-3-haiku-20240307-v1:0"),
        ("bedrock-eol models list --stage leg", "legacy"),
    ],
)
def test_the_shell_is_offered_names(line, offered):
    assert offered in completed(line)
