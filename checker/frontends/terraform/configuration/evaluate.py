"""Evaluates expressions to values.

This module decides nothing about what is known. It maps each construct to an operation on values; the module in the
scope resolves names.
"""

import dataclasses
import operator
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, DecimalException
from typing import Any

from checker.frontends.protocol import holding
from checker.frontends.terraform.configuration.elements import (
    ATTEMPTED,
    anywhere,
    broken,
    elements,
    get,
    invalid,
    or_failures,
    unfolded,
    why_open,
    with_gaps,
    written_out,
)
from checker.frontends.terraform.configuration.iteration import bound_to, for_object, for_tuple, object_of, written
from checker.frontends.terraform.configuration.scope import ROUND, Attribute, Element, Scope, TraversalStep, shown
from checker.frontends.terraform.configuration.types import as_number, calculate, common_kind, primitive
from checker.frontends.terraform.functions import FUNCTIONS, OF_ARGUMENTS
from checker.frontends.terraform.functions.calling import Call as FunctionCall
from checker.frontends.terraform.functions.calling import unsupported
from checker.frontends.terraform.functions.conversion import can, try_
from checker.frontends.terraform.hcl import syntax as hcl
from checker.values import (
    Alternative,
    Atom,
    Bool,
    Cause,
    Kind,
    List,
    Map,
    Null,
    Number,
    Piece,
    Step,
    Text,
    TooLargeError,
    Unknown,
    Value,
)
from checker.values.operations import (
    NULL,
    assume,
    both,
    capped,
    choose,
    concat,
    either,
    equal,
    flat_map,
    gathered,
    instead,
    known,
    literal,
    negate,
    shapes,
    text,
    unknown,
    within,
)
from checker.values.operations.alternatives import take_work

# Operators on atoms, and booleans.


def truths(value: Value, subject: str) -> Value:
    """The value; what is no boolean in it is a failure."""
    return tuple(one if isinstance(one.atom, Bool | Unknown) else broken(one, _no_truth(one, subject)) for one in value)


def _no_truth(one: Alternative, subject: str) -> str:
    what = "null" if isinstance(one.atom, Null) else "neither true nor false"
    return f"{subject} has an operand that is {what}"


def as_truth(value: Value) -> Value:
    """The value with strings that write a boolean as booleans."""
    result = []
    for one in written_out(value):
        made = primitive(one.atom, "bool") if isinstance(one.atom, Text) and not one.atom.holes else None
        result.append(one if made is None else one._replace(atom=made))
    return tuple(result)


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def arithmetic(sign: str, left: Atom, right: Atom, subject: str) -> Atom:
    """The result of an arithmetic operator on two numbers, or on strings that write numbers."""
    operands: list[int | Decimal] = []
    for atom in (left, right):
        if isinstance(atom, Text) and atom.holes:
            hole = atom.holes[0]
            return hole.derived(f"{sign}({atom.identity()})")
        number = as_number(atom)
        if number is None:
            return invalid(f"{subject} is not a number")
        operands.append(number)
    one, other = operands
    if sign in COMPARISONS:
        return Bool(COMPARISONS[sign](one, other))
    try:
        return Number(calculate(sign, one, other))
    except (ZeroDivisionError, DecimalException):
        return invalid(f"{subject} divides by zero")


# Evaluates expressions to values.


def evaluate(expression: hcl.Expression, scope: Scope) -> Value:
    """Every possible value of an expression in a scope."""
    host = scope.module.host
    try:
        host.spend(1)
        value = _EVALUATORS[type(expression)](expression, scope)
        host.spend(take_work())
        return value
    except TooLargeError as error:
        return (Alternative(host.not_evaluated(expression.location, error)),)


def evaluate_parts(parts: Sequence[hcl.TemplatePart], scope: Scope, location: Any) -> Value:
    """The parts of a template as one text."""
    if all(type(part) is hcl.Literal and type(part.value) is str for part in parts):
        # The most common heredoc: one text, with one piece per line.
        pieces = tuple(
            Piece(written(part.value), (Step(part.location, "written here"),))
            for part in parts
            if isinstance(part, hcl.Literal) and part.value != ""
        )
        return known(Text(pieces))
    return concat([_part(part, scope) for part in parts], shown(location), location)


def _part(part: hcl.TemplatePart, scope: Scope) -> Value:
    match part:
        case hcl.TemplateIf(condition, then, otherwise, location):
            return choose(
                evaluate(condition, scope),
                lambda: evaluate_parts(then, scope, location),
                lambda: evaluate_parts(otherwise, scope, location),
                shown(location),
            )
        case hcl.TemplateFor():
            return _template_for(part, scope)
        case _:
            return evaluate(part, scope)


def _template_for(part: hcl.TemplateFor, scope: Scope) -> Value:
    result: list[Alternative] = []
    for alternative in unfolded(evaluate(part.collection, scope), scope):
        items = elements(alternative, indexed=part.key is not None)
        if items is None:
            result.append(broken(alternative, f"{shown(part.location)} goes through what has no elements"))
            continue
        scope.module.host.spend(ROUND * len(items))
        texts: list[Value] = []
        rest: list[Alternative] = []
        subject = shown(part.location)
        for item in items:
            body = evaluate_parts(part.body, bound_to(scope, part.key, part.value, item), part.location)
            if item.repeated:
                rest.extend(body)
            else:
                texts.append(instead(within(body, item.value, subject), text(""), subject))
        made = with_gaps(texts, tuple(rest), subject) if rest else concat(texts, subject)
        result.extend(assume(made, alternative.given))
    return capped(result, shown(part.location))


def _literal(node: hcl.Literal, scope: Scope) -> Value:
    value = node.value
    match value:
        case None:
            return known(Null(), node.location)
        case bool():
            return known(Bool(value), node.location)
        case str():
            return text(value, node.location)
        case _:
            return known(Number(value), node.location)


def _template(node: hcl.Template, scope: Scope) -> Value:
    return evaluate_parts(node.parts, scope, node.location)


def _wrapped(node: hcl.TemplateWrap | hcl.Parens, scope: Scope) -> Value:
    return evaluate(node.expression, scope)


def _unreadable(node: hcl.Unreadable, scope: Scope) -> Value:
    return unknown(Cause.PARSE_FAILED, shown(node.location), identity=f"{node.location}")


def _traversal(node: hcl.Expression, scope: Scope) -> Value:
    steps: list[TraversalStep] = []
    location = node.location
    while True:
        match node:
            case hcl.GetAttr(inner, name):
                steps.append(Attribute(name))
                node = inner
            case hcl.Index(inner, key):
                steps.append(Element(key))
                node = inner
            case hcl.LegacyIndex(inner, number, at):
                steps.append(Element(hcl.Literal(number, at)))
                node = inner
            case hcl.Parens(inner) if steps and isinstance(inner, hcl.GetAttr | hcl.Index | hcl.RootName):
                node = inner
            case _:
                break
    steps.reverse()
    if isinstance(node, hcl.RootName):
        bound = scope.names.get(node.name)
        if bound is not None:
            value, taken = bound, 0
        else:
            value, taken = scope.module.refer(node, steps, scope)
    elif isinstance(node, hcl.SplatItem):
        value, taken = scope.names[_SPLAT], 0
    else:
        value, taken = evaluate(node, scope), 0
    for step in steps[taken:]:
        chosen = text(step.name) if isinstance(step, Attribute) else written_out(evaluate(step.key, scope))
        value = get(value, chosen, scope, shown(location))
    return or_failures(value, scope) if steps[taken:] else value


_SPLAT = "*"


def _splat(node: hcl.AttrSplat | hcl.FullSplat, scope: Scope) -> Value:
    result: list[Alternative] = []
    for alternative in evaluate(node.object, scope):
        atom, given, trail = alternative
        match atom:
            case Null():
                result.append(Alternative(List((), (), Kind.TUPLE), given, trail))
            case List():
                scope.module.host.spend(ROUND * len(atom.items))
                taken = tuple(
                    within(_each(node, item.here, scope), item.value, shown(node.location))
                    for item in elements(alternative, indexed=False) or ()
                    if not item.repeated
                )
                rest = _each(node, _pushed_rest(alternative), scope) if atom.rest else ()
                result.append(Alternative(List(taken, rest, Kind.LIST if atom.is_set else atom.kind), given))
            case Unknown(Cause.INVALID):
                result.append(alternative)
            case Unknown(target=target) if target is None or target.attribute:
                # A list of unknown length, or one value: in both cases each element is a part of it.
                part = atom.derived(f"{atom.identity}[*]") if target is None else atom
                result.append(
                    Alternative(List((), _each(node, (alternative._replace(atom=part, given=()),), scope)), given)
                )
            case _:
                single = (alternative._replace(given=()),)
                result.append(Alternative(List((_each(node, single, scope),), (), Kind.TUPLE), given))
    return capped(result, shown(node.location))


def _pushed_rest(holder: Alternative) -> Value:
    assert isinstance(holder.atom, List)
    return tuple(one._replace(trail=one.trail + holder.trail) for one in holder.atom.rest)


def _each(node: hcl.AttrSplat | hcl.FullSplat, item: Value, scope: Scope) -> Value:
    return evaluate(node.each, scope.bind({_SPLAT: item}))


def _splat_item(node: hcl.SplatItem, scope: Scope) -> Value:
    return scope.names[_SPLAT]


def _call(node: hcl.Call, scope: Scope) -> Value:
    name = node.name.removeprefix("core::")
    if name in ("try", "can"):
        attempts = [_attempt(argument, scope) for argument in node.args]
        return (try_ if name == "try" else can)(attempts, shown(node.location))
    function = FUNCTIONS.get(name) or OF_ARGUMENTS.get(name) or scope.module.host.functions.get(name)
    args = [evaluate(argument, scope) for argument in node.args]
    if function is None:
        return unsupported(node.name, node.location, args)
    if name not in _KEEPS_WHOLES:
        args = [unfolded(argument, scope) for argument in args]
    whole = gathered if name in _KEEPS_GUARDS else shapes
    args = [whole(argument, shown(node.location)) for argument in args]
    scope.module.host.spend(sum(one.atom.weight for argument in args for one in argument) // 4)
    if not node.expand_final or not args:
        return or_failures(function(FunctionCall(name, tuple(args), node.location, scope)), scope)
    *first, last = args
    result: list[Alternative] = []
    for alternative in last if name in _NOTHING_TO else shapes(last, shown(node.location)):
        match alternative.atom:
            case List(rest=rest) if not rest or name in _NOTHING_TO:
                items = elements(alternative, indexed=False) or ()
                expanded = [
                    tuple(one._replace(atom=anywhere(one.atom)) for one in item.value)
                    if item.repeated
                    else instead(item.value, _NOTHING_TO.get(name, ()), name)
                    for item in items
                ]
                made = function(FunctionCall(name, (*first, *expanded), node.location, scope))
                result.extend(assume(made, alternative.given))
            case List(rest=rest):
                more = why_open(rest) or Unknown(Cause.DEPLOY_TIME, shown(node.location), shown(node.location))
                result += holding((_derived(alternative, more, f"{name}(…)"),), [*first, (alternative,)])
            case Unknown():
                result.append(_derived(alternative, alternative.atom, f"{name}(…)"))
            case _:
                result.append(broken(alternative, f"{name}(…) at {shown(node.location)} expands what is not a list"))
    return or_failures(capped(result, shown(node.location)), scope)


# Functions that only forward arguments do not need resources and modules expanded.
_KEEPS_WHOLES = frozenset({"concat", "coalesce", "coalescelist", "one", "flatten", "tolist", "toset"})

# Functions that accept absent elements. All others get a collection in each of its shapes.
_KEEPS_GUARDS = frozenset(
    {
        *("alltrue", "anytrue", "coalesce", "coalescelist", "compact", "concat", "contains", "distinct", "flatten"),
        *("jsonencode", "keys", "length", "lookup", "merge", "nonsensitive", "reverse", "setintersection"),
        *("setsubtract", "setunion", "sort", "tolist", "tomap", "toset", "values", "zipmap"),
    }
)
# A neutral argument in place of an absent one.
_NOTHING_TO: Mapping[str, Value] = {"concat": known(List((), (), Kind.TUPLE)), "merge": NULL}


def _attempt(argument: hcl.Expression, scope: Scope) -> Callable[[], Value]:
    return lambda: evaluate(argument, scope.bind({ATTEMPTED: NULL}))


def _derived(alternative: Alternative, because: Unknown, name: str) -> Alternative:
    return alternative._replace(atom=because.derived(f"{name}({because.identity})"))


def _unary(node: hcl.Unary, scope: Scope) -> Value:
    operand = evaluate(node.operand, scope)
    subject = shown(node.location)
    if node.operator == "!":
        return truths(negate(operand), subject)
    return flat_map([operand], lambda atoms: arithmetic("*", Number(-1), atoms[0], subject), "-")


def _binary(node: hcl.Binary, scope: Scope) -> Value:
    result = evaluate(node.first, scope)
    for sign, right in node.rest:
        result = _operate(sign, result, right, scope, shown(node.location))
    return result


def _operate(sign: str, left: Value, right: hcl.Expression, scope: Scope, subject: str) -> Value:
    match sign:
        case "&&":
            return truths(both(left, lambda: evaluate(right, scope), subject), subject)
        case "||":
            return truths(either(left, lambda: evaluate(right, scope), subject), subject)
        case "==":
            return equal(left, evaluate(right, scope), subject)
        case "!=":
            return negate(equal(left, evaluate(right, scope), subject))
        case _:
            operands = [left, evaluate(right, scope)]
            return flat_map(operands, lambda atoms: arithmetic(sign, atoms[0], atoms[1], subject), sign)


def _conditional(node: hcl.Conditional, scope: Scope) -> Value:
    taken: dict[bool, Value] = {}

    def branch(holds: bool) -> Value:
        taken[holds] = evaluate(node.then if holds else node.otherwise, scope)
        return taken[holds]

    condition = as_truth(evaluate(node.condition, scope))
    result = choose(condition, lambda: branch(True), lambda: branch(False), shown(node.location))
    if any(isinstance(one.atom, List | Map) for one in result):
        branches = (_collections_in(node.then, taken.get(True)), _collections_in(node.otherwise, taken.get(False)))
        return _of_one_type(result, branches)
    if _is_text(node.then) != _is_text(node.otherwise):
        # Both results have one type: if one is a string, so is the other.
        return tuple(
            one._replace(atom=Text((Piece(literal(one.atom) or ""),))) if isinstance(one.atom, Number | Bool) else one
            for one in result
        )
    return result


def _collections_in(node: hcl.Expression, value: Value | None) -> list[List | Map] | None:
    """The collections that a branch can be, also as written; None if unknown."""
    if value is not None and len(value) == 1:
        atom = value[0].atom
        return None if isinstance(atom, Unknown) else [atom] if isinstance(atom, List | Map) else []
    match node:
        case hcl.TupleCons(items):
            return [List(tuple(() for _ in items), (), Kind.TUPLE)]
        case hcl.ObjectCons(items) if all(isinstance(item.key, hcl.Literal) for item in items):
            return [Map({str(getattr(item.key, "value", "")): () for item in items}, (), Kind.OBJECT)]
        case hcl.Literal(None):
            return []
        case _:
            return None


def _of_one_type(result: Value, branches: Sequence[list[List | Map] | None]) -> Value:
    """The result of a conditional with the type that its branches share."""
    if [] in branches:
        # A null takes the type of the other branch.
        return result
    known_ = [one for branch in branches for one in branch or ()]
    # With an unknown branch, a tuple or an object may become a list or map.
    kind = None if None in branches else common_kind(known_)
    changing = {Kind.TUPLE, Kind.OBJECT} if None in branches else {one.kind for one in known_}
    return tuple(
        one._replace(atom=dataclasses.replace(one.atom, kind=kind))
        if isinstance(one.atom, List | Map) and one.atom.kind in changing
        else one
        for one in result
    )


def _is_text(node: hcl.Expression) -> bool:
    return isinstance(node, hcl.Template) or (isinstance(node, hcl.Literal) and isinstance(node.value, str))


def _tuple(node: hcl.TupleCons, scope: Scope) -> Value:
    return (Alternative(List(tuple(evaluate(item, scope) for item in node.items), (), Kind.TUPLE)),)


_EVALUATORS: dict[type, Callable[[Any, Scope], Value]] = {
    hcl.Literal: _literal,
    hcl.Template: _template,
    hcl.TemplateWrap: _wrapped,
    hcl.RootName: _traversal,
    hcl.SplatItem: _splat_item,
    hcl.GetAttr: _traversal,
    hcl.Index: _traversal,
    hcl.LegacyIndex: _traversal,
    hcl.AttrSplat: _splat,
    hcl.FullSplat: _splat,
    hcl.Call: _call,
    hcl.Unary: _unary,
    hcl.Binary: _binary,
    hcl.Conditional: _conditional,
    hcl.ForTuple: lambda node, scope: for_tuple(node, scope, evaluate),
    hcl.ForObject: lambda node, scope: for_object(node, scope, evaluate),
    hcl.TupleCons: _tuple,
    hcl.ObjectCons: lambda node, scope: object_of(node, scope, evaluate),
    hcl.Parens: _wrapped,
    hcl.Unreadable: _unreadable,
}
