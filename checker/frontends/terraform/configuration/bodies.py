"""The body of a resource as a map of its properties, with nested and dynamic blocks as lists of maps."""

from checker.frontends.terraform.configuration.elements import elements, invalid, overriding
from checker.frontends.terraform.configuration.evaluate import evaluate
from checker.frontends.terraform.configuration.scope import ROUND, Scope, shown
from checker.frontends.terraform.hcl.syntax import Block, Body, Literal, RootName
from checker.model.problem import Problem, ProblemKind
from checker.values import Alternative, Atom, Cause, Given, Json, List, Map, Null, Step, Unknown, Value, join
from checker.values.operations import after, capped, known, one_of, unknown

META_ARGUMENTS = frozenset({"provider", "depends_on", "count", "for_each"})
META_BLOCKS = frozenset({"lifecycle", "provisioner", "connection", "timeouts"})
_MOST_STATES = 64

# One way in which the blocks of a type can come out: those known, those of unknown number, and what that assumes.
_State = tuple[tuple[Value, ...], Value, Given]


def properties(body: Body, scope: Scope, *, top: bool = True) -> Map:
    """The arguments and blocks of a body. `top`: meta-arguments are left out."""
    entries: dict[str, Value] = {}
    for attribute in body.attributes:
        if not (top and attribute.name in META_ARGUMENTS):
            entries[attribute.name] = argument(body, attribute.name, scope)
    for name in block_types(body):
        if not (top and name in META_BLOCKS):
            entries[name] = blocks(body, name, scope)
    return Map(entries)


def argument(body: Body, name: str, scope: Scope) -> Value:
    """The value of an argument that is written."""
    attribute = body.get(name)
    assert attribute is not None
    value = evaluate(attribute.expression, scope)
    if not value:
        # Only where a default is overridden is it asked for, and then nothing is known of it.
        value = unknown(Cause.INPUT_NOT_SET, shown(attribute.place))
    return after(deployable(value), Step(attribute.place, f"argument {name}"))


def deployable(value: Value) -> Value:
    """The value without the alternatives with which Terraform would fail, if there are others; nested ones too."""
    if len(value) > 1:
        kept = tuple(one for one in value if not _fails(one.atom))
        value = kept or value
    if not any(isinstance(one.atom, List | Map | Json) for one in value):
        return value
    return tuple(one._replace(atom=_deployable_within(one.atom)) for one in value)


def _fails(atom: Atom) -> bool:
    return isinstance(atom, Unknown) and atom.cause is Cause.INVALID


def _deployable_within(atom: Atom) -> Atom:
    match atom:
        case List(items, rest, is_set):
            return List(tuple(map(deployable, items)), deployable(rest), is_set)
        case Map(entries, rest):
            return Map({key: deployable(item) for key, item in entries.items()}, deployable(rest))
        case Json(value):
            return Json(deployable(value))
        case _:
            return atom


def block_types(body: Body) -> list[str]:
    """The types of the nested blocks, dynamic ones too, in written order."""
    return list(dict.fromkeys(_type_of(block) for block in body.blocks))


def _type_of(block: Block) -> str:
    return block.labels[0] if block.type == "dynamic" and block.labels else block.type


def blocks(body: Body, name: str, scope: Scope) -> Value:
    """The nested blocks of a type as a list of maps."""
    states: list[_State] = [((), (), ())]
    for block in body.blocks:
        if _type_of(block) != name:
            continue
        if block.type == "dynamic":
            more = _dynamic(block, scope)
        else:
            more = [(((known(properties(block.body, scope, top=False))),), (), ())]
        grown: list[_State] = []
        for items, rest, given in states:
            for other_items, other_rest, other_given in more:
                joined = join(given, other_given)
                if joined is not None:
                    grown.append((items + other_items, (*rest, *other_rest), joined))
        if len(grown) > _MOST_STATES:
            subject = shown(block.place)
            everything = one_of([one for items, _, _ in grown for one in items], subject)
            grown = [((), (*everything, *one_of([rest for _, rest, _ in grown if rest], subject)), ())]
        states = grown
    return capped([Alternative(List(items, rest), given) for items, rest, given in states], name)


def _dynamic(block: Block, scope: Scope) -> list[_State]:
    if not block.labels:
        message = "this dynamic block has no label, so it is not known what it makes; nothing in it was read"
        advice = "Give it the type of the blocks that it makes, as its label."
        scope.module.host.report(Problem.at(block.place, ProblemKind.INVALID_VALUE, message, advice, incomplete=True))
        return [((), (), ())]
    name = block.labels[0]
    each = block.body.get("for_each")
    content = next((inner for inner in block.body.blocks if inner.type == "content"), None)
    if each is None or content is None:
        return [((), (Alternative(invalid(f"dynamic {name!r} at {shown(block.place)} is incomplete")),), ())]
    iterator = block.body.get("iterator")
    match iterator.expression if iterator else None:
        case RootName(written) | Literal(str(written)):
            bound = written
        case _:
            bound = name
    states: list[_State] = []
    for alternative in evaluate(each.expression, scope):
        if isinstance(alternative.atom, Null):
            states.append(((), (), alternative.given))
            continue
        items = elements(alternative)
        if items is None:
            states.append(
                ((), (alternative._replace(atom=invalid(f"{shown(each.place)} has no elements")),), alternative.given)
            )
            continue
        scope.module.host.spend(ROUND * len(items))
        made: list[Value] = []
        rest: list[Value] = []
        for item in items:
            inner = scope.bind({bound: known(Map({"key": item.key, "value": item.value}))})
            (rest if item.repeated else made).append(known(properties(content.body, inner, top=False)))
        states.append((tuple(made), tuple(one for value in rest for one in value), alternative.given))
        if not items:
            states.extend(_overriding(alternative.given, content, bound, scope))
    return states


def _overriding(given: Given, content: Block, bound: str, scope: Scope) -> list[_State]:
    """An empty collection that rests on a default may have elements when that is overridden."""
    states: list[_State] = []
    for overridden, other in overriding(given):
        part: Value = (Alternative(overridden),)
        inner = scope.bind({bound: known(Map({"key": part, "value": part}))})
        states.append(((), known(properties(content.body, inner, top=False)), other))
    return states
