"""The intrinsic functions: a table from names to implementations and arguments."""

import ipaddress
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from checker.frontends.cloudformation.expansion import TRANSFORM, calls_in, transformed
from checker.frontends.cloudformation.parameters import as_text, literal_of, split
from checker.frontends.cloudformation.scope import Call, Evaluation, Intrinsic, Kind, plain_of, whatever_the_region
from checker.frontends.cloudformation.texts import (
    LookUp,
    invalid_placeholders,
    literal_pieces,
    placeholders,
    resolved,
)
from checker.frontends.protocol import holding
from checker.model.problem import Problem, ProblemKind
from checker.source import Location, MappingNode, Node, ScalarNode, SequenceNode
from checker.values import (
    Alternative,
    Atom,
    Basis,
    Bool,
    Cause,
    Json,
    List,
    Map,
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
    without_nulls,
)

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


_ANY, _LIST, _MAP = Kind


def _ref(call: Call) -> Value:
    (argument,) = call.arguments
    if isinstance(argument, ScalarNode) and argument.tag is None:
        return call.stack.reference(str(argument.value), call.location, call.scope)
    name = call.plain(argument)
    if name is not None:
        return call.stack.reference(name, call.location, call.scope)
    # An unknown name may be that of anything.
    return call.unknown(Cause.DEPLOY_TIME, "Ref") if _is_held(call.stack, argument) else call.malformed()


def _get_att(call: Call) -> Value:
    if len(call.arguments) == 1:
        if not isinstance(call.arguments[0], ScalarNode):
            return call.malformed()
        name, _, attribute = (call.plain(call.arguments[0]) or "").partition(".")
        return call.stack.attribute(name, attribute, call.location, call.scope) if attribute else call.malformed()
    parts = [call.plain(item) for item in call.arguments]
    if any(part is None for part in parts):
        return call.unknown(Cause.DEPLOY_TIME, call.name)
    attribute = ".".join(part or "" for part in parts[1:])
    return call.stack.attribute(parts[0] or "", attribute, call.location, call.scope)


def _sub(call: Call) -> Value:
    template = call.arguments[0]
    given = call.arguments[1] if len(call.arguments) == 2 else None
    variables = {str(key.value): node for key, node in given.entries} if isinstance(given, MappingNode) else {}
    own: dict[str, Value] = {}

    def variable(name: str, where: Location) -> Value:
        if name in variables:
            if name not in own:
                own[name] = call.value(variables[name])
            return own[name]
        resource, dot, attribute = name.partition(".")
        if dot:
            return call.stack.attribute(resource, attribute, where, call.scope)
        return call.stack.reference(name, where, call.scope)

    if isinstance(template, ScalarNode) and template.tag is None:
        if not isinstance(template.value, str):
            return call.stack.scalar(template)
        document = call.stack.document
        for start, written in invalid_placeholders(template.value):
            message = f"`{written}` in Fn::Sub is not a name: names have letters, digits, `_`, `.` and `:`"
            advice = "Correct the name. To keep the text as it is, write `!` behind the brace: `${!...}`."
            location = document.location_in(template, start)
            call.stack.reading.report(
                Problem.at(location, ProblemKind.INVALID_VALUE, message, advice, incomplete=False)
            )
        return _substituted(
            template.value,
            lambda start, end: literal_pieces(document, template, start, end),
            lambda start: document.location_in(template, start),
            variable,
            call.location,
            call.stack.in_parameter_store,
        )
    made = call.value(template)
    if _is_held(call.stack, template):
        result: list[Alternative] = []
        for one in made:
            if isinstance(one.atom, Text):
                made_here = _sub_of_text(one.atom, variable, call.location, call.stack.in_parameter_store)
                result += assume(after(made_here, *one.trail), one.given)
            else:
                result.append(one)
        return capped(result, "Fn::Sub")
    # A macro, or another tool's tag, may insert the text.
    return made if all(isinstance(one.atom, Unknown) for one in made) else call.malformed()


def _is_held(stack: Evaluation, node: Node) -> bool:
    """True if the enclosing input puts a value here."""
    match node:
        case MappingNode(entries=((key, ScalarNode() as name),)):
            return key.value == "Ref" and name.value in stack.held
        case _:
            return False


def _sub_of_text(
    content: Text, variable: Callable[[str, Location], Value], location: Location, look_up: LookUp
) -> Value:
    slices = Slices.of(content)

    def location_of(start: int) -> Location:
        trail = content.trail_at(start, start + 1)
        return (trail[0].location if trail else None) or location

    return _substituted(content.marked(), slices.pieces, location_of, variable, location, look_up)


def _substituted(
    content: str,
    pieces_of: Callable[[int, int], Iterable[Piece | Unknown]],
    location_of: Callable[[int], Location],
    variable: Callable[[str, Location], Value],
    location: Location,
    look_up: LookUp,
) -> Value:
    """The text of `Fn::Sub` with its placeholders replaced."""
    parts: list[Value] = []
    position = 0

    def known_part(end: int) -> None:
        if position < end:
            parts.append((Alternative(Text(tuple(pieces_of(position, end)))),))

    for start, end, escaped, name in placeholders(content):
        known_part(start)
        where = location_of(start)
        if name is None:
            parts.append((Alternative(Text((Piece(f"${{{escaped}}}", (Step(where, "written here"),)),))),))
        else:
            parts.append(variable(name, where))
        position = end
    known_part(len(content))
    subject = f"Fn::Sub of {' '.join(content.split())[:60]}"
    return resolved(concat(parts, subject, location), location, look_up)


def _join(call: Call) -> Value:
    delimiter = call.value(call.arguments[0])
    is_empty = plain_of(delimiter) == ""
    result: list[Alternative] = []
    for one in call.stack.list_items(call.arguments[1], call.scope):
        match one.atom:
            case List(elements, ()) if any(isinstance(each.atom, Map) for item in elements for each in item):
                result += assume(call.malformed(), one.given)
            case List(elements, ()):
                parts: list[Value] = []
                for number, element in enumerate(elements):
                    if number and not is_empty:
                        parts.append(delimiter)
                    parts.append(element)
                result += assume(after(concat(parts, call.name, call.location), *one.trail), one.given)
            case Unknown() as hole:
                identity = f"Fn::Join({literal_of(plain_of(delimiter) or '')}, {hole.identity})"
                result.append(one._replace(atom=hole.derived(identity)))
            case _:
                result += assume(call.malformed(), one.given)
    return resolved(capped(result, call.name), call.location, call.stack.in_parameter_store)


def _if(call: Call) -> Value:
    condition, then, otherwise = call.arguments
    if isinstance(condition, ScalarNode) and condition.tag is None and isinstance(condition.value, str):
        chosen = call.stack.condition(call.name_of_condition(condition), condition.location)
    else:
        chosen = call.condition(condition)
    return choose(
        chosen,
        lambda: call.value(then),
        lambda: call.value(otherwise),
        f"condition {condition.value}" if isinstance(condition, ScalarNode) else call.name,
    )


def _condition(call: Call) -> Value:
    (argument,) = call.arguments
    if not isinstance(argument, ScalarNode):
        return call.malformed()
    return call.stack.condition(call.name_of_condition(argument), argument.location)


def _equals(call: Call) -> Value:
    left, right = map(call.deciding, call.arguments)
    for choices, other in ((left, right), (right, left)):
        allowed, wanted = _allowed(choices), plain_of(other)
        if len(allowed) > 1 and wanted is not None and wanted not in allowed:
            message = f"This is never true: {wanted!r} is none of the allowed values {', '.join(map(repr, allowed))}."
            advice = "Correct the value, or what the parameter allows."
            call.stack.reading.report(
                Problem.at(call.location, ProblemKind.INVALID_VALUE, message, advice, incomplete=False)
            )
    return whatever_the_region(equal(left, right, call.name), call.stack.deployment)


def _allowed(value: Value) -> list[str]:
    """The possible strings, if the value is a parameter whose values are all known."""
    found = []
    for one in value:
        is_chosen = any(each.subject.startswith("parameter ") and each.holds for each in one.given)
        text = plain_of((one,)) if is_chosen else None
        if text is None:
            return []
        found.append(text)
    return found


def _contains(call: Call) -> Value:
    choices, value = call.arguments
    if not isinstance(choices, SequenceNode) or not choices.items:
        return call.malformed()
    wanted = call.deciding(value)
    found = known(Bool(False))
    for choice in map(call.deciding, choices.items):
        found = either(found, lambda choice=choice: equal(choice, wanted, call.name), call.name)  # type: ignore[misc]
    return whatever_the_region(found, call.stack.deployment)


def _not(call: Call) -> Value:
    return negate(call.condition(call.arguments[0]))


def _and(call: Call) -> Value:
    return _logical(call, both)


def _or(call: Call) -> Value:
    return _logical(call, either)


def _logical(call: Call, operation: Callable[[Value, Callable[[], Value], str], Value]) -> Value:
    value = call.condition(call.arguments[0])
    for item in call.arguments[1:]:
        value = operation(value, lambda item=item: call.condition(item), call.name)  # type: ignore[misc]
    return value


def _find_in_map(call: Call) -> Value:
    written, *written_keys = call.arguments[:3]
    default: Node | None = None
    if len(call.arguments) == 4:
        options = call.arguments[3]
        default = options.get("DefaultValue") if isinstance(options, MappingNode) else None
        if default is None:
            return call.malformed()
    name = call.plain(written)
    keys = [call.deciding(key) for key in written_keys]
    subject = f"mapping {name or ''}".strip()
    if name is None:
        value = index(call.stack.all_mappings(), as_text(call.value(written)), subject)
    else:
        found = call.stack.mapping(name)
        if found is None:
            if default is not None:
                return call.value(default)
            return call.stack.undefined(f"mapping {name}", call.location)
        value = found
    value = index(index(value, keys[0], subject), keys[1], subject)
    missing = [one for one in value if isinstance(one.atom, Unknown) and one.atom.cause is Cause.INVALID]
    if default is not None:
        value = _or_default(value, missing, keys, call.value(default), subject)
    elif missing and len(missing) == len(value):
        entry = ".".join(plain_of(key) or "?" for key in keys)
        return call.stack.invalid(f"The {subject} has no entry {entry}", subject, call.location)
    return after(value, Step(call.location, subject))


def _or_default(value: Value, missing: list[Alternative], keys: list[Value], default: Value, subject: str) -> Value:
    """The default where an entry is missing, and where an unknown key may be missing."""
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


def _select(call: Call) -> Value:
    position, items = call.arguments
    return index(call.stack.list_items(items, call.scope), call.value(position), call.name)


def _split(call: Call) -> Value:
    delimiter = call.plain(call.arguments[0])
    if not delimiter:
        return call.malformed()
    content = call.value(call.arguments[1])
    return holding(split(content, delimiter), [content])


def _base64(call: Call) -> Value:
    # The reader of the text decodes it first. In encoded form, the models in it could not be found.
    return after(call.value(call.arguments[0]), Step(call.location, call.name))


def _import_value(call: Call) -> Value:
    result: list[Alternative] = []
    for one in as_text(call.value(call.arguments[0])):
        match one.atom:
            case Text() as name:
                exported = call.stack.imported(name)
                subject, identity = f"export {name.render()}", f"export {name.identity()}"
            case Unknown() as hole:
                exported, subject, identity = None, f"export ⟨{hole.subject}⟩", f"export {hole.identity}"
            case _:
                return call.malformed()
        value = unknown(Cause.EXTERNAL_DATA, subject, identity=identity) if exported is None else exported
        result += assume(after(value, Step(call.location, subject)), one.given)
    return capped(result, call.name)


def _cidr(call: Call) -> Value:
    def blocks(atoms: Sequence[Atom]) -> Atom:
        block, count, *bits = (atom.plain or "" if isinstance(atom, Text) else "" for atom in atoms)
        try:
            network = ipaddress.ip_network(block)
            host_bits = int(bits[0]) if bits else 8
            prefix = network.max_prefixlen - host_bits
            wanted = int(count)
            if not 1 <= wanted <= 256 or prefix < network.prefixlen or wanted > 1 << (prefix - network.prefixlen):
                raise ValueError("the block has fewer subnets than that")
            subnets = network.subnets(new_prefix=prefix)
            return List(tuple(text(str(next(subnets))) for _ in range(wanted)))
        except ValueError:
            return Unknown(Cause.INVALID, call.name, call.identity(call.name))

    return flat_map([as_text(call.value(item)) for item in call.arguments], blocks, call.name)


def _get_azs(call: Call) -> Value:
    region = call.value(call.arguments[0])
    content = plain_of(region)
    if not content:
        content = identity_of(region[0].atom) if content is None and region else call.stack.identity("AWS::Region")
    return call.unknown(Cause.DEPLOY_TIME, call.name, f"{call.name}({content})")


def _transform(call: Call) -> Value:
    calls = calls_in(call.arguments[0])
    if len(calls) > 1:
        # The insertions of all of them are combined.
        return call.value(
            MappingNode(tuple((ScalarNode(TRANSFORM, call.location), each) for each in calls), call.location)
        )
    return transformed(call.stack, calls[0] if calls else call.arguments[0], call.scope, call.location)


def _length(call: Call) -> Value:
    def length(atoms: Sequence[Atom]) -> Atom:
        match atoms[0]:
            case List(items, ()):
                return Number(len(items))
            case _:
                return Unknown(Cause.INVALID, call.name, call.identity(call.name))

    return flat_map([call.stack.list_items(call.arguments[0], call.scope)], length, call.name)


def _to_json_string(call: Call) -> Value:
    return known(Json(without_nulls(call.value(call.arguments[0]))))


def _get_stack_output(call: Call) -> Value:
    (argument,) = call.arguments
    if not isinstance(argument, MappingNode):
        return call.malformed()
    stack, output, region = (
        None if (node := argument.get(name)) is None else call.plain(node)
        for name in ("StackName", "OutputName", "Region")
    )
    subject = f"output {output or 'of a name that is unknown'} of stack {stack}" if stack else "output of another stack"
    known = call.stack.output_of(stack, output, region) if stack and output else None
    if known is None:
        return call.unknown(Cause.EXTERNAL_DATA, subject)
    return after(known, Step(call.location, subject))


# The arguments are those of the CloudFormation User Guide's reference of intrinsic functions, read on 2026-11-24.
INTRINSICS: Mapping[str, Intrinsic] = MappingProxyType(
    {
        "Ref": Intrinsic(_ref),
        CONDITION_FUNCTION: Intrinsic(_condition),
        "Fn::And": Intrinsic(_and, (_ANY,), repeats=True),
        "Fn::Base64": Intrinsic(_base64),
        "Fn::Cidr": Intrinsic(_cidr, (_ANY, _ANY), (_ANY,)),
        "Fn::Contains": Intrinsic(_contains, (_LIST, _ANY)),
        "Fn::Equals": Intrinsic(_equals, (_ANY, _ANY)),
        "Fn::FindInMap": Intrinsic(_find_in_map, (_ANY, _ANY, _ANY), (_MAP,)),
        "Fn::GetAZs": Intrinsic(_get_azs),
        "Fn::GetAtt": Intrinsic(_get_att, (_ANY, _ANY), (_ANY,), takes_one=True),
        "Fn::GetStackOutput": Intrinsic(_get_stack_output),
        "Fn::If": Intrinsic(_if, (_ANY, _ANY, _ANY)),
        "Fn::ImportValue": Intrinsic(_import_value),
        "Fn::Join": Intrinsic(_join, (_ANY, _ANY)),
        "Fn::Length": Intrinsic(_length),
        "Fn::Not": Intrinsic(_not, (_ANY,)),
        "Fn::Or": Intrinsic(_or, (_ANY,), repeats=True),
        "Fn::Select": Intrinsic(_select, (_ANY, _ANY)),
        "Fn::Split": Intrinsic(_split, (_ANY, _ANY)),
        "Fn::Sub": Intrinsic(_sub, (_ANY, _MAP), takes_one=True),
        "Fn::ToJsonString": Intrinsic(_to_json_string),
        TRANSFORM: Intrinsic(_transform),
    }
)
