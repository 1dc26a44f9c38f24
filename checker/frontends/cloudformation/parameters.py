"""The possible values of the parameters of a template."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from checker.frontends.cloudformation.documents import Document
from checker.frontends.cloudformation.texts import LookUp, literal_text
from checker.immutable import immutable
from checker.patterns import InvalidPatternError, translate
from checker.source import Fault, Location, MappingNode, Node, ScalarNode, SequenceNode
from checker.values import (
    Absent,
    Alternative,
    Assumption,
    Basis,
    Bool,
    Cause,
    List,
    Map,
    Null,
    Number,
    Piece,
    Step,
    Text,
    Trail,
    Unknown,
    Value,
    join,
)
from checker.values.operations import (
    MOST_ALTERNATIVES,
    NULL,
    after,
    assume,
    capped,
    choose,
    concat,
    format_number,
    literal,
    text,
    unknown,
)

_SSM_VALUE = "AWS::SSM::Parameter::Value<"


class ConditionalBound(NamedTuple):
    """The values to which a rule restricts a parameter where its `RuleCondition` is true."""

    condition: Node
    choices: tuple[Value, ...]


@immutable
class Declaration:
    """A declared parameter; `default` and `allowed` are strings.

    `bounds` apply only where their conditions hold.
    """

    name: str
    location: Location
    type: str
    default: Value | None
    allowed: tuple[Value, ...]
    is_secret: bool
    bounds: tuple[ConditionalBound, ...] = ()
    pattern: str = ""
    shortest: int | None = None
    longest: int | None = None

    def refusal_of(self, written: str) -> str:
        """Why CloudFormation refuses a string as the value; empty if it is not known to."""
        if self.type != "String":
            return ""
        if self.allowed and all(literal(one.atom) is not None for each in self.allowed for one in each):
            is_allowed = any(literal(one.atom) == literal_of(written) for each in self.allowed for one in each)
            if not is_allowed:
                return "is not one of the allowed values"
        if self.shortest is not None and len(written) < self.shortest:
            return f"is shorter than MinLength, {self.shortest}"
        if self.longest is not None and len(written) > self.longest:
            return f"is longer than MaxLength, {self.longest}"
        return "" if self._fits_pattern(written) else "does not match AllowedPattern"

    def _fits_pattern(self, written: str) -> bool:
        if not self.pattern:
            return True
        try:
            return translate(rf"\A(?:{self.pattern})\z").search(written) is not None
        except InvalidPatternError:
            # Java, which CloudFormation asks, has patterns that RE2 has not.
            return True

    def held_to(self, choices: tuple[Value, ...]) -> "Declaration":
        """The parameter with the further restriction of a rule."""
        if not self.allowed:
            return replace(self, allowed=choices)
        known = {_written(choice) for choice in choices}
        return replace(self, allowed=tuple(one for one in self.allowed if _written(one) in known) or self.allowed)

    @property
    def is_list(self) -> bool:
        """Whether its value is a list."""
        return self.type.startswith(("List<", "CommaDelimitedList"))

    @property
    def holds_list(self) -> bool:
        """Whether the SSM parameter that its value names holds a list."""
        return self.is_ssm and self.type.removeprefix(_SSM_VALUE).startswith(("List<", "CommaDelimitedList"))

    @property
    def is_ssm(self) -> bool:
        """True if its value names an SSM parameter whose value the template sees."""
        return self.type.startswith(_SSM_VALUE)


def declarations(root: MappingNode, document: Document) -> Mapping[str, Declaration]:
    """The parameters that a template declares, by name."""
    section = root.get("Parameters")
    if not isinstance(section, MappingNode):
        return {}
    bounds, conditional = _bounds_of_rules(root.get("Rules"))
    found: dict[str, Declaration] = {}
    for key, body in section.entries:
        name = str(key.value)
        fields = {str(k.value): v for k, v in body.entries} if isinstance(body, MappingNode) else {}
        default = fields.get("Default")
        allowed = fields.get("AllowedValues")
        choices = allowed.items if isinstance(allowed, SequenceNode) else bounds.get(name, ())
        kind = fields.get("Type")

        def texts(nodes: Iterable[Node], name: str = name) -> tuple[Value, ...]:
            return tuple(text_of(node, document, f"allowed value of parameter {name}") for node in nodes)

        found[name] = Declaration(
            name=name,
            location=key.location,
            type=str(kind.value) if isinstance(kind, ScalarNode) else "String",
            default=None if default is None else text_of(default, document, f"default of parameter {name}"),
            allowed=texts(choices),
            is_secret=_is_true(fields.get("NoEcho")),
            bounds=tuple(ConditionalBound(condition, texts(nodes)) for condition, nodes in conditional.get(name, ())),
            pattern=_written_in(fields.get("AllowedPattern")),
            shortest=_number(fields.get("MinLength")),
            longest=_number(fields.get("MaxLength")),
        )
    return found


def _is_true(node: Node | None) -> bool:
    return isinstance(node, ScalarNode) and str(node.value).lower() == "true"


def _written_in(node: Node | None) -> str:
    return scalar_text(node) if isinstance(node, ScalarNode) else ""


def _number(node: Node | None) -> int | None:
    written = _written_in(node)
    return int(written) if written.isdecimal() and len(written) < 10 else None


_Choices = tuple[Node, ...]


def _bounds_of_rules(
    rules: Node | None,
) -> tuple[Mapping[str, _Choices], Mapping[str, list[tuple[Node, _Choices]]]]:
    """The values to which rules restrict parameters: `Assert: Fn::Contains: [[a, b], Ref P]`.

    First those of rules without a condition, then the others with their conditions.
    """
    always: dict[str, _Choices] = {}
    conditional: dict[str, list[tuple[Node, _Choices]]] = {}
    for rule in _values(rules):
        assertions = rule.get("Assertions") if isinstance(rule, MappingNode) else None
        if not isinstance(rule, MappingNode) or not isinstance(assertions, SequenceNode):
            continue
        condition = rule.get("RuleCondition")
        for assertion in assertions.items:
            held = _held(assertion.get("Assert") if isinstance(assertion, MappingNode) else None)
            if held is None:
                continue
            name, choices = held
            if condition is None:
                always[name] = choices
            else:
                conditional.setdefault(name, []).append((condition, choices))
    return always, conditional


def _held(check: Node | None) -> tuple[str, _Choices] | None:
    """The parameter that an assertion restricts, and the values."""
    match check:
        case SequenceNode(tag="!Contains"):
            arguments: Node | None = check
        case MappingNode():
            arguments = check.get("Fn::Contains")
        case _:
            arguments = None
    match arguments:
        case SequenceNode(items=(SequenceNode(items=choices), wanted)):
            name = _referred(wanted)
            if name is not None and choices and all(isinstance(c, ScalarNode) and c.tag is None for c in choices):
                return name, choices
    return None


def _values(node: Node | None) -> Iterable[Node]:
    return (value for _, value in node.entries) if isinstance(node, MappingNode) else ()


def _referred(node: Node) -> str | None:
    match node:
        case ScalarNode(tag="!Ref"):
            return str(node.value)
        case MappingNode(entries=((key, ScalarNode() as name),)) if key.value == "Ref":
            return str(name.value)
        case _:
            return None


def text_of(node: Node, document: Document | None, step: str) -> Value:
    """The value of a parameter as a string; a list is joined with commas."""
    match node:
        case ScalarNode(value=str()) if document is not None:
            return literal_text(document, node, step)
        case ScalarNode():
            content = scalar_text(node)
            pieces = (Piece(content),) if content else ()
            return (Alternative(Text(pieces), (), (Step(node.location, step),)),)
        case SequenceNode(items=items):
            parts: list[Value] = []
            for number, item in enumerate(items):
                parts += [text(",")] if number else []
                parts.append(text_of(item, document, step))
            return concat(parts, step)
        case _:
            return unknown(Cause.INVALID, step, trail=(Step(node.location, step),))


def scalar_text(node: ScalarNode) -> str:
    """A scalar as CloudFormation passes it to a parameter."""
    match node.value:
        case str(content):
            return content
        case bool(holds):
            return "true" if holds else "false"
        case None:
            return ""
        case int(number):
            return str(number)
        case float(number):
            return format_number(Decimal(repr(number))) if math.isfinite(number) else str(number)


Bounds = tuple[tuple[Value, tuple[Value, ...]], ...]


def parameter_value(
    declaration: Declaration,
    identity: str,
    supplied: Value | None,
    *,
    is_nested: bool,
    bounds: Bounds = (),
    look_up: LookUp = lambda _name: None,
    offered: Value = (),
) -> Value:
    """The possible values of a parameter. `supplied` is the string or list from the user or the parent stack.
    `offered` are further ones, by a file that nobody has supplied.

    `bounds` are restrictions of its unknown parts, each with the condition of the rule. `look_up` returns the value of
    an SSM parameter.

    A nested stack's default is certain if the parent leaves it unset: no deployment can change it.
    """
    if declaration.is_secret:
        return unknown(Cause.SENSITIVE, identity, trail=(Step(declaration.location, f"parameter {declaration.name}"),))
    if supplied is not None:
        chosen = _bounded(declaration, _or_default(declaration, identity, as_text(supplied)), bounds)
    elif declaration.default is not None:
        chosen = declaration.default if is_nested else _defaulted(declaration, identity, declaration.default)
    elif is_nested:
        chosen = unknown(Cause.INVALID, identity, trail=(Step(declaration.location, "not set by the parent stack"),))
    else:
        trail = (Step(declaration.location, f"parameter {declaration.name}"),)
        chosen = _bounded(declaration, unknown(Cause.INPUT_NOT_SET, identity, trail=trail), bounds)
    if offered:
        chosen = capped([*chosen, *_offered(identity, as_text(offered))], identity)
    if declaration.is_ssm:
        held = capped([each for one in chosen for each in _held_by_ssm(one, identity, look_up)], identity)
        return split(held, ",", strip=True) if declaration.holds_list else held
    return split(chosen, ",", strip=True) if declaration.is_list else chosen


def fault_of(declaration: Declaration, supplied: Value | None) -> Fault | None:
    """What CloudFormation refuses of the supplied value of a parameter, or of its default; None if nothing is known."""
    value = declaration.default if supplied is None else supplied
    if value is None or len(value) > 1 or declaration.is_secret:
        return None
    (one,) = value
    why = declaration.refusal_of(one.atom.plain) if isinstance(one.atom, Text) and one.atom.plain is not None else ""
    written_at = next((step.location for step in one.trail if step.location is not None), None)
    return Fault(written_at, f"The value of parameter {declaration.name} {why}") if why else None


def passed_parameters(parameters: Value, root: MappingNode, subject: str) -> dict[str, Value]:
    """The parameters that a resource passes to the template `root`, by name; null stands for the template's default.

    A map that is not known, or only in part, may have each parameter that the template declares, or not.
    """
    names = {name for one in parameters if isinstance(one.atom, Map) for name in one.atom.entries}
    declared = root.get("Parameters")
    may_have_others = (
        isinstance(one.atom, Unknown) or (isinstance(one.atom, Map) and one.atom.rest) for one in parameters
    )
    if isinstance(declared, MappingNode) and any(may_have_others):
        names.update(str(key.value) for key, _ in declared.entries)
    return {name: tuple(each for one in parameters for each in _passed(one, name, subject)) for name in sorted(names)}


def _passed(parameters: Alternative, name: str, subject: str) -> Iterator[Alternative]:
    atom = parameters.atom
    if isinstance(atom, Map) and name in atom.entries:
        value = tuple(one._replace(atom=Null()) if isinstance(one.atom, Absent) else one for one in atom.entries[name])
        yield from assume(after(value, *parameters.trail[-1:]), parameters.given)
        return
    rest: Value = atom.rest if isinstance(atom, Map) else ()
    if isinstance(atom, Unknown):
        rest = (Alternative(atom.derived(f"{atom.identity}[{name}]")),)
    is_set, is_not = (Assumption(f"{subject}[{name}]", "set", holds, Basis.OPEN) for holds in (True, False))
    yield from assume(after(rest, *parameters.trail[-1:]), (is_set, *parameters.given))
    yield from assume(NULL, (is_not, *parameters.given) if rest else parameters.given)


def _offered(identity: str, offered: Value) -> Iterable[Alternative]:
    """The values, each under the assumption that it is the one of the parameter."""
    for one in offered:
        chosen = Assumption(identity, literal(one.atom) or "another value", True, Basis.OPEN)
        given = join(one.given, (chosen,))
        if given is not None:
            yield one._replace(given=given)


def _or_default(declaration: Declaration, identity: str, supplied: Value) -> Value:
    """The value that a parent passes; its default if that is `AWS::NoValue`."""
    result: list[Alternative] = []
    for one in supplied:
        if isinstance(one.atom, Null):
            missing = declaration.default or unknown(Cause.INVALID, identity)
            result.extend(assume(missing, one.given))
        else:
            result.append(one)
    return tuple(result)


def _defaulted(declaration: Declaration, identity: str, default: Value) -> Value:
    written = _written(default)
    others = [] if declaration.is_list else [a for a in declaration.allowed if _written(a) != written]
    if declaration.allowed and not declaration.is_list and not others:
        return default
    is_bounded = bool(others)
    result = [*assume(default, (Assumption(identity, written, True, Basis.DEFAULT, is_bounded),))]
    for other in others:
        result += assume(other, (Assumption(identity, _written(other), True, Basis.OVERRIDE, is_bounded),))
    # People write short lists, though these may have more overrides than are otherwise followed.
    return tuple(result) if len(result) <= MOST_ALTERNATIVES else capped(result, identity)


def _written(value: Value) -> str:
    return literal(value[0].atom) or "its default"


def _bounded(declaration: Declaration, value: Value, bounds: Bounds) -> Value:
    """The value. Its unknown parts are restricted to the allowed values, and by rules where they apply."""
    if declaration.is_list:
        return value
    if declaration.allowed:
        return _one_of(value, declaration.allowed, declaration.name)
    for condition, choices in bounds:
        result: list[Alternative] = []
        for one in value:
            if not isinstance(one.atom, Unknown) or one.atom.cause is Cause.INVALID:
                result.append(one)
                continue
            held = _one_of((one,), choices, declaration.name)
            result += assume(choose(condition, lambda held=held: held, lambda one=one: (one,), "a rule"), one.given)  # type: ignore[misc]
        value = capped(result, declaration.name)
    return value


def _one_of(value: Value, choices: tuple[Value, ...], name: str) -> Value:
    """The value, with its unknown parts as one of the choices."""
    result: list[Alternative] = []
    for one in value:
        if not isinstance(one.atom, Unknown) or one.atom.cause is Cause.INVALID:
            result.append(one)
            continue
        for choice in choices:
            if len(choices) == 1:
                result += assume(choice, one.given)
                continue
            given = join((Assumption(one.atom.identity, _written(choice), True, Basis.OPEN),), one.given)
            if given is not None:
                result += assume(choice, given)
    return capped(result, name)


def _held_by_ssm(one: Alternative, identity: str, look_up: LookUp) -> Value:
    """The value of the SSM parameter that a parameter of the template names."""
    match one.atom:
        case Text() as name:
            known = look_up(name)
            if known is not None:
                return assume(after(known, *one.trail), one.given)
            held = Unknown(Cause.EXTERNAL_DATA, f"SSM parameter {name.render()}", f"{identity} from {name.identity()}")
            return (one._replace(atom=held),)
        case Unknown() as unknown_name:
            known = look_up(Text((unknown_name,)))
            if known is not None:
                return assume(after(known, *one.trail), one.given)
            made = unknown_name.derived(f"the SSM parameter that {unknown_name.identity} names")
            return (one._replace(atom=made),)
        case _:
            return (one,)


def as_text(value: Value) -> Value:
    """The value with numbers and booleans as CloudFormation writes them: strings."""
    return tuple(
        one._replace(atom=Text((Piece(literal(one.atom) or ""),))) if isinstance(one.atom, Number | Bool) else one
        for one in value
    )


# Characters that a hole of a known shape never contains; see `Shape`.
_NEVER_IN_SHAPES = frozenset(":/., \t\n")


def split(value: Value, delimiter: str, *, strip: bool = False) -> Value:
    """Splits the texts at a delimiter. If a hole may contain it, the whole is unknown."""
    result: list[Alternative] = []
    for one in as_text(value):
        match one.atom:
            case Text() as whole:
                unsafe = [hole for hole in whole.holes if hole.shape is None or not set(delimiter) <= _NEVER_IN_SHAPES]
                if unsafe:
                    made = unsafe[0].derived(f"split({literal_of(delimiter)}, {whole.identity()})")
                    result.append(one._replace(atom=made))
                    continue
                items: list[Value] = []
                marked, position = whole.marked(), 0
                for part in marked.split(delimiter):
                    start, end = position, position + len(part)
                    position = end + len(delimiter)
                    if strip:
                        start += len(part) - len(part.lstrip())
                        end = max(start, end - (len(part) - len(part.rstrip())))
                    items.append((_single(whole.slice(start, end), one.trail),))
                result.append(Alternative(List(tuple(items)), one.given))
            case Unknown() as opaque:
                made = opaque.derived(f"split({literal_of(delimiter)}, {opaque.identity})")
                if delimiter == "/":
                    # The parts of an ARN behind the first one name the resource.
                    made = replace(made, target=opaque.target)
                result.append(one._replace(atom=made))
            case List() if strip:
                result.append(one)
            case _:
                result.append(one._replace(atom=Unknown(Cause.INVALID, "Fn::Split", "Fn::Split of no text")))
    return tuple(result)


def _single(content: Text, trail: Trail) -> Alternative:
    if len(content.pieces) == 1 and isinstance(content.pieces[0], Unknown):
        return Alternative(content.pieces[0], (), trail)
    return Alternative(content, (), trail)


def literal_of(content: str) -> str:
    """A string as a literal, for identities."""
    return literal(Text((Piece(content),))) or ""
