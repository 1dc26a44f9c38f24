"""Regular expressions: what a backtracking engine could take for ever on is refused, what people write is not."""

import pytest

from checker.patterns import UnsupportedPatternError, translate


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(a*)*b", "a" * 60),
        ("(a|a)*$", "a" * 40 + "b"),
        ("(?i)(A|a)*b", "a" * 60),
        ("(a|aa)+$", "a" * 60 + "b"),
        ("(?:|a)*b", "a" * 60),
        ("(?:a|ab|b)*c", "ab" * 40),
        ("(?:(?:a|b)c?)*d", "acbc" * 20),
        ("(?:a?){50}a{50}", "a" * 50),
        ("a?" * 50 + "a{50}", "a" * 50),
        ("(a{1,50}){1,50}b", "a" * 50),
        ("([a-z]{1,3}){20}1", "a" * 60),
        ("a{0,1000}a{0,1000}b", "a" * 900),
        ("a*a*b", "a" * 20_000),
        ("x*y", "x" * 1_000_000),
    ],
)
def test_what_could_take_for_ever_is_refused(pattern: str, text: str) -> None:
    with pytest.raises(UnsupportedPatternError):
        translate(pattern).search(text)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"\s+", " " * 1_000_000, True),
        (r"[^a-z0-9-]+", "x" * 300_000, False),
        (r"^(?:us\.)?(anthropic|amazon)\.(.*)-v\d+(:\d+)?$", "us.anthropic.claude-3-haiku-20240307-v1:0", True),
        (r"(foo|bar)+z", "foo" * 8 + "z", True),
        (r"^arn:aws:bedrock:[a-z0-9-]+::foundation-model/(.+)$", "arn:aws:bedrock:us-east-1::foundation-model/x", True),
        (r"a*b", "a" * 5000 + "b", True),
        (r"(a|b)+c", "ab" * 10 + "c", True),
    ],
)
def test_what_people_write_is_matched(pattern: str, text: str, expected: bool) -> None:
    assert (translate(pattern).search(text) is not None) is expected
