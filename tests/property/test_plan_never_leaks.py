"""Whatever a plan or a state looks like, reading it never raises, and what it marks sensitive never becomes text."""

import json
import pickle
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from checker.frontends.terraform.plan.resources import load_plan
from checker.frontends.terraform.state import load_state
from checker.model.resource import Loaded
from checker.model.settings import Options
from checker.values import Cause, List, Map, Text, Unknown, Value

CANARY = "canary-leak"
NAMES = st.sampled_from(["a", "b", "model_id", "variant", "tags", "tags_all", "arn", "region", "id", "name"])
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=6), st.just("arn:aws:x:us-east-1:1:y")
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=8,
)


@st.composite
def marked(draw: st.DrawFn, depth: int = 3, kind: str | None = None) -> tuple[Any, Any, Any]:
    """Values, a tree of what is unknown in them, and one of what is sensitive: every sensitive text is a canary."""
    if kind is None and draw(st.integers(0, 2)) == 0:
        return draw(secrets()), False, True
    match kind or (draw(st.sampled_from(["scalar", "dict", "list"])) if depth else "scalar"):
        case "dict":
            values, unknown, sensitive = {}, {}, {}
            for name in draw(st.lists(NAMES, max_size=3, unique=True)):
                if draw(st.integers(0, 4)) == 0:
                    unknown[name] = True
                    continue
                values[name], unknown[name], sensitive[name] = draw(marked(depth - 1))
                if name in {"arn", "id", "name"} and sensitive[name] is True and draw(st.booleans()):
                    # What a Region could be taken from.
                    region = f"us-{CANARY}-1"
                    values[name] = region if name == "name" else f"arn:aws:bedrock:{region}:1:agent/x"
            return values, unknown, sensitive
        case "list":
            rows = [draw(marked(depth - 1)) for _ in range(draw(st.integers(0, 3)))]
            return [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]
        case _:
            return draw(SCALARS), False, draw(st.sampled_from([False, {}, []]))


@st.composite
def secrets(draw: st.DrawFn) -> Any:
    content = draw(st.sampled_from([CANARY, f"us-{CANARY}-1", f"arn:aws:bedrock:us-{CANARY}-1:1:agent/x"]))
    return draw(st.sampled_from([content, [content], {"a": content}, {"a": [{"key": content, "value": content}]}]))


@st.composite
def plans(draw: st.DrawFn) -> dict[str, Any]:
    changes = []
    for number in range(draw(st.integers(1, 3))):
        after, unknown, sensitive = draw(marked(kind=draw(st.sampled_from(["dict", "dict", None]))))
        before, _, before_sensitive = draw(marked(kind="dict"))
        actions = draw(st.sampled_from([["create"], ["update"], ["delete", "create"], ["forget"], ["?"]]))
        if actions == ["forget"]:
            after = None
        changes.append(
            {
                "address": f"aws_bedrockagent_agent.x[{number}]",
                "mode": draw(st.sampled_from(["managed", "data"])),
                "type": draw(st.sampled_from(["aws_bedrockagent_agent", "aws_region", "null_resource"])),
                "name": "x",
                "change": {
                    "actions": actions,
                    "before": before,
                    "after": after,
                    "after_unknown": unknown,
                    "before_sensitive": before_sensitive,
                    "after_sensitive": sensitive,
                },
            }
        )
    references = st.lists(
        st.sampled_from(
            ["var.a", "var.a.b", "each.value.arn", "module.m.o", "module.m", "local.a", "aws_bedrockagent_agent.x"]
        )
    )
    expressions = {name: {"references": draw(references)} for name in draw(st.lists(NAMES, unique=True))}
    block = {"address": "aws_bedrockagent_agent.x", "provider_config_key": "aws", "expressions": expressions}
    call = {
        "expressions": {"a": {"references": draw(references)}},
        "module": {"outputs": {"o": {"expression": {"references": ["var.a", "module.m.o"]}}}},
    }
    return {
        "format_version": "1.2",
        "variables": {"a": {"value": CANARY}, "region": {"value": "us-" + CANARY + "-1"}},
        "resource_changes": changes,
        "prior_state": {"values": {"root_module": {"resources": draw(shown_resources())}}},
        "configuration": {
            "provider_config": {"aws": {"expressions": {"region": {"references": ["var.region"]}}}},
            "root_module": {
                "resources": [block, {"address": "data.aws_region.r0", "provider_config_key": "aws"}],
                "module_calls": {"m": call},
                "variables": {"a": {"sensitive": True}, "region": {"sensitive": True}},
            },
        },
    }


@st.composite
def shown_resources(draw: st.DrawFn) -> list[Any]:
    found = []
    for number in range(draw(st.integers(0, 2))):
        values, _, sensitive = draw(marked(kind="dict"))
        found.append(
            {
                "address": f"data.aws_region.r{number}",
                "mode": "data",
                "type": "aws_region",
                "name": f"r{number}",
                "values": values,
                "sensitive_values": sensitive,
            }
        )
    return found


def everything(value: Value) -> Iterator[str]:
    for alternative in value:
        yield from (step.text for step in alternative.trail)
        yield from map(str, alternative.given)
        match alternative.atom:
            case Map(entries, rest):
                for name, entry in entries.items():
                    yield name
                    yield from everything(entry)
                yield from everything(rest)
            case List(items, rest):
                for item in (*items, rest):
                    yield from everything(item)
            case Text() as text:
                yield from (repr(piece) if isinstance(piece, Unknown) else piece.text for piece in text.pieces)
            case Unknown() as unknown:
                yield repr(unknown)
            case other:
                yield repr(other)


def all_texts(loaded: Loaded) -> list[str]:
    texts = [repr(loaded.problems), repr(loaded.input)]
    for resource in loaded.resources:
        for value in (resource.properties, resource.before, resource.region):
            texts += everything(value)
            assert list(everything(pickle.loads(pickle.dumps(value)))) == list(everything(value))
        texts.append(f"{resource.address} {resource.type} {resource.tags} {resource.location}")
    return texts


@given(plans())
@settings(max_examples=80, deadline=None)
def test_sensitive_values_of_a_plan_never_become_text(plan: dict[str, Any]) -> None:
    content = json.dumps(plan).encode()
    loaded = load_plan(content, "plan.json", Options())
    assert len(loaded.resources) >= 1
    leaked = [text for text in all_texts(loaded) if CANARY in text]
    assert leaked == []
    # The same plan, cut off: neither is what stands at the cut shown.
    (problem,) = load_plan(content[: content.rindex(CANARY.encode()) + 6], "plan.json", Options()).problems
    assert "canary" not in repr(problem)


@given(shown_resources())
@settings(max_examples=100, deadline=None)
def test_sensitive_values_of_a_state_never_become_text(resources: list[Any]) -> None:
    document = {"format_version": "1.0", "values": {"root_module": {"resources": resources}}}
    loaded = load_state(json.dumps(document).encode(), "state.json", Options())
    assert len(loaded.resources) == len(resources)
    assert [text for text in all_texts(loaded) if CANARY in text] == []


@st.composite
def state_files(draw: st.DrawFn) -> dict[str, Any]:
    """State files whose canary stands at the end of a path that is marked."""
    path = draw(st.lists(st.one_of(NAMES, st.integers(0, 2)), min_size=1, max_size=4))
    path[0] = draw(NAMES)
    values: Any = CANARY
    for step in reversed(path):
        values = {step: values} if isinstance(step, str) else ["x"] * step + [values]
    steps = [
        {"type": "get_attr", "value": step}
        if isinstance(step, str)
        else {"type": "index", "value": {"value": step, "type": "number"}}
        for step in path
    ]
    cut = draw(st.integers(1, len(steps)))
    paths = [steps[:cut], *([steps] if draw(st.booleans()) else [])]
    instance = {"attributes": values, "sensitive_attributes": draw(st.permutations(paths))}
    resource = {"mode": "managed", "type": "aws_x", "name": "y", "provider": "p", "instances": [instance]}
    return {"version": 4, "terraform_version": "1.11.4", "serial": 1, "resources": [resource]}


@given(state_files())
@settings(max_examples=80, deadline=None)
def test_sensitive_paths_of_a_state_file_never_become_text(state: dict[str, Any]) -> None:
    loaded = load_state(json.dumps(state).encode(), "terraform.tfstate", Options())
    texts = all_texts(loaded)
    assert [text for text in texts if CANARY in text] == []
    assert any(Cause.SENSITIVE in text for text in texts)


@st.composite
def damaged(draw: st.DrawFn, whole: st.SearchStrategy[dict[str, Any]]) -> Any:
    """A document in which one thing, anywhere, has become something else."""
    document = draw(whole)
    node: Any = document
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = draw(st.sampled_from(keys))
        below = node[key]
        if isinstance(below, dict | list) and below and draw(st.integers(0, 3)):
            node = below
            continue
        node[key] = draw(ANYTHING)
        return document


def reads(load: Callable[[bytes, str, Options], Loaded], document: Any) -> None:
    loaded = load(json.dumps(document).encode(), "-", Options())
    assert loaded.input.path == "<stdin>"
    all_texts(loaded)


@given(damaged(plans()))
@settings(max_examples=120, deadline=None)
def test_a_damaged_plan_is_read_without_an_error(document: Any) -> None:
    reads(load_plan, document)


@given(damaged(state_files()))
@settings(max_examples=120, deadline=None)
def test_a_damaged_state_file_is_read_without_an_error(document: Any) -> None:
    reads(load_state, document)


@given(st.one_of(st.binary(max_size=40), st.text(max_size=40).map(str.encode)))
@settings(deadline=None)
def test_other_bytes_are_a_problem(content: bytes) -> None:
    for load in (load_plan, load_state):
        (problem,) = load(content, "x", Options()).problems
        assert problem.incomplete
