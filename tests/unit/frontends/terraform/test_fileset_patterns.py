"""The patterns of `fileset`."""

from collections.abc import Callable

import pytest

from checker.frontends.terraform.functions.paths import Glob, PatternError
from checker.model.resource import Loaded
from checker.values import Cause, Map, Unknown


@pytest.mark.parametrize(
    ("pattern", "fits", "fits_not"),
    [
        ("*.json", ["a.json", ".json"], ["a/b.json", "a.jsonc"]),
        ("**/*.json", ["a.json", "a/b.json", "a/b/c.json"], ["a/b.yaml"]),
        ("agents/**", ["agents/a", "agents/a/b"], ["agent/a"]),
        ("a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["a/xb", "ab"]),
        ("?.{json,y*ml}", ["a.json", "b.yaml", "b.yml"], ["ab.json", "a.y/ml"]),
        ("[a-c]x[!0-9^]", ["axz", "cx-"], ["dxz", "ax1", "ax^", "ax/"]),
        (r"a\*b\[", ["a*b["], ["axb["]),
    ],
)
def test_names_that_fit(pattern: str, fits: list[str], fits_not: list[str]) -> None:
    glob = Glob(pattern)
    assert [name for name in fits if not glob.matches(name)] == []
    assert [name for name in fits_not if glob.matches(name)] == []


@pytest.mark.parametrize("pattern", ["[]", "[!]", "[z-a]", "x{a,b[z-a]}", "a{b", "a[b"])
def test_a_class_that_is_none_is_refused(pattern: str, load: Callable[..., Loaded]) -> None:
    with pytest.raises(PatternError):
        Glob(pattern)
    body = f'resource "aws_ssm_parameter" "p" {{\n  value = join(",", fileset(path.module, "{pattern}"))\n}}\n'
    [resource] = load({"main.tf": body}).resources
    atom = resource.properties[0].atom
    assert isinstance(atom, Map)
    [value] = atom.entries["value"]
    assert isinstance(value.atom, Unknown)
    assert value.atom.cause is Cause.INVALID


def test_no_pattern_takes_for_ever() -> None:
    """To try where each star ends would not end."""
    assert not Glob("*a" * 60 + "b").matches("a" * 250)
    assert not Glob("**/" * 60 + "b").matches("a/" * 500)
