"""What a run makes of its options: what it reads, asks and judges by, and what it says."""

import io
import json
import os
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

import checker.account_scan
import checker.pipeline
from checker.account_scan import AccountSettings, Resolved
from checker.cli import run
from checker.model.answers import Answer, AnswerKind, Answers
from checker.workspace.answers import parse_answers

from .conftest import ACTIVE, CATALOG, EOL, FIXED

DAY = date(2026, 11, 24)
TERRAFORM = 'resource "aws_bedrockagent_agent" "chat" {\n  agent_name       = "chat"\n  foundation_model = "%s"\n}\n'


@pytest.fixture
def settings_of(project, monkeypatch, capsys):
    """The settings that the pipeline gets from a command line."""
    scan, seen = checker.pipeline.scan, []

    def record(paths, settings, **given):
        seen.append(settings)
        return scan(paths, settings, **given)

    def call(command, *arguments):
        project(ACTIVE)
        monkeypatch.setattr(checker.pipeline, "scan", record)
        assert run([command, *FIXED, ".", *arguments]) == 0, capsys.readouterr().err
        return seen.pop()

    return call


# What an account says


@pytest.mark.parametrize("option", [("--save-answers", "a.json"), ("--profile", "dev"), ("--role-arn", "arn:aws:x")])
def test_an_option_of_the_account_is_refused_without_resolve(project, cli, capsys, option):
    project(ACTIVE)
    assert cli("check", ".", *option) == 2
    assert f"{option[0]} is for --resolve account" in capsys.readouterr().err
    assert not Path("a.json").exists()


ANSWERS = Answers(
    (
        Answer(AnswerKind.PARAMETER, "/ai/chat", (EOL,), "us-east-1", "111122223333", DAY),
        Answer(AnswerKind.EXPORT, "shared", (ACTIVE,), "us-east-1", "111122223333", DAY),
        Answer(AnswerKind.PARAMETER, "/ai/key", (), "us-east-1", "111122223333", DAY, refused="AccessDenied"),
    )
)


@pytest.fixture
def account(monkeypatch):
    """An account that answers; the account and the settings that it was asked with."""
    asked = []

    def answer(paths, settings, account, *, standard_input, cwd, on_input):
        asked.append((account, settings))
        scan = checker.pipeline.scan(paths, settings, standard_input=standard_input, cwd=cwd, on_input=on_input)
        return Resolved(scan, ANSWERS, 5)

    monkeypatch.setattr(checker.account_scan, "scan_resolved", answer)
    monkeypatch.setattr("checker.cli.runs.today", lambda: DAY)
    return asked


RESOLVE = ("check", ".", "--resolve", "account")


def test_the_number_of_answers_of_the_account_is_said_unless_it_is_to_be_quiet(project, cli, capsys, account):
    project(EOL)
    assert cli(*RESOLVE, "--profile", "dev", "--role-arn", "arn:aws:iam::111122223333:role/r") == 1
    assert capsys.readouterr().err == "3 answers of the account in 5 calls; 1 refused.\n"
    assert account.pop()[0] == AccountSettings(DAY, "dev", "arn:aws:iam::111122223333:role/r")
    assert cli(*RESOLVE, "--quiet") == 1
    assert capsys.readouterr().err == ""
    assert [path.name for path in Path.cwd().iterdir()] == ["agent.yaml"]


def test_the_answers_of_the_account_are_saved_for_people_and_for_another_run(project, cli, capsys, account):
    project(ACTIVE)
    assert cli(*RESOLVE, "--save-answers", "a.json") == 0
    text = Path("a.json").read_text(encoding="utf-8")
    # One line for each entry, as editors write it: a change of an answer is a change of a line.
    assert text.startswith('{\n  "version": 1,\n  "parameters": [\n    {\n      "name": "/ai/chat",\n')
    assert text.endswith("}\n")
    assert not text.endswith("\n\n")
    saved = {(each.name, each.values, each.region, each.asked_on) for each in parse_answers(text, "a.json")}
    assert saved == {("/ai/chat", (EOL,), "us-east-1", DAY), ("shared", (ACTIVE,), "us-east-1", DAY)}


def test_a_run_that_asks_an_account_starts_no_process(project, cli, account, settings_of):
    project(ACTIVE)
    assert cli(*RESOLVE, "--jobs", "3") == 0
    assert account.pop()[1].jobs == 1
    assert settings_of("check", "--jobs", "3").jobs == 3
    assert settings_of("check").jobs is None


@pytest.fixture
def listed(monkeypatch, project):
    """Runs `account`, which finds what code in `path` has; the account and the settings that it is asked with."""
    asked = []

    def call(path, *arguments):
        def take(account, settings, *, standard_input, cwd, progress):
            asked.append((account, settings))
            return checker.pipeline.scan((path,), settings, standard_input=standard_input, cwd=cwd, on_input=progress)

        monkeypatch.setattr(checker.account_scan, "scan_account", take)
        code = run(["account", *FIXED, *arguments])
        return code, *(asked.pop() if asked else (None, None))

    monkeypatch.setattr("checker.cli.runs.today", lambda: DAY)
    return call


def test_an_account_is_asked_for_what_the_options_name(project, listed):
    project(EOL)
    code, account, settings = listed(".", "--quiet")
    assert (code, account) == (1, AccountSettings(DAY))
    assert (settings.judge, settings.policy, settings.owner_tags) == (True, ("baseline",), ("owner", "team"))
    code, account, settings = listed(
        ".",
        *("--organization", "audit", "--regions", "us-east-1,eu-west-1", "--regions", "us-east-1"),
        *("--include", "compute,parameters", "--against", "a", "--against", "b", "--owner-tag", "squad"),
        *("--profile", "dev", "--role-arn", "arn:aws:iam::111122223333:role/r", "--fail-on", "never"),
    )
    assert code == 0
    assert account == AccountSettings(
        DAY,
        profile="dev",
        role_arn="arn:aws:iam::111122223333:role/r",
        role="audit",
        regions=("us-east-1", "eu-west-1"),
        include=("compute", "parameters"),
        against=("a", "b"),
    )
    assert settings.owner_tags == ("squad",)


def test_an_account_has_the_formats_of_what_is_judged(project, listed, capsys):
    project(EOL)
    assert listed(".", "--format", "sarif")[0] == 1
    assert [each["ruleId"] for each in json.loads(capsys.readouterr().out)["runs"][0]["results"]] == ["eol-reached"]


def test_of_the_code_that_an_account_is_compared_with_lines_are_shown_and_of_nothing_else(project, listed, capsys):
    template = project(EOL)
    for name in ("code", "elsewhere"):
        Path(name).mkdir()
        Path(name, "agent.yaml").write_bytes(template.read_bytes())
    line = f"      FoundationModel: {EOL}"
    assert listed("code", "--against", "code")[0] == 1
    assert line in capsys.readouterr().out
    assert listed("elsewhere", "--against", "code")[0] == 1
    assert line not in capsys.readouterr().out


# What is read


def test_lines_of_the_source_of_a_plan_are_shown(tmp_path, monkeypatch, cli, capsys):
    location = {"address": "aws_bedrockagent_agent.chat", "mode": "managed", "type": "aws_bedrockagent_agent"}
    location |= {"name": "chat", "provider_name": "registry.terraform.io/hashicorp/aws"}
    planned = location | {"values": {"agent_name": "chat", "foundation_model": EOL}}
    written = location | {"expressions": {"foundation_model": {"constant_value": EOL}}}
    plan = {
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": [planned]}},
        "configuration": {"root_module": {"resources": [written]}},
    }
    for name in ("plans", "app"):
        (tmp_path / name).mkdir()
    (tmp_path / "plans" / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    (tmp_path / "app" / "main.tf").write_text(TERRAFORM % EOL, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert cli("check", "plans/plan.json", "--source", "app") == 1
    shown = capsys.readouterr().out
    assert "error  eol-reached  app/main.tf:3:22" in shown
    assert f'  foundation_model = "{EOL}"' in shown
    # Without its source, a plan shows none of its lines, which may hold what is secret.
    assert cli("check", "plans/plan.json") == 1
    assert "foundation_model =" not in capsys.readouterr().out


def test_answers_may_be_anywhere(project, cli, tmp_path, monkeypatch):
    (tmp_path / "answers.yaml").write_text(f"version: 1\nparameters: [{{name: /m, value: '{EOL}'}}]\n")
    project('"{{resolve:ssm:/m}}"')
    (tmp_path / "work" / ".git").mkdir(parents=True)
    (tmp_path / "agent.yaml").rename(tmp_path / "work" / "agent.yaml")
    monkeypatch.chdir(tmp_path / "work")
    assert cli("check", ".") == 0
    assert cli("check", ".", "--answers", "../answers.yaml") == 1


@pytest.mark.parametrize(
    ("arguments", "mentioned"),
    [
        (("check", "."), []),
        (("check", ".", "--mentions", "code"), ["app.py"]),
        (("check", ".", "--mentions", "infrastructure"), []),
        (("refs", "."), ["app.py"]),
        (("refs", ".", "--mentions", "code"), ["app.py"]),
        (("refs", ".", "--mentions", "infrastructure"), []),
    ],
)
def test_programs_are_searched_for_ids_in_a_list_or_on_demand(project, cli, capsys, arguments, mentioned):
    project(ACTIVE)
    Path("app.py").write_text(f'MODEL = "{EOL}"\n', encoding="utf-8")
    assert cli(*arguments, "--format", "json") == 0
    references = json.loads(capsys.readouterr().out)["references"]
    assert [each["location"]["file"] for each in references if each["usage"] == "mention"] == mentioned


def test_programs_are_searched_if_a_configuration_says_so(project, cli, capsys, tmp_path):
    project(ACTIVE)
    Path("app.py").write_text(f'MODEL = "{EOL}"\n', encoding="utf-8")
    (tmp_path / ".bedrock-eol.yaml").write_text("mentions: code\n", encoding="utf-8")
    for option, mentioned in (((), 1), (("--mentions", "infrastructure"), 0)):
        assert cli("check", ".", "--format", "json", *option) == 0
        assert json.loads(capsys.readouterr().out)["summary"]["mentions"] == mentioned


def test_globs_of_a_configuration_are_relative_to_it(project, cli, capsys, tmp_path, monkeypatch):
    project(EOL)
    (tmp_path / ".bedrock-eol.yaml").write_text("exclude: [sub/agent.yaml]\n", encoding="utf-8")
    (tmp_path / "sub").mkdir()
    (tmp_path / "agent.yaml").rename(tmp_path / "sub" / "agent.yaml")
    (tmp_path / "sub" / "kept.tf").write_text(TERRAFORM % ACTIVE, encoding="utf-8")
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    assert cli("check", ".") == 0
    assert cli("check", ".", "--no-config") == 1


def test_a_run_without_a_configuration_is_configured_nowhere(settings_of, tmp_path):
    assert settings_of("check").configured_in is None
    (tmp_path / ".bedrock-eol.yaml").write_text("version: 1\n", encoding="utf-8")
    assert settings_of("check").configured_in == tmp_path


# What is shown


def test_edits_are_in_a_report_only_on_demand(project, cli, capsys):
    project(EOL)
    edits = {}
    for option in ((), ("--edits",)):
        assert cli("check", ".", "--format", "json", *option) == 1
        edits[option] = [each["before"] for each in json.loads(capsys.readouterr().out).get("edits", ())]
    assert edits == {(): [], ("--edits",): [EOL]}


def test_fix_mends_what_the_rules_of_the_policy_find(tmp_path, monkeypatch, capsys):
    (tmp_path / "main.tf").write_text(TERRAFORM % EOL, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert run(["fix", ".", *FIXED]) == 1
    shown = capsys.readouterr()
    assert f'-  foundation_model = "{EOL}"\n+  foundation_model = "global.{ACTIVE}"\n' in shown.out
    (tmp_path / "policy.yaml").write_text(
        "version: 1\nrules: [{id: mine, check: unknown-model, severity: error}]\n", encoding="utf-8"
    )
    assert run(["fix", ".", *FIXED, "--policy", "policy.yaml"]) == 0
    assert capsys.readouterr().out == ""


def category(cli, capsys, *arguments):
    """What names a run where reports of several runs are kept: in SARIF for GitHub."""
    cli("check", ".", "--format", "sarif", *arguments)
    identifier = json.loads(capsys.readouterr().out)["runs"][0]["automationDetails"]["id"]
    assert identifier.startswith("bedrock-eol/baseline/./")
    return identifier.removeprefix("bedrock-eol/baseline/./").removesuffix("2026-11-24").rstrip("/")


def test_the_jobs_of_a_matrix_are_told_apart_by_their_options(cli, capsys, tmp_path, monkeypatch):
    variables = "".join(f'variable "{name}" {{}}\n' for name in ("model", "stage"))
    (tmp_path / "main.tf").write_text(variables + TERRAFORM % ACTIVE, encoding="utf-8")
    (tmp_path / "prod.tfvars").write_text('stage = "prod"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert category(cli, capsys) == ""
    assert category(cli, capsys, "--jobs", "1", "--fail-on", "note", "--no-config") == ""
    assert category(cli, capsys, "--workspace", "prod") == "workspace=prod"
    assert category(
        cli,
        capsys,
        *("--region", "us-east-1", "--region", "eu-west-1", "--var-file", "prod.tfvars", "--workspace", "prod"),
    ) == ("region=us-east-1/region=eu-west-1/var-file=prod.tfvars/workspace=prod")


def test_values_of_variables_tell_jobs_apart_and_are_not_told(cli, capsys, tmp_path, monkeypatch):
    variables = "".join(f'variable "{name}" {{}}\n' for name in ("model", "stage"))
    (tmp_path / "main.tf").write_text(variables + TERRAFORM % ACTIVE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    # It stays the same from version to version, since GitHub replaces what it keeps of a run by its name.
    expected = "var=" + sha256(b"model=s3cret\nstage=prod").hexdigest()[:12]
    assert category(cli, capsys, "--var", "model=s3cret", "--var", "stage=prod") == expected
    assert category(cli, capsys, "--var", "model=s3cret", "--var", "stage=dev") != expected


class Terminal(io.StringIO):
    """Standard error that is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("option", "is_shown"), [((), True), (("--quiet",), False)])
def test_progress_is_shown_on_a_terminal_unless_it_is_to_be_quiet(project, cli, monkeypatch, option, is_shown):
    project(ACTIVE)
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setattr("checker.cli.terminal._DELAY_SECONDS", 0)
    monkeypatch.setenv("TERM", "xterm")
    assert cli("check", ".", *option) == 0
    assert ("Reading 1 of 1: agent.yaml" in terminal.getvalue()) == is_shown


@pytest.mark.parametrize(
    ("options", "done", "said"),
    [
        ((), 0, "nothing was read; nothing was judged and no report was written."),
        ((), 2, "1 of 2 inputs were read; nothing was judged and no report was written."),
        (
            ("--write-baseline", "b.json"),
            2,
            "1 of 2 inputs were read; nothing was judged, no report was written and b.json was left alone.",
        ),
    ],
)
def test_a_run_that_is_interrupted_says_what_it_has_not_done(project, cli, capsys, monkeypatch, options, done, said):
    project(EOL)
    Path("b.json").write_text("{}", encoding="utf-8")

    def begin(*_, on_input, **__):
        for number in range(done):
            on_input("agent.yaml", number + 1, done)
        raise KeyboardInterrupt

    monkeypatch.setattr(checker.pipeline, "scan", begin)
    assert cli("check", ".", *options) == 130
    assert capsys.readouterr().err == f"Interrupted: {said}\n"
    assert Path("b.json").read_text(encoding="utf-8") == "{}"


def test_an_editor_is_served_as_the_configuration_of_each_folder_says(tmp_path, monkeypatch):
    served = []
    monkeypatch.setattr("checker.lsp.features.serve", served.append)
    assert run(["lsp", *FIXED]) == 0
    (configure,) = served
    for name in ("plain", "configured"):
        (tmp_path / name).mkdir()
    (tmp_path / "configured" / ".bedrock-eol.yaml").write_text("paths: [infra]\npolicy: strict\n", encoding="utf-8")
    paths, settings = configure(tmp_path / "plain")
    assert (paths, settings.judge, settings.policy) == ((".",), True, ("baseline",))
    paths, settings = configure(tmp_path / "configured")
    assert (paths, settings.judge, settings.policy) == (("infra",), True, ("strict",))


# What is said of a baseline


def test_nothing_is_said_of_a_baseline_that_is_only_read_or_where_it_is_to_be_quiet(project, cli, capsys):
    project(EOL)
    assert cli("check", ".", "--write-baseline", "b.json", "--quiet") == 0
    assert capsys.readouterr().err == ""
    assert cli("check", ".", "--baseline", "b.json") == 0
    assert capsys.readouterr().err == ""
    assert cli("check", ".", "--baseline", "b.json", "--prune-baseline", "--quiet") == 0
    assert capsys.readouterr().err == ""


@pytest.mark.skipif(os.name != "posix", reason="needs a device")
def test_a_baseline_that_cannot_be_read_back_is_not_counted(project, cli, capsys):
    project(EOL)
    assert cli("check", ".", "--write-baseline", os.devnull) == 0
    assert capsys.readouterr().err == f"Wrote the baseline to {os.devnull}.\n"


def test_without_standard_input_a_run_says_so(project, cli, capsys, monkeypatch):
    project(ACTIVE)
    monkeypatch.setattr("sys.stdin", None)
    assert cli("check", "-") == 2
    assert "standard input is closed" in capsys.readouterr().err


def test_a_forecast_of_what_could_not_be_read_whole_is_3_whatever_it_foresees(project, capsys, tmp_path):
    project("anthropic.test-legacy-v1:0")
    (tmp_path / "broken.tf").write_text('resource "x" {\n', encoding="utf-8")
    arguments = ["forecast", ".", "--catalog", str(CATALOG), "--as-of", "2026-11-24", "--region", "us-east-1"]
    assert run([*arguments, "--format", "json"]) == 3
    assert json.loads(capsys.readouterr().out)["breaks"]


def test_the_settings_of_a_list_have_no_policy(settings_of):
    judged, listed = settings_of("check"), settings_of("refs")
    assert (judged.judge, judged.policy) == (True, ("baseline",))
    assert (listed.judge, listed.policy) == (False, ())
