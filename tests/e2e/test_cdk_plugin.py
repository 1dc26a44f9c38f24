"""The policy-validation plugin in real Python apps: what `app.synth()` says, and when it fails.

The interpreter of BEDROCK_EOL_CDK_PYTHON, else that of the tests, must have aws-cdk-lib and this package.
"""

import json
import os
import re
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
app = App(builtin_cloud_formation_validation=False, outdir=OUT)
IRELAND = Environment(account="111122223333", region="eu-west-1")


def agent(scope, model, name="Agent"):
    bedrock.CfnAgent(scope, name, agent_name="a", foundation_model=model)


def validate(**settings):
    plugin = BedrockEolValidation(catalog=CATALOG, as_of=date(2026, 11, 24), **settings)
    Validations.of(app).add_plugins(plugin)
    app.synth()

"""


# To load the library takes most of the time of an app, so one process tries several. One that raises has failed, as its
# own process would have.
SEVERAL = """\
import sys
import traceback

for out, code in {apps!r}.items():
    sys.stdout.flush()
    try:
        exec(compile(code, out, "exec"), {{"OUT": out}})
        ended = "ended"
    except Exception:
        traceback.print_exc()
        ended = "failed"
    sys.stdout.flush()
    print(f"\\n{mark} {{ended}}", file=sys.stderr, flush=True)
"""
MARK = "== this app has"


class Synth(NamedTuple):
    """How a synth ended, what it printed, and what the plugin reported: each violation as (rule, construct)."""

    succeeded: bool
    output: str
    violations: list[tuple[str, str]]


UNRESOLVED = """
stack = Stack(app, "Chat", env=IRELAND)
agent(stack, CfnParameter(stack, "Model").value_as_string)
"""
ACTIVE = 'agent(Stack(app, "Chat"), "anthropic.test-active-v1:0")\n'
NOT_READ = """
stack = Stack(app, "Chat", env=IRELAND)
CfnResource(stack, "Far", type="AWS::CloudFormation::Stack", properties={"TemplateURL": "https://example.com/x.yaml"})
"""
# What is in an app, by the settings of the plugin. Those of the last one are written out to differ from another's.
SETTINGS = {
    "": UNRESOLVED,
    "fail_on='warning'": UNRESOLVED,
    "fail_on='never'": UNRESOLVED,
    "fail_on_unresolved=True": UNRESOLVED,
    "policy='strickt'": ACTIVE,
    "fail_on='fatal'": "",
    "fail_on='never', fail_on_unresolved=False": NOT_READ,
}


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


def code_of(body: str) -> str:
    catalog = Path(__file__).resolve().parents[1] / "catalog.json"
    return PREAMBLE.format(catalog=str(catalog)) + body


def run_app(cdk_python: str, code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Runs an app in a folder; what it prints and what it tells as errors are in one."""
    app = folder / "app.py"
    app.write_text(code, encoding="utf-8")
    return subprocess.run(
        [cdk_python, str(app)],
        cwd=folder,
        env={**os.environ, "JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )


def violations_in(out: Path) -> list[tuple[str, str]]:
    report = out / "validation-report.json"
    reports: list[dict[str, Any]] = []
    if report.is_file():
        reports = json.loads(report.read_text(encoding="utf-8"))["pluginReports"]
    return [
        (violation["ruleName"], construct["constructPath"])
        for one in reports
        for violation in one.get("violations", ())
        for construct in violation["violatingConstructs"]
    ]


@pytest.fixture
def synth(cdk_python: str, tmp_path: Path):
    def run(body: str) -> Synth:
        out = tmp_path / "cdk.out"
        done = run_app(cdk_python, f"OUT = {str(out)!r}\n{code_of(body)}", tmp_path)
        return Synth(done.returncode == 0, done.stdout, violations_in(out))

    return run


@pytest.fixture(scope="session")
def synths(cdk_python: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Synth]:
    """How each of SETTINGS ends, by itself in an app."""
    folder = tmp_path_factory.mktemp("synths")
    outs = {settings: folder / str(number) for number, settings in enumerate(SETTINGS)}
    apps = {str(out): code_of(f"{SETTINGS[settings]}validate({settings})\n") for settings, out in outs.items()}
    done = run_app(cdk_python, SEVERAL.format(apps=apps, mark=MARK), folder)
    assert done.returncode == 0, done.stdout
    *parts, _ = re.split(rf"(?<={re.escape(MARK)} ended)|(?<={re.escape(MARK)} failed)", done.stdout)
    assert len(parts) == len(SETTINGS), done.stdout
    return {
        settings: Synth(part.endswith("ended"), part, violations_in(out))
        for (settings, out), part in zip(outs.items(), parts, strict=True)
    }


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
def test_what_fails_is_set_by_the_app(synths, settings, succeeds):
    """A parameter without a default is an unresolved model, of which the baseline pack warns."""
    done = synths[settings]
    assert done.succeeded is succeeds, done.output
    assert ("unresolved-model", "Chat/Agent") in done.violations


def test_what_could_not_be_read_fails_a_synth(synths):
    done = synths["fail_on='never', fail_on_unresolved=False"]
    assert not done.succeeded
    assert done.violations == [("incomplete-analysis", "Chat")]
    assert "The template of nested stack Far was not read" in done.output


def test_a_policy_that_is_none_is_said(synths):
    done = synths["policy='strickt'"]
    assert not done.succeeded
    assert "'strickt' is neither a policy pack nor a file" in done.output


def test_a_severity_that_is_none_is_said(synths):
    done = synths["fail_on='fatal'"]
    assert not done.succeeded
    assert "fail_on is 'fatal'; it must be one of note, warning, error, never" in done.output
