"""What a JSON document is, its keys at the top say: in any order, in any encoding, and cut off."""

import json

import pytest

from checker.discover.targets import kind_of_json

DECOY = {"format_version": "1", "artifacts": {"lineage": "x", "serial": 1, "Resources": {}}, "version": 2, "@level": ""}
PLAN = {"format_version": "1.2", "terraform_version": "1.11.4", "planned_values": {"x": DECOY}}
SORTED = {
    "applyable": True,
    "complete": True,
    "configuration": {"a": [DECOY, {}]},
    "errored": False,
    "format_version": "1",
}
CASES = [
    (PLAN, "terraform-plan"),
    (SORTED, "terraform-plan"),
    ({"format_version": "1.0", "terraform_version": "1.11.4", "values": {"planned_values": DECOY}}, "terraform-state"),
    ({"format_version": "1.0"}, "terraform-state"),
    ({"version": 4, "terraform_version": "1.11.4", "serial": 3, "lineage": "", "outputs": DECOY}, "terraform-state"),
    ({"outputs": [DECOY], "resources": [], "lineage": "a", "serial": 3}, "terraform-state"),
    ({"version": "36.0.0", "artifacts": {"Tree": DECOY}}, "cdk"),
    ({"Description": 'a "quoted \\" text: {', "Metadata": DECOY, "Resources": {}}, None),
    ({"AWSTemplateFormatVersion": "2010-09-09", "Metadata": DECOY}, None),
    ({"Parameters": DECOY, "Mappings": [[DECOY], "]"]}, None),
    ({"@level": "info", "@message": "m"}, "terraform-plan"),
    ({"a": 1, "b": None, "c": [True, -1.5e3, "x"]}, None),
]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(("document", "kind"), CASES)
def test_the_keys_at_the_top_decide(document: object, kind: str | None, indent: int | None) -> None:
    text = json.dumps(document, indent=indent)
    for content in (text.encode(), b"\xef\xbb\xbf" + text.encode(), b"\n \t" + text.encode(), text.encode("utf-16")):
        assert kind_of_json(content) == kind


def test_however_far_down_they_are() -> None:
    large = {"Metadata": [DECOY] * 2000, "Resources": {}}
    assert kind_of_json(json.dumps(large).encode()) is None
    assert (
        kind_of_json(json.dumps({"configuration": [DECOY] * 2000, "format_version": "1"}).encode()) == "terraform-plan"
    )


def test_a_document_that_is_cut_off_or_damaged_has_the_kind_of_what_is_left() -> None:
    text = json.dumps(PLAN)
    start = text.index('"planned_values"')
    assert {kind_of_json(text[:end].encode()) for end in range(start + 20, len(text))} == {"terraform-plan"}
    assert {kind_of_json(text[:end].encode()) for end in range(25, start)} == {"terraform-state"}
    assert kind_of_json(text.replace('",', '"', 1).encode()) == "terraform-plan"
    assert kind_of_json(text.replace("format_version", "format\\u005fversion").encode()) == "terraform-plan"


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"[{]", b'"format_version"', b"{", b'{"', b"}{", b"\xff\xfe", b"x: {}"]
)
def test_what_is_no_object_has_no_kind(content: bytes) -> None:
    assert kind_of_json(content) is None
