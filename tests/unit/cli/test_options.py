"""Each option is in one place: what is missing elsewhere is named here."""

import inspect
import json
from importlib.resources import files
from pathlib import Path

import pytest

import checker
from checker.cli import run
from checker.cli.commands import known_options
from checker.cli.options import RunOptions
from checker.cli.values import arguments

KNOWN = known_options()
# What the Python interface has beside the options of a run.
OF_PYTHON = {"content", "cwd"}
# What a configuration says of single inputs, and of itself.
OF_CONFIGURATION = {"version", "exclude", "roots", "templates"}


def test_the_python_interface_has_the_options():
    arguments = set(inspect.signature(checker.check).parameters) - OF_PYTHON
    named = {known.python for known in KNOWN.values() if known.python is not None}
    assert arguments == named, (
        "the arguments of `checker.check` are not those that checker/cli/options.py names; add the argument there, or"
        " change the name in `Known`"
    )


def test_the_configuration_file_has_the_keys():
    schema = json.loads(files("checker.workspace").joinpath("data", "configuration.schema.json").read_text())
    named = {known.key for known in KNOWN.values() if known.key is not None}
    assert set(schema["properties"]) - OF_CONFIGURATION == named, (
        "the keys of checker/workspace/data/configuration.schema.json are not those that checker/cli/options.py names"
    )


@pytest.mark.parametrize("command", ["check", "refs", "forecast", "account", "fix"])
def test_a_command_has_its_options_and_no_others(command, capsys):
    assert run([command, "--help"]) == 0
    shown = capsys.readouterr().out
    for name, known in KNOWN.items():
        flag = {"paths": "PATH", "formats": "--format"}.get(name, f"--{name.replace('_', '-')}")
        assert (f"{flag} " in shown) == (command in known.commands), name
    assert "{formats}" not in shown


def test_commands_have_the_same_inputs():
    """Only judging, reporting, what fails, edits, and what an account is asked are not for all that read code."""
    code = {"check", "refs", "forecast", "fix"}
    partly = {name for name, known in KNOWN.items() if 0 < len(code & {*known.commands}) < 4}
    assert partly == {
        "policy", "fail_on", "fail_on_unresolved", "changed", "diff_base", "baseline", "write_baseline",
        "prune_baseline", "owner", "until", "on", "already_broken", "blame", "resolve", "save_answers", "profile",
        "role_arn", "mentions", "formats", "output", "color", "verbose", "write", "interactive", "to", "map", "only",
        "no_grants", "allow_replacement", "edits",
    }  # fmt: skip
    alone = {name for name, known in KNOWN.items() if not code & {*known.commands}}
    assert alone == {"organization", "regions", "include", "against", "owner_tag", "stdio"}


def test_every_option_has_a_default():
    assert set(RunOptions._field_defaults) == set(RunOptions._fields)


@pytest.mark.parametrize(
    ("given", "model"),
    [
        ("--var m=amazon.nova-lite-v1:0 --var-file a.tfvars", "amazon.nova-pro-v1:0"),
        ("--var-file a.tfvars --var m=amazon.nova-lite-v1:0", "amazon.nova-lite-v1:0"),
        ("--var-file=a.tfvars --var-file b.tfvars", "amazon.nova-micro-v1:0"),
        ("--var-file b.tfvars --var m=amazon.nova-lite-v1:0 --var-file=a.tfvars", "amazon.nova-pro-v1:0"),
        (
            "--var m=amazon.nova-lite-v1:0 --var-file a.tfvars --var m=amazon.nova-premier-v1:0",
            "amazon.nova-premier-v1:0",
        ),
        ("--var m=amazon.nova-lite-v1:0 --var-file other.tfvars", "amazon.nova-lite-v1:0"),
    ],
)
def test_the_last_of_variables_and_their_files_wins_as_in_terraform(cli, capsys, tmp_path, monkeypatch, given, model):
    code = 'variable "m" {}\nvariable "n" {\n  default = ""\n}\n'
    (tmp_path / "main.tf").write_text(code + 'resource "aws_bedrockagent_agent" "a" {\n  foundation_model = var.m\n}\n')
    for name, written in (
        ("a", 'm = "amazon.nova-pro-v1:0"'),
        ("b", 'm = "amazon.nova-micro-v1:0"'),
        ("other", 'n = "x"'),
    ):
        (tmp_path / f"{name}.tfvars").write_text(f"{written}\n")
    monkeypatch.chdir(tmp_path)
    assert cli("refs", ".", *given.split(), "--format", "json") == 0
    [reference] = json.loads(capsys.readouterr().out)["references"]
    assert [each["text"] for each in reference["candidates"]] == [model]


def test_a_file_of_the_environment_comes_before_what_is_on_the_command_line():
    assert arguments(["a=1", "b=2"], [Path("env"), Path("x")], ("var", "var_file", "var")) == (
        Path("env"), ("a", "1"), Path("x"), ("b", "2"),
    )  # fmt: skip
