"""Policies in an editor: faults at their locations, words for their keys, and what checks and rules are."""

import pytest
from lsprotocol import types

from checker.lsp.diagnostics import diagnostic_of_fault
from checker.lsp.policies import explained, faults_of, is_policy, words_at
from checker.policy.checks import CHECKS
from tests.unit.fix.conftest import NEW, OLD
from tests.unit.lsp.conftest import Editor

POLICY = f"""\
version: 1
extends: [baseline]
rules:
  - id: half-a-year
    check: eol-within
    with: {{days: 180}}
    severity: error
    scope:
      models:
        - {OLD}
waivers:
  - rule: legacy-model
    match: {{model: "{OLD}"}}
    reason: moving
    until: 2027-01-05
"""


@pytest.mark.parametrize(
    ("name", "text", "answer"),
    [
        ("policy.yaml", POLICY, True),
        ("policy.json", '{"version": 1, "rules": []}', True),
        ("policy.yaml", "version: 1\npolicy: baseline\n", False),
        ("rules.yaml", "rules:\n  - id: x\n", False),
        ("main.tf", POLICY, False),
    ],
)
def test_policies_are_known_by_their_keys(editor: Editor, name: str, text: str, answer: bool):
    assert is_policy(editor.folder / name, text) is answer


@pytest.mark.parametrize(
    ("old", "new", "line", "marked", "told"),
    [
        ("check: eol-within", "check: eol-withn", 4, "eol-withn", "did you mean 'eol-within'?"),
        ("severity: error", "severity: eror", 6, "eror", "did you mean 'error'?"),
        ("days: 180", "day: 180", 5, "day:", "unknown parameter 'day'"),
        ("rule: legacy-model", "rule: legacy-modle", 11, "legacy-modle", "did you mean 'legacy-model'?"),
        (f'model: "{OLD}"', f'model: "{OLD}x"', 11, "legacy-model", "the catalog knows no model"),
        ("extends: [baseline]", "extends: [baselin]", 1, "baselin", "did you mean 'baseline'?"),
        ("- id: half-a-year", "- id: half-a-year\n    id: b", 4, "id:", "half"),
    ],
)
def test_faults_are_told_where_they_are(editor: Editor, old: str, new: str, line: int, marked: str, told: str):
    assert old in POLICY
    path = editor.folder / "policy.yaml"
    editor.type("policy.yaml", POLICY)
    assert faults_of(path, editor.session()) == ()
    editor.type("policy.yaml", POLICY.replace(old, new))
    texts = editor.texts()
    first = diagnostic_of_fault(faults_of(path, editor.session())[0], "policy.yaml", texts)
    shown = texts.lines("policy.yaml")[first.range.start.line]
    assert first.range.start.line == line
    if told != "half":
        assert told.lower() in first.message.lower()
        assert shown[first.range.start.character : first.range.end.character] == marked


def test_a_policy_without_a_rule_is_told_like_other_faults(editor: Editor):
    path = editor.folder / "policy.yaml"
    editor.type("policy.yaml", "version: 1\nrules: []\n")
    (fault,) = faults_of(path, editor.session())
    told = diagnostic_of_fault(fault, "policy.yaml", editor.texts())
    assert "has no rule, so nothing would be judged" in told.message
    assert told.range.start == types.Position(0, 0)


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("rules:\n  - id: x\n    check: ‸", set(CHECKS)),
        ("rules:\n  - id: x\n    check: eol‸", set(CHECKS)),
        ("rules:\n  - id: x\n    severity: ‸", {"error", "warning", "note"}),
        ("extends: [‸", {"baseline", "strict"}),
        ("extends: [baseline, ‸", {"baseline", "strict"}),
        ("waivers:\n  - rule: ‸", {"eol-reached", "legacy-model"}),
        ("rules:\n  - id: x\n    scope:\n      models:\n        - ‸", {OLD, NEW}),
        ("rules:\n  - id: x\n    scope:\n      roles: [‸", {"embedding"}),
        ('waivers:\n  - rule: x\n    match: {model: "‸', {OLD, NEW}),
    ],
)
def test_keys_offer_their_words(editor: Editor, text: str, offered: set[str]):
    location = editor.at_cursor("policy.yaml", f"version: 1\n{text}")
    found = words_at(location, editor.folder / "policy.yaml", editor.session(), editor.texts())
    assert offered <= {item.label for item in found}


def test_a_key_of_ones_own_words_offers_none(editor: Editor):
    location = editor.at_cursor("policy.yaml", "version: 1\nwaivers:\n  - rule: x\n    reason: ‸")
    assert words_at(location, editor.folder / "policy.yaml", editor.session(), editor.texts()) == []


@pytest.mark.parametrize(
    "text", ["rules:\n  - id: x\n    check: eol-wi‸thin", "waivers:\n  - rule: eol-within‸-90-days"]
)
def test_checks_and_rules_are_explained(editor: Editor, text: str):
    location = editor.at_cursor("policy.yaml", f"version: 1\n{text}")
    found = explained(location, editor.folder / "policy.yaml", editor.session(), editor.texts())
    assert found is not None
    assert "How to fix" in found.contents.value  # type: ignore[union-attr]
