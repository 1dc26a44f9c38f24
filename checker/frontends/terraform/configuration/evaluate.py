"""Expressions to values.

Nothing here decides what is known: each construct is mapped to an operation on values, and names are resolved by the
module that the scope stands in.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from checker.frontends.terraform.configuration.access import ATTEMPTED, broken, get
from checker.frontends.terraform.configuration.elements import Element as Item
from checker.frontends.terraform.configuration.elements import (
    elements,
    invalid,
    key_of,
    selected,
    with_gaps,
    written_out,
)
from checker.frontends.terraform.configuration.operators import arithmetic, as_truth, truths
from checker.frontends.terraform.configuration.scope import ROUND, Attribute, Element, Scope, TraversalStep, shown
from checker.frontends.terraform.functions import FUNCTIONS
from checker.frontends.terraform.functions.calling import Call as FunctionCall
from checker.frontends.terraform.functions.calling import unsupported
from checker.frontends.terraform.functions.errors import can, try_
from checker.frontends.terraform.hcl import syntax as hcl
from checker.values import (
    Alternative,
    Bool,
    Cause,
    Given,
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
    join,
)
from checker.values.operations import (
    ABSENT,
    as_condition,
    assume,
    both,
    capped,
    choose,
    concat,
    either,
    equal,
    flat_map,
    format_number,
    known,
    literal,
    negate,
    one_of,
    text,
    unknown,
)


def evaluate(expression: hcl.Expression, scope: Scope) -> Value:
    """Everything that an expression can be in a scope."""
    host = scope.module.host
    try:
        host.spend(1)
        return _EVALUATORS[type(expression)](expression, scope)
    except TooLargeError as error:
        return (Alternative(host.not_evaluated(expression.place, error)),)


def evaluate_parts(parts: Sequence[hcl.TemplatePart], scope: Scope, place: Any) -> Value:
    """The parts of a template as one text."""
    if all(type(part) is hcl.Literal and type(part.value) is str for part in parts):
        # The commonest heredoc: one text, with one piece for each line.
        pieces = tuple(
            Piece(_written(part.value), (Step(part.place, "written here"),))
            for part in parts
            if isinstance(part, hcl.Literal) and part.value != ""
        )
        return known(Text(pieces))
    return concat([_part(part, scope) for part in parts], shown(place), place)


def _written(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | Decimal():
            return format_number(value)
        case _:
            return str(value)


def _part(part: hcl.TemplatePart, scope: Scope) -> Value:
    match part:
        case hcl.TemplateIf(condition, then, otherwise, place):
            return choose(
                evaluate(condition, scope),
                lambda: evaluate_parts(then, scope, place),
                lambda: evaluate_parts(otherwise, scope, place),
                shown(place),
            )
        case hcl.TemplateFor():
            return _template_for(part, scope)
        case _:
            return evaluate(part, scope)


def _template_for(part: hcl.TemplateFor, scope: Scope) -> Value:
    result: list[Alternative] = []
    for alternative in _unfolded(evaluate(part.collection, scope), scope):
        items = elements(alternative)
        if items is None:
            result.append(broken(alternative, f"{shown(part.place)} goes through what has no elements"))
            continue
        scope.module.host.spend(ROUND * len(items))
        texts: list[Value] = []
        rest: list[Alternative] = []
        for item in items:
            body = evaluate_parts(part.body, _inner(scope, part.key, part.value, item), part.place)
            if item.repeated:
                rest.extend(body)
            else:
                texts.append(body)
        subject = shown(part.place)
        made = with_gaps(texts, tuple(rest), subject) if rest else concat(texts, subject)
        result.extend(assume(made, alternative.given))
    return capped(result, shown(part.place))


def _inner(scope: Scope, key: str | None, value: str, item: Item) -> Scope:
    names = {value: item.value}
    if key is not None:
        names[key] = item.key
    return scope.bind(names)


def _literal(node: hcl.Literal, scope: Scope) -> Value:
    value = node.value
    match value:
        case None:
            return known(Null(), node.place)
        case bool():
            return known(Bool(value), node.place)
        case str():
            return text(value, node.place)
        case _:
            return known(Number(value), node.place)


def _template(node: hcl.Template, scope: Scope) -> Value:
    return evaluate_parts(node.parts, scope, node.place)


def _wrapped(node: hcl.TemplateWrap | hcl.Parens, scope: Scope) -> Value:
    return evaluate(node.expression, scope)


def _unreadable(node: hcl.Unreadable, scope: Scope) -> Value:
    return unknown(Cause.PARSE_FAILED, shown(node.place), identity=f"{node.place}")


def _traversal(node: hcl.Expression, scope: Scope) -> Value:
    steps: list[TraversalStep] = []
    place = node.place
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
        value = get(value, chosen, scope, shown(place))
    return value


_SPLAT = "*"


def _splat(node: hcl.AttrSplat | hcl.FullSplat, scope: Scope) -> Value:
    result: list[Alternative] = []
    for alternative in evaluate(node.object, scope):
        atom, given, trail = alternative
        match atom:
            case Null():
                result.append(Alternative(List(()), given, trail))
            case List():
                scope.module.host.spend(ROUND * len(atom.items))
                taken = tuple(
                    _each(node, item.value, scope) for item in elements(alternative) or () if not item.repeated
                )
                rest = _each(node, _pushed_rest(alternative), scope) if atom.rest else ()
                result.append(Alternative(List(taken, rest), given))
            case Unknown(Cause.INVALID):
                result.append(alternative)
            case Unknown(target=target) if target is None or target.attribute:
                # A list of unknown length, or one value: in either case each element is a part of it.
                part = atom.derived(f"{atom.identity}[*]") if target is None else atom
                result.append(
                    Alternative(List((), _each(node, (alternative._replace(atom=part, given=()),), scope)), given)
                )
            case _:
                single = (alternative._replace(given=()),)
                result.append(Alternative(List((_each(node, single, scope),)), given))
    return capped(result, shown(node.place))


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
        return (try_ if name == "try" else can)(attempts, shown(node.place))
    function = FUNCTIONS.get(name) or scope.module.host.functions.get(name)
    args = [evaluate(argument, scope) for argument in node.args]
    if function is None:
        return unsupported(node.name, node.place, args)
    if name not in _KEEPS_WHOLES:
        args = [_unfolded(argument, scope) for argument in args]
    scope.module.host.spend(sum(one.atom.weight for argument in args for one in argument) // 4)
    if not node.expand_final or not args:
        return function(FunctionCall(name, tuple(args), node.place, scope))
    *first, last = args
    result: list[Alternative] = []
    for alternative in last:
        match alternative.atom:
            case List(rest=()):
                expanded = [item.value for item in elements(alternative) or ()]
                made = function(FunctionCall(name, (*first, *expanded), node.place, scope))
                result.extend(assume(made, alternative.given))
            case List(rest=rest):
                expanded = [item.value for item in elements(alternative) or ()]
                made = function(FunctionCall(name, (*first, *expanded), node.place, scope))
                subject = next((one.atom for one in rest if isinstance(one.atom, Unknown)), None)
                more = subject or Unknown(Cause.DEPLOY_TIME, shown(node.place), shown(node.place))
                result.append(_derived(alternative, more, f"{name}(…)"))
            case Unknown():
                result.append(_derived(alternative, alternative.atom, f"{name}(…)"))
            case _:
                result.append(broken(alternative, f"{name}(…) at {shown(node.place)} expands what is not a list"))
    return capped(result, shown(node.place))


# What only passes its arguments on need not see into resources and modules.
_KEEPS_WHOLES = frozenset({"concat", "coalesce", "coalescelist", "one", "flatten", "tolist", "toset"})


def _attempt(argument: hcl.Expression, scope: Scope) -> Callable[[], Value]:
    return lambda: evaluate(argument, scope.bind({ATTEMPTED: ABSENT}))


def _unfolded(value: Value, scope: Scope) -> Value:
    """The value with resources and modules that stand as one unknown written out as maps."""
    if not any(isinstance(one.atom, Unknown) and one.atom.target and not one.atom.target.attribute for one in value):
        return value
    result: list[Alternative] = []
    for alternative in value:
        whole = scope.module.whole(alternative.atom) if isinstance(alternative.atom, Unknown) else None
        if whole is None:
            result.append(alternative)
        else:
            result.extend(one._replace(trail=one.trail + alternative.trail) for one in assume(whole, alternative.given))
    return tuple(result)


def _derived(alternative: Alternative, because: Unknown, name: str) -> Alternative:
    return alternative._replace(atom=because.derived(f"{name}({because.identity})"))


def _unary(node: hcl.Unary, scope: Scope) -> Value:
    operand = evaluate(node.operand, scope)
    subject = shown(node.place)
    if node.operator == "!":
        return truths(negate(operand), subject)
    return flat_map([operand], lambda atoms: arithmetic("*", Number(-1), atoms[0], subject), "-")


def _binary(node: hcl.Binary, scope: Scope) -> Value:
    result = evaluate(node.first, scope)
    for sign, right in node.rest:
        result = _operate(sign, result, right, scope, shown(node.place))
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
    result = choose(
        as_truth(evaluate(node.condition, scope)),
        lambda: evaluate(node.then, scope),
        lambda: evaluate(node.otherwise, scope),
        shown(node.place),
    )
    if _is_text(node.then) != _is_text(node.otherwise):
        # Both results have one type: where one is text, so is the other.
        return tuple(
            one._replace(atom=Text((Piece(literal(one.atom) or ""),))) if isinstance(one.atom, Number | Bool) else one
            for one in result
        )
    return result


def _is_text(node: hcl.Expression) -> bool:
    return isinstance(node, hcl.Template) or (isinstance(node, hcl.Literal) and isinstance(node.value, str))


def _tuple(node: hcl.TupleCons, scope: Scope) -> Value:
    return (Alternative(List(tuple(evaluate(item, scope) for item in node.items))),)


def _object(node: hcl.ObjectCons, scope: Scope) -> Value:
    made: list[tuple[dict[str, Value], Value, Given]] = [({}, (), ())]
    broken: list[Alternative] = []
    for item in node.items:
        value = evaluate(item.value, scope)
        if isinstance(item.key, hcl.Literal):
            for entries, _, _ in made:
                entries[_written(item.key.value)] = value
            continue
        grown: list[tuple[dict[str, Value], Value, Given]] = []
        for chosen in written_out(evaluate(item.key, scope)):
            if isinstance(chosen.atom, Unknown) and chosen.atom.cause is Cause.INVALID:
                broken.append(chosen)
                continue
            name = key_of(chosen.atom)
            for entries, rest, given in made:
                joined = join(given, chosen.given)
                if joined is None:
                    continue
                if name is not None:
                    grown.append(({**entries, name: value}, rest, joined))
                elif isinstance(chosen.atom, Unknown) or (isinstance(chosen.atom, Text) and chosen.atom.holes):
                    grown.append((dict(entries), (*rest, *value), joined))
                else:
                    broken.append(Alternative(invalid(f"{shown(node.place)} has a key that is not text"), joined))
        if len(grown) > 64:
            return unknown(Cause.TOO_MANY, shown(node.place))
        made = grown
    return capped(
        [*(Alternative(Map(entries, rest), given) for entries, rest, given in made), *broken], shown(node.place)
    )


def _for_tuple(node: hcl.ForTuple, scope: Scope) -> Value:
    result: list[Alternative] = []
    for alternative in _collections(node.collection, scope):
        items = elements(alternative)
        if items is None:
            result.append(_without_elements(alternative, node.place))
            continue
        scope.module.host.spend(ROUND * len(items))
        picked: list[tuple[Value, Value, bool]] = []
        for item in items:
            inner = _inner(scope, node.key, node.value, item)
            condition = as_condition(evaluate(node.condition, inner)) if node.condition else _ALWAYS
            if any(not (isinstance(one.atom, Bool) and not one.atom.value) for one in condition):
                picked.append((condition, evaluate(node.result, inner), item.repeated))
        for chosen, rest, given in selected(picked, shown(node.place)):
            joined = join(alternative.given, given)
            if joined is not None:
                result.append(Alternative(List(chosen, rest), joined))
        result.extend(_invalid_conditions(picked, alternative))
    return capped(result, shown(node.place))


_ALWAYS: Value = (Alternative(Bool(True)),)


def _collections(collection: hcl.Expression, scope: Scope) -> Value:
    return _unfolded(evaluate(collection, scope), scope)


def _without_elements(alternative: Alternative, place: Any) -> Alternative:
    if isinstance(alternative.atom, Unknown):
        return alternative
    return broken(alternative, f"{shown(place)} goes through what has no elements")


def _invalid_conditions(picked: Iterable[tuple[Value, Value, bool]], holder: Alternative) -> Iterable[Alternative]:
    for condition, _, _ in picked:
        for one in condition:
            joined = join(holder.given, one.given)
            if not isinstance(one.atom, Bool) and joined is not None:
                atom = one.atom if isinstance(one.atom, Unknown) else invalid("the condition of a for")
                yield Alternative(atom, joined, one.trail)


def _for_object(node: hcl.ForObject, scope: Scope) -> Value:
    result: list[Alternative] = []
    for alternative in _collections(node.collection, scope):
        items = elements(alternative)
        if items is None:
            result.append(_without_elements(alternative, node.place))
            continue
        scope.module.host.spend(ROUND * len(items))
        result.extend(_object_for(node, items, alternative, scope))
    return capped(result, shown(node.place))


def _object_for(node: hcl.ForObject, items: Iterable[Item], holder: Alternative, scope: Scope) -> Iterable[Alternative]:
    """Each way in which the conditions and the keys can come out is one map; past some, keys are given up."""
    states: list[tuple[dict[str, list[Value]], Value, Given]] = [({}, (), holder.given)]
    for item in items:
        inner = _inner(scope, node.key, node.value, item)
        condition = as_condition(evaluate(node.condition, inner)) if node.condition else _ALWAYS
        if all(isinstance(one.atom, Bool) and not one.atom.value for one in condition):
            continue
        keys = written_out(evaluate(node.result_key, inner))
        value = evaluate(node.result_value, inner)
        grown: list[tuple[dict[str, list[Value]], Value, Given]] = []
        alike = len(condition) == 1 and len(keys) == 1
        for entries, rest, given in states:
            for holds in condition:
                under = join(given, holds.given)
                if under is None:
                    continue
                if not isinstance(holds.atom, Bool):
                    atom = holds.atom if isinstance(holds.atom, Unknown) else invalid("the condition of a for")
                    yield Alternative(atom, under, holds.trail)
                elif not holds.atom.value:
                    grown.append((entries, rest, under))
                else:
                    for chosen in keys:
                        joined = join(under, chosen.given)
                        if joined is None:
                            continue
                        name = key_of(chosen.atom)
                        if isinstance(chosen.atom, Unknown) and chosen.atom.cause is Cause.INVALID:
                            yield Alternative(chosen.atom, joined, chosen.trail)
                        elif name is not None and not item.repeated:
                            more = entries if alike and len(states) == 1 else {k: list(v) for k, v in entries.items()}
                            more.setdefault(name, []).append(value)
                            grown.append((more, rest, joined))
                        elif name is not None or isinstance(chosen.atom, Unknown | Text):
                            grown.append((entries, (*rest, *value), joined))
                        else:
                            yield Alternative(invalid(f"{shown(node.place)} has a key that is not text"), joined)
        if len(grown) > 64:
            everything = one_of([*(v for e, _, _ in grown for vs in e.values() for v in vs)], shown(node.place))
            leftover = one_of([rest for _, rest, _ in grown if rest], shown(node.place))
            grown = [({}, (*everything, *leftover), holder.given)]
        states = grown
    for entries, rest, given in states:
        if node.grouped:
            grouped = {key: (Alternative(List(tuple(entries[key]))),) for key in sorted(entries)}
            yield Alternative(Map(grouped, (Alternative(List((), rest)),) if rest else ()), given)
        elif any(len(values) > 1 for values in entries.values()):
            yield Alternative(invalid(f"{shown(node.place)} has a key twice"), given)
        else:
            yield Alternative(Map({key: entries[key][0] for key in sorted(entries)}, rest), given)


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
    hcl.ForTuple: _for_tuple,
    hcl.ForObject: _for_object,
    hcl.TupleCons: _tuple,
    hcl.ObjectCons: _object,
    hcl.Parens: _wrapped,
    hcl.Unreadable: _unreadable,
}
