"""The intrinsic functions: a table from name to implementation.

An implementation takes the stack, the argument as it is written, the names that loops bind, and the place of the call.
"""

import ipaddress
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from checker.frontends.cloudformation.includes import calls_in, included_node
from checker.frontends.cloudformation.parameters import as_text, literal_of, split
from checker.frontends.cloudformation.pseudo import whatever_the_region
from checker.frontends.cloudformation.texts import literal_pieces, placeholders, resolved
from checker.source import Mapping as MappingNode
from checker.source import Node, Place, Scalar
from checker.source import Sequence as SequenceNode
from checker.values import (
    Alternative,
    Atom,
    Basis,
    Bool,
    Cause,
    Json,
    List,
    Number,
    Piece,
    Slices,
    Step,
    Text,
    Unknown,
    Value,
    join,
)
from checker.values.operations import (
    after,
    assume,
    both,
    capped,
    choose,
    concat,
    either,
    equal,
    flat_map,
    identity_of,
    index,
    known,
    negate,
    text,
    unknown,
)

if TYPE_CHECKING:
    from checker.frontends.cloudformation.stack import Stack

Names = Mapping[str, Value]
Intrinsic = Callable[["Stack", Node, Names, Place], Value]

CONDITION_FUNCTION = "Condition"


def intrinsic_of(node: Node) -> tuple[str, Node] | None:
    """The name of the function that a node calls, and its argument; None for data."""
    tag = node.tag
    if tag is not None and tag[0] == "!":
        short = tag[1:]
        return short if short in ("Ref", CONDITION_FUNCTION) else f"Fn::{short}", node._replace(tag=None)
    if type(node) is MappingNode and len(node.entries) == 1:
        key, argument = node.entries[0]
        name = str(key.value)
        if name == "Ref" or (name.startswith("Fn::") and not name.startswith("Fn::ForEach::")):
            return name, argument
    return None


def _arguments(stack: "Stack", argument: Node, name: str, place: Place, *counts: int) -> tuple[Node, ...] | None:
    if isinstance(argument, SequenceNode) and argument.tag is None and len(argument.items) in counts:
        return argument.items
    return None


def _malformed(stack: "Stack", name: str, place: Place) -> Value:
    return stack.invalid(f"The arguments of {name} are not what it takes", name, place)


def _plain(value: Value) -> str | None:
    """The text that a value surely is, or None."""
    if len(value) != 1:
        return None
    atom = as_text(value)[0].atom
    return atom.plain if isinstance(atom, Text) else None


def _ref(stack: "Stack", argument: Node, names: Names, place: Place) -> Value:
    if isinstance(argument, Scalar) and argument.tag is None:
        return stack.reference(str(argument.value), place, names)
    made = stack.evaluate(argument, names)
    if _is_held(stack, argument) and _plain(made) is None:
        # A name that is not known may be that of anything.
        return unknown(Cause.DEPLOY_TIME, "Ref", identity=_identity(stack, "Ref", place), trail=(Step(place, "Ref"),))
    name = _plain(made)
    return _malformed(stack, "Ref", place) if name is None else stack.reference(name, place, names)


def _get_att(stack: "Stack", argument: Node, names: Names, place: Place) -> Value:
    if isinstance(argument, Scalar):
        name, _, attribute = (_plain(stack.evaluate(argument, names)) or "").partition(".")
        return stack.attribute(name, attribute, place) if attribute else _malformed(stack, "Fn::GetAtt", place)
    items = _arguments(stack, argument, "Fn::GetAtt", place, 2, 3)
    if items is None:
        return _malformed(stack, "Fn::GetAtt", place)
    parts = [_plain(stack.evaluate(item, names)) for item in items]
    if any(part is None for part in parts):
        identity = _identity(stack, "Fn::GetAtt", place)
        return unknown(Cause.DEPLOY_TIME, "Fn::GetAtt", identity=identity, trail=(Step(place, "Fn::GetAtt"),))
    return stack.attribute(parts[0] or "", ".".join(part or "" for part in parts[1:]), place)


def _identity(stack: "Stack", name: str, place: Place) -> str:
    return stack.identity(f"{name} at {place}")


def _sub(stack: "Stack", argument: Node, names: Names, place: Place) -> Value:
    variables: dict[str, Node] = {}
    template: Node = argument
    items = _arguments(stack, argument, "Fn::Sub", place, 1, 2)
    if items is not None:
        template = items[0]
        if len(items) == 2:
            if not isinstance(items[1], MappingNode):
                return _malformed(stack, "Fn::Sub", place)
            variables = {str(key.value): value for key, value in items[1].entries}
    own: dict[str, Value] = {}

    def variable(name: str, where: Place) -> Value:
        if name in variables:
            if name not in own:
                own[name] = stack.evaluate(variables[name], names)
            return own[name]
        resource, dot, attribute = name.partition(".")
        return stack.attribute(resource, attribute, where) if dot else stack.reference(name, where, names)

    if isinstance(template, Scalar) and template.tag is None:
        if not isinstance(template.value, str):
            return stack.scalar(template)
        document = stack.document
        return _substituted(
            template.value,
            lambda start, end: literal_pieces(document, template, start, end),
            lambda start: document.place_in(template, start),
            variable,
            place,
        )
    made = stack.evaluate(template, names)
    if _is_held(stack, template):
        result: list[Alternative] = []
        for one in made:
            if isinstance(one.atom, Text):
                result += assume(after(_sub_of_text(one.atom, variable, place), *one.trail), one.given)
            else:
                result.append(one)
        return capped(result, "Fn::Sub")
    # A macro, or another tool's tag, may put the text there.
    return made if all(isinstance(one.atom, Unknown) for one in made) else _malformed(stack, "Fn::Sub", place)


def _is_held(stack: "Stack", node: Node) -> bool:
    """Whether a value stands here that the input around the template puts there."""
    match node:
        case MappingNode(entries=((key, Scalar() as name),)):
            return key.value == "Ref" and name.value in stack.setting.held
        case _:
            return False


def _sub_of_text(content: Text, variable: Callable[[str, Place], Value], place: Place) -> Value:
    slices = Slices.of(content)

    def place_of(start: int) -> Place:
        trail = content.trail_at(start, start + 1)
        return (trail[0].place if trail else None) or place

    return _substituted(content.marked(), slices.pieces, place_of, variable, place)


def _substituted(
    content: str,
    pieces_of: Callable[[int, int], Iterable[Piece | Unknown]],
    place_of: Callable[[int], Place],
    variable: Callable[[str, Place], Value],
    place: Place,
) -> Value:
    """The text of `Fn::Sub` with what stands for its placeholders."""
    parts: list[Value] = []
    position = 0

    def known_part(end: int) -> None:
        if position < end:
            parts.append((Alternative(Text(tuple(pieces_of(position, end)))),))

    for start, end, escaped, name in placeholders(content):
        known_part(start)
        where = place_of(start)
        if name is None:
            parts.append((Alternative(Text((Piece(f"${{{escaped}}}", (Step(where, "written here"),)),))),))
        else:
            parts.append(variable(name, where))
        position = end
    known_part(len(content))
    subject = f"Fn::Sub of {' '.join(content.split())[:60]}"
    return resolved(concat(parts, subject, place), place)


def _join(stack: "Stack", argument: Node, names: Names, place: Place) -> Value:
    items = _arguments(stack, argument, "Fn::Join", place, 2)
    if items is None:
        return _malformed(stack, "Fn::Join", place)
    delimiter = stack.evaluate(items[0], names)
    is_empty = _plain(delimiter) == ""
    result: list[Alternative] = []
    for one in stack.list_items(items[1], names):
        match one.atom:
            case List(elements, ()):
                parts: list[Value] = []
                for number, element in enumerate(elements):
                    if number and not is_empty:
                        parts.append(delimiter)
                    parts.append(element)
                result += assume(after(concat(parts, "Fn::Join", place), *one.trail), one.given)
            case Unknown() as hole:
                identity = f"Fn::Join({literal_of(_plain(delimiter) or '')}, {hole.identity})"
                result.append(one._replace(atom=hole.derived(identity)))
            case _:
                result += assume(_malformed(stack, "Fn::Join", place), one.given)
    return resolved(capped(result, "Fn::Join"), place)


def _if(stack: "Stack", argument: Node, names: Names, place: Place) -> Value:
    items = _arguments(stack, argument, "Fn::If", place, 3)
    if items is None:
        return _malformed(stack, "Fn::If", place)
    condition, then, otherwise = items
    if isinstance(condition, Scalar) and condition.tag is None and isinstance(condition.value, str):
        chosen = stack.condition(_loop_name(stack, condition, names), condition.place)
    else:
        chosen = stack.evaluate_condition(condition, names)
    return choose(
        chosen,
        lambda: stack.evaluate(then, names),
        lambda: stack.evaluate(otherwise, names),
        f"condition {condition.value}" if isinstance(condition, Scalar) else "Fn::If",
    )


def _loop_name(stack: "Stack", name: Scalar, names: Names) -> str:
    return (_plain(stack.evaluate(name, names)) if names else None) or str(name.value)


def _condition(stack: "Stack", argument: Node, names: Names, place: Place) -> Value:
    if not isinstance(argument, Scalar):
        return _malformed(stack, "Condition", place)
    return stack.condition(_loop_name(stack, argument, names), place)


def _equals(stack: "Stack", argument: Node, names: Names, place: Place) -> Value:
    items = _arguments(stack, argument, "Fn::Equals", place, 2)
    if items is None:
        return _malformed(stack, "Fn::Equals", place)
    left, right = (as_text(stack.evaluate_deciding(item, names)) for item in items)
    return whatever_the_region(equal(left, right, "Fn::Equals"), stack.setting.deployment)


def _contains(stack: "Stack", argument: Node, names: Names, place: Place) -> Value:
    items = _arguments(stack, argument, "Fn::Contains", place, 2)
    if items is None or not isinstance(items[0], SequenceNode) or not items[0].items:
        return _malformed(stack, "Fn::Contains", place)
    wanted = as_text(stack.evaluate_deciding(items[1], names))
    found = known(Bool(False))
    for item in items[0].items:
        choice = as_text(stack.evaluate_deciding(item, names))
        found = either(found, lambda choice=choice: equal(choice, wanted, "Fn::Contains"), "Fn::Contains")  # type: ignore[misc]
    return whatever_the_region(found, stack.setting.deployment)


def _not(stack: "Stack", argument: Node, names: Names, place: Place) -> Value:
    items = _arguments(stack, argument, "Fn::Not", place, 1)
    if items is None:
        return _malformed(stack, "Fn::Not", place)
    return negate(stack.evaluate_condition(items[0], names))


def _all_of(stack: "Stack", argument: Node, names: Names, place: Place) -> Value:
    return _logical(stack, argument, names, place, "Fn::And", both)


def _any_of(stack: "Stack", argument: Node, names: Names, place: Place) -> Value:
    return _logical(stack, argument, names, place, "Fn::Or", either)


def _logical(
    stack: "Stack",
    argument: Node,
    names: Names,
    place: Place,
    name: str,
    operation: Callable[[Value, Callable[[], Value], str], Value],
) -> Value:
    if not isinstance(argument, SequenceNode) or not argument.items:
        return _malformed(stack, name, place)
    value = stack.evaluate_condition(argument.items[0], names)
    for item in argument.items[1:]:
        value = operation(value, lambda item=item: stack.evaluate_condition(item, names), name)  # type: ignore[misc]
    return value


def _find_in_map(stack: "Stack", argument: Node, names: Names, place: Place) -> Value:
    items = _arguments(stack, argument, "Fn::FindInMap", place, 3, 4)
    if items is None:
        return _malformed(stack, "Fn::FindInMap", place)
    default: Node | None = None
    if len(items) == 4:
        default = items[3].get("DefaultValue") if isinstance(items[3], MappingNode) else None
        if default is None:
            return _malformed(stack, "Fn::FindInMap", place)
    name = _plain(stack.evaluate(items[0], names))
    keys = [as_text(stack.evaluate_deciding(item, names)) for item in items[1:3]]
    subject = f"mapping {name or ''}".strip()
    if name is None:
        value = index(stack.mappings(), as_text(stack.evaluate(items[0], names)), subject)
    else:
        found = stack.mapping(name)
        if found is None:
            if default is not None:
                return stack.evaluate(default, names)
            return stack.undefined(f"mapping {name}", place)
        value = found
    value = index(index(value, keys[0], subject), keys[1], subject)
    missing = [one for one in value if isinstance(one.atom, Unknown) and one.atom.cause is Cause.INVALID]
    if default is not None:
        value = _or_default(value, missing, keys, stack.evaluate(default, names), subject)
    elif missing and len(missing) == len(value):
        written = ".".join(_plain(key) or "?" for key in keys)
        return stack.invalid(f"The {subject} has no entry {written}", subject, place)
    return after(value, Step(place, subject))


def _or_default(value: Value, missing: list[Alternative], keys: list[Value], default: Value, subject: str) -> Value:
    """The default where an entry is missing, and where a key that is not known may be one that is not there."""
    result = [one for one in value if one not in missing]
    for one in missing:
        result += assume(default, one.given)
    entries = {assumption for one in value for assumption in one.given}
    for key in keys:
        for one in key:
            if not isinstance(one.atom, Unknown) and not (isinstance(one.atom, Text) and one.atom.holes):
                continue
            identity = one.atom.identity if isinstance(one.atom, Unknown) else one.atom.identity()
            other = tuple(
                assumption._replace(holds=False)
                for assumption in sorted(entries)
                if assumption.subject == identity and assumption.holds and assumption.basis is Basis.OPEN
            )
            given = join(one.given, other)
            if given is not None:
                result += assume(default, given)
    return capped(result, subject)


def _select(stack: "Stack", argument: Node, names: Names, place: Place) -> Value:
    items = _arguments(stack, argument, "Fn::Select", place, 2)
    if items is None:
        return _malformed(stack, "Fn::Select", place)
    return index(stack.list_items(items[1], names), stack.evaluate(items[0], names), "Fn::Select")


def _split(stack: "Stack", argument: Node, names: Names, place: Place) -> Value:
    items = _arguments(stack, argument, "Fn::Split", place, 2)
    delimiter = None if items is None else _plain(stack.evaluate(items[0], names))
    if items is None or not delimiter:
        return _malformed(stack, "Fn::Split", place)
    return split(stack.evaluate(items[1], names), delimiter)


def _base64(stack: "Stack", argument: Node, names: Names, place: Place) -> Value:
    # What reads the text decodes it first: encoded, the models in it could not be seen.
    return after(stack.evaluate(argument, names), Step(place, "Fn::Base64"))


def _import_value(stack: "Stack", argument: Node, names: Names, place: Place) -> Value:
    result: list[Alternative] = []
    for one in as_text(stack.evaluate(argument, names)):
        match one.atom:
            case Text() as name:
                exported = stack.setting.imported(name)
                subject, identity = f"export {name.render()}", f"export {name.identity()}"
            case Unknown() as hole:
                exported, subject, identity = None, f"export ⟨{hole.subject}⟩", f"export {hole.identity}"
            case _:
                return _malformed(stack, "Fn::ImportValue", place)
        value = unknown(Cause.EXTERNAL_DATA, subject, identity=identity) if exported is None else exported
        result += assume(after(value, Step(place, subject)), one.given)
    return capped(result, "Fn::ImportValue")


def _cidr(stack: "Stack", argument: Node, names: Names, place: Place) -> Value:
    items = _arguments(stack, argument, "Fn::Cidr", place, 2, 3)
    if items is None:
        return _malformed(stack, "Fn::Cidr", place)
    operands = [as_text(stack.evaluate(item, names)) for item in items]

    def blocks(atoms: Sequence[Atom]) -> Atom:
        block, count, *bits = (atom.plain or "" if isinstance(atom, Text) else "" for atom in atoms)
        try:
            network = ipaddress.ip_network(block)
            host_bits = int(bits[0]) if bits else 8
            prefix = network.max_prefixlen - host_bits
            wanted = int(count)
            if not 1 <= wanted <= 256 or prefix < network.prefixlen or wanted > 1 << (prefix - network.prefixlen):
                raise ValueError("the block has not so many subnets")
            subnets = network.subnets(new_prefix=prefix)
            return List(tuple(text(str(next(subnets))) for _ in range(wanted)))
        except ValueError:
            return Unknown(Cause.INVALID, "Fn::Cidr", _identity(stack, "Fn::Cidr", place))

    return flat_map(operands, blocks, "Fn::Cidr")


def _get_azs(stack: "Stack", argument: Node, names: Names, place: Place) -> Value:
    region = stack.evaluate(argument, names)
    content = _plain(region)
    if not content:
        content = identity_of(region[0].atom) if content is None and region else stack.identity("AWS::Region")
    subject = "Fn::GetAZs"
    return unknown(Cause.DEPLOY_TIME, subject, identity=f"{subject}({content})", trail=(Step(place, subject),))


def _transform(stack: "Stack", argument: Node, names: Names, place: Place) -> Value:
    calls = calls_in(argument)
    if len(calls) > 1:
        # What each of them puts in comes together.
        return stack.evaluate(
            MappingNode(tuple((Scalar("Fn::Transform", place), call) for call in calls), place), names
        )
    argument = calls[0] if calls else argument
    node = included_node(stack, argument, names)
    if node is not None:
        with stack.while_including(node.place.file):
            return stack.evaluate(node, names)
    name = argument.get("Name") if isinstance(argument, MappingNode) else None
    subject = f"macro {name.value}" if isinstance(name, Scalar) else "Fn::Transform"
    cause = Cause.EXTERNAL_DATA if subject == "macro AWS::Include" else Cause.UNSUPPORTED_FUNCTION
    return unknown(cause, subject, identity=_identity(stack, subject, place), trail=(Step(place, subject),))


def _length(stack: "Stack", argument: Node, names: Names, place: Place) -> Value:
    def length(atoms: Sequence[Atom]) -> Atom:
        match atoms[0]:
            case List(items, ()):
                return Number(len(items))
            case _:
                return Unknown(Cause.INVALID, "Fn::Length", _identity(stack, "Fn::Length", place))

    return flat_map([stack.list_items(argument, names)], length, "Fn::Length")


def _to_json_string(stack: "Stack", argument: Node, names: Names, place: Place) -> Value:
    return known(Json(stack.evaluate(argument, names)))


def _get_stack_output(stack: "Stack", argument: Node, names: Names, place: Place) -> Value:
    shown = argument.get("StackName") if isinstance(argument, MappingNode) else None
    subject = f"output of stack {shown.value}" if isinstance(shown, Scalar) else "output of another stack"
    identity = _identity(stack, subject, place)
    return unknown(Cause.EXTERNAL_DATA, subject, identity=identity, trail=(Step(place, subject),))


INTRINSICS: Mapping[str, Intrinsic] = MappingProxyType(
    {
        "Ref": _ref,
        CONDITION_FUNCTION: _condition,
        "Fn::And": _all_of,
        "Fn::Base64": _base64,
        "Fn::Cidr": _cidr,
        "Fn::Contains": _contains,
        "Fn::Equals": _equals,
        "Fn::FindInMap": _find_in_map,
        "Fn::GetAZs": _get_azs,
        "Fn::GetAtt": _get_att,
        "Fn::GetStackOutput": _get_stack_output,
        "Fn::If": _if,
        "Fn::ImportValue": _import_value,
        "Fn::Join": _join,
        "Fn::Length": _length,
        "Fn::Not": _not,
        "Fn::Or": _any_of,
        "Fn::Select": _select,
        "Fn::Split": _split,
        "Fn::Sub": _sub,
        "Fn::ToJsonString": _to_json_string,
        "Fn::Transform": _transform,
    }
)
