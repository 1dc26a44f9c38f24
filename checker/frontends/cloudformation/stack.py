"""One stack: a template with its parameters, whose sections are evaluated when they are asked for."""

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from checker.frontends.cloudformation.documents import ANNOTATION, Document, comments_of, parse_document
from checker.frontends.cloudformation.includes import INCLUDE, calls_in, included_node
from checker.frontends.cloudformation.intrinsics import CONDITION_FUNCTION, INTRINSICS, intrinsic_of
from checker.frontends.cloudformation.nested import TemplateTree
from checker.frontends.cloudformation.parameters import Bounds, Declaration, declarations, parameter_value
from checker.frontends.cloudformation.pseudo import PSEUDO_PARAMETERS, Deployment, each_region
from checker.frontends.cloudformation.texts import WRITTEN, literal_text, with_loop_names
from checker.model.problem import Problem, ProblemKind
from checker.model.resource import Annotation
from checker.source import Mapping as MappingNode
from checker.source import Node, Place, Scalar
from checker.source import Sequence as SequenceNode
from checker.source.files import SourceFiles, decode_text
from checker.values import (
    Alternative,
    Assumption,
    Basis,
    Bool,
    Cause,
    Given,
    List,
    Map,
    Null,
    Step,
    Target,
    Text,
    TooLargeError,
    Unknown,
    Value,
    join,
)
from checker.values.guards import overridden
from checker.values.operations import ABSENT, after, as_condition, assume, capped, from_python, one_of, text, unknown

# Deeper values are not followed: Python's own limit must not be what stops the reading.
_DEEPEST = 120
_MOST_WAYS = 64
_MOST_LOOP_ENTRIES = 2_000

Names = Mapping[str, Value]
NO_NAMES: Names = {}

# Macros that change nothing that matters here, or whose effect is evaluated here.
_KNOWN_TRANSFORMS = (
    INCLUDE,
    "AWS::LanguageExtensions",
    "AWS::CodeDeployBlueGreen",
    "AWS::SecretsManager-",
    "AWS::ServiceCatalog",
)
_SERVERLESS = "AWS::Serverless-"

# Attributes that give back what the property of the same name says.
_SAME_AS_PROPERTY = frozenset({("AWS::SSM::Parameter", "Value"), ("AWS::SSM::Parameter", "Type")})


def is_module(entry: "Entry") -> bool:
    """Whether a resource is a module: one of the CloudFormation registry, or one that another tool puts in."""
    kind = entry.node.get("Type") if isinstance(entry.node, MappingNode) else None
    return isinstance(kind, Scalar) and (kind.tag is not None or str(kind.value).endswith("::MODULE"))


class Entry(NamedTuple):
    """An entry of a mapping, loops and includes carried out: it is there under `given`."""

    key: str
    place: Place
    node: Node
    names: Names = NO_NAMES
    given: Given = ()


@dataclass(slots=True)
class Reading:
    """What all stacks of one input share: the files, and what was found on the way.

    `may_name_a_model` looks at a part of a template; without it, every resource is evaluated. `uploaded` finds the file
    that is put into S3 under a key, for a template in a directory; `tree` the files near a template, by name.
    """

    files: SourceFiles
    may_name_a_model: Callable[[bytes], bool] | None = None
    problems: dict[Problem, None] = field(default_factory=dict)
    documents: dict[Path, Document] = field(default_factory=dict)
    files_used: dict[str, None] = field(default_factory=dict)
    nested_stacks: int = 0
    comments: list[tuple[Place, str]] = field(default_factory=list)
    annotations: dict[str, Annotation] = field(default_factory=dict)
    uploaded: Callable[[Path, str], Path | None] = lambda directory, key: None
    tree: TemplateTree = field(init=False)

    def __post_init__(self) -> None:
        """The templates near others are looked for when one is asked for."""
        self.tree = TemplateTree(self.files)

    def document(self, path: Path, content: bytes | None = None) -> Document:
        """The file as a document, read once. Raises ReadError or ParseError."""
        found = self.documents.get(path)
        if found is None:
            found = parse_document(path, self.files.display(path), self.text(path, content))
            self.documents[path] = found
            if ANNOTATION in found.text:
                self.comments += comments_of(found)
        self.files_used[found.file] = None
        return found

    def text(self, path: Path, content: bytes | None = None) -> str:
        """The text of a file, or of `content` under its name. Raises ReadError."""
        return self.files.read_text(path) if content is None else decode_text(content, self.files.display(path))

    def report(self, problem: Problem) -> None:
        """Notes a problem, once."""
        self.problems[problem] = None


ChildStacks = Callable[["Stack", Entry], tuple[tuple["Stack", Given], ...]]


class Setting(NamedTuple):
    """How a stack is instantiated.

    `prefix` comes before the names of its parameters and resources in identities; `address_of` gives the address of a
    resource. `supplied` are the values of parameters, from the user or, if `is_nested`, from the parent.
    `children` finds the stacks that a resource nests, `imported` the value that another stack exports. `held` are the
    values for which a `Ref` stands in a template that another input holds.
    """

    reading: Reading
    deployment: Deployment
    prefix: str
    address_of: Callable[[Entry], str]
    supplied: Mapping[str, Value]
    is_nested: bool
    children: ChildStacks
    imported: Callable[[Text], Value | None]
    presence: tuple[Given, ...] = ((),)
    templates: tuple[Path, ...] = ()
    held: Mapping[str, Value] = NO_NAMES


class Stack:
    """A template under a setting."""

    def __init__(self, root: MappingNode, document: Document, setting: Setting) -> None:
        self.root = root
        self.document = document
        self.setting = setting
        self._parameters: dict[str, Value] = {}
        self._conditions: dict[str, Value] = {}
        self._mappings: dict[str, Value] = {}
        self._children: dict[str, tuple[tuple[Stack, Given], ...]] = {}
        self._in_progress: set[str] = set()
        self._entries: dict[str, Mapping[str, tuple[Entry, ...]]] = {}
        self._expanding: set[str] = set()
        self._is_generated: bool | None = None
        # Whether something is put into a section that was not read.
        self._lacks_something = False
        self.including: set[str] = set()
        self._depth = 0
        self._deciding = 0
        self.root = self._with_included_sections(root)
        self._sections = {str(key.value): node for key, node in self.root.entries}

    # Sections

    @cached_property
    def declared(self) -> Mapping[str, Declaration]:
        """The parameters that the template declares."""
        return declarations(self.root, self.document)

    @property
    def resources(self) -> Mapping[str, tuple[Entry, ...]]:
        """The resources by logical id; several entries for one id only if a loop makes it in several ways."""
        return self._section("Resources")

    @property
    def outputs(self) -> Mapping[str, Entry]:
        """The outputs by name."""
        return {name: entries[-1] for name, entries in self._section("Outputs").items()}

    def _section(self, section: str) -> Mapping[str, tuple[Entry, ...]]:
        """What stands in a section, by name, loops and includes carried out.

        While that is being done, which may ask for the section itself, it holds what is written in it plainly.
        """
        found = self._entries.get(section)
        if found is not None:
            return found
        node = self._sections.get(section)
        if section in self._expanding:
            written = node.entries if isinstance(node, MappingNode) else ()
            plain = (Entry(str(key.value), key.place, child) for key, child in written)
            return {entry.key: (entry,) for entry in plain if not entry.key.startswith("Fn::")}
        grouped: dict[str, tuple[Entry, ...]] = {}
        rest: list[Alternative] = []
        self._expanding.add(section)
        try:
            for entry in self.entries(node, rest=rest):
                made = self._with_included_parts(entry) if section == "Resources" else entry
                grouped[entry.key] = (*grouped.get(entry.key, ()), made)
        finally:
            self._expanding.discard(section)
        self._lacks_something |= bool(rest)
        if section == "Resources":
            self._report_macros(rest, "resources")
        self._entries[section] = grouped
        return grouped

    def _with_included_sections(self, root: MappingNode) -> MappingNode:
        """The template with what it includes at its top; of what both say, its own counts."""
        sections = {str(key.value): (key, node) for key, node in root.entries}
        for call in (*calls_in(root.get("Transform")), *calls_in(root.get("Fn::Transform"))):
            included = included_node(self, call, NO_NAMES) if isinstance(call, MappingNode) else None
            for key, node in included.entries if isinstance(included, MappingNode) else ():
                name = str(key.value)
                if name not in sections:
                    sections[name] = (key, node)
                    continue
                own = sections[name][1]
                if isinstance(own, MappingNode) and isinstance(node, MappingNode):
                    mine = {each.value for each, _ in own.entries}
                    more = tuple(entry for entry in node.entries if entry[0].value not in mine)
                    sections[name] = (sections[name][0], own._replace(entries=(*own.entries, *more)))
        return root._replace(entries=tuple(sections.values()))

    def _with_included_parts(self, entry: Entry) -> Entry:
        """A resource with what it includes besides its properties."""
        node = entry.node
        if not isinstance(node, MappingNode) or node.get("Fn::Transform") is None:
            return entry
        rest: list[Alternative] = []
        parts = self.entries(node, entry.names, rest)
        self._report_macros(rest, f"parts of {entry.key}")
        made = tuple((Scalar(part.key, part.place), part.node) for part in parts)
        return entry._replace(node=MappingNode(made, node.place))

    def _report_macros(self, rest: Sequence[Alternative], what: str) -> None:
        for one in rest:
            place = next((step.place for step in one.trail if step.place is not None), None)
            if isinstance(one.atom, Unknown) and one.atom.cause is Cause.UNSUPPORTED_FUNCTION and place is not None:
                message = f"The {one.atom.subject} makes {what} that were not read."
                advice = "Check the processed template too."
                self.setting.reading.report(
                    Problem.at(place, ProblemKind.UNSUPPORTED, message, advice, incomplete=True)
                )

    @cached_property
    def transforms(self) -> tuple[tuple[str, Place], ...]:
        """The macros that the template names at its top, with their places."""
        node = self._sections.get("Transform")
        items = node.items if isinstance(node, SequenceNode) else () if node is None else (node,)
        found = []
        for item in items:
            name = item.get("Name") if isinstance(item, MappingNode) else item
            if isinstance(name, Scalar):
                found.append((str(name.value), item.place))
        return tuple(found)

    @property
    def unknown_transforms(self) -> tuple[tuple[str, Place], ...]:
        """The macros whose effect is not known."""
        return tuple(
            (name, place) for name, place in self.transforms if not name.startswith((*_KNOWN_TRANSFORMS, _SERVERLESS))
        )

    @property
    def is_generated(self) -> bool:
        """Whether SAM, a macro or a module adds to what the template defines."""
        if self._is_generated is not None:
            return self._is_generated
        found = (
            any(name.startswith(_SERVERLESS) for name, _ in self.transforms)
            or bool(self.unknown_transforms)
            or any(is_module(entry) for entries in self.resources.values() for entry in entries)
        )
        if "Resources" not in self._expanding:
            self._is_generated = found
        return found

    # Names

    def identity(self, name: str) -> str:
        """The name, unique within the input."""
        return self.setting.prefix + name

    def reference(self, name: str, place: Place, names: Names) -> Value:
        """`Ref` of a name."""
        if name in names:
            return names[name]
        if name in self.setting.held:
            return self.setting.held[name]
        pseudo = PSEUDO_PARAMETERS.get(name)
        if pseudo is not None:
            value = pseudo(self.setting.deployment)
            if self._deciding and name == "AWS::Region":
                value = each_region(self.setting.deployment) or value
            return value if value is ABSENT else after(value, Step(place, name))
        if name in self.declared:
            return after(self.parameter(name), Step(place, f"parameter {name}"))
        if name in self.resources:
            return self._made_by(name, "Ref", name, place)
        return self.undefined(f"{name}", place)

    def attribute(self, name: str, attribute: str, place: Place) -> Value:
        """`Fn::GetAtt`."""
        entries = self.resources.get(name)
        if entries is None:
            return self.undefined(f"{name}.{attribute}", place)
        if attribute.startswith("Outputs."):
            children = self.children(name)
            if children:
                output = attribute.removeprefix("Outputs.")
                step = Step(place, f"output {output} of nested stack {name}")
                values = [after(assume(child.output(output, place), given), step) for child, given in children]
                return one_of(values, attribute)
        if len(entries) == 1:
            kind = self.resource_type(entries[0])
            if (kind, attribute) in _SAME_AS_PROPERTY:
                node = self._property_node(entries[0], attribute)
                if node is not None and (key := f"{name}.{attribute}") not in self._in_progress:
                    self._in_progress.add(key)
                    value = self.evaluate(node, entries[0].names)
                    self._in_progress.discard(key)
                    return after(value, Step(place, f"{name}.{attribute}"))
        return self._made_by(name, attribute, f"{name}.{attribute}", place)

    def _made_by(self, name: str, attribute: str, subject: str, place: Place) -> Value:
        entry = self.resources[name][0]
        target = Target(self.setting.address_of(entry), attribute)
        trail = (Step(place, subject),)
        return unknown(Cause.DEPLOY_TIME, subject, identity=self.identity(subject), target=target, trail=trail)

    def resource_type(self, entry: Entry) -> str:
        """The type of a resource as written; empty if it has none."""
        kind = entry.node.get("Type") if isinstance(entry.node, MappingNode) else None
        return str(kind.value) if isinstance(kind, Scalar) else ""

    def _property_node(self, entry: Entry, name: str) -> Node | None:
        properties = entry.node.get("Properties") if isinstance(entry.node, MappingNode) else None
        return properties.get(name) if isinstance(properties, MappingNode) else None

    def undefined(self, name: str, place: Place) -> Value:
        """What a name that the template does not define stands for."""
        trail = (Step(place, name),)
        if self.is_generated or self._lacks_something:
            # SAM names the role of a function so, and a module what it holds.
            return unknown(Cause.DEPLOY_TIME, name, identity=self.identity(name), trail=trail)
        return self.invalid(f"{name} is not defined in this template", name, place)

    def invalid(self, message: str, subject: str, place: Place) -> Value:
        """An unknown for what would fail at deployment, with a problem."""
        advice = "Correct the template; CloudFormation would refuse it."
        self.setting.reading.report(
            Problem.at(place, ProblemKind.INVALID_VALUE, f"{message}.", advice, incomplete=False)
        )
        identity = self.identity(f"{subject} at {place.line}:{place.column}")
        return unknown(Cause.INVALID, subject, identity=identity, trail=(Step(place, subject),))

    def parameter(self, name: str) -> Value:
        """What a parameter can be."""
        value = self._parameters.get(name)
        if value is None:
            declaration = self.declared[name]
            setting = self.setting
            identity = f"parameter {self.identity(name)}"
            supplied = setting.supplied.get(name)
            if identity in self._in_progress:
                # A rule that holds a parameter to values may ask for that parameter in its condition.
                return parameter_value(declaration, identity, supplied, is_nested=setting.is_nested)
            declaration, bounds = self._with_bounds(declaration, identity)
            value = parameter_value(declaration, identity, supplied, is_nested=setting.is_nested, bounds=bounds)
            if supplied is not None:
                value = after(value, Step(declaration.place, f"parameter {self.identity(name)}"))
            self._parameters[name] = value
        return value

    def _with_bounds(self, declaration: Declaration, identity: str) -> tuple[Declaration, Bounds]:
        """The declaration as the rules that surely apply leave it, and the bounds of those that may apply."""
        bounds: list[tuple[Value, tuple[Value, ...]]] = []
        self._in_progress.add(identity)
        for rule in declaration.bounds:
            condition = as_condition(self.evaluate_condition(rule.condition, NO_NAMES))
            if all(one.atom == Bool(True) and not overridden(one.given) for one in condition):
                declaration = declaration.held_to(rule.choices)
            elif not all(one.atom == Bool(False) and not overridden(one.given) for one in condition):
                bounds.append((condition, rule.choices))
        self._in_progress.discard(identity)
        return declaration, tuple(bounds)

    def mapping(self, name: str) -> Value | None:
        """A mapping of the template as a map of maps; None if there is none of that name."""
        if name not in self._section("Mappings"):
            return None
        if name not in self._mappings:
            node = self._section("Mappings")[name][-1].node
            self._mappings[name] = self.plain(node, f"mapping {name}")
        return self._mappings[name]

    def mappings(self) -> Value:
        """All mappings, by name."""
        return (Alternative(Map({name: self.mapping(name) or ABSENT for name in self._section("Mappings")})),)

    # Conditions

    def condition(self, name: str, place: Place) -> Value:
        """A condition by name, as truth values under assumptions."""
        if name not in self._section("Conditions"):
            return self.undefined(f"condition {name}", place)
        if name not in self._conditions:
            self._evaluate_conditions(name)
        return self._conditions[name]

    def _evaluate_conditions(self, wanted: str) -> None:
        """Evaluates a condition after those that it rests on, without recursion: chains of them can be long."""
        pending: list[tuple[str, Iterator[str]]] = [(wanted, self._conditions_in(wanted))]
        open_names = {wanted}
        while pending:
            name, needed = pending[-1]
            following = next((n for n in needed if n not in self._conditions), None)
            if following is None:
                pending.pop()
                open_names.discard(name)
                entry = self._section("Conditions")[name][-1]
                if name not in self._conditions:
                    self._conditions[name] = as_condition(self.evaluate_condition(entry.node, entry.names))
            elif following in open_names:
                subject = f"condition {following}"
                place = self._section("Conditions")[following][-1].place
                self.invalid(f"{subject} depends on itself", subject, place)
                identity = self.identity(subject)
                self._conditions[following] = unknown(Cause.CYCLE, subject, identity=identity)
            else:
                open_names.add(following)
                pending.append((following, self._conditions_in(following)))

    def _conditions_in(self, name: str) -> Iterator[str]:
        found: list[str] = []
        pending = [self._section("Conditions")[name][-1].node]
        while pending:
            node = pending.pop()
            match node:
                case Scalar(tag="!Condition"):
                    found.append(str(node.value))
                case MappingNode(entries=entries):
                    for key, value in entries:
                        if key.value == "Condition" and isinstance(value, Scalar):
                            found.append(str(value.value))
                        elif key.value == "Fn::If" and isinstance(value, SequenceNode) and value.items:
                            found += [str(i.value) for i in islice(value.items, 1) if isinstance(i, Scalar)]
                        pending.append(value)
                case SequenceNode(items=items, tag=tag):
                    if tag == "!If":
                        found += [str(i.value) for i in islice(items, 1) if isinstance(i, Scalar)]
                    pending += items
                case _:
                    pass
        return (name for name in found if name in self._section("Conditions"))

    def evaluate_condition(self, node: Node, names: Names) -> Value:
        """A condition as it is written in `Conditions`, `Fn::And`, `Fn::Or` and `Fn::Not`."""
        if isinstance(node, MappingNode) and len(node.entries) == 1 and node.entries[0][0].value == "Condition":
            return INTRINSICS[CONDITION_FUNCTION](self, node.entries[0][1], names, node.place)
        return self.evaluate(node, names)

    def presence(self, entry: Entry) -> tuple[Given, ...]:
        """The assumptions under which a resource exists, one for each way; none if it never does."""
        ways = _joined(self.setting.presence, (entry.given,))
        named = entry.node.get("Condition") if isinstance(entry.node, MappingNode) else None
        if isinstance(named, Scalar):
            name = str(named.value)
            found = _ways(self.condition(name, named.place))
            joined = _joined(ways, found)
            if len(joined) > _MOST_WAYS:
                subject = f"condition {self.identity(name)}"
                return _joined(ways, ((Assumption(subject, "true", True, Basis.OPEN),),))
            return joined
        return ways

    # Nested stacks

    def children(self, name: str) -> tuple[tuple["Stack", Given], ...]:
        """The stacks that a resource nests, each under its assumptions; usually one or none."""
        if name not in self._children:
            # What the arguments of a nested stack take from its own outputs is a cycle.
            self._children[name] = ()
            self._children[name] = self.setting.children(self, self.resources[name][0])
        return self._children[name]

    def output(self, name: str, place: Place) -> Value:
        """The value of an output."""
        entries = self._section("Outputs").get(name)
        entry = None if entries is None else entries[-1]
        body = entry.node if entry is not None else None
        node = body.get("Value") if isinstance(body, MappingNode) else None
        if entry is None or node is None:
            if self.is_generated:
                return unknown(Cause.DEPLOY_TIME, f"output {name}", identity=self.identity(f"output {name}"))
            return self.invalid(f"The nested stack {self.document.file} has no output {name}", f"output {name}", place)
        key = f"output {name}"
        if key in self._in_progress:
            return unknown(Cause.CYCLE, key, identity=self.identity(key))
        self._in_progress.add(key)
        value = self.evaluate(node, entry.names)
        self._in_progress.discard(key)
        return value

    # Evaluation

    def evaluate(self, node: Node, names: Names = NO_NAMES) -> Value:
        """What a node can be."""
        if type(node) is Scalar and (node.tag is None or node.tag[0] != "!"):
            if names and type(node.value) is str and "{" in node.value:
                return with_loop_names(self.document, node, names)
            return self.scalar(node)
        if self._depth > _DEEPEST:
            subject = f"nesting deeper than {_DEEPEST} levels"
            identity = self.identity(f"{subject} at {node.place}")
            return unknown(Cause.TOO_MANY, subject, identity=identity, trail=(Step(node.place, subject),))
        self._depth += 1
        try:
            call = intrinsic_of(node)
            if call is not None:
                name, argument = call
                function = INTRINSICS.get(name)
                if function is not None:
                    return function(self, argument, names, node.place)
                identity = self.identity(f"{name} at {node.place}")
                return unknown(Cause.UNSUPPORTED_FUNCTION, name, identity=identity, trail=(Step(node.place, name),))
            if isinstance(node, MappingNode):
                return self._map(node, names)
            assert isinstance(node, SequenceNode)
            items = []
            for item in node.items:
                value = self.evaluate(item, names)
                if value is not ABSENT:
                    items.append(value)
            return (Alternative(List(tuple(items))),)
        except TooLargeError:
            message = "What this stands for is too large to be evaluated."
            advice = "Make it smaller."
            self.setting.reading.report(
                Problem.at(node.place, ProblemKind.UNSUPPORTED, message, advice, incomplete=True)
            )
            subject = "what is too large"
            identity = self.identity(f"{subject} at {node.place}")
            return unknown(Cause.TOO_MANY, subject, identity=identity, trail=(Step(node.place, subject),))
        finally:
            self._depth -= 1

    def evaluate_deciding(self, node: Node, names: Names) -> Value:
        """What a node can be that a choice rests on: of several Regions, each is an alternative there.

        Elsewhere they stay one unknown, since what is the same in all of them is certain.
        """
        self._deciding += 1
        try:
            return self.evaluate(node, names)
        finally:
            self._deciding -= 1

    def scalar(self, node: Scalar, step: str = WRITTEN) -> Value:
        """A scalar as it stands."""
        value = node.value
        if type(value) is str:
            return literal_text(self.document, node, step)
        if type(value) is float and value - value != 0:
            return text(str(value), node.place, step)
        return from_python(value, node.place)

    def plain(self, node: Node, step: str = WRITTEN) -> Value:
        """A node as it stands, without intrinsics."""
        match node:
            case Scalar():
                return self.scalar(node, step)
            case SequenceNode(items=items):
                return (Alternative(List(tuple(self.plain(item, step) for item in items))),)
            case MappingNode(entries=entries):
                return (Alternative(Map({str(key.value): self.plain(item, step) for key, item in entries})),)

    def _map(self, node: MappingNode, names: Names) -> Value:
        made: dict[str, Value] = {}
        if names or any(str(key.value).startswith("Fn::") for key, _ in node.entries):
            rest: list[Alternative] = []
            for entry in self.entries(node, names, rest):
                value = self.evaluate(entry.node, entry.names)
                if value is not ABSENT:
                    value = assume(value, entry.given)
                    made[entry.key] = one_of([made.get(entry.key, ()), value], entry.key)
            return (Alternative(Map(made, tuple(rest))),)
        for key, child in node.entries:
            value = self.evaluate(child, names)
            if value is not ABSENT:
                made[str(key.value)] = value
        return (Alternative(Map(made)),)

    def list_items(self, node: Node, names: Names) -> Value:
        """A list whose length counts: items that are `AWS::NoValue` are left out, each under its assumptions."""
        value = self.evaluate(node, names)
        if not any(
            isinstance(one.atom, List) and any(isinstance(a.atom, Null) for item in one.atom.items for a in item)
            for one in value
        ):
            return value
        result: list[Alternative] = []
        for one in value:
            if not isinstance(one.atom, List):
                result.append(one)
                continue
            grown: list[tuple[tuple[Value, ...], Given]] = [((), one.given)]
            for item in one.atom.items:
                grown = [
                    (items if isinstance(a.atom, Null) else (*items, (a._replace(given=()),)), both)
                    for items, given in grown
                    for a in item
                    if (both := join(given, a.given)) is not None
                ]
                if len(grown) > _MOST_WAYS * 4:
                    return unknown(Cause.TOO_MANY, "list", identity=self.identity(f"list at {node.place}"))
            result += [Alternative(List(items), given, one.trail) for items, given in grown]
        return capped(result, "list")

    # Loops and includes

    def entries(self, node: Node | None, names: Names = NO_NAMES, rest: list[Alternative] | None = None) -> list[Entry]:
        """The entries of a mapping, with `Fn::ForEach` and `Fn::Transform` carried out.

        What a macro may add is put into `rest`.
        """
        result: list[Entry] = []
        if isinstance(node, MappingNode):
            self._expand(node, names, (), result, rest if rest is not None else [])
        return result

    def _expand(
        self, node: MappingNode, names: Names, given: Given, result: list[Entry], rest: list[Alternative]
    ) -> None:
        for key, child in node.entries:
            name = str(key.value)
            if name.startswith("Fn::ForEach::"):
                self._loop(key, child, names, given, result, rest)
            elif name == "Fn::Transform":
                for call in calls_in(child):
                    included = included_node(self, call, names)
                    if isinstance(included, MappingNode):
                        with self.while_including(included.place.file):
                            self._expand(included, names, given, result, rest)
                    else:
                        rest += INTRINSICS[name](self, call, names, key.place)
            else:
                if names and "{" in name:
                    value = with_loop_names(self.document, key, names)
                    name = "".join(a.atom.render() for a in value[:1] if isinstance(a.atom, Text)) or name
                result.append(Entry(name, key.place, child, names, given))

    def _loop(
        self, key: Scalar, node: Node, names: Names, given: Given, result: list[Entry], rest: list[Alternative]
    ) -> None:
        match node:
            case SequenceNode(items=(Scalar() as variable, collection, MappingNode() as body)):
                pass
            case _:
                self.invalid("Fn::ForEach needs a name, a collection and a mapping", str(key.value), node.place)
                return
        loop = str(variable.value)
        for one in self.list_items(collection, names):
            under = join(given, one.given)
            if under is None:
                continue
            if isinstance(one.atom, List):
                choices: Sequence[Value] = one.atom.items
            else:
                hole = Unknown(Cause.INPUT_NOT_SET, loop, self.identity(f"{loop} of {key.value}"))
                cause = one.atom if isinstance(one.atom, Unknown) else hole
                choices = ((Alternative(Unknown(cause.cause, cause.subject, hole.identity), (), one.trail),),)
            for choice in choices:
                for element in choice:
                    joined = join(under, element.given)
                    if joined is None:
                        continue
                    if len(result) > _MOST_LOOP_ENTRIES:
                        message = f"Fn::ForEach makes more than {_MOST_LOOP_ENTRIES} entries; the rest was not read."
                        advice = "Split the template."
                        self.setting.reading.report(
                            Problem.at(key.place, ProblemKind.UNSUPPORTED, message, advice, incomplete=True)
                        )
                        return
                    bound: Value = after((element._replace(given=()),), Step(key.place, f"loop {loop}"))
                    self._expand(body, {**names, loop: bound}, joined, result, rest)

    @contextlib.contextmanager
    def while_including(self, file: str) -> Iterator[None]:
        """A file that is being included does not include itself."""
        self.including.add(file)
        try:
            yield
        finally:
            self.including.discard(file)


def _joined(ways: tuple[Given, ...], others: tuple[Given, ...]) -> tuple[Given, ...]:
    joined = dict.fromkeys(both for one in ways for other in others if (both := join(one, other)) is not None)
    return ((),) if () in joined else tuple(joined)


def _ways(condition: Value) -> tuple[Given, ...]:
    """The assumptions under which a condition is true, or not known to be false."""
    ways: dict[Given, None] = {}
    for atom, given, _ in as_condition(condition):
        if atom == Bool(False):
            ways.update(dict.fromkeys(overridden(given)))
        else:
            ways[given] = None
    return ((),) if () in ways else tuple(ways)
