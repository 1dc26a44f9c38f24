"""Files that functions read are limited before they are read, and what is left out is said."""

from collections.abc import Callable

import pytest

from checker.model.resource import Loaded
from checker.values import Cause, Map, Unknown

LINES = "a,b\n" + "1,2\n" * 250_001
WIDE = "a,b\n" + "x" * (1 << 24)


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ('csvdecode(file("data.csv"))[0].a', "the file has 250,002 lines, and at most 250,000 are read here"),
        ('templatefile("wide.csv", {})', "the file has 16,777,220 bytes, and at most 16,777,216 are read here"),
    ],
)
def test_too_large(expression: str, said: str, load: Callable[..., Loaded]) -> None:
    code = f'resource "aws_bedrockagent_agent" "a" {{\n  foundation_model = {expression}\n}}\n'
    loaded = load({"main.tf": code, "data.csv": LINES, "wide.csv": WIDE})

    [problem] = loaded.problems
    assert (problem.file, problem.line, problem.incomplete) == ("main.tf", 2, True)
    assert problem.message.endswith(said)
    properties = loaded.resources[0].properties[0].atom
    assert isinstance(properties, Map)
    [model] = properties.entries["foundation_model"]
    assert isinstance(model.atom, Unknown)
    assert model.atom.cause is Cause.TOO_MANY


def test_a_digest_is_none_the_less_a_digest(load: Callable[..., Loaded]) -> None:
    code = 'resource "aws_lambda_function" "a" {\n  source_code_hash = filebase64sha256("wide.csv")\n}\n'
    assert not load({"main.tf": code, "wide.csv": WIDE}).problems
