"""The summary page of a job on GitHub."""

SUMMARY = "GITHUB_STEP_SUMMARY"
EOL = "anthropic.test-eol-v1:0"


def test_the_github_format_appends_to_the_summary(project, cli, capsys, tmp_path, monkeypatch):
    project(EOL)
    summary = tmp_path / "summary.md"
    summary.write_text("before\n", encoding="utf-8")
    monkeypatch.setenv(SUMMARY, str(summary))
    assert cli("check", "agent.yaml", "--format", "github") == 1
    assert capsys.readouterr().out.startswith("::error file=agent.yaml,line=")
    text = summary.read_text(encoding="utf-8")
    assert text.startswith("before\n<!-- bedrock-eol ")
    assert EOL in text


def test_no_other_format_writes_it(project, cli, capsys, tmp_path, monkeypatch):
    project(EOL)
    summary = tmp_path / "summary.md"
    monkeypatch.setenv(SUMMARY, str(summary))
    cli("check", "agent.yaml", "--format", "markdown", "--format", "json=out.json")
    assert not summary.exists()
    monkeypatch.delenv(SUMMARY)
    assert cli("check", "agent.yaml", "--format", "github") == 1


def test_a_summary_that_cannot_be_written_is_a_usage_error(project, cli, capsys, tmp_path, monkeypatch):
    project(EOL)
    monkeypatch.setenv(SUMMARY, str(tmp_path / "missing" / "summary.md"))
    assert cli("check", "agent.yaml", "--format", "github") == 2
    assert "GITHUB_STEP_SUMMARY" in capsys.readouterr().err
