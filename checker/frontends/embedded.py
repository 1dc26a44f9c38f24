"""CloudFormation that resources hold: the template of a stack or a stack set, and what the Cloud Control API is given.

Each resource of it becomes one of the input, of the type that CloudFormation has, so that the rows of CloudFormation
name its models. Its references are then shown under the address of the resource that holds it.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from checker.errors import ParseError
from checker.model.resource import Loaded, Resource
from checker.source import Mapping as MappingNode
from checker.source import Node, Place, Scalar
from checker.source import Sequence as SequenceNode
from checker.source.files import SourceFiles
from checker.values import (
    HOLE,
    Alternative,
    Bool,
    Cause,
    Given,
    Json,
    List,
    Map,
    Null,
    Number,
    Piece,
    Shape,
    Step,
    Text,
    Trail,
    Unknown,
    Value,
    join,
)
from checker.values.json_text import read_json
from checker.values.operations import after, assume, one_of, unknown

_STACK_SET = "AWS::CloudFormation::StackSet"
# Where a resource holds a template, or the properties of one resource, by its type.
_TEMPLATES = {
    "aws_cloudformation_stack": "template_body",
    "aws_cloudformation_stack_set": "template_body",
    _STACK_SET: "TemplateBody",
}
_STATES = {"aws_cloudcontrolapi_resource": "desired_state"}
_PARAMETERS = {_STACK_SET: "Parameters"}
# Stands in addresses between the resource that holds and what it holds.
SEPARATOR = "#"


class Holder(NamedTuple):
    """The resource that holds another, and the path of the latter's properties in it."""

    address: str
    type: str
    path: str


def with_embedded(loaded: Loaded, files: SourceFiles) -> tuple[Loaded, Mapping[str, Holder]]:
    """The input with the CloudFormation resources that its resources hold, and who holds each, by address."""
    if not any(resource.type in _TEMPLATES or resource.type in _STATES for resource in loaded.resources):
        return loaded, {}
    resources: list[Resource] = []
    holders: dict[str, Holder] = {}
    for resource in loaded.resources:
        name = _TEMPLATES.get(resource.type) or _STATES.get(resource.type)
        held = list(_held(resource, name, files)) if name is not None else []
        if name is None or not held:
            resources.append(resource)
            continue
        # What the template takes as a parameter is judged where it uses it.
        resources.append(
            resource._replace(
                properties=_without(resource.properties, {name, _PARAMETERS.get(resource.type, "parameters")})
            )
        )
        made: dict[tuple[str, str], Resource] = {}
        for inner, path in held:
            holders.setdefault(inner.address, Holder(resource.address, resource.type, path))
            key = (inner.address, inner.type)
            made[key] = _in_either(made[key], inner) if key in made else inner
        resources += made.values()
    return loaded._replace(resources=tuple(resources)), holders


def _in_either(one: Resource, other: Resource) -> Resource:
    """A resource that the template has in each of two forms that it may take."""
    return one._replace(
        properties=one_of([one.properties, other.properties], one.address),
        presence=tuple(dict.fromkeys((*one.presence, *other.presence))),
    )


def _without(properties: Value, names: set[str]) -> Value:
    return tuple(
        one._replace(
            atom=Map({key: entry for key, entry in one.atom.entries.items() if key not in names}, one.atom.rest)
        )
        if isinstance(one.atom, Map)
        else one
        for one in properties
    )


def _held(resource: Resource, name: str, files: SourceFiles) -> Iterator[tuple[Resource, str]]:
    for one in resource.properties:
        if not isinstance(one.atom, Map):
            continue
        for written in one.atom.entries.get(name, ()):
            given = join(one.given, written.given)
            if given is None:
                continue
            trail = (*written.trail, *one.trail)
            if resource.type in _STATES:
                yield from _of_state(resource, one.atom, written, given, trail)
            else:
                yield from _of_template(resource, one.atom, written, given, trail, files)


def _of_state(
    resource: Resource, properties: Map, written: Alternative, given: Given, trail: Trail
) -> Iterator[tuple[Resource, str]]:
    kinds = [one.atom.plain for one in properties.entries.get("type_name", ()) if isinstance(one.atom, Text)]
    state = _json(written)
    if len(kinds) == 1 and kinds[0] and state is not None:
        inner = tuple(
            Alternative(one.atom, both, one.trail + trail)
            for one in state
            if (both := join(given, one.given)) is not None
        )
        address = f"{resource.address}{SEPARATOR}{kinds[0]}"
        yield resource._replace(address=address, type=kinds[0], properties=inner, before=()), _STATES[resource.type]


def _json(written: Alternative) -> Value | None:
    match written.atom:
        case Json(value):
            return value
        case Map():
            return (Alternative(written.atom),)
        case Text() as text if text.marked().lstrip()[:1] in ("{", "["):
            return read_json(text)
        case _:
            return None


def _of_template(
    resource: Resource, properties: Map, written: Alternative, given: Given, trail: Trail, files: SourceFiles
) -> Iterator[tuple[Resource, str]]:
    # Few inputs hold a template: the others do without the reader of CloudFormation.
    from checker.frontends.cloudformation.documents import Document, is_template
    from checker.frontends.cloudformation.pseudo import Deployment
    from checker.frontends.cloudformation.stack import Reading, Setting, Stack
    from checker.frontends.cloudformation.template import PARAMETER, resources_of

    place = next((step.place for step in trail if step.place is not None), resource.place) or Place("", 1, 1)
    is_stack_set = resource.type == _STACK_SET
    supplied = _listed_parameters(properties) if is_stack_set else _parameters(properties)
    building = _Building(place)
    decoded = _json(written)
    root: Node | None
    if decoded is not None:
        root = building.node(decoded, place)
    elif isinstance(written.atom, Text):
        root = building.of_text(written.atom)
    else:
        root = None
    if not isinstance(root, MappingNode) or not is_template(root):
        return
    root = building.with_parameters(root)
    region = _regions_of_instances(resource, properties) if is_stack_set else resource.region
    known = [one.atom.plain for one in region if isinstance(one.atom, Text) and one.atom.plain]
    regions = tuple(dict.fromkeys(known)) if is_stack_set and len(known) == len(region) else tuple(known[:1])
    # No file has this name: what the template says of places is taken from its nodes.
    document = Document(Path(), "", "", (root,))
    stack = Stack(
        root,
        document,
        Setting(
            reading=Reading(files),
            deployment=Deployment(
                regions=regions,
                identity=f"{resource.address}.",
                stack_identity=f"{resource.address}.",
            ),
            prefix=f"{resource.address}.",
            address_of=lambda entry: f"{resource.address}{SEPARATOR}{entry.key}",
            supplied={**supplied, **building.supplied},
            is_nested=True,
            children=lambda _stack, _entry: (),
            imported=lambda _name: None,
            presence=tuple(both for way in resource.presence if (both := join(way, given)) is not None),
        ),
    )
    step = tuple(step for step in trail[-1:] if step.place is not None)
    for inner in resources_of(stack, resource.framework, resource.input):
        name = inner.address.removeprefix(resource.address + SEPARATOR)
        section = f"Parameters.{name}" if inner.type == PARAMETER else f"Resources.{name}.Properties"
        path = f"{_TEMPLATES[resource.type]}.{section}"
        yield (
            inner._replace(
                properties=assume(after(inner.properties, *step) if step else inner.properties, given),
                region=region,
                change=resource.change,
                place=inner.place if inner.place and inner.place.file else resource.place,
            ),
            path,
        )


def _parameters(properties: Map) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for one in properties.entries.get("parameters", ()):
        if isinstance(one.atom, Map):
            for name, value in one.atom.entries.items():
                found[name] = after(value, *one.trail[-1:]) if one.trail else value
    return found


def _listed_parameters(properties: Map) -> dict[str, Value]:
    """The parameters of a stack set, which are a list of keys and values."""
    found: dict[str, list[Value]] = {}
    for item in _items(properties.entries.get("Parameters", ())):
        if not isinstance(item.atom, Map):
            continue
        for key in item.atom.entries.get("ParameterKey", ()):
            value = item.atom.entries.get("ParameterValue", ())
            if isinstance(key.atom, Text) and key.atom.plain and value:
                given = join(item.given, key.given)
                if given is not None:
                    found.setdefault(key.atom.plain, []).append(assume(value, given))
    return {name: one_of(values, name) for name, values in found.items()}


def _regions_of_instances(resource: Resource, properties: Map) -> Value:
    """The Regions of the instances of a stack set, which are not the Region that the stack set itself is in."""
    found: list[Alternative] = []
    for group in _items(properties.entries.get("StackInstancesGroup", ())):
        if isinstance(group.atom, Map):
            found += [
                region._replace(given=both)
                for region in _items(group.atom.entries.get("Regions", ()))
                if (both := join(group.given, region.given)) is not None
            ]
        else:
            found.append(group)
    missing = unknown(Cause.DEPLOY_TIME, f"the Regions of {resource.address}", shape=Shape.REGION)
    # What is no text is the name of no Region, and cannot be compared with others.
    named = [one if isinstance(one.atom, Text | Unknown) else one._replace(atom=missing[0].atom) for one in found]
    return tuple(dict.fromkeys(named)) or missing


def _items(value: Value) -> Iterator[Alternative]:
    """What the lists hold, and what is no known list."""
    for one in value:
        if not isinstance(one.atom, List):
            yield one
            continue
        for item in (*one.atom.items, one.atom.rest):
            for choice in item:
                given = join(one.given, choice.given)
                if given is not None:
                    yield choice._replace(given=given)


@dataclass(slots=True)
class _Building:
    """A template as nodes. What is no plain scalar is a parameter that is supplied with its value."""

    place: Place
    supplied: dict[str, Value] = field(default_factory=dict)

    def node(self, value: Value, around: Place) -> Node:
        """The node of a value; what has no place of its own has that of what is around it."""
        one = value[0] if len(value) == 1 and not value[0].given else None
        place = _place_of(one) or around if one is not None else around
        match one.atom if one is not None else None:
            case Map(entries, rest) if not rest:
                return MappingNode(
                    tuple((Scalar(key, place), self.node(entry, place)) for key, entry in entries.items()), place
                )
            case List(items, rest) if not rest:
                return SequenceNode(tuple(self.node(item, place) for item in items), place)
            case Text() as text if text.plain is not None:
                return Scalar(text.plain, place)
            case Bool(known):
                return Scalar(known, place)
            case Number(known):
                return Scalar(known if isinstance(known, int) else float(known), place)
            case Null():
                return Scalar(None, place)
            case Json(inner):
                return self.node(inner, place)
            case _:
                return self._parameter(value, place)

    def _parameter(self, value: Value, place: Place) -> Node:
        name = f"Terraform{len(self.supplied)}"
        self.supplied[name] = value
        return MappingNode(((Scalar("Ref", place), Scalar(name, place)),), place)

    def with_parameters(self, root: MappingNode) -> MappingNode:
        """The template with the parameters that stand for values."""
        if not self.supplied:
            return root
        own = [entry for entry in root.entries if entry[0].value != "Parameters"]
        declared = root.get("Parameters")
        kind = MappingNode(((Scalar("Type", self.place), Scalar("String", self.place)),), self.place)
        entries = declared.entries if isinstance(declared, MappingNode) else ()
        added = tuple((Scalar(name, self.place), kind) for name in self.supplied)
        return root._replace(
            entries=(*own, (Scalar("Parameters", self.place), MappingNode((*entries, *added), self.place)))
        )

    def of_text(self, text: Text) -> Node | None:
        """The YAML of a text, each node at the place where Terraform's code has it; None if it is not YAML."""
        from checker.frontends.cloudformation.documents import parse_document

        marked = text.marked()
        tokens = {f"TERRAFORM{number}HOLE": hole for number, hole in enumerate(text.holes)}
        plain = marked
        for token in tokens:
            plain = plain.replace(HOLE, token, 1)
        try:
            document = parse_document(Path(), "", plain)
        except ParseError:
            return None
        if len(document.roots) != 1:
            return None
        return self._placed(document.roots[0], _Lines.of(marked, text, self.place), tokens)

    def _placed(self, node: Node, lines: "_Lines", tokens: Mapping[str, Unknown]) -> Node:
        match node:
            case MappingNode(entries, place, _):
                return node._replace(
                    entries=tuple(
                        (key._replace(place=lines.place(key.place)), self._placed(inner, lines, tokens))
                        for key, inner in entries
                    ),
                    place=lines.place(place),
                )
            case SequenceNode(items, place, _):
                return node._replace(
                    items=tuple(self._placed(inner, lines, tokens) for inner in items), place=lines.place(place)
                )
            case Scalar(str() as written, place, None, _) if any(token in written for token in tokens):
                return self._parameter(_with_holes(written, tokens, lines.place(place)), lines.place(place))
            case Scalar(_, place, _, segments):
                return node._replace(
                    place=lines.place(place), lines=tuple((offset, lines.place(at)) for offset, at in segments)
                )


def _with_holes(written: str, tokens: Mapping[str, Unknown], place: Place) -> Value:
    trail = (Step(place, "written here"),)
    pieces: list[Piece | Unknown] = []
    rest = written
    for token, hole in tokens.items():
        before, found, behind = rest.partition(token)
        if found:
            pieces.extend([Piece(before, trail)] if before else [])
            pieces.append(hole)
            rest = behind
    pieces.extend([Piece(rest, trail)] if rest else [])
    only = pieces[0] if len(pieces) == 1 else None
    return (Alternative(only if isinstance(only, Unknown) else Text(tuple(pieces))),)


def _place_of(one: Alternative) -> Place | None:
    pieces = [piece for piece in one.atom.pieces if isinstance(piece, Piece)] if isinstance(one.atom, Text) else []
    trail = (*(pieces[0].trail if pieces else ()), *one.trail)
    return next((step.place for step in trail if step.place is not None), None)


class _Lines(NamedTuple):
    """Where each line of a text stands in Terraform's code."""

    places: tuple[Place, ...]

    @classmethod
    def of(cls, marked: str, text: Text, otherwise: Place) -> "_Lines":
        """Those of a text, each that of the piece with which the line begins."""
        starts: list[int] = []
        places: list[Place | None] = []
        lengths = [1 if isinstance(piece, Unknown) else len(piece.text) for piece in text.pieces]
        for start, piece in zip(accumulate([0, *lengths]), text.pieces, strict=False):
            starts.append(start)
            places.append(piece.trail[0].place if isinstance(piece, Piece) and piece.trail else None)
        made: list[Place] = []
        offset = 0
        for line in marked.splitlines(keepends=True):
            number = bisect_right(starts, offset) - 1
            place = places[number] if starts else None
            if place is not None:
                within = marked.count("\n", starts[number], offset)
                place = place._replace(line=place.line + within, column=1 if within else place.column)
            made.append(place or otherwise)
            offset += len(line)
        return cls(tuple(made or [otherwise]))

    def place(self, inside: Place) -> Place:
        """The place in Terraform's code of a place in the text."""
        start = self.places[min(inside.line, len(self.places)) - 1]
        return start._replace(column=start.column + inside.column - 1)
