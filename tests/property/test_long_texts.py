"""Readers of texts take time in proportion to the text: what takes its square would not end here."""

from checker.extract.calls import chosen_among, texts_in
from checker.extract.free_text import without_comments
from checker.frontends.cloudformation.texts import invalid_placeholders, placeholders
from checker.references.grammar import written_ids
from checker.references.prefilter import encoded_spans
from checker.values import Cause, Piece, Text, Unknown
from checker.values.operations.texts import read_json

MILLION = 1_000_000
# Each quote of JSON that is encoded twice stands behind a backslash.
ESCAPED_QUOTES = r"\"" * (MILLION // 2)


def written(content: str) -> Text:
    return Text((Piece(content),))


def test_blanks_inside_what_may_be_base64() -> None:
    assert encoded_spans("a" * 40 + " " * MILLION + "!") == [(0, 40)]
    assert encoded_spans("a" * 40 + " " * MILLION) == [(0, MILLION + 40)]


def test_an_id_with_many_parts_behind_it() -> None:
    looked_up: list[str] = []

    def is_known(id_: str) -> bool:
        looked_up.append(id_)
        return id_ == "anthropic.claude-v2"

    for separator in ".-:":
        found = list(written_ids(f"anthropic.claude-v2{separator * MILLION}", is_known))
        assert found == [(0, "anthropic.claude-v2")]
    assert len(looked_up) < 500


def test_escaped_quotes_in_front_of_a_comment() -> None:
    code = without_comments(written(f"{ESCAPED_QUOTES} # now anthropic.claude-v2\n"))

    assert code.marked().strip() == ESCAPED_QUOTES


def test_escaped_quotes_in_an_expression() -> None:
    assert list(texts_in(written(ESCAPED_QUOTES + "'a'"))) == [written("a")]
    assert chosen_among(written(f"{{% $x ? {ESCAPED_QUOTES} %}}")) == ()


def test_escaped_quotes_in_what_is_no_json() -> None:
    hole = Unknown(Cause.INPUT_NOT_SET, "var.x", "var.x")

    assert read_json(Text((Piece('{"a": '), hole, Piece(f', "b": {ESCAPED_QUOTES}'), hole))) is None


def test_placeholders_that_nothing_closes() -> None:
    content = "${a} ${b c} " + "${" * (MILLION // 2)

    assert [name for _, _, _, name in placeholders(content)] == ["a"]
    assert list(invalid_placeholders(content)) == [(5, "${b c}")]
