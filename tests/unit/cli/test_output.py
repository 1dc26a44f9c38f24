"""Where reports go, and in what shape."""

import io
import json
import os
import stat
import sys
from pathlib import Path

import pytest

from checker.cli import run
from checker.cli.output import write_to_file
from checker.cli.terminal import takes_color, takes_unicode, width_of
from checker.errors import UsageError
from checker.report import FORMATS, format_names

EOL = "anthropic.test-eol-v1:0"
ACTIVE = "anthropic.test-active-v1:0"


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def test_reports_go_to_files_and_the_verdict_to_standard_error(project, cli, capsys, tmp_path):
    project(EOL)
    assert cli("check", ".", "--format", "json=out.json", "--format", "terminal=out.txt") == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "failed: 1 error" in shown.err
    assert "The json report is in out.json." in shown.err
    assert json.loads((tmp_path / "out.json").read_text())["summary"]["open_findings"]["error"] == 1
    assert "\x1b" not in (tmp_path / "out.txt").read_text()
    assert {path.name for path in tmp_path.iterdir()} == {"agent.yaml", "out.json", "out.txt"}


def test_every_format_in_one_run(project, cli, capsys, tmp_path):
    project(EOL)
    names = format_names(judged=True)
    wanted = [argument for name in names for argument in ("--format", f"{name}=out-{name}")]
    assert cli("check", ".", *wanted) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("failed: 1 error; every reference resolved.\n")
    # A badge has no room for names, and a colon means something in Mermaid.
    said = {"badge": "1 ended", "mermaid": EOL.replace(":", "#58;")}
    for name in names:
        assert said.get(name, EOL) in (tmp_path / f"out-{name}").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [name for name in format_names(judged=True) if name != "github"])
def test_the_verdict_is_told_whatever_goes_to_standard_output(project, cli, capsys, name):
    project(EOL)
    assert cli("check", ".", "--format", name, "--quiet") == 1
    shown = capsys.readouterr()
    assert "every reference resolved" in shown.out.lower() + shown.err
    assert ("failed: 1 error" in shown.err) == (not FORMATS[name].says_verdict)


def test_standard_output_and_a_file_get_the_same_report(project, cli, capsys, tmp_path):
    project(EOL)
    cli("check", ".", "--format", "json=out.json", "--quiet")
    cli("check", ".", "--format", "json")
    assert capsys.readouterr().out == (tmp_path / "out.json").read_text()


def test_refs_have_no_findings_and_csv(project, cli, capsys):
    project(EOL)
    assert cli("refs", ".", "--format", "json") == 0
    report = json.loads(capsys.readouterr().out)
    assert report["findings"] == []
    assert report["references"][0]["candidates"][0]["model"] == EOL
    assert cli("refs", ".", "--format", "csv") == 0
    assert capsys.readouterr().out.startswith("input,framework,")
    assert cli("refs", ".") == 0
    assert f"{EOL}  1 reference" in capsys.readouterr().out


def test_a_parameter_decides(project, cli, capsys, tmp_path):
    project("!Ref Model")
    (tmp_path / "parameters.json").write_text(
        json.dumps([{"ParameterKey": "Model", "ParameterValue": EOL}]), encoding="utf-8"
    )
    assert cli("check", "agent.yaml", "--parameters", "parameters.json") == 1


def test_terraform_inputs_decide(cli, capsys, tmp_path, monkeypatch):
    (tmp_path / "main.tf").write_text(
        'variable "model" {}\nresource "aws_bedrockagent_agent" "a" {\n  foundation_model = var.model\n}\n',
        encoding="utf-8",
    )
    (tmp_path / "given.hcl").write_text(f'model = "{EOL}"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TF_VAR_model", EOL)
    assert cli("check", ".") == 0
    assert "1 reference unresolved" in capsys.readouterr().out
    assert cli("check", ".", "--var", f"model={EOL}") == 1
    assert cli("check", ".", "--var-file", "given.hcl") == 1
    assert cli("check", ".", "--env-vars") == 1


def test_regions_bound_what_is_not_known(project, cli, capsys):
    project("anthropic.test-regional-v1:0")
    assert cli("check", ".") == 1
    assert cli("check", ".", "--region", "us-west-2", "--region", "ap-south-1") == 0
    assert cli("check", ".", "--region", "us-east-1") == 1


def test_the_day_decides_and_is_the_clocks_without_as_of(project, capsys, monkeypatch):
    project("amazon.test-embed-v1")
    catalog = str(Path(__file__).parents[2] / "catalog.json")
    monkeypatch.setattr("checker.cli.runs.today", lambda: __import__("datetime").date(2026, 12, 1))
    run(["check", ".", "--catalog", catalog, "--format", "json"])
    assert json.loads(capsys.readouterr().out)["as_of"] == "2026-12-01"


def test_the_same_bytes_each_time(project, process, tmp_path):
    project(EOL)
    written = []
    for seed in ("1", "2"):
        done = process("check", ".", "--format", "terminal", "--format", "json=j", env={"PYTHONHASHSEED": seed})
        written.append((done.stdout, (tmp_path / "j").read_bytes()))
    assert written[0] == written[1]


def test_colors(project, cli, capsys, monkeypatch):
    project(EOL)

    def shown():
        cli("check", ".")
        return capsys.readouterr().out

    assert "\x1b[" not in shown()
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in shown()
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in shown()


def test_an_output_that_takes_only_ascii(project, cli, monkeypatch):
    project(EOL)
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    cli("check", ".")
    written = stream.buffer.getvalue()
    assert written.isascii()
    assert b"  10 | " in written


def test_no_excerpt_leaves_the_boundary(project, tmp_path, monkeypatch):
    from checker.source.lines import SourceText

    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "a.tf").write_text("one\r\ntwo\n", encoding="utf-8")
    (tmp_path / "secret").write_text("s3cret\n", encoding="utf-8")
    lines = SourceText.below(["inside"], tmp_path, allow_outside=False)
    assert lines.line("inside/a.tf", 1) == "one"
    assert lines.line("inside/a.tf", 2) == "two"
    assert lines.line("inside/a.tf", 0) is None
    assert lines.line("inside/a.tf", 9) is None
    assert lines.line("secret", 1) is None
    assert lines.line("inside/../secret", 1) is None
    assert SourceText.below(["inside"], tmp_path, allow_outside=True).line("secret", 1) == "s3cret"


def test_a_file_is_replaced_as_a_whole_or_not_at_all(tmp_path, monkeypatch):
    file = tmp_path / "report.json"
    file.write_text("old", encoding="utf-8")
    file.chmod(0o640)
    write_to_file(file, "new ⟨x⟩\ud800")
    assert file.read_bytes() == "new ⟨x⟩\\ud800".encode()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(UsageError, match=r"report\.json: No space left on device"):
        write_to_file(file, "newer")
    assert file.read_text(encoding="utf-8").startswith("new ")
    assert list(tmp_path.iterdir()) == [file]


def test_a_link_is_followed_and_a_device_written(tmp_path):
    target = tmp_path / "target"
    target.write_text("old", encoding="utf-8")
    link = tmp_path / "link"
    link.symlink_to(target)
    write_to_file(link, "new")
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == "new"
    write_to_file(Path(os.devnull), "gone")


@pytest.mark.parametrize("location", ["missing/report.json", "."])
def test_a_report_that_cannot_be_written_is_2(project, cli, capsys, location):
    project(ACTIVE)
    assert cli("check", ".", "--format", f"json={location}") == 2
    assert f"cannot write the report to {location}" in capsys.readouterr().err


def test_what_a_stream_can_show(monkeypatch):
    assert takes_color(Terminal())
    assert not takes_color(io.StringIO())
    assert not takes_color(None)
    monkeypatch.setenv("TERM", "dumb")
    assert not takes_color(Terminal())
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert takes_color(io.StringIO())
    monkeypatch.setenv("NO_COLOR", "1")
    assert not takes_color(Terminal())
    assert takes_unicode(Terminal())
    assert not takes_unicode(None)
    assert not takes_unicode(io.TextIOWrapper(io.BytesIO(), encoding="latin-1"))
    assert width_of(io.StringIO()) == 100
    monkeypatch.setenv("COLUMNS", "72")
    assert width_of(io.StringIO()) == 72
    monkeypatch.setenv("COLUMNS", "3")
    assert width_of(sys.stdout) == 40
