"""The JSON report keeps its contract."""

import json
from importlib import resources

import jsonschema
import pytest

from checker.model.finding import Status
from checker.model.lifecycle import Stage
from checker.model.policy import Severity
from checker.model.problem import ProblemKind
from checker.model.reference import Form, Kind, Role, Usage
from checker.model.resource import Change, Framework, InputKind
from checker.report import json as json_report
from checker.report.view import Verdict
from checker.values import Cause, Certainty

SCHEMA = json.loads(resources.files("checker.report").joinpath("data/report.schema.json").read_text(encoding="utf-8"))


def written(view, options):
    return "".join(json_report.pieces(view, options))


def test_what_is_written_in_pieces_is_what_the_library_writes(scenario):
    whole = json.dumps(json_report.report(scenario.view, scenario.options()), ensure_ascii=True, indent=2) + "\n"
    assert written(scenario.view, scenario.options()) == whole


def test_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_report_follows_the_schema(scenario):
    report = json.loads(written(scenario.view, scenario.options()))
    jsonschema.Draft202012Validator(SCHEMA).validate(report)


def test_keys_stand_in_the_order_of_the_schema(make_scenario):
    scenario = make_scenario("findings")
    report = json.loads(written(scenario.view, scenario.options()))
    definitions = SCHEMA["$defs"]
    assert list(report) == list(SCHEMA["properties"])
    assert list(report["references"][0]) == list(definitions["reference"]["properties"])
    assert list(report["references"][0]["candidates"][0]) == list(definitions["candidate"]["properties"])
    assert list(report["findings"][0]) == list(definitions["finding"]["properties"])
    assert list(report["summary"]) == list(definitions["summary"]["properties"])


def test_every_object_of_the_schema_is_closed():
    def objects(node):
        if isinstance(node, dict):
            if node.get("type") == "object":
                yield node
            for value in node.values():
                yield from objects(value)
        elif isinstance(node, list):
            for value in node:
                yield from objects(value)

    found = list(objects(SCHEMA))
    assert len(found) > 10
    for each in found:
        assert each["additionalProperties"] is False
        assert each["required"] == list(each["properties"])


@pytest.mark.parametrize(
    ("definition", "key", "vocabulary"),
    [
        ("reference", "framework", Framework),
        ("reference", "kind", Kind),
        ("reference", "role", Role),
        ("reference", "usage", Usage),
        ("reference", "change", Change),
        ("candidate", "form", Form),
        ("candidate", "certainty", Certainty),
        ("finding", "severity", Severity),
        ("finding", "status", Status),
        ("finding", "certainty", Certainty),
        ("finding", "stage", Stage),
        ("problem", "kind", ProblemKind),
        ("summary", "verdict", Verdict),
    ],
)
def test_vocabularies_are_those_of_the_model(definition, key, vocabulary):
    words = SCHEMA["$defs"][definition]["properties"][key]["enum"]
    assert {word for word in words if word is not None} == {str(word) for word in vocabulary}


def test_other_vocabularies_are_those_of_the_model():
    kinds = SCHEMA["properties"]["inputs"]["items"]["properties"]["kind"]["enum"]
    assert set(kinds) == {str(kind) for kind in InputKind}
    causes = SCHEMA["$defs"]["reference"]["properties"]["unresolved"]["anyOf"][0]["properties"]["cause"]["enum"]
    assert set(causes) == {str(cause) for cause in Cause}
    summary = SCHEMA["$defs"]["summary"]["properties"]
    assert set(summary["findings_by_status"]["properties"]) == {str(status) for status in Status}
    assert set(summary["open_findings"]["properties"]) == {str(severity) for severity in Severity}


def test_an_unknown_key_or_word_is_refused(make_scenario):
    scenario = make_scenario("findings")
    validator = jsonschema.Draft202012Validator(SCHEMA)
    report = json_report.report(scenario.view, scenario.options())
    assert validator.is_valid(report)
    assert not validator.is_valid({**report, "more": 1})
    report["findings"][0]["status"] = "ignored"
    assert not validator.is_valid(report)


def test_summary_counts(make_scenario):
    scenario = make_scenario("findings")
    summary = json_report.report(scenario.view, scenario.options())["summary"]
    assert summary["verdict"] == "failed"
    assert summary["open_findings"] == {"error": 3, "warning": 3, "note": 1}
    assert summary["findings_by_status"]["waived"] == 1
    assert (summary["references"], summary["candidates"], summary["unresolved"]) == (6, 6, 0)


def test_the_report_is_ascii_and_the_same_each_time(scenario):
    text = written(scenario.view, scenario.options())
    assert text.isascii()
    assert "\x1b" not in text
    assert text == written(scenario.view, scenario.options(color=True, width=40))
