"""Resources in JSON that cannot name a model: they are left out, and everything else stays in its place."""

import json

import pytest

from checker.frontends.cloudformation.documents import parse_document
from checker.frontends.cloudformation.json_templates import outline

QUEUE = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "a é b", "Tags": [{"Key": "x", "Value": "}{"}]}}
LOUD = {"Type": "AWS::Bedrock::Agent", "Properties": {"FoundationModel": "model", "AgentName": {"Ref": "First"}}}
TEMPLATE = {"Description": "two\nlines", "Resources": {"First": QUEUE, "Loud": LOUD, "Last": QUEUE}, "Outputs": {}}


def look(content):
    return b"model" in content


def locations(node, path=()):
    yield path, node.location
    for key, inner in getattr(node, "entries", ()):
        yield (*path, key.value, "key"), key.location
        yield from locations(inner, (*path, key.value))
    for number, inner in enumerate(getattr(node, "items", ())):
        yield from locations(inner, (*path, number))


@pytest.mark.parametrize("form", [{"indent": 2}, {}, {"indent": 2, "separators": (",", ":")}, {"indent": "\t"}])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_everything_else_stays_in_its_place(tmp_path, form, line_end):
    text = json.dumps(TEMPLATE, **form).replace("\n", line_end)
    whole = dict(locations(parse_document(tmp_path, "t.json", text).roots[0]))
    document = parse_document(tmp_path, "t.json", text, look)
    assert set(document.quiet) == {"First", "Last"}
    assert document.text == text
    left = dict(locations(document.roots[0]))
    assert all(
        whole[path] == location for path, location in left.items() if path[-1:] != ("Type",) and "Type" not in path
    )
    kept = {path for path in whole if path[:2] not in {("Resources", "First"), ("Resources", "Last")}}
    assert kept <= left.keys()
    assert dict(locations(document.whole().roots[0])) == whole


@pytest.mark.parametrize(
    ("change", "quiet"),
    [
        (lambda t: t["Resources"].update(More={"Type": "AWS::CloudFormation::Stack"}), set()),
        (lambda t: t.update(Parameters={"P": {"Default": "model"}}), set()),
        (lambda t: t["Resources"]["Last"].pop("Type"), {"First"}),
        (lambda t: t["Resources"].update(Last={"Fn::ImportValue": "x", "Type": "A::B::C"}), {"First"}),
        (lambda t: t["Resources"].update(Last={"Type": "AWS::SSM::Parameter"}), {"First"}),
        (lambda t: t["Resources"].update(Last={"Type": "AWS::SSM::Parameter", "Value": {"Ref": "Loud"}}), set()),
        (lambda t: t["Resources"].update(Last={"Type": "A::B::C", "Value": {"Ref": "Loud"}}), {"First"}),
        (lambda t: t["Resources"].update(Last={"Type": "A::B::C", "Value": "{{resolve:ssm:/a}}"}), {"First"}),
        (
            lambda t: (
                t.update(Parameters={"Stored": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/a"}}),
                t["Resources"].update(Last={"Type": "A::B::C", "Properties": {"Value": {"Ref": "Stored"}}}),
            ),
            {"First"},
        ),
    ],
)
def test_what_may_use_a_model_is_read(tmp_path, change, quiet):
    template = json.loads(json.dumps(TEMPLATE))
    change(template)
    made = parse_document(tmp_path, "t.json", json.dumps(template), look)
    assert set(made.quiet) == quiet


@pytest.mark.parametrize(
    "text",
    [
        '{"Resources": {"A": {"Type": "A::B::C"}, "A": {"Type": "A::B::C"}, "L": "model"}}',
        '{"Resources": {"A": {"Type": "A::B::C", "Type": "A::B::D"}, "L": "model"}}',
        '{"Resources": {"A": {"Type": "A::B::C"}, "L": "model"}, "Resources": {}}',
        '{"Resources": {"A": {"Type": "A::B::C"}, "L": NaN}}',
        '{"Resources": {"A": {"Type": "A::B::C"}, "L": "model"',
        '{"Resources": {}}',
        "[]",
    ],
)
def test_what_is_wrong_is_left_to_the_parser(text):
    assert outline(text, "t.json", look, is_silent=False) is None
