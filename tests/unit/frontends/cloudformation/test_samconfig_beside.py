"""The samconfig beside a template, which nobody supplies and `sam deploy` reads."""

from datetime import date
from pathlib import Path

import pytest

from checker.model.scan import Scan
from checker.model.settings import Options, Settings
from checker.pipeline import scan

DEFAULT = "anthropic.claude-sonnet-4-6"
OTHER = "anthropic.claude-3-haiku-20240307-v1:0"
THIRD = "amazon.nova-lite-v1:0"
TEMPLATE = """\
Parameters:
  M: {{Type: String{default}}}
Resources:
  A:
    Type: AWS::Bedrock::Agent
    Properties: {{FoundationModel: !Ref M}}
"""
WITH_DEFAULT = TEMPLATE.format(default=f", Default: '{DEFAULT}'")
ENVIRONMENTS = f"""\
version = 0.1
[default.deploy.parameters]
parameter_overrides = "M={OTHER}"
[prod.deploy.parameters]
parameter_overrides = "M={THIRD}"
"""


def scanned(directory: Path, files: dict[str, str], options: Options | None = None) -> Scan:
    for name, content in files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(content)
    settings = Settings(date(2026, 11, 24), options=options or Options())
    return scan(["."], settings, standard_input=bytes, cwd=directory)


def found(result: Scan) -> dict[str | None, str]:
    [reference] = [one for one in result.references if one.resource_type == "AWS::Bedrock::Agent"]
    return {candidate.model: candidate.certainty.value for candidate in reference.candidates}


def test_its_default_environment_is_possible_and_the_others_are_overrides(tmp_path: Path) -> None:
    result = scanned(tmp_path, {"template.yaml": WITH_DEFAULT, "samconfig.toml": ENVIRONMENTS})
    assert found(result) == {DEFAULT: "default", OTHER: "possible", THIRD: "override"}
    assert not result.problems
    assert not [one for one in result.references if one.mention is not None]
    assert {str(finding.severity) for finding in result.findings if finding.rule == "eol-reached"} == {"warning"}
    [used] = result.inputs
    assert "samconfig.toml" in used.files


def test_an_environment_that_is_named_takes_the_place_of_the_default(tmp_path: Path) -> None:
    files = {"template.yaml": WITH_DEFAULT, "samconfig.toml": ENVIRONMENTS}
    result = scanned(tmp_path, files, Options(config_env="prod"))
    assert found(result) == {DEFAULT: "default", THIRD: "possible", OTHER: "override"}


def test_a_parameter_without_a_default_stays_open(tmp_path: Path) -> None:
    files = {"template.yaml": TEMPLATE.format(default=""), "samconfig.toml": ENVIRONMENTS}
    result = scanned(tmp_path, files)
    assert found(result)[OTHER] == "possible"
    assert [one.unresolved.cause.value for one in result.references if one.unresolved] == ["input-not-set"]


@pytest.mark.parametrize(
    ("template", "more", "counts"),
    [
        ("template.yml", "", True),
        ("stack.yaml", "", False),
        ("stack.yaml", '\ntemplate_file = "stack.yaml"\n', True),
        ("template.yaml", '\ntemplate_file = "stack.yaml"\n', False),
        ("template.yaml", '\ntemplate_file = "other/template.yaml"\n', False),
        ("template.yaml", '\ntemplate_file = "./template.yaml"\n', True),
        ("template.yaml", '\ntemplate_file = ".aws-sam/build/template.yaml"\n', True),
        ("template.yaml", '\ntemplate_file = "packaged.yaml"\n', True),
    ],
)
def test_it_counts_for_the_template_that_it_deploys(tmp_path: Path, template: str, more: str, counts: bool) -> None:
    result = scanned(tmp_path, {template: WITH_DEFAULT, "samconfig.toml": ENVIRONMENTS + more.lstrip("\n")})
    assert (OTHER in found(result)) is counts


def test_what_is_supplied_counts_alone(tmp_path: Path) -> None:
    files = {"template.yaml": WITH_DEFAULT, "samconfig.toml": ENVIRONMENTS, "p.json": f'{{"M": "{THIRD}"}}'}
    result = scanned(tmp_path, files, Options(parameters=(tmp_path / "p.json",)))
    assert found(result) == {THIRD: "certain"}


def test_a_damaged_one_is_told(tmp_path: Path) -> None:
    result = scanned(tmp_path, {"template.yaml": WITH_DEFAULT, "samconfig.toml": "version = 0.1\n[default"})
    assert found(result) == {DEFAULT: "default"}
    [problem] = result.problems
    assert (problem.file, problem.line) == ("samconfig.toml", 2)
    assert "samconfig.toml" not in problem.message
    assert not problem.incomplete


def test_a_bad_environment_hides_no_others(tmp_path: Path) -> None:
    bad = ENVIRONMENTS.replace(f'"M={THIRD}"', "7") + f'[x.deploy.parameters]\nparameter_overrides = "M={THIRD}"\n'
    result = scanned(tmp_path, {"template.yaml": WITH_DEFAULT, "samconfig.toml": bad})
    assert found(result) == {DEFAULT: "default", OTHER: "possible", THIRD: "override"}
    [problem] = result.problems
    assert (problem.file, problem.line) == ("samconfig.toml", 5)
    assert problem.message.startswith("The values of 'prod' are not read: expected Name=value")


def test_a_template_that_names_no_model_itself_is_not_left_out(tmp_path: Path) -> None:
    template = """\
Parameters:
  M: {Type: String, Default: ''}
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties: {Environment: {Variables: {M: !Ref M}}}
"""
    result = scanned(tmp_path, {"template.yaml": template, "samconfig.toml": ENVIRONMENTS})
    [reference] = [one for one in result.references if one.mention is None]
    assert {one.model for one in reference.candidates} == {OTHER, THIRD}
