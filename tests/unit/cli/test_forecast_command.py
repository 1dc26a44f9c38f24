"""`forecast`: the first day on which each use breaks each rule, in each format."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

CATALOG = str(Path(__file__).parents[2] / "catalog.json")
FIXED = ("--catalog", CATALOG, "--as-of", "2026-11-24")
TEMPLATE = """Resources:
  Chat:
    Type: AWS::Bedrock::Agent
    Properties: {{AgentName: chat, FoundationModel: {model}}}
"""
Cli = Callable[..., int]


@pytest.fixture
def breaks(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., dict[str, str]]:
    """The first day of each rule for an agent in us-east-1 with the model."""

    def made(model: str, *arguments: str) -> dict[str, str]:
        (tmp_path / "agent.yaml").write_text(TEMPLATE.format(model=model), encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        fixed = ("forecast", "agent.yaml", *FIXED, "--region", "us-east-1", "--format", "json")
        assert cli(*fixed, *arguments) == 0
        found = json.loads(capsys.readouterr().out)["breaks"]
        assert [each["first_day"] for each in found] == sorted(each["first_day"] for each in found)
        return {each["rule"]: each["first_day"] for each in found}

    return made


def test_what_breaks_already_is_listed_only_if_asked_for(breaks: Callable[..., dict[str, str]]) -> None:
    assert "eol-reached" not in breaks("anthropic.test-eol-v1:0")
    assert breaks("anthropic.test-eol-v1:0", "--already-broken")["eol-reached"] == "2026-11-24"


def test_the_days_to_come(breaks: Callable[..., dict[str, str]]) -> None:
    # Legacy, with its end 189 days from the day: 2027-06-01.
    found = breaks("anthropic.test-legacy-v1:0", "--already-broken")
    assert (found["legacy-model"], found["eol-within-90-days"], found["eol-reached"]) == (
        "2026-11-24", "2027-03-03", "2027-06-01",
    )  # fmt: skip


def test_nothing_is_foreseen_of_what_nothing_is_known(breaks: Callable[..., dict[str, str]]) -> None:
    assert "eol-reached" not in breaks("anthropic.test-active-v1:0")


def test_a_company_deadline_counts(breaks: Callable[..., dict[str, str]], tmp_path: Path) -> None:
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text(
        "version: 1\ndates: [{model: anthropic.test-active-v1:0, deadline: 2028-03-01, reason: r}]\n", encoding="utf-8"
    )
    found = breaks("anthropic.test-active-v1:0", "--catalog-overlay", str(overlay))
    assert (found["eol-within-90-days"], found["eol-reached"]) == ("2027-12-02", "2028-03-01")


def test_a_waiver_moves_the_first_day_behind_its_last(breaks: Callable[..., dict[str, str]], tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(
        "version: 1\nextends: [baseline]\nwaivers:\n  - {rule: legacy-model, match: {model: anthropic.*}, reason: r,"
        " until: 2027-01-05}\n  - {rule: eol-reached, match: {model: anthropic.*}, reason: r, until: 2027-01-05}\n",
        encoding="utf-8",
    )
    found = breaks("anthropic.test-legacy-v1:0", "--policy", str(policy))
    assert found["legacy-model"] == "2027-01-06"
    # A waiver that has ended by then moves nothing.
    assert found["eol-reached"] == "2027-06-01"


def test_the_table_begins_with_what_comes_first_and_ends_with_what_it_comes_to(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "agent.yaml").write_text(TEMPLATE.format(model="anthropic.test-legacy-v1:0"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert cli("forecast", "agent.yaml", *FIXED, "--region", "us-east-1") == 0
    lines = capsys.readouterr().out.splitlines()
    days = [line[:10] for line in lines if line.startswith("20")]
    assert days == sorted(days)
    assert days == ["2027-03-03"]
    assert lines[lines.index("2027-03-03  in 99 days") + 1] == "  error    agent.yaml:4:52"
    text = " ".join(" ".join(lines).split())
    assert "anthropic.test-legacy-v1:0 in us-east-1 breaks eol-within-90-days; EOL 2027-06-01, in 189 days." in text
    assert "Then eol-reached (error) on 2027-06-01. Used by Chat FoundationModel." in text
    assert "1 reference breaks a rule today" in text
    assert any("with catalog data of 2026-11-01" in line or "2026-11-01" in line for line in lines)
    assert lines[-1].startswith(
        "forecast: first error on 2027-03-03 (in 99 days), eol-within-90-days (1 reference, 0 of them unresolved;"
    )


def test_what_is_unresolved_is_never_fine(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "Parameters:\n  Model: {Type: String}\n" + TEMPLATE.format(model="!Ref Model")
    (tmp_path / "agent.yaml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert cli("forecast", "agent.yaml", *FIXED) == 0
    assert "(1 reference, 1 of them unresolved)" in capsys.readouterr().out
    assert cli("forecast", "agent.yaml", *FIXED, "--format", "json") == 0
    document = json.loads(capsys.readouterr().out)
    assert [each["address"] for each in document["unresolved"]] == ["Chat"]


def test_what_cannot_be_read_gives_exit_code_3(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "main.tf").write_text('resource "x" {', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert cli("forecast", ".", *FIXED) == 3
    assert "models may have been missed" in " ".join(capsys.readouterr().out.split())


def test_a_calendar_and_a_table_at_once(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "agent.yaml").write_text(TEMPLATE.format(model="anthropic.test-legacy-v1:0"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert cli("forecast", "agent.yaml", *FIXED, "--region", "us-east-1", "--format", "terminal",
               "--format", "ics=team.ics") == 0  # fmt: skip
    assert "forecast: " in capsys.readouterr().out
    text = (tmp_path / "team.ics").read_bytes().decode().replace("\r\n ", "")
    assert "DTSTART;VALUE=DATE:20270303\r\n" in text
    assert "SUMMARY:error: anthropic.test-legacy-v1:0 breaks eol-within-90-days (1 reference)\r\n" in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--format", "jsn"], "did you mean 'json'"),
        (["--format", "ics="], "the name of the file is missing"),
        (["--format", "json", "--format", "ics"], "cannot both go to standard output"),
    ],
)
def test_wrong_formats(cli: Cli, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str) -> None:
    assert cli("forecast", ".", *arguments) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (("--until", "2027-03-02"), set()),
        (("--until", "2027-03-03"), {"eol-within-90-days"}),
        (("--on", "2027-06-01"), {"eol-reached"}),
        (("--on", "2027-06-02"), set()),
        (("--until", "2027-03-03", "--already-broken"), {"eol-within-90-days", "legacy-model"}),
    ],
)
def test_a_day_bounds_the_forecast(
    breaks: Callable[..., dict[str, str]], arguments: tuple[str, ...], found: set[str]
) -> None:
    grave = {"eol-within-90-days", "eol-reached", "legacy-model"}
    assert grave & set(breaks("anthropic.test-legacy-v1:0", *arguments)) == found


SHARED = """Mappings:
  Models: {{Chat: {{Id: {model}}}}}
Resources:
  Chat:
    Type: AWS::Bedrock::Agent
    Properties: {{AgentName: chat, FoundationModel: !FindInMap [Models, Chat, Id]}}
  Other:
    Type: AWS::Bedrock::Agent
    Properties: {{AgentName: other, FoundationModel: !FindInMap [Models, Chat, Id]}}
"""


def test_a_line_to_change_is_one_row_for_all_its_uses_and_rules(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "agent.yaml").write_text(SHARED.format(model="anthropic.test-legacy-v1:0"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    run = ("forecast", "agent.yaml", *FIXED, "--region", "us-east-1", "--format")
    assert cli(*run, "csv") == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert head.startswith("first_day,days,severity,rules,model,regions,eol_date,file,line,column,address,uses,later,")
    (row,) = rows
    assert row == (
        "2027-03-03,99,error,eol-within-90-days,anthropic.test-legacy-v1:0,us-east-1,2027-06-01,agent.yaml,2,23,Chat,2,"
        "2027-06-01:eol-reached,"
    )
    assert cli(*run, "json") == 0
    document = json.loads(capsys.readouterr().out)
    (line,) = document["lines"]
    assert (line["file"], line["line"], line["uses"]) == (
        "agent.yaml", 2, ["Chat FoundationModel", "Other FoundationModel"],
    )  # fmt: skip
    assert [step["rule"] for step in line["steps"]] == ["eol-within-90-days", "eol-reached"]
    assert document["summary"]["already_broken"] == 2
    assert cli(*run, "terminal") == 0
    assert "Used by Chat FoundationModel and 1 more use." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--on", "x"], "--on: 'x' is not a day"),
        (["--on", "2026-11-23"], "--on 2026-11-23 is before 2026-11-24"),
        (["--on", "2027-01-01", "--until", "2027-01-01"], "contradict each other"),
    ],
)
def test_wrong_days(cli: Cli, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str) -> None:
    assert cli("forecast", ".", *FIXED, *arguments) == 2
    assert words in capsys.readouterr().err
