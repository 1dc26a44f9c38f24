"""Terraform's JSON syntax gives the tree of HCL."""

from decimal import Decimal
from typing import Any

import pytest

from checker.errors import ParseError
from checker.frontends.terraform.hcl.json_syntax import parse_file, parse_values
from checker.frontends.terraform.hcl.syntax import (
    Call,
    GetAttr,
    Literal,
    ObjectCons,
    Template,
    TemplateWrap,
    TupleCons,
)
from checker.source.locations import Location

TEXT = """{
  "//": "a comment",
  "terraform": {"required_version": ">= 1.9"},
  "variable": {
    "model": {"type": "map(string)", "default": "${not a template}", "//": "ignored"}
  },
  "locals": [{"a": 1.50, "b": true}, {"c": null, "d": 2.0}],
  "resource": {
    "aws_bedrockagent_agent": {
      "one": {
        "foundation_model": "${var.model}",
        "name": "x-${local.a}",
        "provider": "aws.west",
        "depends_on": ["aws_iam_role.x"],
        "lifecycle": {"create_before_destroy": true},
        "tags": {"${local.key}": "v"}
      },
      "two": [{"a": 1}, {"a": 2}]
    }
  },
  "module": {"m": {"source": "./m", "providers": {"aws": "aws.west"}}},
  "moved": {"from": "a.b", "to": "a.c"}
}"""


def attribute(block: Any, name: str) -> Any:
    found = block.body.get(name)
    assert found is not None
    return found.expression


def test_blocks_and_labels() -> None:
    parsed = parse_file(TEXT, "m.tf.json")
    assert parsed.json
    assert parsed.body.attributes == ()
    assert [(block.type, block.labels) for block in parsed.body.blocks] == [
        ("terraform", ()),
        ("variable", ("model",)),
        ("locals", ()),
        ("locals", ()),
        ("resource", ("aws_bedrockagent_agent", "one")),
        ("resource", ("aws_bedrockagent_agent", "two")),
        ("resource", ("aws_bedrockagent_agent", "two")),
        ("module", ("m",)),
        ("moved", ()),
    ]


def test_expressions() -> None:
    _, variable, first, second, agent, *_, module, moved = parse_file(TEXT, "m.tf.json").body.blocks
    assert isinstance(attribute(variable, "type"), Call)
    assert attribute(variable, "default").value == "${not a template}"
    assert variable.body.get("//") is None
    assert attribute(first, "a").value == Decimal("1.5")
    assert attribute(first, "b").value is True
    assert attribute(second, "c").value is None
    assert type(attribute(second, "d").value) is int
    assert isinstance(attribute(agent, "foundation_model"), TemplateWrap)
    assert isinstance(attribute(agent, "name"), Template)
    assert isinstance(attribute(agent, "provider"), GetAttr)
    depends_on = attribute(agent, "depends_on")
    assert isinstance(depends_on, TupleCons)
    assert isinstance(depends_on.items[0], GetAttr)
    assert isinstance(attribute(agent, "lifecycle"), ObjectCons)
    assert isinstance(attribute(agent, "tags").items[0].key, TemplateWrap)
    assert isinstance(attribute(module, "providers").items[0].value, GetAttr)
    assert isinstance(attribute(moved, "to"), GetAttr)


def test_places_are_those_of_the_json() -> None:
    agent = parse_file(TEXT, "m.tf.json").body.blocks[4]
    model = agent.body.get("foundation_model")
    assert model is not None
    assert model.location == Location("m.tf.json", 11, 9)
    assert isinstance(model.expression, TemplateWrap)
    assert model.expression.location == model.expression.expression.location == Location("m.tf.json", 11, 29)


def test_a_string_with_escaped_lines_stays_at_its_place() -> None:
    tree: Any = (
        parse_file('{"locals": {"a":\n "x\\ny${b}\\n"}}', "m.tf.json").body.blocks[0].body.attributes[0].expression
    )
    assert {part.location for part in tree.parts} == {Location("m.tf.json", 2, 2)}
    assert [part.value for part in tree.parts if isinstance(part, Literal)] == ["x\n", "y", "\n"]


def test_an_indented_heredoc_within_a_string_stays_at_its_place() -> None:
    tree: Any = parse_file('{"locals": {"a": "${f(<<-E\\n  x\\n   y\\n  E\\n)}"}}', "m.tf.json")
    call = tree.body.blocks[0].body.attributes[0].expression.expression
    assert {part.location for part in call.args[0].parts} == {Location("m.tf.json", 1, 18)}
    assert [part.value for part in call.args[0].parts] == ["x\n", " y\n"]


@pytest.mark.parametrize(
    ("text", "line", "column", "reason"),
    [
        ('{"resource": {"a": {"b": 1}}}', 1, 26, "block `resource a b` is an object or an array of objects"),
        ('{"locals":\n {"a": "${b"}}', 2, 8, "is closed with `}`"),
        ("[1]", 1, 2, "a Terraform file in JSON is an object"),
        ('{"a": }', 1, 7, ""),
        ('{"a": [1e308,\n-1e400]}', 2, 1, "the number is larger than can be read"),
    ],
)
def test_errors(text: str, line: int, column: int, reason: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse_file(text, "m.tf.json")
    assert (caught.value.line, caught.value.column) == (line, column)
    assert reason in caught.value.reason


def test_values_are_not_templates() -> None:
    parsed = parse_values('{"a": "${b}", "c": ["${d}", {"e": 1}]}', "x.tfvars.json")
    first, second = (found.expression for found in parsed.body.attributes)
    assert isinstance(first, Literal)
    assert first.value == "${b}"
    assert isinstance(second, TupleCons)
    assert isinstance(second.items[1], ObjectCons)
    with pytest.raises(ParseError, match="is an object"):
        parse_values("[]", "x.tfvars.json")
