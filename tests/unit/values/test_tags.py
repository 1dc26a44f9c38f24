"""Tags in the shapes in which Terraform, Cloud Control and CloudFormation have them."""

import pytest

from checker.values import Alternative, Cause, Map
from checker.values.operations import from_python, one_of, unknown
from checker.values.tags import UNKNOWN_TAG, tags_in


@pytest.mark.parametrize(
    "written",
    [
        {"env": "prod", "on": True},
        [{"Key": "env", "Value": "prod"}, {"Key": "on", "Value": "true"}],
        [{"key": "env", "value": "prod"}, {"key": "on", "value": True}],
    ],
)
def test_maps_and_lists_of_pairs_hold_tags(written: object) -> None:
    assert tags_in(from_python(written)) == (("env", "prod"), ("on", "true"))


def test_each_value_that_a_tag_may_have_is_a_tag() -> None:
    either = one_of([from_python({"env": "prod"}), from_python({"env": "dev"})], "tags")
    assert tags_in(either) == (("env", "prod"), ("env", "dev"))


def test_what_is_unknown_is_marked() -> None:
    var = unknown(Cause.INPUT_NOT_SET, "var.env")
    assert tags_in(var) == (("⟨var.env⟩", "⟨var.env⟩"),)
    assert tags_in((Alternative(Map({"env": var}, var)),)) == (("env", "⟨var.env⟩"), (UNKNOWN_TAG, UNKNOWN_TAG))
    assert tags_in(from_python(None)) == ()
