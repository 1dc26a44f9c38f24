"""Files of values in directories below a root, one for each environment: each of them is possible."""

from collections.abc import Callable
from pathlib import Path

import pytest

from checker.frontends.terraform.configuration import supplied
from checker.model.resource import Loaded
from checker.model.settings import Options
from checker.values import Map, Text

CODE = """
variable "region" {
  default = "ca-central-1"
}
variable "model" {
  default = "own"
}
provider "aws" {
  region = var.region
}
resource "aws_bedrockagent_agent" "a" {
  foundation_model = var.model
}
"""
AGENT = "aws_bedrockagent_agent.a"


def models(loaded: Loaded) -> set[tuple[str, str]]:
    """The models of the agent, each with the file of values that it needs."""
    [agent] = [one for one in loaded.resources if one.address == AGENT]
    properties = agent.properties[0].atom
    assert isinstance(properties, Map)
    return {
        (one.atom.plain or "", next((each.value for each in one.given if each.subject.startswith("-var-file")), ""))
        for one in properties.entries["foundation_model"]
        if isinstance(one.atom, Text)
    }


@pytest.mark.parametrize(
    "name",
    [
        "env/prod.tfvars",
        "environments/prod/terraform.tfvars",
        "vars/eu/prod/x.auto.tfvars",
        "config/prod.tfvars.json",
    ],
)
def test_a_file_below_is_possible_under_its_path(name: str, load: Callable[..., Loaded]) -> None:
    written = '{"model": "theirs"}' if name.endswith("json") else 'model = "theirs"\n'
    loaded = load({"main.tf": CODE, name: written})
    assert models(loaded) == {("own", "none"), ("theirs", name)}
    assert name in loaded.input.files


def test_the_region_of_a_file_below_is_possible(load: Callable[..., Loaded]) -> None:
    [agent] = load({"main.tf": CODE, "env/us.tfvars": 'region = "us-east-1"\n'}).resources
    assert [one.atom.plain for one in agent.region if isinstance(one.atom, Text)] == ["ca-central-1", "us-east-1"]


def test_files_of_the_same_name_are_told_apart(load: Callable[..., Loaded]) -> None:
    files = {f"env/{each}/x.tfvars": f'model = "{each}"\n' for each in ("dev", "prod")}
    assert models(load({"main.tf": CODE, **files})) == {
        ("own", "none"),
        ("dev", "env/dev/x.tfvars"),
        ("prod", "env/prod/x.tfvars"),
    }


def test_a_directory_with_code_keeps_its_values(load: Callable[..., Loaded]) -> None:
    loaded = load({"main.tf": CODE, "env/main.tf": "", "env/prod.tfvars": 'model = "theirs"\n'})
    assert models(loaded) == {("own", "")}


def test_hidden_directories_are_not_searched(load: Callable[..., Loaded]) -> None:
    assert models(load({"main.tf": CODE, ".old/prod.tfvars": 'model = "theirs"\n'})) == {("own", "")}


def test_a_file_that_is_given_decides(load: Callable[..., Loaded], tmp_path: Path) -> None:
    files = {f"env/{each}.tfvars": f'model = "{each}"\n' for each in ("dev", "prod")}
    given = Options(arguments=(tmp_path / "env/prod.tfvars",))
    assert models(load({"main.tf": CODE, **files}, given)) == {("prod", "")}


def test_so_many_directories_are_searched(load: Callable[..., Loaded], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supplied, "_MOST_DIRECTORIES", 2)
    found = models(load({"main.tf": CODE, "a/x.tfvars": 'model = "a"\n', "b/x.tfvars": 'model = "b"\n'}))
    assert found == {("own", "none"), ("a", "a/x.tfvars")}


def subjects(loaded: Loaded) -> set[str]:
    """What decides which file of values is used."""
    [agent] = [one for one in loaded.resources if one.address == AGENT]
    properties = agent.properties[0].atom
    assert isinstance(properties, Map)
    alternatives = (*properties.entries["foundation_model"], *agent.region)
    return {each.subject for one in alternatives for each in one.given if each.subject.startswith("-var-file")}


def test_what_decides_is_named_after_a_variable_only_if_several_files_may_be_used(load: Callable[..., Loaded]) -> None:
    files = {"env/x.tfvars": 'model = "x"\n', "backends/x.tfvars": 'bucket = "x"\n'}
    assert subjects(load({"main.tf": CODE, **files})) == {"-var-file"}
    files["regions/x.tfvars"] = 'region = "us-east-1"\n'
    assert subjects(load({"main.tf": CODE, **files})) == {"-var-file of model", "-var-file of region"}


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("{{cookiecutter.name}}/prod.tfvars", "model = {{ cookiecutter.model }}\n"),
        ("bad/x.tfvars", "model = = x\n"),
        ("bad/x.tfvars", "block {\n}\n"),
        ("bad/x.tfvars.json", "not json"),
    ],
)
def test_a_file_below_that_cannot_be_parsed_leaves_nothing_out(
    name: str, written: str, load: Callable[..., Loaded]
) -> None:
    loaded = load({"main.tf": CODE, name: written})
    assert models(loaded) == {("own", "")}
    assert [problem.incomplete for problem in loaded.problems] == [False]
    assert name in loaded.input.files


def test_what_is_no_file_is_not_read(load: Callable[..., Loaded], tmp_path: Path) -> None:
    (tmp_path / "env/directory.tfvars").mkdir(parents=True)
    (tmp_path / "env/dangling.tfvars").symlink_to("missing")
    loaded = load({"main.tf": CODE, "env/x.tfvars": 'model = "x"\n'})
    assert models(loaded) == {("own", "none"), ("x", "env/x.tfvars")}
    assert loaded.problems == ()
