"""What is accepted without the library `jsonschema` is what it accepts."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.policy.load import pack_text, schema_of
from checker.source.validation import conforms
from checker.workspace.answers import answers_schema
from checker.workspace.configuration import configuration_schema

OVERLAY = Path(__file__).parents[2] / "checker" / "catalog" / "data" / "overlay.schema.json"
POLICY = yaml.safe_load(pack_text("strict"))
POLICY["rules"] += [
    {"id": "a", "check": "model-not-allowed", "severity": "note", "with": {"allow": ["x"]}, "message": "{model}"},
    {"id": "b", "disabled": True},
    {"id": "c", "check": "eol-within", "severity": "error", "with": {"days": 90.0}, "scope": {"tags": ["a=b"]}},
]
POLICY["waivers"] = [{"rule": "a", "reason": "r", "until": "2027-01-01", "match": {"path": ["a"], "kind": "agent"}}]
CASES = {
    "version": 1,
    "tests": [{"as-of": "2026-11-24", "references": [{"model": "a.b", "tags": {"a": "b"}}], "expect": [{"rule": "x"}]}],
}
CONFIGURATION = {"version": 1, "paths": ["."], "roots": [{"path": "a", "var-files": ["b"]}], "fail-on": "note"}
ANSWERS = {
    "version": 1,
    "region": "us-east-1",
    "parameters": [{"name": "/a", "value": "b"}],
    "resources": [{"name": "a", "models": ["b"], "asked_on": "2026-11-30", "account": "111122223333"}],
}
OVERLAYS = {"version": 1, "dates": [{"model": "a.*", "deadline": "2027-01-01", "reason": "r"}]}
DOCUMENTS: dict[str, tuple[Callable[[], Any], Any]] = {
    "policy": (lambda: schema_of("policy"), POLICY),
    "policy tests": (lambda: schema_of("policy-tests"), CASES),
    "configuration": (configuration_schema, CONFIGURATION),
    "answers": (answers_schema, ANSWERS),
    "catalog overlay": (lambda: json.loads(OVERLAY.read_text()), OVERLAYS),
}

values = st.sampled_from(
    [
        None,
        True,
        False,
        0,
        1,
        1.0,
        1.5,
        -1,
        10**6,
        "",
        "a",
        "A b",
        "agent",
        "2027-01-01",
        "x" * 600,
        [],
        ["a"],
        {},
        {"a": 1},
    ]
)


def locations(content: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths to everything in a document."""
    inner = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    return [path, *(location for key, value in inner for location in locations(value, (*path, key)))]


def changed(content: Any, path: tuple[Any, ...], key: str | None, value: Any) -> Any:
    """The document with another value at a path, or with one more key there."""
    if not path:
        return {**content, key: value} if key is not None and isinstance(content, dict) else value
    made = deepcopy(content)
    at = made
    for step in path[:-1]:
        at = at[step]
    inner = at[path[-1]]
    at[path[-1]] = {**inner, key: value} if key is not None and isinstance(inner, dict) else value
    return made


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_documents_are_decided_here(name: str) -> None:
    """Else the next test would show nothing; a keyword that is not known here has to be added."""
    load, content = DOCUMENTS[name]
    assert conforms(content, load(), load()) == (name != "catalog overlay")


@pytest.mark.parametrize("name", DOCUMENTS)
@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_a_change_is_decided_as_the_library_does(name: str, data: st.DataObject) -> None:
    load, content = DOCUMENTS[name]
    schema = load()
    path = data.draw(st.sampled_from(locations(content)))
    key = data.draw(st.none() | st.sampled_from(["version", "id", "check", "with", "days", "other", "scope"]))
    document = changed(content, path, key, data.draw(values))
    is_valid = jsonschema.Draft202012Validator(schema).is_valid(document)
    if conforms(document, schema, schema):
        assert is_valid
    elif name != "catalog overlay":
        # That schema has keywords that only the library knows.
        assert not is_valid
