"""Expressions evaluate to what `terraform console` makes of them.

`console_values.jsonl` has an expression a line with the value that Terraform 1.11 gives it, or that it fails; where
this program differs, `differs` says why. A new expression is a line without a value: with UPDATE_GOLDEN=1, the test of
the console writes it. Many of them are calls that the tests of Terraform, go-cty and HCL make.
"""

import json
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from checker.frontends.terraform.functions import FUNCTIONS
from checker.values import Alternative, Cause, Shape, Text, Unknown, Value
from tests.unit.frontends.terraform.conftest import FAILS, read_json

VALUES = Path(__file__).with_name("console_values.jsonl")
# Terraform's own provider, whose functions are called by its name.
BUILT_IN = (
    'terraform {\n  required_providers {\n    terraform = { source = "terraform.io/builtin/terraform" }\n  }\n}\n'
)
RECORDS: list[dict[str, Any]] = [read_json(line) for line in VALUES.read_text().splitlines()]


def _recorded(record: dict[str, Any]) -> Any:
    return record.get("value", FAILS)


def test_recorded_expressions(data: Callable[[str], Any]) -> None:
    different = [
        (record["expression"], _recorded(record), ours)
        for record in RECORDS
        if ((ours := data(record["expression"])) == _recorded(record)) == ("differs" in record)
    ]

    assert different == [], "not as Terraform has it, or as Terraform has it although `differs` says otherwise"
    assert len(RECORDS) >= 1800


def test_recorded_values_are_those_of_the_console(console_json: Callable[..., list[str]]) -> None:
    values = console_json([record["expression"] for record in RECORDS], BUILT_IN)

    if os.environ.get("UPDATE_GOLDEN"):
        VALUES.write_text("".join(map(_line, RECORDS, values)))
    assert [
        (record["expression"], _recorded(record), value)
        for record, value in zip(RECORDS, values, strict=True)
        if _recorded(record) != (FAILS if value == FAILS else read_json(value))
    ] == []


def _line(record: dict[str, Any], value: str) -> str:
    parts = [f'"expression": {json.dumps(record["expression"], ensure_ascii=False)}']
    parts.append('"fails": true' if value == FAILS else f'"value": {value}')
    if "differs" in record:
        parts.append(f'"differs": {json.dumps(record["differs"])}')
    return f"{{{', '.join(parts)}}}\n"


# What the console makes of them with version 5.100 of the provider.
OF_AWS: tuple[tuple[str, Any], ...] = (
    (
        'provider::aws::arn_build("aws", "bedrock", "us-east-1", "", "foundation-model/x")',
        "arn:aws:bedrock:us-east-1::foundation-model/x",
    ),
    ('provider::aws::arn_build("", "", "", "", "")', "arn:::::"),
    ('provider::aws::arn_build("aws", "s3", "", "")', FAILS),
    (
        'provider::aws::arn_parse("arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-v2:1")',
        {
            "partition": "aws",
            "service": "bedrock",
            "region": "us-east-1",
            "account_id": "",
            "resource": "foundation-model/anthropic.claude-v2:1",
        },
    ),
    ('provider::aws::arn_parse("arn:::::").service', ""),
    ('provider::aws::arn_parse("arn:a:b")', FAILS),
    ('provider::aws::arn_parse("x")', FAILS),
    ("provider::aws::arn_parse(null)", FAILS),
    (
        'provider::aws::trim_iam_role_path("arn:aws:iam::444455556666:role/with/path/example")',
        "arn:aws:iam::444455556666:role/example",
    ),
    (
        'provider::aws::trim_iam_role_path("arn:aws:iam::444455556666:role/example")',
        "arn:aws:iam::444455556666:role/example",
    ),
    ('provider::aws::trim_iam_role_path("arn:aws:iam::444455556666:role/x/")', "arn:aws:iam::444455556666:role/"),
    ('provider::aws::trim_iam_role_path("arn:aws:iam::444455556666:user/x/example")', FAILS),
    ('provider::aws::trim_iam_role_path("arn:aws:iam:us-east-1:444455556666:role/x")', FAILS),
    ('provider::aws::trim_iam_role_path("arn:aws:s3::444455556666:role/x/example")', FAILS),
)


@pytest.mark.parametrize(("expression", "expected"), OF_AWS)
def test_functions_of_the_aws_provider(expression: str, expected: Any, data: Callable[[str], Any]) -> None:
    assert data(expression) == expected


def test_the_parts_of_an_arn_with_a_hole(evaluated: Callable[..., Value]) -> None:
    region = (Alternative(Unknown(Cause.INPUT_NOT_SET, "var.region", "var.region", shape=Shape.REGION)),)
    made = evaluated(
        'provider::aws::arn_parse("arn:aws:bedrock:${region}::foundation-model/a.b:0").resource', region=region
    )

    assert [one.atom.plain for one in made if isinstance(one.atom, Text)] == ["foundation-model/a.b:0"]


def test_each_function_has_an_expression() -> None:
    written = [record["expression"] for record in RECORDS]
    without = [
        name
        for name in FUNCTIONS
        if not any(f"{name}(" in expression for expression in (*written, *(each for each, _ in OF_AWS)))
    ]

    assert without == [], f"console_values.jsonl needs a line with a call of each function: {without}"


def test_generated_expressions(console: Callable[..., list[Any]], data: Callable[[str], Any]) -> None:
    generator = Generator(random.Random(20261124))
    expressions = [generator.any(4) for _ in range(1500)]
    expected = console(expressions)

    different = [
        (expression, theirs, ours)
        for expression, theirs in zip(expressions, expected, strict=True)
        # What Terraform refuses because of a part that does not matter has a value here: it is not evaluated.
        if theirs != FAILS and (ours := data(expression)) != theirs
    ]

    assert sum(value != FAILS for value in expected) > 1000
    assert different == []


class Generator:
    """Random expressions, most of which do not fail."""

    def __init__(self, source: random.Random) -> None:
        self._source = source

    def any(self, depth: int) -> str:
        return self._source.choice((self.text, self.number, self.truth, self.list, self.map))(depth)

    def text(self, depth: int) -> str:
        choose = self._source.choice
        if depth <= 0:
            return choose(('"us.anthropic.claude"', '"a"', '""', '"eu-west-1"', '"x y"', '"A-b_C"', '"a,b,c"'))
        deeper = depth - 1
        return choose(
            (
                lambda: f'"{choose(("p-", ""))}${{{self.text(deeper)}}}{choose((":s", ""))}"',
                lambda: f"{choose(('upper', 'lower', 'trimspace', 'title', 'strrev'))}({self.text(deeper)})",
                lambda: f"replace({self.text(deeper)}, {self.text(0)}, {self.text(0)})",
                lambda: f"trimprefix({self.text(deeper)}, {self.text(0)})",
                lambda: f"trimsuffix({self.text(deeper)}, {self.text(0)})",
                lambda: f'join("{choose((",", "", "::"))}", {self.texts(deeper)})',
                lambda: f'format("%s/{choose(("%s", "%v"))}", {self.text(deeper)}, {self.number(deeper)})',
                lambda: f"({self.truth(deeper)} ? {self.text(deeper)} : {self.text(deeper)})",
                lambda: f"element({self.texts(deeper)}, {choose('0123')})",
                lambda: f"{self.texts(deeper)}[0]",
                lambda: f'lookup({self.map(deeper)}, "{choose("abc")}", {self.text(deeper)})',
                lambda: f"try({self.map(deeper)}.{choose('abc')}, {self.text(deeper)})",
                lambda: f'coalesce({self.text(deeper)}, {self.text(deeper)}, "z")',
                lambda: f"substr({self.text(deeper)}, {choose('012')}, {choose(('1', '3', '-1'))})",
                lambda: f"jsonencode({self.any(deeper)})",
                lambda: f"tostring({self.number(deeper)})",
                lambda: f'"%{{ for x in {self.texts(deeper)} ~}} ${{x}}; %{{ endfor }}"',
                lambda: f'"%{{ if {self.truth(deeper)} }}yes%{{ else }}no%{{ endif }}"',
                lambda: f'try(regex("[a-z]+", {self.text(deeper)}), "none")',
            )
        )()

    def number(self, depth: int) -> str:
        choose = self._source.choice
        if depth <= 0:
            return choose(("0", "1", "2", "10", "3", "1.5"))
        deeper = depth - 1
        return choose(
            (
                lambda: f"({self.number(deeper)} {choose('+-')} {self.number(deeper)})",
                lambda: f"length({self.list(deeper)})",
                lambda: f"length({self.text(deeper)})",
                lambda: f"{choose(('max', 'min'))}({self.number(deeper)}, {self.number(deeper)})",
                lambda: f"{choose(('abs', 'ceil', 'floor'))}({self.number(deeper)})",
                lambda: f"({self.truth(deeper)} ? {self.number(deeper)} : {self.number(deeper)})",
                lambda: f"sum([{self.number(deeper)}, {self.number(deeper)}])",
            )
        )()

    def truth(self, depth: int) -> str:
        choose = self._source.choice
        if depth <= 0:
            return choose(("true", "false"))
        deeper = depth - 1
        return choose(
            (
                lambda: f"({self.text(deeper)} {choose(('==', '!='))} {self.text(deeper)})",
                lambda: f"({self.number(deeper)} {choose(('<', '<=', '>', '>=', '=='))} {self.number(deeper)})",
                lambda: f"({self.truth(deeper)} {choose(('&&', '||'))} {self.truth(deeper)})",
                lambda: f"!{self.truth(0)}",
                lambda: f"contains({self.texts(deeper)}, {self.text(0)})",
                lambda: f"can({self.map(deeper)}.{choose('abc')})",
                lambda: f"{choose(('startswith', 'endswith', 'strcontains'))}({self.text(deeper)}, {self.text(0)})",
                lambda: f'alltrue([for x in {self.texts(deeper)} : x != "a"])',
            )
        )()

    def texts(self, depth: int) -> str:
        choose = self._source.choice
        if depth <= 0:
            return choose(('["a", "b"]', '["x"]', '["b", "a", "b"]'))
        deeper = depth - 1
        return choose(
            (
                lambda: f"[{self.text(deeper)}, {self.text(deeper)}]",
                lambda: f"concat({self.texts(deeper)}, {self.texts(deeper)})",
                lambda: f'split("{choose((",", ".", "-"))}", {self.text(deeper)})',
                lambda: f"{choose(('distinct', 'sort', 'reverse', 'compact'))}({self.texts(deeper)})",
                lambda: f'[for i, x in {self.texts(deeper)} : "${{i}}${{x}}"]',
                lambda: f'[for x in {self.texts(deeper)} : upper(x) if x != "b"]',
                lambda: f"flatten([{self.texts(deeper)}, [{self.texts(deeper)}]])",
                lambda: f'formatlist("%s-%s", {self.texts(deeper)}, {self.text(0)})',
                lambda: f"keys({self.map(deeper)})",
                lambda: f"tolist(toset({self.texts(deeper)}))",
            )
        )()

    def list(self, depth: int) -> str:
        if depth <= 0:
            return "[]"
        if self._source.random() < 0.6:
            return self.texts(depth)
        return "[" + ", ".join(self.any(depth - 1) for _ in range(self._source.randrange(3))) + "]"

    def map(self, depth: int) -> str:
        choose = self._source.choice
        if depth <= 0:
            return choose(('{ a = "1" }', '{ a = "x", b = "y" }', '{ "c" = "z" }'))
        deeper = depth - 1
        return choose(
            (
                lambda: f'{{ a = {self.text(deeper)}, (lower("B")) = {self.text(deeper)} }}',
                lambda: f"merge({self.map(deeper)}, {self.map(deeper)})",
                lambda: f'{{ for x in distinct({self.texts(deeper)}) : x => "${{x}}!" }}',
                lambda: f"{{ for k, v in {self.map(deeper)} : upper(k) => lower(v) }}",
                lambda: f'zipmap(["a", "c"], [{self.text(deeper)}, {self.text(deeper)}])',
            )
        )()
