"""Joins a plan with the code from which it was made: values of the plan get locations in the code.

The code is evaluated with the inputs that the plan has fixed. Where both agree, a value gets its trail in the code; a
value that only the plan knows keeps its location in the plan, at the argument in the code. Where the plan does not know
a value, or hides it only because a provider always does, the code may know it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from checker.frontends.protocol import Run
from checker.frontends.terraform.configuration.declarations import Declaration
from checker.frontends.terraform.configuration.directory import load_directory
from checker.frontends.terraform.configuration.types import as_number
from checker.frontends.terraform.configuration.variables import RootInputs, default_of, supplied_as
from checker.frontends.terraform.functions.calling import InvalidCallError, to_python
from checker.frontends.terraform.plan.configuration import Fields, mapping
from checker.frontends.terraform.plan.values import MOST_LEVELS
from checker.immutable import immutable
from checker.model.problem import Problem, ProblemKind
from checker.model.resource import Loaded, Resource
from checker.model.settings import Options
from checker.source.files import SourceFiles
from checker.values import (
    Alternative,
    Atom,
    Cause,
    Json,
    List,
    Map,
    Piece,
    Step,
    Text,
    Trail,
    Unknown,
    Value,
)
from checker.values.operations import after, from_python, literal
from checker.values.operations.texts import read_json

_KEY = re.compile(r'\[(?:[0-9]+|"(?:[^"\\]|\\.)*")\]')


def at_source(planned: Loaded, variables: Fields, options: Options, files: SourceFiles) -> Loaded:
    """The plan with the locations, comments and files of the code in `options.source`."""
    assert options.source is not None
    root = options.source
    own = replace(options, arguments=options.var_files, environment={})
    code = load_directory(root, own, files, Run(), lambda inputs: _Fixed(inputs, variables).value)
    found = _Code.of(code)
    missing: list[Resource] = []
    resources: list[Resource] = []
    for resource in planned.resources:
        written = found.resource(resource.address)
        if written is None:
            missing.append(resource)
            resources.append(resource)
        else:
            resources.append(
                resource._replace(
                    properties=_located(resource.properties, written.properties),
                    location=written.location,
                )
            )
    unread = tuple(problem._replace(incomplete=False) for problem in code.problems)
    return planned._replace(
        input=planned.input._replace(files=tuple(dict.fromkeys((*planned.input.files, *code.input.files)))),
        resources=tuple(resources),
        problems=(*planned.problems, *unread, *_not_found(missing, files.display(root))),
        comments=code.comments,
    )


def _not_found(missing: list[Resource], root: str) -> Iterator[Problem]:
    advice = "Give the directory and the revision that the plan was made from."
    for resource in missing:
        message = f"{resource.address} is not in the code under {root}; it keeps its place in the plan"
        line = resource.location.line if resource.location else None
        column = resource.location.column if resource.location else None
        file = resource.location.file if resource.location else resource.input
        several = f"addresses are not in the code under {root}, and keep their places in the plan"
        yield Problem(
            ProblemKind.NOT_IN_SOURCE, file, message, advice, False, line, column, several, subject=resource.address
        )


@dataclass(slots=True)
class _Code:
    """The resources of the code by address, and by address without keys."""

    by_address: dict[str, Resource] = field(default_factory=dict)
    open_ended: list[tuple[re.Pattern[str], Resource]] = field(default_factory=list)
    by_base: dict[str, Resource] = field(default_factory=dict)

    @classmethod
    def of(cls, code: Loaded) -> "_Code":
        made = cls()
        for resource in code.resources:
            made.by_address[resource.address] = resource
            made.by_base.setdefault(_KEY.sub("", resource.address.replace("[*]", "")), resource)
            if "[*]" in resource.address:
                pattern = re.escape(resource.address).replace(re.escape("[*]"), _KEY.pattern)
                made.open_ended.append((re.compile(pattern), resource))
        return made

    def resource(self, address: str) -> Resource | None:
        """The resource with an address, else the one that stands for instances with unknown keys."""
        exact = self.by_address.get(address)
        if exact is not None:
            return exact
        for pattern, resource in self.open_ended:
            if pattern.fullmatch(address):
                return resource
        # An instance that the code does not predict (its count is known only at deploy time) is from the same block.
        return self.by_base.get(_KEY.sub("", address))


@immutable
class _Fixed:
    """The inputs of the root module in the plan."""

    inputs: RootInputs
    variables: Fields

    def value(self, name: str, declared: Declaration) -> Value:
        """The value in the plan, with the code's trail if there is one."""
        own = self.inputs.value(name, declared)
        if declared.is_secret:
            return own
        given = mapping(self.variables.get(name))
        if "value" not in given:
            default = default_of(name, declared, self.inputs.host)
            return own if default is None else default
        planned = supplied_as(from_python(given["value"]), declared, self.inputs.host, f"var.{name}")
        wanted = _data(planned)
        for one in own:
            if wanted is not None and _data((one,)) == wanted:
                return (one._replace(given=()),)
        return after(planned, Step(None, f"value of var.{name} in the plan"))


def _data(value: Value) -> object:
    if len(value) != 1:
        return None
    try:
        return (to_python(value[0].atom),)
    except (InvalidCallError, IndexError):
        return None


def _located(planned: Value, code: Value, level: int = 0) -> Value:
    """The planned value, with the trail of the code."""
    if not planned or not code or level > MOST_LEVELS:
        return planned
    if len(planned) > 1:
        # The references in the plan's configuration: the code tells how they are used.
        return _known_by_code(planned, code)
    one = planned[0]
    if _is_hidden(one.atom):
        return _known_by_code(planned, code)
    match one.atom:
        case Map(entries, rest):
            holder = _best(one, code)
            if holder is None or not isinstance(holder.atom, Map):
                return planned
            written = holder.atom
            made = {
                name: _located(entry, _through(holder, written.entries.get(name, written.rest)), level + 1)
                for name, entry in entries.items()
            }
            # The plan leaves unset what it does not have: the code cannot know better.
            return (Alternative(Map(made, rest), one.given),)
        case List(items, rest, kind):
            holder = _best(one, code)
            if holder is None or not isinstance(holder.atom, List):
                return planned
            pairs = _paired(items, holder)
            made_ = tuple(
                _located(item, _through(holder, pair), level + 1) for item, pair in zip(items, pairs, strict=True)
            )
            return (Alternative(List(made_, rest, kind), one.given),)
        case Text() as text:
            return (_text(one, text, code, level),)
        case _:
            return (_scalar(one, code),)


def _through(holder: Alternative, entry: Value) -> Value:
    """An entry of a collection, with the steps of the collection."""
    return tuple(one._replace(trail=one.trail + holder.trail) for one in entry)


def _is_hidden(atom: Atom) -> bool:
    """True if the plan does not show a value, since it is lost or must be hidden."""
    match atom:
        case Unknown(cause):
            return cause in (Cause.DEPLOY_TIME, Cause.SENSITIVE)
        case Text() as text:
            return any(hole.cause is Cause.SENSITIVE for hole in text.holes)
        case Map(entries, rest):
            return not entries and any(_is_hidden(one.atom) for one in rest)
        case List(items, rest):
            return not items and any(_is_hidden(one.atom) for one in rest)
        case _:
            return False


def _known_by_code(planned: Value, code: Value) -> Value:
    if all(isinstance(one.atom, Unknown) and not one.atom.content for one in code):
        # The plan has already followed it through the configuration.
        step = code[0].trail[-1:]
        return after(planned, *step)
    return code


def _best(one: Alternative, code: Value) -> Alternative | None:
    """The alternative of the code that fits a planned collection best; JSON in it is decoded."""
    choices: list[Alternative] = []
    for choice in code:
        if isinstance(choice.atom, Json):
            choices.extend(Alternative(each.atom, (), each.trail + choice.trail) for each in choice.atom.value)
        else:
            choices.append(choice)
    choices = [choice for choice in choices if isinstance(choice.atom, type(one.atom))]
    if len(choices) < 2:
        return choices[0] if choices else None
    words = set(_words((one,)))
    return max(choices, key=lambda choice: len(words & set(_words((choice,)))))


def _paired(items: tuple[Value, ...], holder: Alternative) -> list[Value]:
    """The code's element for each planned element: in order, unless their content differs, as in a set."""
    assert isinstance(holder.atom, List)
    written = holder.atom.items
    if not written or len(items) == 1 == len(written):
        return [written[0] if written else holder.atom.rest for _ in items]
    bags = [(set(_words(entry)), list(_patterns(entry))) for entry in written]
    pairs: list[Value] = []
    free = list(range(len(written)))
    for number, item in enumerate(items):
        if not free:
            pairs.append(holder.atom.rest)
            continue
        words = set(_words(item))
        scores = {each: (_agreement(words, *bags[each]), each == number) for each in free}
        best = max(free, key=lambda each, scores=scores: scores[each])  # type: ignore[misc]
        free.remove(best)
        pairs.append(written[best])
    return pairs


def _agreement(words: set[str], known: set[str], patterns: list[re.Pattern[str]]) -> int:
    """How much of a planned value the code agrees with."""
    rest = words - known
    return len(words & known) + sum(any(pattern.fullmatch(word) for word in rest) for pattern in patterns)


def _patterns(value: Value) -> Iterator[re.Pattern[str]]:
    """The texts with holes in a value."""
    for one in value:
        match one.atom:
            case Map(entries, rest):
                for entry in (*entries.values(), rest):
                    yield from _patterns(entry)
            case List(items, rest):
                for item in (*items, rest):
                    yield from _patterns(item)
            case Json(inner):
                yield from _patterns(inner)
            case Text() as text if text.plain is None:
                yield _pattern(text)
            case _:
                pass


def _pattern(text: Text) -> re.Pattern[str]:
    parts = ("(.*?)" if isinstance(piece, Unknown) else f"({re.escape(piece.text)})" for piece in text.pieces)
    return re.compile("".join(parts), re.DOTALL)


def _words(value: Value) -> Iterator[str]:
    """The strings, numbers and booleans in a value, without holes."""
    for one in value:
        match one.atom:
            case Map(entries, rest):
                for entry in (*entries.values(), rest):
                    yield from _words(entry)
            case List(items, rest):
                for item in (*items, rest):
                    yield from _words(item)
            case Json(inner):
                yield from _words(inner)
            case Text() as text if text.plain is not None:
                yield text.plain
            case atom:
                written = literal(atom)
                if written is not None:
                    yield written


def _text(one: Alternative, text: Text, code: Value, level: int) -> Alternative:
    plain = text.plain
    if plain is None:
        return one
    for match in (_same, _fitting):
        for choice in code:
            found = match(plain, choice)
            if found is not None:
                return found
    parsed = read_json(text) if plain.lstrip()[:1] in ("{", "[") else None
    if parsed is not None:
        for choice in code:
            inner = choice.atom.value if isinstance(choice.atom, Json) else None
            if inner is None and isinstance(choice.atom, Text):
                inner = read_json(choice.atom)
            if inner is not None:
                return Alternative(Json(_located(parsed, inner, level + 1)), (), choice.trail or one.trail)
    return Alternative(one.atom, (), _here(one, code))


def _same(plain: str, choice: Alternative) -> Alternative | None:
    match choice.atom:
        case Text() as text if text.plain == plain:
            return choice._replace(given=())
        case atom if not isinstance(atom, Text) and literal(atom) in (plain, f'"{plain}"'):
            return Alternative(Text((Piece(plain),) if plain else ()), (), choice.trail)
        case _:
            return None


def _fitting(plain: str, choice: Alternative) -> Alternative | None:
    """The text with the pieces of a matching text with holes; the plan fills the holes."""
    text = choice.atom
    if not isinstance(text, Text) or not text.holes:
        return None
    known = [piece for piece in text.pieces if isinstance(piece, Piece)]
    if not known:
        return None
    found = _pattern(text).fullmatch(plain)
    if found is None:
        return None
    pieces: list[Piece | Unknown] = []
    for piece, part in zip(text.pieces, found.groups(), strict=True):
        if isinstance(piece, Piece):
            pieces.append(piece)
        elif part:
            pieces.append(Piece(part, (Step(None, f"{piece.subject} in the plan"),)))
    return Alternative(Text(tuple(pieces)), (), choice.trail)


def _scalar(one: Alternative, code: Value) -> Alternative:
    number = as_number(one.atom)
    for choice in code:
        if choice.atom == one.atom or (number is not None and as_number(choice.atom) == number):
            return Alternative(one.atom, (), choice.trail)
    return Alternative(one.atom, (), _here(one, code))


def _here(one: Alternative, code: Value) -> Trail:
    """The trail of the planned value, ending with the argument."""
    end = next((choice.trail[-1:] for choice in code if choice.trail), ())
    return one.trail + end
