"""What the exit code says."""

import json
import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

import checker.pipeline
from checker.cli.exit_codes import ExitCode
from checker.errors import UsageError

EOL = "anthropic.test-eol-v1:0"
VERDICT = b"failed: 1 error; every reference resolved."
ACTIVE = "anthropic.test-active-v1:0"


def test_clean_is_0(project, cli, capsys):
    project(ACTIVE)
    assert cli("check", ".") == 0
    assert capsys.readouterr().out.rstrip().split("\n")[-1].startswith("clean:")


def test_findings_are_1_and_do_not_depend_on_the_format(project, cli, capsys):
    project(EOL)
    assert cli("check", ".") == 1
    assert cli("check", ".", "--format", "json") == 1
    assert cli("check", ".", "--quiet") == 1
    assert cli("check", ".", "--fail-on", "never") == 0


def test_fail_on_takes_the_severity_and_what_is_graver(project, cli, capsys):
    project("meta.test-no-legacy-date-v1:0")  # Legacy: a warning
    assert cli("check", ".") == 0
    assert cli("check", ".", "--fail-on", "warning") == 1
    assert cli("check", ".", "--fail-on", "note") == 1


def test_unresolved_is_0_and_said_or_3_on_demand(project, cli, capsys):
    project("!Ref Model")
    assert cli("check", ".") == 0
    last = capsys.readouterr().out.rstrip().split("\n")[-1]
    assert last.startswith("passed:")
    assert "1 reference unresolved" in last
    assert cli("check", ".", "--fail-on-unresolved") == 3
    assert cli("check", ".", "--fail-on-unresolved", "--fail-on", "warning") == 1
    assert cli("refs", ".") == 0
    assert cli("refs", ".", "--fail-on-unresolved") == 3


def test_what_cannot_be_parsed_is_3_and_findings_win(project, cli, capsys, tmp_path):
    project(ACTIVE)
    (tmp_path / "broken.tf").write_text('resource "x" {\n', encoding="utf-8")
    assert cli("check", ".") == 3
    assert cli("refs", ".") == 3
    project(EOL)
    assert cli("check", ".") == 1


def test_nothing_to_check_is_3(tmp_path, cli, capsys):
    assert cli("check", str(tmp_path)) == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check",), "Give a path"),
        (("check", ".", "--formt", "json"), "--format"),
        (("check", ".", "--format", "jsno"), "did you mean 'json'?"),
        (("refs", ".", "--format", "sarif"), "there is no format 'sarif' here"),
        (("check", ".", "--format", "json="), "the name of the file is missing"),
        (("check", ".", "--format", "json", "--format", "terminal"), "cannot both go to standard output"),
        (("check", ".", "--format", "json=a", "--format", "terminal=a"), "cannot both go to a"),
        (("check", ".", "--as-of", "2026-02-30"), "'2026-02-30' is not a day"),
        (("check", ".", "--as-of", "20260228"), "is not a day"),
        (("check", ".", "--as-of", "9999-12-31"), "9999-12-31 is not between 1900-01-01 and 2999-12-31"),
        (("check", ".", "--region", "us_east_1"), "'us_east_1' is not a Region of AWS"),
        (("check", ".", "--var", "model"), "NAME=VALUE"),
        (("check", ".", "--var-file", "missing.tfvars"), "missing.tfvars"),
        (("check", ".", "--fail-on", "warn"), "'warn'"),
        (("check", ".", "--policy", "basline"), "did you mean 'baseline'"),
        (("check", ".", "--quiet", "--verbose"), "contradict"),
        (("forecast", ".", "--until", "2027-01-01", "--on", "2027-01-01"), "--until and --on contradict each other"),
        (("forecast", ".", "--as-of", "2026-11-24", "--on", "2026-11-23"), "--on 2026-11-23 is before 2026-11-24"),
        (("forecast", ".", "--as-of", "2026-11-24", "--until", "2026-11-23"), "--until 2026-11-23 is before"),
        (("models", "show", "anthropic.test"), "the catalog knows no model"),
        (("explain", "eol-reachd"), "did you mean 'eol-reached'"),
        (("policy", "validate", "missing.yaml"), "missing.yaml"),
        (("chekc",), "check"),
    ],
)
def test_wrong_usage_is_2_and_said_plainly(project, cli, capsys, arguments, said):
    project(ACTIVE)
    assert cli(*arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert said in " ".join(shown.err.split())
    assert "Traceback" not in shown.err
    assert "╭" not in shown.err


def test_an_invalid_catalog_or_policy_is_2(project, cli, capsys, tmp_path):
    project(ACTIVE)
    (tmp_path / "bad.json").write_text("{", encoding="utf-8")
    (tmp_path / "bad.yaml").write_text("version: 1\nruels: []\n", encoding="utf-8")
    assert cli("check", ".", "--catalog", "bad.json") == 2
    assert "bad.json:1:" in capsys.readouterr().err
    assert cli("check", ".", "--policy", "bad.yaml") == 2
    assert "bad.yaml:2:1" in capsys.readouterr().err


def test_an_internal_error_is_4_and_asks_for_a_report(project, cli, capsys, monkeypatch):
    project(ACTIVE)

    def fail(*_: object, **__: object) -> None:
        raise ValueError("an \x1b[31munexpected thing")

    monkeypatch.setattr(checker.pipeline, "scan", fail)
    assert cli("check", ".") == 4
    shown = capsys.readouterr().err
    assert "internal error: ValueError: an \\x1b[31munexpected thing" in shown
    assert "Please report it" in shown
    assert "Traceback" not in shown
    assert cli("check", ".", "--verbose") == 4
    assert "Traceback" in capsys.readouterr().err
    monkeypatch.setenv("BEDROCK_EOL_TRACEBACK", "1")
    assert cli("check", ".") == 4
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("error", [SystemError, RecursionError, MemoryError, EOFError, OSError])
def test_no_crash_looks_like_a_finding(project, cli, capsys, monkeypatch, error):
    project(ACTIVE)

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(checker.pipeline, "scan", fail)
    assert cli("check", ".") == 4


def test_an_interrupt_is_130(project, cli, capsys, monkeypatch):
    project(ACTIVE)

    def fail(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(checker.pipeline, "scan", fail)
    assert cli("check", ".") == 130
    assert "Traceback" not in capsys.readouterr().err


def test_a_usage_error_of_the_pipeline_is_2(project, cli, capsys, monkeypatch):
    project(ACTIVE)

    def fail(*_: object, **__: object) -> None:
        raise UsageError("one\ntwo \x1b[31m")

    monkeypatch.setattr(checker.pipeline, "scan", fail)
    assert cli("check", ".") == 2
    assert capsys.readouterr().err == "Error: one\ntwo \\x1b[31m\n"


def test_the_process_exits_with_the_code(project, process):
    template = project(EOL)
    done = process("check", str(template), "--format", "json")
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert report["summary"]["verdict"] == "failed"
    assert report["findings"][0]["model"] == EOL
    assert done.stderr.splitlines() == [VERDICT]


def test_standard_input_is_read(process):
    plan = Path(__file__).parents[3] / "examples/terraform-plan/failing/plan.json"
    done = process("check", "-", input=plan.read_bytes())
    assert b"warning  unknown-model  aws_bedrock_inference_profile.chat" in done.stdout
    assert b"unknown-model" in done.stdout  # the catalog of the tests does not know the models of the examples


@pytest.mark.skipif(os.name != "posix", reason="needs pipes and signals of POSIX")
class TestPosix:
    """What pipes, devices and signals do."""

    @pytest.mark.parametrize("arguments", [("check", ".", "--format", "json"), ("check", "--help")])
    def test_a_reader_that_is_gone_is_quiet(self, project, process, arguments):
        project(EOL)
        reading, writing = os.pipe()
        os.close(reading)
        done = process(*arguments, stdout=writing)
        os.close(writing)
        assert done.stderr.splitlines() == ([VERDICT] if "json" in arguments else [])
        assert done.returncode == (0 if "--help" in arguments else 1)

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
    @pytest.mark.parametrize("arguments", [("models", "list"), ("--version",)])
    def test_a_full_disk_is_told(self, project, process, arguments):
        project(EOL)
        with Path("/dev/full").open("wb") as full:
            done = process(*arguments, stdout=full)
        assert done.returncode == 2
        assert b"cannot write to standard output: No space left on device" in done.stderr
        assert b"Traceback" not in done.stderr

    @pytest.mark.parametrize(
        ("sent", "code", "said_first"), [(signal.SIGINT, 130, b"Interrupted: "), (signal.SIGTERM, 143, b"Terminated: ")]
    )
    def test_a_run_that_is_ended_says_what_it_has_not_done(self, project, sent, code, said_first):
        project(ACTIVE)
        program = "import sys; from checker.cli import main; sys.argv = ['x', 'check', '-']; main()"
        with subprocess.Popen(
            [sys.executable, "-c", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # A shell that runs the tests in the background has interrupts ignored.
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        ) as running:
            assert running.stdin is not None
            # It is certain to be reading its input once it has taken more than a pipe holds.
            running.stdin.write(b"x" * 200_000)
            running.stdin.flush()
            running.send_signal(sent)
            _, said = running.communicate(timeout=60)
        assert running.returncode == code
        assert said == said_first + b"nothing was read; nothing was judged and no report was written.\n"


def test_the_codes_are_those_that_are_documented():
    assert {code.name: int(code) for code in ExitCode} == {
        "OK": 0,
        "FINDINGS": 1,
        "USAGE": 2,
        "INCOMPLETE": 3,
        "INTERNAL": 4,
        "INTERRUPTED": 130,
        "TERMINATED": 143,
    }


def test_a_forecast_may_begin_on_the_day_itself(project, cli):
    project(ACTIVE)
    assert cli("forecast", ".", "--as-of", "2026-11-24", "--on", "2026-11-24") == 0
    assert cli("forecast", ".", "--as-of", "2026-11-24", "--until", "2026-11-24") == 0
