"""Types decide whether collections are equal: a list is never equal to a tuple, a map never to an object."""

from collections.abc import Callable
from typing import Any

import pytest

from checker.model.resource import Loaded
from checker.values import Bool, Certainty, Map, certainty

VARIABLES = """
variable "l0" {
  type    = list(string)
  default = []
}
variable "l1" {
  type    = list(string)
  default = ["a"]
}
variable "n0" {
  type    = list(number)
  default = []
}
variable "m0" {
  type    = map(string)
  default = {}
}
variable "m1" {
  type    = map(string)
  default = { a = "b" }
}
variable "s0" {
  type    = set(string)
  default = []
}
variable "s1" {
  type    = set(string)
  default = ["a"]
}
variable "o1" {
  type    = object({ a = string })
  default = { a = "b" }
}
variable "t1" {
  type    = tuple([string])
  default = ["a"]
}
variable "no" {
  type    = list(string)
  default = null
}
variable "an" {
  default = ["a"]
}
variable "anl" {
  type    = list(any)
  default = ["a"]
}
variable "lo" {
  type    = list(object({ name = string, tags = optional(list(string), []) }))
  default = [{ name = "x" }]
}
"""

EQUAL = """
var.l0 != []
var.l1 == tolist(["a"])
var.l0 == var.l0
var.m0 != {}
var.m1 == tomap({ a = "b" })
var.s1 == toset(["a"])
var.o1 == { a = "b" }
var.t1 == ["a"]
var.no == null
var.an == ["a"]
var.anl == var.l1
keys({ a = 1 }) == ["a"]
keys(var.o1) == ["a"]
values({ a = "b" }) == ["b"]
sort(["a"]) == tolist(["a"])
reverse(["a"]) == ["a"]
concat(["a"], []) == ["a"]
concat(var.l1, []) == ["a"]
concat(var.l1, var.l0) == var.l1
concat(var.l1) == var.l1
flatten([["a"]]) == ["a"]
flatten([var.l1]) == ["a"]
slice(["a", "b"], 0, 1) == ["a"]
split(",", "a") == var.l1
[for x in var.l1 : x] == ["a"]
{ for k, v in var.m1 : k => v } == { a = "b" }
merge(var.m1, {}) == { a = "b" }
merge(var.m1, var.m0) == var.m1
merge({ a = "b" }, {}) == { a = "b" }
zipmap(["a"], ["b"]) == { a = "b" }
zipmap(["a"], var.l1) == tomap({ a = "a" })
jsondecode("[\\"a\\"]") == ["a"]
jsondecode("{\\"a\\": \\"b\\"}") == { a = "b" }
yamldecode("[a]") == ["a"]
tolist(["a"]) == var.l1
tomap({ a = "b" }) == var.m1
["a"] == ["a"]
[] == []
{} == {}
[var.l1] == [var.l1]
{ x = var.m1 } == { x = var.m1 }
(true ? ["a"] : ["b"]) == ["a"]
(true ? ["a"] : []) == var.l1
(true ? var.l1 : []) == var.l1
(true ? ["a"] : var.l0) == var.l1
(true ? ["a"] : null) == ["a"]
(true ? { a = "b" } : {}) == tomap({ a = "b" })
(true ? { a = "b" } : { a = "c" }) == { a = "b" }
(true ? { a = "b" } : var.m0) == var.m1
(true ? 1 : "x") == "1"
(false ? [1] : ["x"]) == ["x"]
var.l1[*] == var.l1
var.lo[*].name == tolist(["x"])
contains([["a"]], ["a"])
contains([var.l1], var.l1)
contains(var.l1, "a")
setunion(["a"], ["b"]) == toset(["a", "b"])
coalescelist(var.l0, ["a"]) == ["a"]
coalescelist(["a"], ["b"]) == ["a"]
formatlist("%s", ["a"]) == var.l1
toset(var.l1) == var.s1
"""

DIFFERENT = """
var.l0 == []
var.l1 == ["a"]
var.l0 == tolist([])
var.l0 == var.n0
var.m0 == {}
var.m1 == { a = "b" }
var.s0 == []
var.s1 == ["a"]
var.s1 == var.l1
var.o1 == { a = "c" }
var.o1 == var.m1
var.t1 == var.l1
var.no == []
var.l0 == null
var.anl == ["a"]
keys(var.m1) == ["a"]
values(var.m1) == ["b"]
sort(["a"]) == ["a"]
distinct(["a", "a"]) == ["a"]
compact(["a", ""]) == ["a"]
reverse(var.l1) == ["a"]
concat(var.l1, var.l0) == ["a"]
slice(var.l1, 0, 1) == ["a"]
split(",", "a") == ["a"]
[for x in var.l1 : x] == var.l1
{ for k, v in var.m1 : k => v } == var.m1
merge({ a = "b" }, {}) == tomap({ a = "b" })
zipmap(["a"], var.l1) == { a = "a" }
toset(["a"]) == ["a"]
tolist(["a"]) == ["a"]
tomap({ a = "b" }) == { a = "b" }
tolist([1]) == var.l1
tolist(["1"]) == tolist([1])
[1] == ["1"]
[] == {}
[var.l1] == [["a"]]
{ x = var.m1 } == { x = { a = "b" } }
(true ? ["a"] : []) == ["a"]
(true ? var.l1 : []) == ["a"]
(true ? { a = "b" } : {}) == { a = "b" }
var.l1[*] == ["a"]
var.lo[*].name == ["x"]
var.lo[0].tags == []
var.lo[0] == { name = "x", tags = [] }
var.lo[0] == { name = "x", tags = tolist([]) }
contains([var.l1], ["a"])
contains([["a"]], var.l1)
distinct([var.l1, ["a"]]) == [["a"]]
setunion(["a"], ["b"]) == ["a", "b"]
coalescelist(var.l1, ["b"]) == ["a"]
range(2) == [0, 1]
chunklist(["a"], 1) == [["a"]]
formatlist("%s", ["a"]) == ["a"]
regexall("a", "a") == ["a"]
matchkeys(["a"], ["b"], ["b"]) == ["a"]
setproduct(["a"], ["b"]) == [["a", "b"]]
transpose({ a = ["b"] }) == { b = ["a"] }
try(var.l0, []) == []
one([var.l1]) == ["a"]
element([var.l1], 0) == ["a"]
lookup({ x = var.l1 }, "x", []) == ["a"]
coalesce(var.no, var.l1) == ["a"]
"""

# What no value here tells: the type of a null, and that the elements of the other branch make strings of numbers.
NOT_TOLD = """
(true ? [1] : ["x"]) == ["1"]
coalesce(var.no, ["a"]) != ["a"]
"""


def lines(expressions: str) -> list[str]:
    return expressions.strip().splitlines()


@pytest.mark.parametrize(("expressions", "expected"), [(EQUAL, True), (DIFFERENT, False), (NOT_TOLD, False)])
def test_equality(load: Callable[..., Loaded], expressions: str, expected: bool) -> None:
    written = "".join(
        f'resource "aws_ssm_parameter" "r{number}" {{\n  value = {expression}\n}}\n'
        for number, expression in enumerate(lines(expressions))
    )
    loaded = load({"main.tf": VARIABLES + written})

    found = {
        resource.address.rpartition(".")[2]: set(_by_default(resource.properties)) for resource in loaded.resources
    }
    assert [
        expression for number, expression in enumerate(lines(expressions)) if found[f"r{number}"] != {Bool(expected)}
    ] == []


def _by_default(properties: Any) -> Any:
    """What a property is unless a default is overridden."""
    (whole,) = properties
    assert isinstance(whole.atom, Map)
    likely = {Certainty.CERTAIN, Certainty.DEFAULT}
    return (one.atom for one in whole.atom.entries["value"] if certainty(one.given) in likely)


def test_the_console_says_so(console_json: Callable[..., list[str]]) -> None:
    expected = {
        **dict.fromkeys(lines(EQUAL), "true"),
        **dict.fromkeys(lines(DIFFERENT), "false"),
        **dict.fromkeys(lines(NOT_TOLD), "true"),
    }

    assert len(expected) > 100
    assert dict(zip(expected, console_json(list(expected), VARIABLES), strict=True)) == expected
