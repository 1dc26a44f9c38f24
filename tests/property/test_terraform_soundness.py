"""Whatever an input turns out to be, what an expression then is was among its alternatives before."""

import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from checker.frontends.terraform.configuration.bodies import rendered
from checker.frontends.terraform.configuration.evaluate import evaluate
from checker.frontends.terraform.configuration.scope import Host, NoNames, Scope
from checker.frontends.terraform.hcl.parser import parse_expression
from checker.source.files import Boundary, SourceFiles
from checker.values import Alternative, Atom, Cause, Json, List, Map, Piece, Shape, Text, Unknown, Value
from checker.values.operations import text, to_json_text, unknown

WORDS = ["us.", "u", "s.", "model", "anthropic.claude", ":", "/", "-", "a", "us-east-1", " "]
known_text = st.lists(st.sampled_from(WORDS), max_size=3).map("".join)


def quoted(content: str) -> str:
    return '"' + content + '"'


def texts(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    word = st.sampled_from(WORDS).map(quoted)
    return st.one_of(
        st.tuples(inner, inner).map(lambda pair: f'"${{{pair[0]}}}${{{pair[1]}}}"'),
        st.tuples(st.sampled_from(["lower", "upper", "trimspace"]), inner).map(lambda pair: f"{pair[0]}({pair[1]})"),
        st.tuples(inner, word, word).map(lambda three: f"replace({three[0]}, {three[1]}, {three[2]})"),
        st.tuples(st.sampled_from(["trimprefix", "trimsuffix"]), inner, word).map(
            lambda three: f"{three[0]}({three[1]}, {three[2]})"
        ),
        st.tuples(word, inner).map(lambda pair: f"split({pair[0]}, {pair[1]})[0]"),
        st.tuples(word, inner, inner).map(lambda three: f"join({three[0]}, [{three[1]}, {three[2]}])"),
        st.tuples(inner, inner, inner).map(lambda three: f"({three[0]} == {three[1]} ? {three[1]} : {three[2]})"),
        st.tuples(st.sampled_from(["startswith", "endswith", "strcontains"]), inner, word, inner).map(
            lambda four: f"({four[0]}({four[1]}, {four[2]}) ? {four[3]} : {four[1]})"
        ),
        st.tuples(inner, inner).map(lambda pair: f'coalesce({pair[0]}, {pair[1]}, "z")'),
        st.tuples(inner, inner).map(lambda pair: f'{{ us = {pair[0]}, a = {pair[1]} }}[x == "a" ? "a" : "us"]'),
        st.tuples(inner, inner).map(lambda pair: f'try({{ model = {pair[0]} }}[{pair[1]}], "none")'),
        st.tuples(inner, inner).map(lambda pair: f'lookup({{ model = {pair[0]} }}, {pair[1]}, "none")'),
        st.tuples(inner, inner).map(lambda pair: f"jsondecode(jsonencode([{pair[0]}, {pair[1]}]))[1]"),
        st.tuples(inner, inner).map(lambda pair: f'format("%s:%s", {pair[0]}, {pair[1]})'),
        st.tuples(inner, inner).map(lambda pair: f'join(",", [for t in [{pair[0]}, {pair[1]}] : t if t != "a"])'),
        st.tuples(inner, inner).map(lambda pair: f'join(",", sort(distinct([{pair[0]}, {pair[1]}])))'),
        st.tuples(inner, inner).map(lambda pair: f'join(",", compact([{pair[0]}, {pair[1]}]))'),
        st.tuples(inner, st.sampled_from(["0, 2", "1, -1", "2, 3"])).map(lambda pair: f"substr({pair[0]}, {pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f'try(regex("^(us|eu)", {pair[0]})[0], {pair[1]})'),
        st.tuples(inner, inner).map(lambda pair: f'(contains([{pair[0]}, "us."], {pair[1]}) ? "in" : {pair[1]})'),
        st.tuples(inner, inner).map(lambda pair: f"jsonencode({{ m = {pair[0]}, n = [{pair[1]}] }})"),
    )


expressions = st.recursive(
    st.one_of(st.just("x"), st.just("region"), st.sampled_from(WORDS).map(quoted)), texts, max_leaves=8
)


def evaluated(expression: str, x: Value, region: Value) -> Value:
    host = Host(
        SourceFiles(Boundary(None), Path()),
        Path(),
        rendered,
    )
    return evaluate(parse_expression(expression, "main.tf"), Scope(NoNames(host), {"x": x, "region": region}))


def describes(atom: Atom, written: str) -> bool:
    """Whether an alternative allows for a text."""
    match atom:
        case Unknown(cause):
            return cause is not Cause.INVALID
        case Text(pieces):
            pattern = "".join(re.escape(piece.text) if isinstance(piece, Piece) else ".*" for piece in pieces)
            return re.fullmatch(pattern, written, re.DOTALL) is not None
        case Json(value):
            return any(describes(one.atom, written) for one in to_json_text(value))
        case _:
            return False


def plain(one: Alternative) -> str | None:
    written = to_json_text((one,)) if isinstance(one.atom, List | Map) else (one,)
    if isinstance(one.atom, Json):
        written = to_json_text(one.atom.value)
    atom = written[0].atom
    return atom.plain if isinstance(atom, Text) else None


@settings(max_examples=120, deadline=None)
@given(expressions, known_text, st.sampled_from(["us-east-1", "eu-west-1", "us", "model"]))
def test_every_result_was_described_before(expression: str, x: str, region: str) -> None:
    described = evaluated(
        expression,
        unknown(Cause.INPUT_NOT_SET, "var.x"),
        unknown(Cause.EXTERNAL_DATA, "region", shape=Shape.REGION),
    )
    (result,) = evaluated(expression, text(x), text(region))
    written = plain(result)

    if written is not None:
        assert any(describes(one.atom, written) for one in described), (expression, x, written, described)
