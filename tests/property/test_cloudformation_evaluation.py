"""For every choice of parameters, evaluation describes what CloudFormation would make of a template, and nothing else.

The reference is a plain evaluator for concrete parameters. Where all that is not known is bounded by allowed values,
exactly the alternatives whose assumptions hold describe the result; where a default may be overridden with anything,
some alternative does, or an unknown.
"""

import itertools
import json
from functools import cache
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from checker.frontends.cloudformation.documents import parse_document
from checker.frontends.cloudformation.nesting import Nesting
from checker.frontends.cloudformation.reading import Reading
from checker.frontends.cloudformation.scope import Deployment
from checker.frontends.cloudformation.stack import Setting, Stack
from checker.frontends.cloudformation.template import resources_of
from checker.frontends.protocol import Run
from checker.model.resource import Framework
from checker.source.files import Boundary, SourceFiles
from checker.values import Alternative, Basis, Json, List, Map, Null, Text, Unknown, Value, join

CHOICES = ("x", "y", "z")
PARAMETERS = ("A", "B", "C")
CONDITIONS = ("C0", "C1", "C2")

texts = st.sampled_from([*CHOICES, "x,y", "", "1"])


# To make a strategy takes longer than to draw from it.
@cache
def conditions_on(names):
    leaf = st.builds(lambda a, b: {"Fn::Equals": [a, b]}, scalars, scalars)
    if names:
        leaf = leaf | st.sampled_from([{"Condition": name} for name in names])
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            inner.map(lambda one: {"Fn::Not": [one]}),
            st.lists(inner, min_size=1, max_size=3).map(lambda all_: {"Fn::And": all_}),
            st.lists(inner, min_size=1, max_size=3).map(lambda any_: {"Fn::Or": any_}),
        ),
        max_leaves=4,
    )


scalars = texts | st.sampled_from([{"Ref": name} for name in PARAMETERS])
NO_VALUE = {"Ref": "AWS::NoValue"}


@cache
def expression():
    def grow(inner):
        conditions = st.sampled_from(CONDITIONS)
        items = inner | st.builds(lambda c, a: {"Fn::If": [c, a, NO_VALUE]}, conditions, inner)
        return st.one_of(
            st.builds(lambda c, a, b: {"Fn::If": [c, a, b]}, conditions, inner, inner),
            st.builds(lambda d, i: {"Fn::Join": [d, i]}, st.sampled_from(["", "-", ","]), st.lists(items, max_size=3)),
            st.builds(lambda v: {"Fn::Sub": ["<${v}|${A}>", {"v": v}]}, inner),
            st.builds(lambda k, t: {"Fn::FindInMap": ["M", k, t]}, scalars, st.sampled_from(["s", "t"])),
            st.builds(
                lambda k, d: {"Fn::FindInMap": ["M", k, "s", {"DefaultValue": d}]},
                scalars,
                inner,
            ),
            st.builds(lambda n, v: {"Fn::Select": [n, {"Fn::Split": [",", v]}]}, st.integers(0, 1), inner),
            st.builds(lambda n, i: {"Fn::Select": [n, i]}, st.integers(0, 1), st.lists(items, max_size=3)),
        )

    return st.recursive(scalars | st.just({"Fn::Sub": "s-${B}"}), grow, max_leaves=5)


@st.composite
def templates(draw, bounded):
    parameters = {}
    for name in PARAMETERS:
        declared = {"Type": "String"}
        if draw(st.booleans()):
            declared["Default"] = draw(st.sampled_from(CHOICES))
        if bounded or ("Default" not in declared and draw(st.booleans())):
            declared["AllowedValues"] = list(CHOICES)
        parameters[name] = declared
    conditions = {name: draw(conditions_on(CONDITIONS[:n])) for n, name in enumerate(CONDITIONS)}
    value = draw(expression())
    listed = [draw(expression()), {"Fn::If": ["C0", "i", NO_VALUE]}]
    resource = {"Type": "Custom::R", "Properties": {"V": value, "L": listed}}
    if draw(st.booleans()):
        resource["Condition"] = draw(st.sampled_from(CONDITIONS))
    mapping = {"x": {"s": "mx", "t": "x,z"}, "y": {"s": "my"}}
    return {
        "Parameters": parameters,
        "Conditions": conditions,
        "Mappings": {"M": mapping},
        "Resources": {"R": resource},
    }


class Failure(Exception):  # noqa: N818
    """CloudFormation would refuse the template."""


ABSENT = object()
# What stands for more overrides than are followed.
Lost = object()


class Concrete:
    """A template with all parameters set."""

    def __init__(self, template, parameters):
        self.template = template
        self.parameters = parameters

    def holds(self, node):
        ((name, argument),) = node.items()
        match name:
            case "Condition":
                return self.holds(self.template["Conditions"][argument])
            case "Fn::Equals":
                return self.value(argument[0]) == self.value(argument[1])
            case "Fn::Not":
                return not self.holds(argument[0])
            case "Fn::And":
                return all(self.holds(one) for one in argument)
            case "Fn::Or":
                return any(self.holds(one) for one in argument)

    def items(self, nodes):
        return [value for node in nodes if (value := self.value(node)) is not ABSENT]

    def value(self, node):
        if isinstance(node, str):
            return node
        if isinstance(node, list):
            return self.items(node)
        ((name, argument),) = node.items()
        match name:
            case "Ref":
                return ABSENT if argument == "AWS::NoValue" else self.parameters[argument]
            case "Fn::If":
                return self.value(argument[1 if self.holds({"Condition": argument[0]}) else 2])
            case "Fn::Join":
                return argument[0].join(self.items(argument[1]))
            case "Fn::Sub" if isinstance(argument, str):
                return argument.replace("${B}", self.parameters["B"])
            case "Fn::Sub":
                value = self.value(argument[1]["v"])
                return f"<{value}|{self.parameters['A']}>"
            case "Fn::FindInMap":
                entry = self.template["Mappings"]["M"].get(self.value(argument[1]), {}).get(argument[2])
                if entry is None and len(argument) == 4:
                    return self.value(argument[3]["DefaultValue"])
                if entry is None:
                    raise Failure
                return entry
            case "Fn::Select":
                source = argument[1]
                is_list = isinstance(source, list)
                parts = self.items(source) if is_list else self.value(source["Fn::Split"][1]).split(",")
                if argument[0] >= len(parts):
                    raise Failure
                return parts[argument[0]]


def read(template):
    text = json.dumps(template)
    reading = Reading(SourceFiles(Boundary(None), Path()), Run())
    document = parse_document(Path("t.json"), "t.json", text)
    stack = Stack(document.roots[0], document, Setting.for_root(reading, Deployment(), {}, Nesting()))
    return list(resources_of(stack, Framework.CLOUDFORMATION, "t.json"))


def holds_for(assumption, parameters):
    """Whether an assumption is true; None if it is about something else than a parameter's value."""
    name = assumption.subject.removeprefix("parameter ")
    if name not in parameters:
        return None
    return (assumption.value == json.dumps(parameters[name])) is assumption.holds


def rests_on_the_lost(one: Alternative) -> bool:
    """Whether what stands for more overrides than are followed leads to an alternative: when it holds is not said."""
    return any(a.basis is Basis.OVERRIDE and a.value == "its default" for a in one.given)


def under(value: Value, parameters) -> list[Alternative]:
    return [one for one in value if all(holds_for(a, parameters) is not False for a in one.given)]


def contents(value: Value, parameters):
    """What a value is for concrete parameters: plain data, a `Failure`, or an unknown, each as an alternative."""
    found = []
    for one in under(value, parameters):
        if rests_on_the_lost(one):
            found.append(Lost)
            continue
        match one.atom:
            case Text() as text if text.plain is not None:
                found.append(text.plain)
            case Text(pieces):
                lost = any(isinstance(piece, Unknown) and piece.cause.value == "too-many" for piece in pieces)
                found.append(Lost if lost else Unknown)
            case Unknown(cause):
                found.append({"invalid-expression": Failure, "too-many": Lost}.get(cause.value, Unknown))
            case Null():
                found.append(ABSENT)
            case List(items):
                combinations = itertools.product(*(contents(item, parameters) for item in items))
                found += [[item for item in combination if item is not ABSENT] for combination in combinations]
            case Map() | Json():
                raise AssertionError("not made by these templates")
    return found


def expected(template, parameters, node):
    try:
        return Concrete(template, parameters).value(node)
    except Failure:
        return Failure


def is_there(template, parameters):
    condition = template["Resources"]["R"].get("Condition")
    return condition is None or Concrete(template, parameters).holds({"Condition": condition})


def every_choice():
    return (dict(zip(PARAMETERS, chosen, strict=True)) for chosen in itertools.product(CHOICES, repeat=len(PARAMETERS)))


def fails_inside(template, parameters, node):
    """Whether an item of a list fails: then what the list is does not matter."""
    return any(expected(template, parameters, item) is Failure for item in node)


def is_all_defaults(template, parameters):
    """Whether no default is overridden. Of many overrides, a value says only that there are too many."""
    return all(declared.get("Default") in (None, parameters[n]) for n, declared in template["Parameters"].items())


@settings(max_examples=120, deadline=None)
@given(templates(bounded=True))
def test_bounded_templates_are_evaluated_exactly(template):
    resources = read(template)
    resource = template["Resources"]["R"]
    exists_somewhere = False
    for parameters in every_choice():
        exists = is_there(template, parameters)
        exists_somewhere |= exists
        ways = [[holds_for(a, parameters) for a in given] for r in resources for given in r.presence]
        assert any(map(all, ways)) is exists or (exists and any(False not in way for way in ways))
        if not exists:
            continue
        entries = resources[0].properties[0].atom.entries
        wanted = expected(template, parameters, resource["Properties"]["V"])
        found = contents(entries["V"], parameters)
        # A deployment that fails uses nothing.
        assert found or wanted is Failure
        assert wanted is Failure or all(one in (wanted, Lost) for one in found), (found, wanted, parameters)
        if is_all_defaults(template, parameters):
            followed = tuple(one for one in entries["V"] if not rests_on_the_lost(one))
            assert Lost not in contents(followed, parameters)
        node = resource["Properties"]["L"]
        if not fails_inside(template, parameters, node):
            lists = contents(entries["L"], parameters) if "L" in entries else []
            assert lists
            exact = [one for one in lists if Lost not in one]
            assert all(one == expected(template, parameters, node) for one in exact), (lists, parameters)
            assert exact or not is_all_defaults(template, parameters)
    assert bool(resources) is exists_somewhere


@settings(max_examples=120, deadline=None)
@given(templates(bounded=False))
def test_what_a_deployment_could_produce_is_described(template):
    """Unset and overridable parameters: some alternative is right, or says that it does not know."""
    resources = read(template)
    resource = template["Resources"]["R"]
    defaults = {name: d.get("Default") for name, d in template["Parameters"].items()}
    for parameters in every_choice():
        exists = is_there(template, parameters)
        assert resources or not exists
        # Where a default is used, overriding it may bring any value: only what the defaults give is described.
        if not exists or any(default not in (None, parameters[name]) for name, default in defaults.items()):
            continue
        assert any(all(holds_for(a, parameters) is not False for a in given) for given in resources[0].presence)
        wanted = expected(template, parameters, resource["Properties"]["V"])
        found = contents(resources[0].properties[0].atom.entries["V"], parameters)
        assert wanted is Failure or wanted in found or Unknown in found, (found, wanted, parameters)


def test_alternatives_that_contradict_each_other_are_never_joined():
    """The guards that the laws above rest on."""
    (resource,) = read(
        {
            "Parameters": {"A": {"Type": "String", "AllowedValues": list(CHOICES)}},
            "Resources": {"R": {"Type": "Custom::R", "Properties": {"V": {"Fn::Sub": "${A}${A}"}}}},
        }
    )
    found = resource.properties[0].atom.entries["V"]
    assert [one.atom.plain for one in found] == ["xx", "yy", "zz"]
    assert all(join(one.given, other.given) is None for one in found for other in found if one is not other)
