"""The report for people: what it must show, and what it must never do."""

import re
import unicodedata
from itertools import pairwise

import pytest

from checker.report import renderer
from checker.report.view import Verdict

render = renderer("terminal", judged=True)
render_references = renderer("terminal", judged=False)

ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


def last_line(text):
    return text.rstrip("\n").split("\n")[-1]


def test_one_model_written_once_is_one_block(make_scenario):
    scenario = make_scenario("findings")
    text = render(scenario.view, scenario.options())
    assert text.count("eol-within-90-days  variables.tf:3:13") == 1
    assert text.count("Reaches end of life in us-east-1 on 2027-02-22") == 1
    assert "Used by 2 agents; granted in data.aws_iam_policy_document.invoke (warning)." in text
    assert "module.agent.aws_bedrockagent_agent.this" not in text
    text = render(scenario.view, scenario.options(verbose=True))
    assert text.count("Reaches end of life in us-east-1 on 2027-02-22") == 1
    for address in (
        "module.agent.aws_bedrockagent_agent.this",
        'aws_bedrockagent_prompt.triage["a b"]',
        "data.aws_iam_policy_document.invoke",
    ):
        assert address in text


def test_the_model_is_marked_in_its_line(make_scenario):
    scenario = make_scenario("findings")
    lines = render(scenario.view, scenario.options()).split("\n")
    for shown, marked in pairwise(lines):
        if set(marked.strip(" │")) == {"^"}:
            start, end = marked.index("^"), marked.rindex("^") + 1
            assert shown[start:end] in ("us.anthropic.test-soon-v1:0", "anthropic.test-eol-v1:0")
    assert sum("^^^" in line for line in lines) == 3


def test_trail_and_dates_are_told_in_full(make_scenario):
    scenario = make_scenario("findings")
    assert "input model of module.agent" not in render(scenario.view, scenario.options())
    text = render(scenario.view, scenario.options(verbose=True))
    assert "input model of module.agent at agents.tf:3:9" in text
    assert "modules/agent/main.tf:4:22" in text
    assert "EOL 2027-02-22 (in 90 days)" in text
    assert "EOL 2026-09-10 (75 days ago)" in text
    assert 'if var.stage = "dev"' in text


def test_notes_and_waived_are_counted_and_shown_only_in_full(make_scenario):
    scenario = make_scenario("findings")
    text = render(scenario.view, scenario.options())
    assert "1 note not shown here" in text
    assert "1 waived (the first until 2027-01-05)" in text
    assert "guaranteed-runway" not in text
    assert "OPS-123" not in text
    full = render(scenario.view, scenario.options(verbose=True))
    assert "guaranteed-runway-90-days" in full
    assert "tracked in OPS-123" in full


def test_quiet_shows_errors_and_the_same_verdict(make_scenario):
    scenario = make_scenario("findings")
    quiet = render(scenario.view, scenario.options(quiet=True))
    assert "stale-catalog" not in quiet
    assert "eol-reached  agents.tf:7" in quiet
    assert last_line(quiet) == last_line(render(scenario.view, scenario.options()))


def test_severity_is_a_word_without_colors(make_scenario):
    scenario = make_scenario("findings")
    plain = render(scenario.view, scenario.options())
    colored = render(scenario.view, scenario.options(color=True))
    assert "\x1b[" in colored
    assert "\x1b" not in plain
    assert ESCAPES.sub("", colored) == plain


@pytest.mark.parametrize("width", [80, 200])
def test_lines_keep_to_the_width_but_for_long_names(make_scenario, width):
    scenario = make_scenario("findings")
    text = render(scenario.view, scenario.options(width=width))
    assert max(len(line) for line in text.split("\n")) <= width


def test_no_id_or_path_is_broken(make_scenario):
    scenario = make_scenario("findings")
    text = render(scenario.view, scenario.options(width=40, verbose=True))
    for whole in ("module.agent.aws_bedrockagent_agent.this", "modules/agent/main.tf:4:22", "anthropic.test-soon-v1:0"):
        assert whole in text


def test_clean_is_said_only_where_all_is_known(scenario):
    said = last_line(render(scenario.view, scenario.options()))
    assert said.startswith("clean:") == (scenario.name == "clean")


def test_the_last_line_counts_what_is_unresolved(make_scenario):
    scenario = make_scenario("unresolved")
    for options in (scenario.options(), scenario.options(quiet=True)):
        said = last_line(render(scenario.view, options))
        assert said == "passed: 9 warnings; 10 references unresolved."


def test_unresolved_references_are_grouped_and_all_listed_on_demand(make_scenario):
    scenario = make_scenario("unresolved")
    text = render(scenario.view, scenario.options())
    assert text.count("(input-not-set)") == 1
    assert "and 6 more (--verbose lists them)" in text
    assert "aws_bedrockagent_agent.a9 " not in text
    assert "aws_bedrockagent_agent.partly" in text
    assert "aws_bedrockagent_agent.a9 " in render(scenario.view, scenario.options(verbose=True))


def test_incomplete_problems_come_first_with_their_advice(make_scenario):
    scenario = make_scenario("incomplete")
    text = render(scenario.view, scenario.options())
    assert text.index("invalid-syntax  modules/agent/main.tf:3:1") < text.index("second-reader  b.tf:4:2")
    assert "Run `terraform show -json`." in text
    assert last_line(text).startswith("incomplete:")
    assert "2 problems left the analysis incomplete" in last_line(text)


def test_no_line_of_a_plan_is_shown(make_scenario):
    scenario = make_scenario("plan")
    text = render(scenario.view, scenario.options())
    assert "s3cret" not in text
    assert "error  eol-reached  aws_bedrockagent_agent.chat\n" in text
    assert "plan.json:2:5" not in text


def test_a_file_that_is_gone_has_no_excerpt(make_scenario):
    scenario = make_scenario("findings")
    text = render(scenario.view, type(scenario.options())(Verdict.FAILED))
    assert "^" not in text
    assert "variables.tf:3:13" in text


@pytest.mark.parametrize("write", [render, render_references])
def test_untrusted_text_cannot_steer_a_terminal(make_scenario, write):
    scenario = make_scenario("hostile")
    for options in (scenario.options(), scenario.options(color=True), scenario.options(verbose=True, width=40)):
        text = ESCAPES.sub("", write(scenario.view, options))
        bad = {c for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
        assert not bad
        for line in text.split("\n"):
            assert not line.lstrip().startswith("::")
            assert "##vso[" not in line
        assert "[bold red]x[/] :smile:" in text
    assert "\\x1b" in text


@pytest.mark.parametrize("write", [render, render_references])
def test_ascii_output_is_ascii(scenario, write):
    assert write(scenario.view, scenario.options(unicode=False)).isascii()
