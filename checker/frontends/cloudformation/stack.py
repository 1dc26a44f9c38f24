"""One stack: a template under a setting, whose parts are evaluated on demand."""

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from checker.frontends.cloudformation.documents import Document
from checker.frontends.cloudformation.expansion import Sections, entries
from checker.frontends.cloudformation.intrinsics import CONDITION_FUNCTION, INTRINSICS, intrinsic_of
from checker.frontends.cloudformation.parameters import Bounds, Declaration, declarations, fault_of, parameter_value
from checker.frontends.cloudformation.reading import Reading
from checker.frontends.cloudformation.scope import (
    PSEUDO_PARAMETERS,
    TOP,
    Conditions,
    Deployment,
    Entry,
    Scope,
    each_region,
    joined_ways,
    made_by,
)
from checker.frontends.cloudformation.texts import WRITTEN, literal_text, with_loop_names
from checker.frontends.protocol import holding
from checker.model.answers import AnswerKind, Reader
from checker.model.problem import Problem, ProblemKind
from checker.source import Location, MappingNode, Node, ScalarNode, SequenceNode
from checker.values import (
    Alternative,
    Bool,
    Cause,
    Given,
    List,
    Map,
    Piece,
    Step,
    Target,
    Text,
    TooLargeError,
    Value,
)
from checker.values.guards import overridden
from checker.values.operations import (
    NULL,
    after,
    as_condition,
    assume,
    from_python,
    one_of,
    shapes,
    text,
    unknown,
    without_nulls,
)

# Deeper values are not followed, so that Python's recursion limit is never reached.
_DEEPEST = 120

# Attributes that return the property of the same name.
_SAME_AS_PROPERTY = frozenset({("AWS::SSM::Parameter", "Value"), ("AWS::SSM::Parameter", "Type")})

# The CDK's custom resource that reads what a stack in another Region has written for it.
_EXPORT_READER = "Custom::CrossRegionExportReader"

AddressOf = Callable[[Entry], str]
ChildStacks = Callable[["Stack", Entry], tuple[tuple["Stack", Given], ...]]
Imported = Callable[[Text], Value | None]
# By the names of the stack and the output, and the Region; None for the Region of the asking stack.
OutputOf = Callable[[str, str, str | None], Value | None]


def not_imported(_name: Text) -> Value | None:
    """Used where no other template is known."""
    return None


def by_prefix(prefix: str) -> AddressOf:
    """Addresses that are logical ids behind a prefix."""
    return lambda entry: prefix + entry.key


class Setting(NamedTuple):
    """How a stack is instantiated.

    `address_of` returns the address of a resource. `supplied` are the values of parameters, from the user or, if
    `is_nested`, from the parent. `children` finds the stacks that a resource nests. `imported` returns the value that
    another stack exports, `in_parameter_store` that of an SSM parameter which a stack of the input writes, `output_of`
    an output of another stack. `templates` are those in which it is nested. `held` are the values of `Ref`s in a
    template that another input contains, `offered` those of parameters in a samconfig beside the template.
    """

    reading: Reading
    deployment: Deployment
    address_of: AddressOf
    supplied: Mapping[str, Value]
    is_nested: bool
    children: ChildStacks
    imported: Imported = not_imported
    in_parameter_store: Imported = not_imported
    output_of: OutputOf = lambda _stack, _output, _region: None
    presence: tuple[Given, ...] = ((),)
    templates: tuple[Path, ...] = ()
    held: Mapping[str, Value] = {}
    offered: Mapping[str, Value] = {}

    @classmethod
    def for_root(
        cls,
        reading: Reading,
        deployment: Deployment,
        supplied: Mapping[str, Value],
        children: ChildStacks,
        imported: Imported = not_imported,
    ) -> "Setting":
        """The setting of a root stack, whose addresses have the prefix of its deployment."""
        return cls(reading, deployment, by_prefix(deployment.stack_identity), supplied, False, children, imported)

    def for_nested(
        self,
        parent: Path,
        deployment: Deployment,
        supplied: Mapping[str, Value],
        presence: tuple[Given, ...],
        address_of: AddressOf,
    ) -> "Setting":
        """The setting of a stack that the template at `parent` nests, under this setting."""
        return self._replace(
            deployment=deployment,
            address_of=address_of,
            supplied=supplied,
            is_nested=True,
            offered={},
            presence=presence,
            templates=(*self.templates, parent),
        )

    @classmethod
    def for_embedded(
        cls,
        reading: Reading,
        deployment: Deployment,
        supplied: Mapping[str, Value],
        children: ChildStacks,
        presence: tuple[Given, ...],
        address_of: AddressOf,
        held: Mapping[str, Value],
    ) -> "Setting":
        """The setting of a stack whose template a resource of another input contains."""
        setting = cls(reading, deployment, address_of, supplied, True, children)
        return setting._replace(presence=presence, held=held)

    @property
    def prefix(self) -> str:
        """The prefix of the names of the stack's parameters and resources in identities."""
        return self.deployment.stack_identity


class Stack:
    """A template under a setting."""

    def __init__(self, root: MappingNode, document: Document, setting: Setting) -> None:
        self.document = document
        self.setting = setting
        self._depth = 0
        self._parameters: dict[str, Value] = {}
        self._mappings: dict[str, Value] = {}
        self._children: dict[str, tuple[tuple[Stack, Given], ...]] = {}
        self._in_progress: set[str] = set()
        self._conditions = Conditions(self)
        self.sections = Sections(root, self)
        self.sections.include_at_top()
        declared = self.sections.root.get("Parameters")
        if isinstance(declared, MappingNode):
            self.reading.parameters.update(str(key.value) for key, _ in declared.entries)

    @property
    def reading(self) -> Reading:
        """The shared state of all stacks of the input."""
        return self.setting.reading

    @property
    def deployment(self) -> Deployment:
        """Where the stack is deployed."""
        return self.setting.deployment

    @property
    def held(self) -> Mapping[str, Value]:
        """The values of `Ref`s in a template that another input contains."""
        return self.setting.held

    @property
    def has_loops(self) -> bool:
        """Whether a macro expands `Fn::ForEach`, or may do so."""
        return self.sections.has_loops

    def imported(self, name: Text) -> Value | None:
        """The value that another stack exports under a name."""
        return self._answered(self.setting.imported(name), AnswerKind.EXPORT, name)

    def output_of(self, stack: str, output: str, region: str | None) -> Value | None:
        """An output of another stack of the input, by the name of that stack."""
        return self.setting.output_of(stack, output, region)

    def in_parameter_store(self, name: Text) -> Value | None:
        """The value in SSM Parameter Store under a name."""
        return self._answered(self.setting.in_parameter_store(name), AnswerKind.PARAMETER, name)

    def _answered(self, known: Value | None, kind: AnswerKind, name: Text) -> Value | None:
        deployment = self.deployment
        reader = Reader(deployment.regions, deployment.account, f"{deployment.identity}AWS::Region")
        return self.reading.answers.completed(known, kind, name, reader)

    # Sections

    @cached_property
    def declared(self) -> Mapping[str, Declaration]:
        """The parameters that the template declares."""
        return declarations(self.sections.root, self.document)

    @property
    def resources(self) -> Mapping[str, tuple[Entry, ...]]:
        """The resources by logical id; several entries for one id only if a loop makes it in several ways."""
        return self.sections.of("Resources")

    @property
    def conditions(self) -> Mapping[str, Entry]:
        """The conditions by name."""
        return self.sections.last_of("Conditions")

    @property
    def outputs(self) -> Mapping[str, Entry]:
        """The outputs by name."""
        return self.sections.last_of("Outputs")

    # Names

    def identity(self, name: str) -> str:
        """The name, unique within the input."""
        return self.setting.prefix + name

    def reference(self, name: str, location: Location, scope: Scope) -> Value:
        """`Ref` of a name."""
        if name in scope.names:
            return scope.names[name]
        if name in self.held:
            return self.held[name]
        pseudo = PSEUDO_PARAMETERS.get(name)
        if pseudo is not None:
            value = pseudo(self.deployment)
            if scope.is_deciding and name == "AWS::Region":
                value = each_region(self.deployment) or value
            return value if value is NULL else after(value, Step(location, name))
        if name in self.declared:
            return after(self.parameter(name), Step(location, f"parameter {name}"))
        if name in self.resources:
            return self._made_by(name, "Ref", name, location)
        return self.undefined(f"{name}", location)

    def attribute(self, name: str, attribute: str, location: Location, scope: Scope) -> Value:
        """`Fn::GetAtt`."""
        found = self.resources.get(name)
        if found is None:
            return self.undefined(f"{name}.{attribute}", location)
        if attribute.startswith("Outputs."):
            children = self.children(name)
            if children:
                output = attribute.removeprefix("Outputs.")
                step = Step(location, f"output {output} of nested stack {name}")
                values = [after(assume(child.output(output, location), given), step) for child, given in children]
                return one_of(values, attribute)
        if found[0].type == _EXPORT_READER:
            value = self.in_parameter_store(Text((Piece(attribute),)))
            if value is not None:
                return after(value, Step(location, f"{name}.{attribute}"))
        if len(found) == 1 and (found[0].type, attribute) in _SAME_AS_PROPERTY:
            node = found[0].property_of(attribute)
            if node is not None and (key := f"{name}.{attribute}") not in self._in_progress:
                self._in_progress.add(key)
                value = self.evaluate(node, found[0].scope._replace(is_deciding=scope.is_deciding))
                self._in_progress.discard(key)
                return after(value, Step(location, f"{name}.{attribute}"))
        return self._made_by(name, attribute, f"{name}.{attribute}", location)

    def _made_by(self, name: str, attribute: str, subject: str, location: Location) -> Value:
        entry = self.resources[name][0]
        target = Target(self.setting.address_of(entry), attribute)
        trail = (Step(location, subject),)
        return unknown(Cause.DEPLOY_TIME, subject, identity=self.identity(subject), target=target, trail=trail)

    def undefined(self, name: str, location: Location) -> Value:
        """The value of a name that the template does not define."""
        trail = (Step(location, name),)
        if self.sections.is_generated or self.sections.lacks_something:
            # SAM names the role of a function like this, and a module what it contains.
            return unknown(Cause.DEPLOY_TIME, name, identity=self.identity(name), trail=trail)
        # Its definition may be lost, together with models in it.
        return self.invalid(f"{name} is not defined in this template", name, location, incomplete=True)

    def invalid(self, message: str, subject: str, location: Location, *, incomplete: bool = False) -> Value:
        """An unknown for something that would fail at deployment, with a problem."""
        advice = "Correct the template; CloudFormation would refuse it."
        self.reading.report(
            Problem.at(location, ProblemKind.INVALID_VALUE, f"{message}.", advice, incomplete=incomplete)
        )
        identity = self.identity(f"{subject} at {location.line}:{location.column}")
        return unknown(Cause.INVALID, subject, identity=identity, trail=(Step(location, subject),))

    def parameter(self, name: str) -> Value:
        """The possible values of a parameter."""
        value = self._parameters.get(name)
        if value is None:
            declaration = self.declared[name]
            setting = self.setting
            identity = f"parameter {self.identity(name)}"
            supplied = setting.supplied.get(name)
            if identity in self._in_progress:
                # A rule that restricts a parameter may use that parameter in its condition.
                return parameter_value(declaration, identity, supplied, is_nested=setting.is_nested)
            declaration, bounds = self._with_bounds(declaration, identity)
            value = parameter_value(
                declaration,
                identity,
                supplied,
                is_nested=setting.is_nested,
                bounds=bounds,
                look_up=self.in_parameter_store,
                offered=setting.offered.get(name, ()),
            )
            if supplied is not None:
                value = after(value, Step(declaration.location, f"parameter {self.identity(name)}"))
            self._parameters[name] = value
            if (fault := fault_of(declaration, supplied)) is not None:
                self.invalid(fault.text, "", fault.location or declaration.location)
        return value

    def _with_bounds(self, declaration: Declaration, identity: str) -> tuple[Declaration, Bounds]:
        """The declaration with the rules that certainly apply, and the bounds of those that may apply."""
        bounds: list[tuple[Value, tuple[Value, ...]]] = []
        self._in_progress.add(identity)
        for rule in declaration.bounds:
            condition = as_condition(self.evaluate_condition(rule.condition))
            if all(one.atom == Bool(True) and not overridden(one.given) for one in condition):
                declaration = declaration.held_to(rule.choices)
            elif not all(one.atom == Bool(False) and not overridden(one.given) for one in condition):
                bounds.append((condition, rule.choices))
        self._in_progress.discard(identity)
        return declaration, tuple(bounds)

    def mapping(self, name: str) -> Value | None:
        """A mapping of the template as a map of maps; None if it does not exist."""
        written = self.sections.of("Mappings").get(name)
        if written is None:
            return None
        if name not in self._mappings:
            self._mappings[name] = self.plain(written[-1].node, f"mapping {name}")
        return self._mappings[name]

    def all_mappings(self) -> Value:
        """All mappings, by name."""
        return (Alternative(Map({name: self.mapping(name) or NULL for name in self.sections.of("Mappings")})),)

    def condition(self, name: str, location: Location) -> Value:
        """A condition by name, as booleans under assumptions."""
        return self._conditions.value(name, location)

    def presence(self, entry: Entry) -> tuple[Given, ...]:
        """The assumptions under which a resource exists, one set per way; empty if it never does."""
        return self._conditions.ways(entry.part("Condition"), joined_ways(self.setting.presence, (entry.given,)))

    # Nested stacks

    def children(self, name: str) -> tuple[tuple["Stack", Given], ...]:
        """The stacks that a resource nests, each under its assumptions; usually one or none."""
        if name not in self._children:
            # Arguments of a nested stack that need its own outputs are a cycle.
            self._children[name] = ()
            self._children[name] = self.setting.children(self, self.resources[name][0])
        return self._children[name]

    def output(self, name: str, location: Location) -> Value:
        """The value of an output."""
        entry = self.outputs.get(name)
        node = None if entry is None else entry.part("Value")
        if entry is None or node is None:
            if self.sections.is_generated:
                return unknown(Cause.DEPLOY_TIME, f"output {name}", identity=self.identity(f"output {name}"))
            return self.invalid(
                f"The nested stack {self.document.file} has no output {name}", f"output {name}", location
            )
        key = f"output {name}"
        if key in self._in_progress:
            return unknown(Cause.CYCLE, key, identity=self.identity(key))
        self._in_progress.add(key)
        value = self.evaluate(node, entry.scope)
        self._in_progress.discard(key)
        return value

    # Evaluation

    def evaluate(self, node: Node, scope: Scope = TOP) -> Value:
        """The possible values of a node."""
        if type(node) is ScalarNode and (node.tag is None or node.tag[0] != "!"):
            if scope.names and type(node.value) is str and "{" in node.value:
                return with_loop_names(self.document, node, scope.names, self.in_parameter_store)
            return self.scalar(node)
        if self._depth > _DEEPEST:
            return self._too_many(f"nesting deeper than {_DEEPEST} levels", node.location)
        self._depth += 1
        try:
            call = intrinsic_of(node)
            if call is not None:
                name, argument = call
                function = INTRINSICS.get(name)
                if function is not None:
                    return made_by(function(self, name, argument, scope, node.location), Step(node.location, name))
                message = f"The function {name} is not known, so that what it makes was not checked."
                advice = "Correct its name, or update bedrock-eol."
                # A macro may have functions of its own.
                is_refused = not self.sections.unknown_transforms
                self.reading.report(
                    Problem.at(node.location, ProblemKind.UNSUPPORTED, message, advice, incomplete=is_refused)
                )
                identity = self.identity(f"{name} at {node.location}")
                made = unknown(Cause.UNSUPPORTED_FUNCTION, name, identity=identity, trail=(Step(node.location, name),))
                return holding(made, [self.evaluate(argument, scope)])
            if isinstance(node, MappingNode):
                return self._map(node, scope)
            assert isinstance(node, SequenceNode)
            items = []
            for item in node.items:
                value = self.evaluate(item, scope)
                if value is not NULL:
                    items.append(value)
            return (Alternative(List(tuple(items))),)
        except TooLargeError:
            message = "What this stands for is too large to be evaluated."
            self.reading.report(
                Problem.at(node.location, ProblemKind.UNSUPPORTED, message, "Make it smaller.", incomplete=True)
            )
            return self._too_many("what is too large", node.location)
        finally:
            self._depth -= 1

    def _too_many(self, subject: str, location: Location) -> Value:
        identity = self.identity(f"{subject} at {location}")
        return unknown(Cause.TOO_MANY, subject, identity=identity, trail=(Step(location, subject),))

    def evaluate_condition(self, node: Node, scope: Scope = TOP) -> Value:
        """A condition as in `Conditions`, `Fn::And`, `Fn::Or` and `Fn::Not`."""
        if isinstance(node, MappingNode) and len(node.entries) == 1 and node.entries[0][0].value == CONDITION_FUNCTION:
            return INTRINSICS[CONDITION_FUNCTION](self, CONDITION_FUNCTION, node.entries[0][1], scope, node.location)
        return self.evaluate(node, scope)

    def scalar(self, node: ScalarNode, step: str = WRITTEN) -> Value:
        """A scalar without evaluation."""
        value = node.value
        if type(value) is str:
            return literal_text(self.document, node, step, self.in_parameter_store)
        if type(value) is float and value - value != 0:
            return text(str(value), node.location, step)
        return from_python(value, node.location)

    def plain(self, node: Node, step: str = WRITTEN) -> Value:
        """A node without evaluation of intrinsics."""
        match node:
            case ScalarNode():
                return self.scalar(node, step)
            case SequenceNode(items=items):
                return (Alternative(List(tuple(self.plain(item, step) for item in items))),)
            case MappingNode(entries=written):
                return (Alternative(Map({str(key.value): self.plain(item, step) for key, item in written})),)

    def _map(self, node: MappingNode, scope: Scope) -> Value:
        made: dict[str, Value] = {}
        if scope.names or any(str(key.value).startswith("Fn::") for key, _ in node.entries):
            rest: list[Alternative] = []
            for entry in entries(self, node, scope, rest):
                value = self.evaluate(entry.node, entry.scope)
                if value is not NULL:
                    value = assume(value, entry.given)
                    made[entry.key] = one_of([made.get(entry.key, ()), value], entry.key)
            return (Alternative(Map(made, tuple(rest))),)
        for key, child in node.entries:
            value = self.evaluate(child, scope)
            if value is not NULL:
                made[str(key.value)] = value
        return (Alternative(Map(made)),)

    def list_items(self, node: Node, scope: Scope) -> Value:
        """A list whose length matters: items that are `AWS::NoValue` are left out, each under its assumptions."""
        value = self.evaluate(node, scope)
        found = shapes(without_nulls(value), "list")
        if found != value and any(isinstance(one.atom, List) and one.atom.rest for one in found):
            return unknown(Cause.TOO_MANY, "list", identity=self.identity(f"list at {node.location}"))
        return found
