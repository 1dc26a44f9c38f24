"""Evaluates the body of a resource to a map of its properties, and templates that are files."""

from collections.abc import Mapping
from sys import intern

from checker.errors import ParseError
from checker.frontends.terraform.configuration.elements import elements, invalid, is_invalid, overriding
from checker.frontends.terraform.configuration.evaluate import evaluate
from checker.frontends.terraform.configuration.module_sources import read_problem
from checker.frontends.terraform.configuration.scope import ROUND, Host, NoNames, Scope, shown
from checker.frontends.terraform.hcl.parser import parse_template
from checker.frontends.terraform.hcl.syntax import Attribute, Block, Body, Literal, RootName
from checker.model.problem import Problem, ProblemKind
from checker.source import Location
from checker.values import Alternative, Atom, Cause, Json, List, Map, Null, Step, Value
from checker.values.operations import after, gathered, kept, known, together, unknown, within

# Evaluates templates that are files, or texts at one location of a file.


def rendered(host: Host, content: str, file: str, at: Location | None, names: Mapping[str, Value]) -> Value:
    """The value of a template with only these names bound; one that cannot be parsed is a problem."""
    try:
        template = parse_template(content, file, at=at)
    except ParseError as error:
        host.report(read_problem(error))
        return unknown(Cause.PARSE_FAILED, file)
    return evaluate(template, Scope(NoNames(host), names))


# Evaluates the body of a resource to a map of its properties; nested and dynamic blocks become lists of maps.

META_ARGUMENTS = frozenset({"provider", "depends_on", "count", "for_each"})
_META = META_ARGUMENTS | {"lifecycle", "timeouts"}
# What is not evaluated in the blocks of a type: words that stand for themselves (`when = destroy`).
_KEYWORDS = {"provisioner": frozenset({"when", "on_failure"})}


def properties(body: Body, scope: Scope, *, omitted: frozenset[str] = _META) -> Map:
    """The arguments and blocks of a body, without those that are `omitted`."""
    entries: dict[str, Value] = {}
    for attribute in body.attributes:
        if attribute.name not in omitted:
            entries[attribute.name] = _value(attribute, scope)
    for name in block_types(body):
        if name not in omitted:
            entries[name] = blocks(body, name, scope)
    return Map(entries)


def argument(body: Body, name: str, scope: Scope) -> Value:
    """The value of an argument in the code."""
    attribute = body.get(name)
    assert attribute is not None
    return _value(attribute, scope)


def _value(attribute: Attribute, scope: Scope) -> Value:
    value = evaluate(attribute.expression, scope)
    if not value:
        # It is asked for only where a default is overridden, and then nothing is known of it.
        value = unknown(Cause.INPUT_NOT_SET, shown(attribute.location))
    return after(deployable(value), Step(attribute.location, intern(f"argument {attribute.name}")))


_COLLECTIONS = (List, Map, Json)


def deployable(value: Value) -> Value:
    """The value without the alternatives that Terraform refuses, unless there are no others; also in nested values."""
    if len(value) > 1:
        kept = tuple(one for one in value if not is_invalid(one.atom))
        value = kept or value
    if not any(isinstance(one.atom, _COLLECTIONS) for one in value):
        return value
    return tuple(one._replace(atom=_deployable_within(one.atom)) for one in value)


def _deployable_within(atom: Atom) -> Atom:
    match atom:
        case List(items, rest, kind):
            return List(tuple(map(deployable, items)), deployable(rest), kind)
        case Map(entries, rest, kind):
            return Map({key: deployable(item) for key, item in entries.items()}, deployable(rest), kind)
        case Json(value):
            return Json(deployable(value))
        case _:
            return atom


def block_types(body: Body) -> list[str]:
    """The types of the nested blocks, including dynamic ones, in written order."""
    return list(dict.fromkeys(_type_of(block) for block in body.blocks))


def _type_of(block: Block) -> str:
    return block.labels[0] if block.type == "dynamic" and block.labels else block.type


def blocks(body: Body, name: str, scope: Scope) -> Value:
    """The nested blocks of a type as a list of maps."""
    items: list[Value] = []
    rest: list[Alternative] = []
    for block in body.blocks:
        if _type_of(block) != name:
            continue
        if block.type == "dynamic":
            made = together(_dynamic(block, scope), shown(block.location))
            assert isinstance(made.atom, List)
            items += (tuple(kept(made, item)) for item in made.atom.items)
            rest += kept(made, made.atom.rest)
        else:
            omitted = _KEYWORDS.get(name, frozenset())
            items.append(known(properties(block.body, scope, omitted=omitted)))
    return known(List(tuple(items), tuple(rest)))


def _dynamic(block: Block, scope: Scope) -> Value:
    """The blocks of a dynamic block: one list of maps for each collection that it may iterate over."""
    if not block.labels:
        message = "this dynamic block has no label, so it is not known what it makes; nothing in it was read"
        advice = "Give it the type of the blocks that it makes, as its label."
        scope.module.host.report(
            Problem.at(block.location, ProblemKind.INVALID_VALUE, message, advice, incomplete=True)
        )
        return known(List(()))
    name = block.labels[0]
    each = block.body.get("for_each")
    content = next((inner for inner in block.body.blocks if inner.type == "content"), None)
    if each is None or content is None:
        return known(List((), known(invalid(f"dynamic {name!r} at {shown(block.location)} is incomplete"))))
    iterator = block.body.get("iterator")
    match iterator.expression if iterator else None:
        case RootName(written) | Literal(str(written)):
            bound = written
        case _:
            bound = name

    def made(key: Value, value: Value) -> Value:
        inner = scope.bind({bound: known(Map({"key": key, "value": value}))})
        return known(properties(content.body, inner, omitted=frozenset()))

    subject = shown(each.location)
    result: list[Alternative] = []
    # There is no value where the resource exists only if a default is overridden, and the collection is known only if
    # it is not.
    iterated = evaluate(each.expression, scope) or unknown(Cause.INPUT_NOT_SET, subject)
    for holder in gathered(iterated, subject):
        found = () if isinstance(holder.atom, Null) else elements(holder)
        if found is None:
            fails = known(invalid(f"{subject} has no elements"))
            result.append(Alternative(List((), after(fails, *holder.trail)), holder.given))
            continue
        scope.module.host.spend(ROUND * len(found))
        items: list[Value] = []
        rest: list[Alternative] = []
        for item in found:
            if item.repeated:
                rest += made(item.key, item.value)
            else:
                items.append(within(made(item.key, item.here), item.value, subject))
        result.append(Alternative(List(tuple(items), tuple(rest)), holder.given))
        if not found:
            # Where a default that makes it empty is overridden, it may have elements.
            for overridden, given in overriding(holder.given):
                part = known(overridden)
                result.append(Alternative(List((), made(part, part)), given))
    return tuple(result)
