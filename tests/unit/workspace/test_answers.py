"""Files of answers: both forms, what is refused and where, and the way back."""

import json
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from checker.errors import ParseError, UsageError
from checker.model.answers import Answer, AnswerKind, Answers, Reader
from checker.source.files import Boundary, SourceFiles
from checker.values import Text, certainty
from checker.values.operations import text
from checker.workspace.answers import answers_schema, as_document, load_answers, parse_answers

OWN = """\
version: 1
account: "111122223333"
region: us-east-1
asked_on: 2026-11-30
parameters:
  - name: /ai/chat
    value: first.model
  - name: /ai/chat:2
    value: second.model
    region: eu-west-1
exports:
  - {name: shared, value: third.model, account: "444455556666", asked_on: 2026-11-01}
resources:
  - name: arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc
    models: [fourth.model, arn:aws:bedrock:us-east-1::foundation-model/fifth.model]
"""
NOWHERE = Reader((), None, "AWS::Region")


def told(answers):
    return [(one.kind.name, one.name, one.values, one.region, one.account, one.asked_on) for one in answers]


def test_an_entry_has_what_it_says_itself_and_else_what_the_file_says():
    day = date(2026, 11, 30)
    arn = "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc"
    models = ("fourth.model", "arn:aws:bedrock:us-east-1::foundation-model/fifth.model")
    found = parse_answers(OWN, "a.yaml")
    assert told(found) == [
        ("PARAMETER", "/ai/chat", ("first.model",), "us-east-1", "111122223333", day),
        ("PARAMETER", "/ai/chat:2", ("second.model",), "eu-west-1", "111122223333", day),
        ("EXPORT", "shared", ("third.model",), "us-east-1", "444455556666", date(2026, 11, 1)),
        ("RESOURCE", arn, models, "us-east-1", "111122223333", day),
    ]
    assert [one.location.line for one in found] == [7, 9, 12, 15]


def test_what_is_written_is_read_back_and_holds_no_secure_string():
    secret = Answer(AnswerKind.PARAMETER, "/secret", ())
    document = as_document(Answers((*parse_answers(OWN, "a.yaml"), secret)))
    jsonschema.validate(document, answers_schema())
    assert told(parse_answers(json.dumps(document), "b.json")) == told(parse_answers(OWN, "a.yaml"))
    assert as_document(Answers()) == {"version": 1}


# As `aws ssm get-parameters` and the others print it.
STORED = {
    "Name": "/ai/chat",
    "Type": "String",
    "Value": "first.model",
    "Version": 3,
    "LastModifiedDate": "2026-05-01T10:00:00.000000+00:00",
    "ARN": "arn:aws:ssm:eu-west-1:111122223333:parameter/ai/chat",
    "DataType": "text",
}
SECURE = {**STORED, "Name": "/ai/key", "Type": "SecureString", "Value": "AQICAHh", "Version": 1}


@pytest.mark.parametrize(
    "printed",
    [
        {"Parameters": [STORED, SECURE], "InvalidParameters": ["/not/there"]},
        {"Parameters": [SECURE, STORED]},
    ],
)
def test_what_the_cli_prints_of_parameters(printed):
    answers = Answers(parse_answers(json.dumps(printed), "p.json"))
    (chat,) = answers.value(AnswerKind.PARAMETER, name("/ai/chat"), NOWHERE)
    assert (chat.atom.plain, certainty(chat.given).value) == ("first.model", "account")
    assert [str(each) for each in chat.given] == ['SSM parameter /ai/chat in eu-west-1 = "first.model"']
    (third,) = answers.value(AnswerKind.PARAMETER, name("/ai/chat:3"), NOWHERE)
    assert third.atom.plain == "first.model"
    assert answers.value(AnswerKind.PARAMETER, name("/ai/chat:2"), NOWHERE) is None
    (key,) = answers.value(AnswerKind.PARAMETER, name("/ai/key"), NOWHERE)
    assert key.atom.cause.value == "sensitive"
    assert "AQICAHh" not in repr(answers)
    assert answers.value(AnswerKind.PARAMETER, name("/not/there"), NOWHERE) is None


def test_what_the_cli_prints_of_one_parameter_of_a_label_and_of_exports():
    one = parse_answers(json.dumps({"Parameter": {**STORED, "Selector": ":live"}}), "p.json")
    assert [each.name for each in one] == ["/ai/chat:3", "/ai/chat:live"]
    stack = "arn:aws:cloudformation:us-west-2:111122223333:stack/s/0a"
    exports = "Exports:\n- ExportingStackId: " + stack + "\n  Name: shared\n  Value: a.model\n- {Name: b, Value: c}\n"
    found = parse_answers(exports, "e.yaml")
    assert told(found) == [
        ("EXPORT", "shared", ("a.model",), "us-west-2", "111122223333", None),
        ("EXPORT", "b", ("c",), None, None, None),
    ]
    # The location is that of the value.
    assert [(each.location.line, each.location.column) for each in found] == [(4, 10), (5, 20)]


def name(content: str) -> Text:
    return text(content)[0].atom


def answer(content, region=None, account=None):
    return Answer(AnswerKind.PARAMETER, "/m", (content,), region, account)


@pytest.mark.parametrize(
    ("reader", "expected"),
    [
        (Reader(("us-east-1",), None, "R"), [("one", ["SSM parameter"])]),
        (Reader(("eu-west-1",), None, "R"), [("two", ["SSM parameter"])]),
        (Reader(("sa-east-1",), None, "R"), None),
        (Reader((), None, "R"), [("one", ["R", "SSM parameter"]), ("two", ["R", "SSM parameter"])]),
        (Reader((), "9", "R"), None),
    ],
)
def test_an_answer_counts_in_its_own_region_and_account(reader, expected):
    answers = Answers((answer("one", "us-east-1", "1"), answer("two", "eu-west-1", "1")))
    value = answers.value(AnswerKind.PARAMETER, name("/m"), reader)
    found = value and [
        (one.atom.plain, sorted(each.subject.removesuffix(f" /m in {region(one)}") for each in one.given))
        for one in value
    ]
    assert found == expected


def region(one):
    return {"one": "us-east-1", "two": "eu-west-1"}[one.atom.plain]


def test_the_same_answer_of_several_regions_is_no_choice_and_the_later_of_two_counts():
    same = Answers((answer("one", "us-east-1"), answer("one", "eu-west-1")))
    assert len(same.value(AnswerKind.PARAMETER, name("/m"), NOWHERE)) == 1
    later = Answers((answer("one"), answer("two")))
    assert [one.atom.plain for one in later.value(AnswerKind.PARAMETER, name("/m"), NOWHERE)] == ["two"]


def test_a_parameter_that_code_names_by_its_arn():
    answers = Answers((answer("one"), Answer(AnswerKind.PARAMETER, "plain", ("two",))))
    for arn, expected in (("parameter/m", "one"), ("parameter/plain", "two")):
        (found,) = answers.value(AnswerKind.PARAMETER, name(f"arn:aws:ssm:us-east-1:1:{arn}"), NOWHERE)
        assert found.atom.plain == expected


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "a.yaml:1:1: a file of answers is one document"),
        ("version: 1\n---\nversion: 1\n", "a.yaml:3:1: a file of answers is one document"),
        ("[]", "a.yaml:1:1: the file of answers has to be a mapping"),
        ("parameters: []", "a.yaml:1:1: the file of answers has no 'version'"),
        ("version: 2", "a.yaml:1:10: 'version' has to be 1, not 2"),
        ("version: 1\nparametres: []", "a.yaml:2:1: unknown key 'parametres'"),
        ("version: 1\nparameters: {/a: b}", "a.yaml:2:13: 'parameters' has to be a list"),
        ("version: 1\nparameters: [{name: x}]", "a.yaml:2:14: a parameter has no 'value'"),
        ("version: 1\nparameters: [{name: x, value: 5}]", "a.yaml:2:31: 'value' has to be a text"),
        (
            "version: 1\nparameters:\n- {name: x, value: y, type: SecureString}",
            "a.yaml:3:23: unknown key 'type' in a parameter",
        ),
        ("version: 1\nresources: [{name: x, models: []}]", "a.yaml:2:31: 'models' is empty"),
        ("version: 1\nresources: [{name: x, value: y}]", "a.yaml:2:13: a resource has no 'models'"),
        ("version: 1\naccount: 111122223333", "a.yaml:2:10: 'account' has to be a text"),
        ("version: 1\naccount: '1'", "a.yaml:2:10: '1' is not an account"),
        ("version: 1\nregion: us-est-1", "a.yaml:2:9: 'us-est-1' is not a Region of AWS; did you mean"),
        ("version: 1\nexports: [{name: x, value: y, asked_on: 2026-02-30}]", "a.yaml:2:41: there is no day 2026-02-30"),
        ("version: 1\nasked_on: 30.11.2026", "a.yaml:2:11: '30.11.2026' is not a day"),
        ("version: 1\nparameters: [", "a.yaml:2:14: expected a value"),
        ('{"Parameters": {"a": "b"}}', "a.yaml:1:16: 'Parameters' of the AWS CLI's output is no list"),
        ('{"Parameters": ["a"]}', "a.yaml:1:17: an entry of 'Parameters'"),
        (
            '{"Parameter": {"Name": "a", "Type": "String", "Value": "b", "ARN": "arn:aws:ssm:us-east++-1:1:a"}}',
            "a.yaml:1:68: 'us-east++-1' is not a Region of AWS; did you mean 'us-east-1'?",
        ),
        ('{"Parameters": [{"Name": "a", "Type": "String"}]}', "a.yaml:1:17: an entry of the AWS CLI's output has no"),
        (
            '{"Exports": [{"Name": 1, "Value": "a"}]}',
            "a.yaml:1:23: an entry of the AWS CLI's output has no text 'Name'",
        ),
    ],
)
def test_what_is_no_answer_is_refused_with_its_place(content, message):
    with pytest.raises((ParseError, UsageError)) as caught:
        parse_answers(content, "a.yaml")
    assert message in str(caught.value)


def test_all_faults_of_a_file_are_told_and_a_file_that_is_not_there(tmp_path):
    files = SourceFiles(Boundary(tmp_path), tmp_path)
    (tmp_path / "a.yaml").write_text("version: 1\nregion: x\nasked_on: y\n")
    with pytest.raises(UsageError) as caught:
        load_answers([Path("a.yaml")], files)
    assert [line.split()[:2] for line in str(caught.value).splitlines()] == [
        ["--answers", "a.yaml:2:9:"],
        ["--answers", "a.yaml:3:11:"],
    ]
    with pytest.raises(UsageError, match=r"--answers b\.yaml: "):
        load_answers([Path("b.yaml")], files)


def test_a_file_that_grows_without_end_when_its_aliases_are_expanded_is_refused():
    levels = "".join(f"- &l{level} [{', '.join([f'*l{level - 1}'] * 9)}]\n" for level in range(1, 9))
    with pytest.raises(ParseError, match=r"a\.yaml:\d+:\d+: the document has more than 2,000,000 nodes"):
        parse_answers("version: 1\nparameters:\n- &l0 [a, a, a]\n" + levels, "a.yaml")
