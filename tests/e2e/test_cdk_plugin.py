"""The policy-validation plugin in real Python apps: what `app.synth()` says, and when it fails.

The interpreter of BEDROCK_EOL_CDK_PYTHON, else that of the tests, must have aws-cdk-lib and this package.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

PREAMBLE = """\
from datetime import date

from aws_cdk import App, CfnParameter, CfnResource, Environment, NestedStack, Stack, Stage, Validations
from aws_cdk import aws_bedrock as bedrock

from checker.integrations.cdk import BedrockEolValidation

CATALOG = {catalog!r}
# The built-in validation takes most of a synth, and has nothing to do with the plugin.
app = App(builtin_cloud_formation_validation=False)
IRELAND = Environment(account="111122223333", region="eu-west-1")


def agent(scope, model, name="Agent"):
    bedrock.CfnAgent(scope, name, agent_name="a", foundation_model=model)


def validate(**settings):
    plugin = BedrockEolValidation(catalog=CATALOG, as_of=date(2026, 11, 24), **settings)
    Validations.of(app).add_plugins(plugin)
    app.synth()

"""


class Synth(NamedTuple):
    """How a synth ended, what it printed, and what the plugin reported: each violation as (rule, construct)."""

    succeeded: bool
    output: str
    violations: list[tuple[str, str]]


@pytest.fixture(scope="session")
def cdk_python() -> str:
    if shutil.which("node") is None:
        pytest.skip("needs node on PATH")
    python = os.environ.get("BEDROCK_EOL_CDK_PYTHON", sys.executable)
    probe = subprocess.run(
        [
            python,
            "-c",
            "import importlib.util as u, sys; sys.exit(not (u.find_spec('aws_cdk') and u.find_spec('jsii')))",
        ],
        check=False,
    )
    if probe.returncode != 0:
        assert "BEDROCK_EOL_CDK_PYTHON" not in os.environ, f"{python} has no aws-cdk-lib"
        pytest.skip("needs aws-cdk-lib: pip install 'bedrock-eol[cdk]', or BEDROCK_EOL_CDK_PYTHON, which has it")
    return python


@pytest.fixture
def synth(cdk_python: str, tmp_path: Path):
    catalog = Path(__file__).resolve().parents[1] / "catalog.json"

    def run(body: str) -> Synth:
        app = tmp_path / "app.py"
        app.write_text(PREAMBLE.format(catalog=str(catalog)) + body, encoding="utf-8")
        environment = {
            **os.environ,
            "CDK_OUTDIR": str(tmp_path / "cdk.out"),
            "JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION": "1",
        }
        done = subprocess.run(
            [cdk_python, str(app)],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        report = tmp_path / "cdk.out" / "validation-report.json"
        reports: list[dict[str, Any]] = []
        if report.is_file():
            reports = json.loads(report.read_text(encoding="utf-8"))["pluginReports"]
        violations = [
            (violation["ruleName"], construct["constructPath"])
            for one in reports
            for violation in one.get("violations", ())
            for construct in violation["violatingConstructs"]
        ]
        return Synth(done.returncode == 0, done.stdout + done.stderr, violations)

    return run


def test_a_synth_fails_with_the_findings_at_their_construct_paths(synth):
    done = synth("""
stack = Stack(app, "Chat", env=IRELAND)
agent(stack, "anthropic.test-eol-v1:0")
agent(stack, "anthropic.test-active-v1:0", "Good")
agent(NestedStack(stack, "Inner"), "anthropic.test-eol-v1:0")
agent(Stack(Stage(app, "Prod"), "Chat", env=IRELAND), "anthropic.test-eol-v1:0")
validate()
""")
    assert not done.succeeded
    assert sorted(done.violations) == [
        ("eol-reached", "Chat/Agent"),
        ("eol-reached", "Chat/Inner/Agent"),
        ("eol-reached", "Prod/Chat/Agent"),
    ]
    assert "FoundationModel: anthropic.test-eol-v1:0 reached end of life in eu-west-1" in done.output
    assert "ValidationFailed" in done.output


def test_a_synth_without_findings_succeeds(synth):
    done = synth("""
agent(Stack(app, "Chat", env=IRELAND), "anthropic.test-active-v1:0")
validate()
""")
    assert done.succeeded, done.output
    assert done.violations == []


@pytest.mark.parametrize(
    ("settings", "succeeds"),
    [
        ("", True),
        ("fail_on='warning'", False),
        ("fail_on='never'", True),
        ("fail_on_unresolved=True", False),
    ],
)
def test_what_fails_is_set_by_the_app(synth, settings, succeeds):
    """A parameter without a default is an unresolved model, of which the baseline pack warns."""
    done = synth(f"""
stack = Stack(app, "Chat", env=IRELAND)
agent(stack, CfnParameter(stack, "Model").value_as_string)
validate({settings})
""")
    assert done.succeeded is succeeds, done.output
    assert ("unresolved-model", "Chat/Agent") in done.violations


def test_what_could_not_be_read_fails_a_synth(synth):
    done = synth("""
stack = Stack(app, "Chat", env=IRELAND)
CfnResource(stack, "Far", type="AWS::CloudFormation::Stack", properties={"TemplateURL": "https://example.com/x.yaml"})
validate(fail_on="never")
""")
    assert not done.succeeded
    assert done.violations == [("incomplete-analysis", "Chat")]
    assert "The template of nested stack Far was not read" in done.output


def test_a_policy_that_is_none_is_said(synth):
    done = synth("""
agent(Stack(app, "Chat"), "anthropic.test-active-v1:0")
validate(policy="strickt")
""")
    assert not done.succeeded
    assert "'strickt' is neither a policy pack nor a file" in done.output


def test_a_severity_that_is_none_is_said(synth):
    done = synth("validate(fail_on='fatal')\n")
    assert not done.succeeded
    assert "fail_on is 'fatal'; it must be one of note, warning, error, never" in done.output
