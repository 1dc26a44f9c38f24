"""The commands about the catalog and policies, the help, and what each command imports."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from checker import __version__
from checker.cli.application import app, command
from checker.policy import pack_names
from checker.policy.checks import CHECKS
from checker.report import format_names

CATALOG = str(Path(__file__).parents[2] / "catalog.json")
RUNNER = CliRunner()


def commands(group, path=()):
    for name, each in group.commands.items():
        if hasattr(each, "commands"):
            yield from commands(each, (*path, name))
        else:
            yield (*path, name), each


@pytest.mark.parametrize(("path", "described"), list(commands(command())), ids=lambda each: str(each))
def test_help_describes_every_option(path, described):
    result = RUNNER.invoke(app, [*path, "--help"])
    assert result.exit_code == 0
    assert (described.help or "").split("\n")[0].split()[0] in result.stdout
    for parameter in described.params:
        if getattr(parameter, "hidden", False):
            continue
        assert getattr(parameter, "help", None), f"{path}: {parameter.name} has no help"
        for spelling in parameter.opts:
            if spelling.startswith("-"):
                assert spelling in result.stdout


def test_help_lists_the_formats_of_the_table():
    for name, judged in (("check", True), ("refs", False)):
        names = format_names(judged=judged)
        assert len(names) >= 3
        assert f"{', '.join(names)}." in " ".join(RUNNER.invoke(app, [name, "--help"]).stdout.split())


def test_version(cli, capsys):
    assert cli("--version") == 0
    assert capsys.readouterr().out == f"bedrock-eol {__version__}\n"


def test_models_list_filters(cli, capsys):
    def listed(*arguments):
        assert cli("models", "list", "--catalog", CATALOG, "--as-of", "2026-11-24", *arguments) == 0
        return [line.split()[0] for line in capsys.readouterr().out.split("\n\n")[0].split("\n")[1:]]

    everything = listed()
    assert len(everything) == len(json.loads(Path(CATALOG).read_text())["models"])
    assert listed("test-eol-v1") == ["anthropic.test-eol-v1:0"]
    assert listed("--provider", "amazon") == [each for each in everything if each.startswith("amazon.")]
    assert "anthropic.test-eol-today-v1:0" in listed("--stage", "end-of-life")
    assert "anthropic.test-active-v1:0" not in listed("--stage", "end-of-life")
    assert "anthropic.test-gov-v1:0" in listed("--region", "us-gov-west-1")
    assert "anthropic.test-regional-v1:0" not in listed("--stage", "end-of-life", "--region", "us-west-2")


def test_models_list_as_json_is_a_catalog(cli, capsys, tmp_path):
    assert cli("models", "list", "--catalog", CATALOG, "--provider", "amazon", "--format", "json") == 0
    file = tmp_path / "some.json"
    file.write_text(capsys.readouterr().out, encoding="utf-8")
    assert cli("models", "list", "--catalog", str(file)) == 0
    assert "amazon.test-embed-v1" in capsys.readouterr().out


def test_models_show_prints_all_that_is_known(cli, capsys):
    for model in json.loads(Path(CATALOG).read_text())["models"]:
        assert cli("models", "show", model["id"], "--catalog", CATALOG, "--as-of", "2026-11-24") == 0
        shown = " ".join(capsys.readouterr().out.split())
        expected = [model["id"], model["provider"], *model.get("notes", []), *model.get("sources", [])]
        for row in model.get("rows", []):
            expected += [*row.get("regions", []), row["source"], row["read_on"], row.get("disputed", "")]
            expected += [row[key] for key in ("legacy_date", "extended_access_date", "eol_date") if key in row]
        for profile in model.get("profiles", []):
            expected += [profile["id"], *profile["source_regions"], *profile.get("destination_regions", [])]
        expected += [each["id"] for each in model.get("replacements", [])]
        for fact in expected:
            assert " ".join(fact.split()) in shown


def test_models_show_takes_a_profile_and_gives_json(cli, capsys):
    assert cli("models", "show", "us.anthropic.test-eol-v1:0", "--catalog", CATALOG, "--format", "json") == 0
    assert [each["id"] for each in json.loads(capsys.readouterr().out)["models"]] == ["anthropic.test-eol-v1:0"]


def test_models_show_suggests(cli, capsys):
    assert cli("models", "show", "anthropic.test-eol-v2:0", "--catalog", CATALOG) == 2
    assert "did you mean anthropic.test-eol-v1:0" in capsys.readouterr().err


def test_policy_list_has_every_rule(cli, capsys):
    assert cli("policy", "list") == 0
    shown = capsys.readouterr().out
    for name in pack_names():
        assert f"{name}\n" in shown
    assert "eol-within-90-days         error" in shown


def test_policy_schema_is_json(cli, capsys):
    assert cli("policy", "schema") == 0
    assert json.loads(capsys.readouterr().out)["title"] == "bedrock-eol policy"


@pytest.mark.parametrize("name", pack_names())
def test_packs_follow_the_schema(cli, capsys, name):
    # A run does not validate them: see `checker.policy.load`.
    from checker.policy.load import pack_text, schema_of
    from checker.source.validation import Vocabulary, schema_errors
    from checker.source.yaml import parse_yaml

    documents = parse_yaml(pack_text(name), name)
    assert len(documents) == 1
    assert schema_errors(documents[0], schema_of("policy"), Vocabulary("the policy")) == ()


def test_policy_validate(cli, capsys, tmp_path):
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text("version: 1\nextends: [baseline]\n", encoding="utf-8")
    bad.write_text("version: 1\nrules: [{id: X}]\n", encoding="utf-8")
    assert cli("policy", "validate", "baseline", str(good)) == 0
    assert f"{good}: valid, " in capsys.readouterr().out
    assert cli("policy", "validate", str(bad), str(good)) == 2
    shown = capsys.readouterr()
    assert "bad.yaml:2:" in shown.err
    assert f"{good}: valid" in shown.out


@pytest.mark.parametrize("name", CHECKS)
def test_explain_gives_the_page_of_every_check(cli, capsys, name):
    assert cli("explain", name) == 0
    shown = capsys.readouterr().out
    for heading in ("What it finds", "Why it matters", "Example", "How to fix", "Parameters", "Sources"):
        assert f"\n{heading}\n" in shown
    assert "\x1b" not in shown


def test_explain_tells_what_a_rule_asks_for(cli, capsys, tmp_path):
    assert cli("explain", "eol-within-90-days") == 0
    shown = capsys.readouterr().out
    assert "rule of baseline" in shown
    assert "days 90" in shown
    assert "How to fix" in shown
    own = tmp_path / "own.yaml"
    own.write_text(
        "version: 1\nrules:\n  - {id: mine, check: eol-within, severity: note, with: {days: 7}}\n", encoding="utf-8"
    )
    assert cli("explain", "mine", "--policy", str(own)) == 0
    assert "days 7" in capsys.readouterr().out


def imported(arguments):
    code = f"import sys; from checker.cli import run; run({list(arguments)!r}); print(*sys.modules, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    return {name.partition(".")[0] for name in done.stderr.split()} | set(done.stderr.split())


@pytest.mark.parametrize("report", ["terminal", "json"])
def test_check_does_not_import_what_it_does_not_need(project, report):
    project("anthropic.claude-3-haiku-20240307-v1:0")
    modules = imported(["check", ".", "--as-of", "2026-11-24", "--format", report])
    assert "checker.pipeline" in modules
    assert not modules & {"boto3", "botocore", "jsonschema", "rich", "hcl2", "lark"}


def test_colours_need_rich(project, monkeypatch):
    project("anthropic.claude-3-haiku-20240307-v1:0")
    monkeypatch.setenv("FORCE_COLOR", "1")
    modules = imported(["check", ".", "--as-of", "2026-11-24"])
    assert "rich.style" in modules
    assert "rich.console" not in modules


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["check", "--help"]])
def test_help_imports_only_the_command_line(arguments):
    modules = imported(arguments)
    heavy = {"boto3", "jsonschema", "rich", "yaml", "checker.pipeline", "checker.model", "checker.catalog"}
    assert not modules & heavy
