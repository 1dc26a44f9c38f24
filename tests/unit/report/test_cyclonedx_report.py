"""The bill of materials is valid, complete and the same each time."""

import json
import sys
from dataclasses import replace
from datetime import date

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from checker.errors import UsageError
from checker.model.reference import Usage
from checker.report import cyclonedx, renderer
from checker.report.escaping import printable
from checker.report.view import View

VALIDATOR = JsonStrictValidator(SchemaVersion.V1_6)


def bill_of(scan, options):
    return json.loads(cyclonedx.render(View(scan), options))


def facts(node):
    return {each["name"].removeprefix("bedrock-eol:"): each["value"] for each in node["properties"]}


def test_bill_is_valid(scenario):
    text = cyclonedx.render(scenario.view, scenario.options())
    assert VALIDATOR.validate_str(text) is None
    assert text.isascii()
    shown = json.dumps(json.loads(text), ensure_ascii=False)
    assert not any(character in shown for character in "\x1b\x9b\u202e\u2028\ufeff\ud800")
    assert "\\u001b" not in shown


def test_the_validator_refuses_what_is_wrong(make_scenario):
    scenario = make_scenario("findings")
    bill = bill_of(scenario.scan, scenario.options())
    bill["components"][0]["type"] = "model"
    assert VALIDATOR.validate_str(json.dumps(bill)) is not None


def test_every_model_in_use_and_no_other_is_in_it(scenario):
    bill = bill_of(scenario.scan, scenario.options())
    used = {
        printable(candidate.model or candidate.text)
        for reference in scenario.scan.references
        if reference.site.usage in (Usage.USE, Usage.INDIRECT)
        for candidate in reference.candidates
    }
    components = bill.get("components", [])
    assert {each["name"] for each in components} == used
    assert {each["type"] for each in components} <= {"machine-learning-model"}
    assert {each["bom-ref"] for each in components} == {
        ref for each in bill["dependencies"] for ref in each.get("dependsOn", [])
    }


def test_where_a_model_is_used_and_written(make_scenario):
    scenario = make_scenario("findings")
    bill = bill_of(scenario.scan, scenario.options())
    (soon,) = (each for each in bill["components"] if each["name"] == "anthropic.test-soon-v1:0")
    assert soon["group"] == "anthropic"
    assert soon["evidence"]["occurrences"] == [
        {
            "bom-ref": f"{soon['bom-ref']}:000001",
            "additionalContext": "written at variables.tf:3:13",
            "line": 12,
            "location": "agents.tf",
            "symbol": 'aws_bedrockagent_prompt.triage["a b"] variant[0].model_id',
        },
        {
            "bom-ref": f"{soon['bom-ref']}:000002",
            "additionalContext": "written at variables.tf:3:13",
            "line": 4,
            "location": "modules/agent/main.tf",
            "symbol": "module.agent.aws_bedrockagent_agent.this foundation_model",
        },
    ]
    assert facts(soon)["certainty"] == "default"
    assert facts(soon)["profile"] == "us"
    assert facts(bill["metadata"])["as-of"] == "2026-11-24"


def test_what_is_not_known_is_told(make_scenario):
    known = {
        name: facts(bill_of(make_scenario(name).scan, make_scenario(name).options())["metadata"])
        for name in ("clean", "unresolved", "incomplete")
    }
    assert known["clean"]["is-complete"] == "true"
    assert known["unresolved"]["is-complete"] == "false"
    assert known["unresolved"]["unresolved-references"] == "10"
    assert known["incomplete"]["is-complete"] == "false"
    assert known["incomplete"]["incomplete-problems"] == "2"


def test_a_model_that_is_only_granted_is_counted(make_scenario):
    scenario = make_scenario("findings")
    grant = scenario.scan.references[2]
    bill = bill_of(replace(scenario.scan, references=(grant,), findings=()), scenario.options())
    assert "components" not in bill
    assert facts(bill["metadata"])["named-but-not-used"] == "1"


def test_serial_number_and_time_follow_from_the_content(make_scenario):
    scenario = make_scenario("findings")
    bill = bill_of(scenario.scan, scenario.options())
    assert cyclonedx.render(scenario.view, scenario.options()) == cyclonedx.render(
        make_scenario("findings").view, scenario.options()
    )
    assert bill["metadata"]["timestamp"] == "2026-11-24T00:00:00+00:00"
    other = bill_of(replace(scenario.scan, as_of=date(2026, 11, 25)), scenario.options())
    assert other["serialNumber"] != bill["serialNumber"]
    fewer = bill_of(replace(scenario.scan, references=scenario.scan.references[:1]), scenario.options())
    assert fewer["serialNumber"] != bill["serialNumber"]


def test_without_the_library_the_message_says_what_to_install(monkeypatch):
    monkeypatch.delitem(sys.modules, "checker.report.cyclonedx")
    monkeypatch.setitem(sys.modules, "cyclonedx.model", None)
    with pytest.raises(UsageError, match=r"pip install 'cyclonedx-python-lib>=11'"):
        renderer("cyclonedx", judged=True)
