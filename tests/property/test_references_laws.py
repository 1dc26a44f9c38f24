"""Laws of the grammar, on texts with holes at any location."""

import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.references import find_ids, parse_reference
from checker.references.grammar import PROVIDERS
from checker.values import HOLE, Cause, Piece, Text, Unknown

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


MILLION = 1_000_000
ADVERSARIAL = {
    "groups of digits": "amazon.a" + ".11" * (MILLION // 3) + "_",
    "one long id": "amazon.a" + "-1" * (MILLION // 2) + "_",
    "ids that end wrongly": "amazon.a-1_ " * (MILLION // 12),
    "ids without a digit": "amazon." + "a" * MILLION,
    "many without a digit": "amazon.aaaaaaaaaaaa " * (MILLION // 20),
    "arns": "arn:aws:bedrock:us-east-1::foundation-model/" * (MILLION // 44),
    "arns with ids": "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0 " * (MILLION // 66),
    "half an arn": "arn:aws:bedrock:" * (MILLION // 16) + "amazon.nova-lite-v1:0",
    "colons": ":" * MILLION,
    "revisions": "amazon.a-1" + ":1" * (MILLION // 2),
    "slashes": "bedrock/" * (MILLION // 8) + "amazon.nova-lite-v1:0",
    "stars": "*" * MILLION,
    "stars in an arn": "arn:aws:bedrock:*::foundation-model/" + "a*" * (MILLION // 2),
    "dots": "us." * (MILLION // 3),
    "dashes": "arn:aws:bedrock:us-east-1::foundation-model/" + "a-" * (MILLION // 2),
    "holes": HOLE * MILLION,
    "encoded colons": "%3A" * (MILLION // 3),
    "encoded ids": "/model/amazon.nova-lite-v1%3A0/invoke " * (MILLION // 38),
}


@pytest.mark.parametrize("name", ADVERSARIAL)
@pytest.mark.parametrize("read", [parse_reference, lambda content: list(find_ids(content))], ids=["parse", "find"])
def test_time_is_linear_in_the_text(name: str, read: Callable[[Text], object]) -> None:
    """A megabyte takes well under the seconds that a quadratic reader would need."""
    content = Text((Piece(ADVERSARIAL[name]),))

    started = time.process_time()
    read(content)

    assert time.process_time() - started < 5


def test_many_holes_take_linear_time() -> None:
    hole = Unknown(Cause.INPUT_NOT_SET, "var.x", "var.x")
    content = Text(tuple(one for _ in range(20_000) for one in (Piece("arn:aws:bedrock:"), hole, Piece("/x "))))

    started = time.process_time()
    parse_reference(content)
    list(find_ids(content))

    assert time.process_time() - started < 5


def test_many_pieces_with_ids_take_linear_time() -> None:
    content = Text(tuple(Piece(f'"model-{number}": "amazon.nova-lite-v1:0"\n') for number in range(20_000)))

    started = time.process_time()
    found = list(find_ids(content))

    assert len(found) == 20_000
    assert time.process_time() - started < 10
