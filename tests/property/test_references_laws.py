"""Laws of the grammar, on texts with holes at any location."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.references import find_ids, parse_reference
from checker.references.grammar import PROVIDERS
from checker.values import HOLE, Cause, Piece, Text, Unknown
from tests.growth import takes_linear_time

WORDS = st.sampled_from(
    [
        "arn:", "aws", ":", "::", "bedrock", "/", "*", "?", ".", "-", " ", "\n", "us.", "us-gov.", "global.", "v1:0",
        "us-east-1", "foundation-model/", "inference-profile/", "custom-model/", "imported/", "prompt/", "sagemaker",
        "endpoint/", "application-inference-profile/", "anthropic.claude-3-haiku-20240307-v1:0", "amazon.", "bedrock/",
        "converse/", "claude", ":200k", ":mm", "guardrail.", HOLE, "⟨", "\ufffd", "123456789012",
    ]
)  # fmt: skip
HOLES = st.sampled_from("abc").map(lambda name: Unknown(Cause.INPUT_NOT_SET, f"var.{name}", f"var.{name}"))
PIECES = st.one_of(WORDS.map(Piece), st.text(max_size=6).map(Piece), HOLES)
TEXTS = st.lists(PIECES, max_size=14).map(lambda pieces: Text(tuple(pieces)))


@given(content=TEXTS)
def test_parsing_never_raises_and_keeps_the_text(content: Text) -> None:
    reference = parse_reference(content)

    if reference is not None:
        start, end = reference.span
        marked = content.marked()
        assert reference.text == content
        assert 0 <= start <= end <= len(marked)
        if reference.base is not None:
            assert marked[start:end].startswith(reference.base)
            assert HOLE not in reference.base
        if reference.pattern is not None:
            assert reference.pattern == marked[start:end]
            assert isinstance(reference.core, str | None)
        if reference.hole is not None:
            assert reference.hole in content.holes


@given(content=TEXTS)
def test_finding_never_raises_and_finds_what_parses(content: Text) -> None:
    for reference in find_ids(content):
        assert reference.base is not None
        assert reference.provider in PROVIDERS
        assert reference.text.marked() in content.marked()
        again = parse_reference(reference.text)
        assert again is not None
        assert again.base == reference.base
        assert reference.text.slice(*reference.span).marked().startswith(reference.base)


@given(before=st.text(" \n\"'=([{,;", min_size=1, max_size=4), after=st.sampled_from([" ", '"', "\n", ")", ",", "."]))
def test_an_id_is_found_whatever_punctuation_is_around(before: str, after: str) -> None:
    found = list(find_ids(Text((Piece(f"{before}eu.amazon.nova-lite-v1:0{after}"),))))

    assert [(one.base, one.geography) for one in found] == [("amazon.nova-lite-v1:0", "eu")]


ADVERSARIAL: dict[str, Callable[[int], str]] = {
    "groups of digits": lambda n: "amazon.a" + ".11" * (n // 3) + "_",
    "one long id": lambda n: "amazon.a" + "-1" * (n // 2) + "_",
    "ids that end wrongly": lambda n: "amazon.a-1_ " * (n // 12),
    "ids without a digit": lambda n: "amazon." + "a" * n,
    "many without a digit": lambda n: "amazon.aaaaaaaaaaaa " * (n // 20),
    "arns": lambda n: "arn:aws:bedrock:us-east-1::foundation-model/" * (n // 44),
    "arns with ids": lambda n: "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0 " * (n // 66),
    "half an arn": lambda n: "arn:aws:bedrock:" * (n // 16) + "amazon.nova-lite-v1:0",
    "colons": lambda n: ":" * n,
    "revisions": lambda n: "amazon.a-1" + ":1" * (n // 2),
    "slashes": lambda n: "bedrock/" * (n // 8) + "amazon.nova-lite-v1:0",
    "stars": lambda n: "*" * n,
    "stars in an arn": lambda n: "arn:aws:bedrock:*::foundation-model/" + "a*" * (n // 2),
    "dots": lambda n: "us." * (n // 3),
    "dashes": lambda n: "arn:aws:bedrock:us-east-1::foundation-model/" + "a-" * (n // 2),
    "holes": lambda n: HOLE * n,
    "encoded colons": lambda n: "%3A" * (n // 3),
    "encoded ids": lambda n: "/model/amazon.nova-lite-v1%3A0/invoke " * (n // 38),
}


@pytest.mark.parametrize("name", ADVERSARIAL)
@pytest.mark.parametrize("read", [parse_reference, lambda content: list(find_ids(content))], ids=["parse", "find"])
def test_time_is_linear_in_the_text(name: str, read: Callable[[Text], object]) -> None:
    assert takes_linear_time(lambda size: read(Text((Piece(ADVERSARIAL[name](size)),))), 100_000)


def test_many_holes_take_linear_time() -> None:
    hole = Unknown(Cause.INPUT_NOT_SET, "var.x", "var.x")

    def read(count: int) -> None:
        content = Text(tuple(one for _ in range(count) for one in (Piece("arn:aws:bedrock:"), hole, Piece("/x "))))
        parse_reference(content)
        list(find_ids(content))

    assert takes_linear_time(read, 20_000)


def test_many_pieces_with_ids_take_linear_time() -> None:
    def read(count: int) -> None:
        pieces = (Piece(f'"model-{number}": "amazon.nova-lite-v1:0"\n') for number in range(count))
        assert len(list(find_ids(Text(tuple(pieces))))) == count

    assert takes_linear_time(read, 20_000)
