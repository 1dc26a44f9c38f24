"""Input variables: supplied values, defaults, and open ones."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from checker.errors import ParseError
from checker.frontends.terraform.configuration.declarations import Declaration, Declarations, blocks_of, reference
from checker.frontends.terraform.configuration.elements import marked
from checker.frontends.terraform.configuration.evaluate import evaluate
from checker.frontends.terraform.configuration.scope import Host, NoNames, Scope
from checker.frontends.terraform.configuration.types import (
    ANY,
    Type,
    TypeConstraintError,
    convert,
    parse_type,
)
from checker.frontends.terraform.hcl import syntax as hcl
from checker.model.problem import Problem, ProblemKind
from checker.model.settings import Options
from checker.references import find_ids
from checker.source import Location
from checker.values import (
    Alternative,
    Assumption,
    Basis,
    Bool,
    Cause,
    List,
    Null,
    Shape,
    Step,
    Text,
    Value,
)
from checker.values.operations import after, assume, literal, one_of, unknown


class Called(Protocol):
    """The module instance of a variable."""

    @property
    def host(self) -> Host:
        """What functions may use."""

    @property
    def prefix(self) -> str:
        """The prefix of its addresses."""


def of_called_module(given: Value | None, name: str, declared: Declaration, module: Called) -> Value:
    """The variable of a called module: the argument of the call, else its default, which no deployment can change."""
    subject = f"{module.prefix}var.{name}"
    host = module.host
    default = default_of(name, declared, host, module.prefix)
    if given is not None:
        value = _given(given, declared, default, host, subject)
    elif default is not None:
        value = default
    else:
        return unknown(Cause.INVALID, subject, identity=f"{subject} is not given")
    is_secret = declared.flag("sensitive") or (declared.is_secret and not names_a_model(value))
    return marked(value, subject, is_one=True) if is_secret else value


def _without_values(value: Value, subject: str) -> Value:
    """The value of a sensitive variable; its assumptions must not reveal it."""
    values = list(dict.fromkeys(each.value for one in value for each in one.given if each.subject == subject))

    def hidden(each: Assumption) -> Assumption:
        return each._replace(value=f"sensitive ({values.index(each.value) + 1})") if each.subject == subject else each

    return tuple(one._replace(given=tuple(map(hidden, one.given))) for one in value)


def names_a_model(value: Value) -> bool:
    """True if a value is the id or the ARN of a model, and nothing else."""
    texts = [one.atom for one in value if isinstance(one.atom, Text)]
    named = [text for text in texts if any(found.text.plain == text.plain for found in find_ids(text))]
    return len(named) == len(value)


def _given(value: Value, declared: Declaration, default: Value | None, host: Host, subject: str) -> Value:
    """A supplied value, converted to the variable's type. Null means the default where null is not allowed."""
    if declared.flag("nullable") is False and any(isinstance(one.atom, Null) for one in value):
        replaced = default if default is not None else unknown(Cause.INVALID, subject, identity=f"{subject} is null")
        value = one_of(
            [assume(replaced, one.given) if isinstance(one.atom, Null) else (one,) for one in value], subject
        )
    return convert(value, type_of(declared, host), _in_no_scope(host), subject)


def supplied_as(value: Value, declared: Declaration, host: Host, subject: str) -> Value:
    """A supplied value, converted to the variable's type."""
    return _given(value, declared, default_of(subject.removeprefix("var."), declared, host), host, subject)


def default_of(name: str, declared: Declaration, host: Host, prefix: str = "") -> Value | None:
    """The default, converted to the variable's type; None if there is none."""
    attribute = declared.block.body.get("default")
    if attribute is None:
        return None
    subject = f"{prefix}var.{name}"
    evaluate_ = _in_no_scope(host, is_refused=True)
    value = convert(evaluate_(attribute.expression), type_of(declared, host), evaluate_, subject)
    return after(value, Step(attribute.location, f"default of {subject}"))


def _in_no_scope(host: Host, *, is_refused: bool = False) -> Callable[[hcl.Expression], Value]:
    scope = Scope(NoNames(host, is_refused))
    return lambda expression: evaluate(expression, scope)


def type_of(declared: Declaration, host: Host) -> Type:
    """The declared type of a variable; `any` if it is missing or not understood."""
    attribute = declared.block.body.get("type")
    if attribute is None:
        return ANY
    try:
        return parse_type(attribute.expression)
    except (TypeConstraintError, ParseError) as error:
        reason = error.reason if isinstance(error, ParseError) else str(error)
        advice = "Correct the type; the value is taken as it is."
        host.report(Problem.at(attribute.location, ProblemKind.INVALID_VALUE, reason, advice, incomplete=False))
        return ANY


@dataclass(slots=True)
class RootInputs:
    """The variables of a root module: values from the user and the files, by Terraform's precedence.

    `unloaded` are values of files that may be loaded, `choices` those of arguments that name one of several files,
    each with what decides and the file. `unread` are the subjects of arguments that may set any variable.
    """

    host: Host
    options: Options
    declarations: Declarations
    supplied: dict[str, Value] = field(default_factory=dict)
    unloaded: dict[str, list[tuple[str, str, Value]]] = field(default_factory=dict)
    regions: frozenset[str] = frozenset()
    in_vain: list[tuple[str, Location | None]] = field(default_factory=list)
    choices: dict[str, list[tuple[str, str, Value]]] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)

    def value(self, name: str, declared: Declaration) -> Value:
        """Every possible value of the variable."""
        value = self._value(name, declared)
        # The value of an ephemeral variable may be a token; a default that names a model is none.
        is_given = name in self.supplied or name in self.unloaded or name in self.choices
        if declared.flag("sensitive") or (declared.is_secret and (is_given or not names_a_model(value))):
            subject = f"var.{name}"
            return marked(_without_values(value, subject), subject, is_one=True)
        return value

    def _value(self, name: str, declared: Declaration) -> Value:
        subject = f"var.{name}"
        default = default_of(name, declared, self.host)
        allowed = self._allowed(name, declared)
        if name in self.supplied:
            value = _given(self.supplied[name], declared, default, self.host, subject)
        elif default is not None:
            value = _left_at_default(subject, default, allowed)
        elif allowed:
            value = tuple(one for item in allowed for one in assume(item, (_is(subject, item, Basis.OPEN),)))
        else:
            open_ = unknown(Cause.INPUT_NOT_SET, subject, shape=Shape.REGION if name in self.regions else None)
            value = convert(open_, type_of(declared, self.host), _in_no_scope(self.host), subject)
        files = self.unloaded.get(name, ())
        return self.opened(name, declared, self._of_files(value, files, declared, default, subject))

    def opened(self, name: str, declared: Declaration, value: Value) -> Value:
        """The value, or that of an argument of which it is not known what it sets."""
        subject = f"var.{name}"
        default = default_of(name, declared, self.host)
        value = self._of_files(value, self.choices.get(name, ()), declared, default, subject)
        for argument in self.unread if name not in dict(self.options.variables) else ():
            by = f"{subject} by {argument}"
            left, changed = (Assumption(by, "left as it is", holds, Basis.OPEN) for holds in (True, False))
            given = unknown(Cause.INPUT_NOT_SET, argument, identity=by)
            value = one_of([assume(value, (left,)), assume(given, (changed,))], subject)
        return value

    def _of_files(
        self,
        value: Value,
        files: Sequence[tuple[str, str, Value]],
        declared: Declaration,
        default: Value | None,
        subject: str,
    ) -> Value:
        """The value, or one that a file sets which may be loaded."""
        if not files:
            return value
        none = tuple(
            Assumption(group, "none", True, Basis.DEFAULT, bounded=True)
            for group in sorted({each[0] for each in files})
        )
        choices = [assume(value, none)]
        for group, file, written in files:
            given = _given(written, declared, default, self.host, subject)
            choices.append(assume(given, (Assumption(group, file, True, Basis.OPEN, bounded=True),)))
        return one_of(choices, subject)

    def _allowed(self, name: str, declared: Declaration) -> list[Value]:
        """The values that a validation allows; empty if there is no such validation."""
        for attribute in conditions_of(declared):
            allowed = _only(attribute.expression, name, _in_no_scope(self.host))
            if allowed is not None:
                step = Step(attribute.location, f"allowed by the validation of var.{name}")
                return [after(item, step) for item in convert_all(allowed, type_of(declared, self.host), self.host)]
        return []


def conditions_of(declared: Declaration) -> Iterator[hcl.Attribute]:
    """The conditions of the validations of a variable."""
    for block in blocks_of(declared.block.body, "validation"):
        condition = block.body.get("condition")
        if condition is not None:
            yield condition


def is_surely_false(holds: Value) -> bool:
    """Whether a condition is false wherever defaults are left as they are."""
    deciding = [one.atom for one in holds if all(each.basis is Basis.DEFAULT for each in one.given)]
    return bool(deciding) and all(atom == Bool(False) for atom in deciding)


def convert_all(values: Iterable[Value], wanted: Type, host: Host) -> list[Value]:
    """Converts each value to a type."""
    return [convert(value, wanted, _in_no_scope(host), "validation") for value in values]


def _is(subject: str, value: Value, basis: Basis) -> Assumption:
    return Assumption(subject, literal(value[0].atom) or "", True, basis, bounded=True)


def _left_at_default(subject: str, default: Value, allowed: Sequence[Value]) -> Value:
    made: list[Alternative] = []
    for one in default:
        written = literal(one.atom)
        assumption = Assumption(subject, written or "its default", True, Basis.DEFAULT, bounded=bool(allowed))
        made.extend(assume((one,), (assumption,)))
        for item in allowed:
            if literal(item[0].atom) != written:
                made.extend(assume(item, (_is(subject, item, Basis.OVERRIDE),)))
    return tuple(made)


def _only(condition: hcl.Expression, name: str, evaluate_: Callable[[hcl.Expression], Value]) -> list[Value] | None:
    """The only values of a variable for which the condition holds; None if the condition does not restrict it."""
    match condition:
        case hcl.Parens(inner) | hcl.TemplateWrap(inner):
            return _only(inner, name, evaluate_)
        case hcl.Call("contains", (listed, subject)) if reference(subject) == ("var", name):
            return _scalars(evaluate_(listed))
        case hcl.Binary(first, rest) if all(sign == "||" for sign, _ in rest):
            parts = [_only(part, name, evaluate_) for part in (first, *(right for _, right in rest))]
            found = [item for part in parts if part is not None for item in part]
            return found if all(part is not None for part in parts) else None
        case hcl.Binary(first, rest) if all(sign == "&&" for sign, _ in rest):
            for part in (first, *(right for _, right in rest)):
                bounded = _only(part, name, evaluate_)
                if bounded is not None:
                    return bounded
            return None
        case hcl.Binary(first, (("==", other),)):
            for subject, written in ((first, other), (other, first)):
                if reference(subject) == ("var", name):
                    value = evaluate_(written)
                    return [value] if len(value) == 1 and literal(value[0].atom) is not None else None
            return None
        case _:
            return None


def _scalars(value: Value) -> list[Value] | None:
    if len(value) != 1 or not isinstance(value[0].atom, List) or value[0].atom.rest:
        return None
    items = list(value[0].atom.items)
    if all(len(item) == 1 and literal(item[0].atom) is not None for item in items):
        return items
    return None
