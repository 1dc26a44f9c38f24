"""Input variables: supplied values, defaults, and open ones."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from checker.errors import ParseError, ReadError
from checker.frontends.terraform.configuration.declarations import Declaration, Declarations, blocks_of, reference
from checker.frontends.terraform.configuration.evaluate import evaluate
from checker.frontends.terraform.configuration.hidden import marked
from checker.frontends.terraform.configuration.module_files import is_module_file, read_source
from checker.frontends.terraform.configuration.scope import Host, NoNames, Scope
from checker.frontends.terraform.configuration.types import (
    ANY,
    Primitive,
    Type,
    TypeConstraintError,
    convert,
    parse_type,
)
from checker.frontends.terraform.hcl import syntax as hcl
from checker.frontends.terraform.hcl.parser import parse_expression
from checker.model.options import Options
from checker.model.problem import Problem, ProblemKind
from checker.references import find_ids
from checker.source import Location
from checker.source.files import is_directory
from checker.values import (
    Alternative,
    Assumption,
    Basis,
    Cause,
    List,
    Map,
    Null,
    Piece,
    Shape,
    Step,
    Text,
    Unknown,
    Value,
)
from checker.values.operations import after, assume, literal, one_of, text, unknown

VAR_FILE = "-var-file"
_VALUES = (".tfvars", ".tfvars.json")
# The directories below a root that are searched for files of values.
_DEEPEST = 3
_MOST_DIRECTORIES = 100


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
    is_secret = declared.flag("sensitive") or (declared.is_secret and not _names_a_model(value))
    return marked(value, subject, is_one=True) if is_secret else value


def _without_values(value: Value, subject: str) -> Value:
    """The value of a sensitive variable; its assumptions must not reveal it."""
    values = list(dict.fromkeys(each.value for one in value for each in one.given if each.subject == subject))

    def hidden(each: Assumption) -> Assumption:
        return each._replace(value=f"sensitive ({values.index(each.value) + 1})") if each.subject == subject else each

    return tuple(one._replace(given=tuple(map(hidden, one.given))) for one in value)


def _names_a_model(value: Value) -> bool:
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
    """The variables of a root module: values from the user and the files, by Terraform's precedence."""

    host: Host
    options: Options
    declarations: Declarations
    supplied: dict[str, Value] = field(default_factory=dict)
    unloaded: dict[str, list[tuple[str, str, Value]]] = field(default_factory=dict)
    regions: frozenset[str] = frozenset()
    in_vain: list[tuple[str, Location | None]] = field(default_factory=list)

    def value(self, name: str, declared: Declaration) -> Value:
        """Every possible value of the variable."""
        value = self._value(name, declared)
        # The value of an ephemeral variable may be a token; a default that names a model is none.
        is_given = name in self.supplied or name in self.unloaded
        if declared.flag("sensitive") or (declared.is_secret and (is_given or not _names_a_model(value))):
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
            value = unknown(Cause.INPUT_NOT_SET, subject, shape=Shape.REGION if name in self.regions else None)
        if name in self.unloaded:
            groups = {group for group, _, _ in self.unloaded[name]}
            none = tuple(Assumption(group, "none", True, Basis.DEFAULT, bounded=True) for group in sorted(groups))
            choices = [assume(value, none)]
            for group, file, written in self.unloaded[name]:
                given = _given(written, declared, default, self.host, subject)
                choices.append(assume(given, (Assumption(group, file, True, Basis.OPEN, bounded=True),)))
            value = one_of(choices, subject)
        return value

    def _allowed(self, name: str, declared: Declaration) -> list[Value]:
        """The values that a validation allows; empty if there is no such validation."""
        for block in blocks_of(declared.block.body, "validation"):
            attribute = block.body.get("condition")
            if attribute is not None:
                allowed = _only(attribute.expression, name, _in_no_scope(self.host))
                if allowed is not None:
                    step = Step(attribute.location, f"allowed by the validation of var.{name}")
                    return [after(item, step) for item in convert_all(allowed, type_of(declared, self.host), self.host)]
        return []


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


# What is supplied, and where


def root_inputs(host: Host, options: Options, declarations: Declarations, listed: Sequence[Path]) -> RootInputs:
    """The inputs of the root module whose directory holds the files `listed`."""
    made = RootInputs(host, options, declarations, regions=_region_variables(declarations))
    scope = Scope(NoNames(host, is_refused=True))
    for name, written in options.environment.items():
        _supply_text(made, name, written, f"TF_VAR_{name}", scope)
    automatic, others = _automatic(listed)
    for path in (*automatic, *options.var_files):
        for name, value in _read(path, host, scope).items():
            made.supplied[name] = value
            if name not in declarations.variables:
                made.in_vain.append((name, value[0].trail[-1].location))
    for name, written in options.variables:
        _supply_text(made, name, written, "--var", scope)
    if not options.var_files and declarations.variables:
        _note_unloaded(made, [*others, *_below(host)], {name for name, _ in options.variables}, scope)
    return made


def _region_variables(declarations: Declarations) -> frozenset[str]:
    """The variables that a provider uses as its Region: each is one Region."""
    found = set()
    for declared in declarations.providers.values():
        parts = reference(declared.get("region"))
        if len(parts) == 2 and parts[0] == "var":
            found.add(parts[1])
    return frozenset(found)


def _automatic(listed: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """The tfvars files that Terraform loads automatically, weakest first, and the others."""
    by_name = {path.name: path for path in listed}
    first = [by_name[name] for name in ("terraform.tfvars", "terraform.tfvars.json") if name in by_name]
    auto = [by_name[name] for name in sorted(by_name) if name.endswith((".auto.tfvars", ".auto.tfvars.json"))]
    loaded = [*first, *auto]
    return loaded, [path for path in listed if path.name.endswith(_VALUES) and path not in loaded]


def _below(host: Host) -> Iterator[Path]:
    """The tfvars files in directories below the root, up to those with code of their own.

    Many roots have such a directory, with a file or a further directory for each environment.
    """
    pending = [(host.root, 0)]
    seen = 0
    while pending and seen < _MOST_DIRECTORIES:
        directory, depth = pending.pop(0)
        try:
            listed = host.files.list_directory(directory)
        except ReadError:
            continue
        seen += 1
        if depth:
            if any(map(is_module_file, listed)):
                continue
            yield from (path for path in listed if path.name.endswith(_VALUES))
        if depth < _DEEPEST:
            pending += [
                (path, depth + 1)
                for path in listed
                if not path.name.startswith((".", "node_modules")) and not path.is_symlink() and is_directory(path)
            ]


def _supply_text(made: RootInputs, name: str, written: str, origin: str, scope: Scope) -> None:
    declared = made.declarations.variables.get(name)
    wanted = type_of(declared, made.host) if declared else ANY
    has_type = declared is not None and declared.block.body.get("type") is not None
    step = Step(None, f"{origin} {name}" if origin == "--var" else origin)
    if isinstance(wanted, Primitive) and (wanted != ANY or not has_type):
        made.supplied[name] = after(text(written), step)
        return
    try:
        expression = parse_expression(written, f"<{origin} {name}>")
    except ParseError as error:
        subject = f"var.{name}"
        made.supplied[name] = unknown(Cause.INVALID, subject, identity=f"{subject}: {error.reason}")
        advice = "A value that is not text is written as in HCL; mind the quotes of the shell."
        problem = Problem(
            ProblemKind.INVALID_VALUE,
            f"{origin} {name}",
            f"the value is not an expression: {error.reason}",
            advice,
            True,
        )
        made.host.report(problem)
        return
    made.supplied[name] = tuple(_without_locations(one, step) for one in evaluate(expression, scope))


def _without_locations(alternative: Alternative, step: Step) -> Alternative:
    """A value from the command line has no location in a file."""
    atom = alternative.atom
    match atom:
        case List(items, rest, kind):
            made = tuple(tuple(_without_locations(one, step) for one in item) for item in items)
            return Alternative(List(made, rest, kind), alternative.given, (step,))
        case Map(entries, rest, kind):
            made_ = {key: tuple(_without_locations(one, step) for one in item) for key, item in entries.items()}
            return Alternative(Map(made_, rest, kind), alternative.given, (step,))
        case Text(pieces):
            plain = tuple(piece if isinstance(piece, Unknown) else Piece(piece.text) for piece in pieces)
            return Alternative(Text(plain), alternative.given, (step,))
        case _:
            return Alternative(atom, alternative.given, (step,))


def _read(path: Path, host: Host, scope: Scope) -> dict[str, Value]:
    """The assignments of a tfvars file; a file that cannot be read is a problem."""
    shown = host.files.display(path)
    source = read_source(path, host)
    if source is None:
        return {}
    for block in source.parsed.body.blocks:
        message = f"a tfvars file has no blocks, this one has `{block.type}`"
        host.report(
            Problem.at(
                block.location, ProblemKind.INVALID_SYNTAX, message, f"Write `{block.type} = …`.", incomplete=True
            )
        )
    return {
        attribute.name: assume(
            after(evaluate(attribute.expression, scope), Step(attribute.location, f"var.{attribute.name} in {shown}")),
            source.given,
        )
        for attribute in source.parsed.body.attributes
    }


def _note_unloaded(made: RootInputs, paths: Sequence[Path], fixed: set[str], scope: Scope) -> None:
    """Records the values in tfvars files that Terraform loads only on request.

    Files that set the same variable are alternatives; others may be used together.
    """
    contents = {path: _read(path, made.host, scope) for path in paths}
    for values in contents.values():
        # Such a file may be for something else, such as a backend; what names a model is for the code.
        made.in_vain += [
            (name, value[0].trail[-1].location)
            for name, value in values.items()
            if name not in made.declarations.variables and _names_a_model(value)
        ]
    groups: list[tuple[set[Path], set[str]]] = []
    for path, values in contents.items():
        joined: tuple[set[Path], set[str]] = ({path}, set(values))
        apart = []
        for members, names in groups:
            if names & joined[1]:
                joined = (members | joined[0], names | joined[1])
            else:
                apart.append((members, names))
        groups = [*apart, joined]
    for members, _ in groups:
        shown = {path: _relative(path, made.host.root) for path in members}
        subject = VAR_FILE if len(groups) == 1 else f"{VAR_FILE} ({min(shown.values())})"
        for path in sorted(members):
            for name, value in contents[path].items():
                if name not in fixed:
                    made.unloaded.setdefault(name, []).append((subject, shown[path], value))


def _relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name
