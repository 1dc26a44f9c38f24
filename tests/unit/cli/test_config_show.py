"""`config show` prints each value, and where it comes from."""

from pathlib import Path

import pytest

from .conftest import ACTIVE

CONFIGURATION = """\
version: 1
fail-on: note
policy: [strict]
regions: [us-east-1]
exclude: ["old/**"]
templates:
  - path: "stacks/*"
    parameters: [parameters.json]
"""


@pytest.fixture
def shown(project, cli, capsys):
    """What is shown for a command line: the value and the source of each option."""
    project(ACTIVE)
    Path("parameters.json").write_text("{}", encoding="utf-8")
    Path(".bedrock-eol.yaml").write_text(CONFIGURATION, encoding="utf-8")

    def show(*arguments):
        assert cli("config", "show", *arguments) == 0
        head, *lines = capsys.readouterr().out.splitlines()
        value, source = head.index("Value"), head.index("From")
        return {line[:value].strip(): (line[value:source].strip(), line[source:].strip()) for line in lines}

    return show


def test_each_source_is_named_and_the_nearest_wins(shown, monkeypatch):
    monkeypatch.setenv("BEDROCK_EOL_FAIL_ON", "warning")
    monkeypatch.setenv("BEDROCK_EOL_FORMAT", "json")
    found = shown(".", "--format", "csv", "--verbose")
    assert found["--fail-on"] == ("warning", "environment variable BEDROCK_EOL_FAIL_ON")
    assert found["--format"] == ("csv", "command line")
    assert found["--policy"] == ("strict", ".bedrock-eol.yaml:3")
    assert found["--as-of"] == ("today", "default")
    assert found["--verbose"] == ("yes", "command line")
    assert "--quiet" not in found


def test_what_is_for_single_inputs_is_shown_with_its_glob(shown):
    found = shown(".")
    assert found["exclude"] == ("old/**", ".bedrock-eol.yaml:5")
    assert found["regions"] == ("us-east-1", ".bedrock-eol.yaml:4")
    assert found["parameters of stacks/*"] == ("parameters.json", ".bedrock-eol.yaml:7")
    # A Region of the command line holds for every input.
    found = shown(".", "--region", "eu-west-1")
    assert "regions" not in found
    assert found["--region"] == ("eu-west-1", "command line")


def test_without_a_configuration_there_are_the_defaults(shown):
    found = shown(".", "--no-config")
    assert found["--policy"] == ("baseline", "default")
    assert found["--fail-on"] == ("error", "default")


def test_what_is_not_valid_is_told(shown, cli, capsys):
    Path(".bedrock-eol.yaml").write_text("version: 1\nfailon: note\n", encoding="utf-8")
    assert cli("config", "show", ".") == 2
    assert "did you mean 'fail-on'?" in capsys.readouterr().err
