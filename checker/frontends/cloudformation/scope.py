"""The interfaces of the evaluator: pseudo parameters, the scope of a node, conditions of a stack, and calls."""

from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from itertools import islice
from types import MappingProxyType
from typing import NamedTuple, Protocol

from checker.frontends.cloudformation.documents import Document
from checker.frontends.cloudformation.parameters import as_text
from checker.frontends.cloudformation.reading import Reading
from checker.immutable import immutable
from checker.model.regions import partition_of
from checker.source import Location, MappingNode, Node, ScalarNode, SequenceNode
from checker.values import (
    Alternative,
    Assumption,
    Atom,
    Basis,
    Bool,
    Cause,
    Given,
    Number,
    Shape,
    Step,
    Text,
    Unknown,
    Value,
    join,
)
from checker.values.guards import overridden
from checker.values.operations import NULL, as_condition, each_of, text, unknown

# The pseudo parameters, as far as the deployment is known.


@immutable
class Deployment:
    """Where a stack is deployed; None for unknown parts.

    `regions` are those of all deployments, empty if nothing tells. `identity` distinguishes its Region and account from
    those of other stacks, `stack_identity` (its address prefix) its name and id; nested stacks share the former.
    `deployed_to` are Regions to all of which it is deployed, each an alternative.
    """

    regions: tuple[str, ...] = ()
    account: str | None = None
    stack_name: str | None = None
    identity: str = ""
    stack_identity: str = ""
    deployed_to: Value = ()

    @property
    def region(self) -> str | None:
        """The Region, if there is only one."""
        return self.regions[0] if len(self.regions) == 1 else None


_URL_SUFFIXES = {"aws-cn": "amazonaws.com.cn", "aws": "amazonaws.com", "aws-us-gov": "amazonaws.com"}


def _known_or(content: str | None, deployment: Deployment, name: str, shape: Shape | None = None) -> Value:
    if content is not None:
        return text(content)
    return unknown(Cause.DEPLOY_TIME, name, identity=deployment.identity + name, shape=shape)


def _of_stack(content: str | None, deployment: Deployment, name: str) -> Value:
    if content is not None:
        return text(content)
    return unknown(Cause.DEPLOY_TIME, name, identity=deployment.stack_identity + name)


def _partition(deployment: Deployment) -> Value:
    return _known_or(_known_partition(deployment), deployment, "AWS::Partition", Shape.PARTITION)


def _known_partition(deployment: Deployment) -> str | None:
    partitions = {partition_of(region) for region in deployment.regions}
    return partitions.pop() if len(partitions) == 1 else None


def _url_suffix(deployment: Deployment) -> Value:
    return _known_or(_URL_SUFFIXES.get(_known_partition(deployment) or ""), deployment, "AWS::URLSuffix")


def each_region(deployment: Deployment) -> Value | None:
    """The Region, with one alternative for each Region of the deployment; None unless there are several."""
    return each_of(deployment.regions, f"{deployment.identity}AWS::Region") if len(deployment.regions) > 1 else None


PSEUDO_PARAMETERS: Mapping[str, Callable[[Deployment], Value]] = MappingProxyType(
    {
        "AWS::AccountId": lambda d: _known_or(d.account, d, "AWS::AccountId", Shape.ACCOUNT),
        "AWS::NoValue": lambda d: NULL,
        "AWS::NotificationARNs": lambda d: _known_or(None, d, "AWS::NotificationARNs"),
        "AWS::Partition": _partition,
        "AWS::Region": lambda d: _known_or(d.region, d, "AWS::Region", Shape.REGION),
        "AWS::StackId": lambda d: _of_stack(None, d, "AWS::StackId"),
        "AWS::StackName": lambda d: _of_stack(d.stack_name, d, "AWS::StackName"),
        "AWS::URLSuffix": _url_suffix,
    }
)


def region_of_resources(deployment: Deployment) -> Value:
    """The Region of the resources of a stack, with one alternative for each if there are several."""
    return deployment.deployed_to or PSEUDO_PARAMETERS["AWS::Region"](deployment)


def whatever_the_region(truth: Value, deployment: Deployment) -> Value:
    """Booleans; those that are equal in every possible Region lose the assumption on the Region."""
    if len(deployment.regions) < 2:
        return truth
    subject = f"{deployment.identity}AWS::Region"
    alike: dict[tuple[Atom, Given], list[Alternative]] = {}
    for one in truth:
        others = tuple(assumption for assumption in one.given if assumption.subject != subject)
        alike.setdefault((one.atom, others), []).append(one)
    result: list[Alternative] = []
    for (_, others), group in alike.items():
        in_all = len({one.given for one in group}) >= len(set(deployment.regions))
        result += [group[0]._replace(given=others)] if in_all else group
    return tuple(result)


# The interfaces of the evaluator: the scope of a node, and the services of a stack.


class Scope(NamedTuple):
    """The scope of a node. `names` are bound by loops; `including` are files that must not include themselves.

    `is_deciding`: a choice depends on the node, so that each of several Regions is an alternative. Otherwise they stay
    one unknown, since what is equal in all of them is certain.
    """

    names: Mapping[str, Value] = {}
    is_deciding: bool = False
    including: frozenset[str] = frozenset()


TOP = Scope()


class Entry(NamedTuple):
    """An entry of a mapping with loops and includes expanded; it exists under `given`."""

    key: str
    location: Location
    node: Node
    scope: Scope = TOP
    given: Given = ()

    def part(self, name: str) -> Node | None:
        """The entry of that name in an entry that is itself a mapping."""
        return self.node.get(name) if isinstance(self.node, MappingNode) else None

    def property_of(self, name: str) -> Node | None:
        """A property of this resource."""
        properties = self.part("Properties")
        return properties.get(name) if isinstance(properties, MappingNode) else None

    @property
    def type(self) -> str:
        """The type of this resource as written; empty if there is none."""
        kind = self.part("Type")
        return str(kind.value) if isinstance(kind, ScalarNode) else ""

    @property
    def is_module(self) -> bool:
        """True for a module: one from the CloudFormation registry, or one that another tool inserts."""
        kind = self.part("Type")
        return isinstance(kind, ScalarNode) and (kind.tag is not None or str(kind.value).endswith("::MODULE"))


class Evaluation(Protocol):
    """A stack as its intrinsic functions, conditions, loops and includes see it. `Stack` implements it."""

    @property
    def document(self) -> Document:
        """The template's file."""

    @property
    def reading(self) -> Reading:
        """The shared state of all stacks of the input."""

    @property
    def deployment(self) -> Deployment:
        """Where the stack is deployed."""

    @property
    def held(self) -> Mapping[str, Value]:
        """The values of `Ref`s in a template that another input contains."""

    @property
    def conditions(self) -> Mapping[str, Entry]:
        """The conditions by name."""

    @property
    def has_loops(self) -> bool:
        """Whether a macro expands `Fn::ForEach`, or may do so."""

    def imported(self, name: Text) -> Value | None:
        """The value that another stack exports under a name."""

    def output_of(self, stack: str, output: str, region: str | None) -> Value | None:
        """An output of another stack, by the name of that stack; None if the input has no such stack."""

    def in_parameter_store(self, name: Text) -> Value | None:
        """The value that a stack of the input writes into SSM Parameter Store under a name."""

    def identity(self, name: str) -> str:
        """The name, unique within the input."""

    def evaluate(self, node: Node, scope: Scope = TOP) -> Value:
        """The possible values of a node."""

    def evaluate_condition(self, node: Node, scope: Scope) -> Value:
        """The possible booleans of a condition, as in `Conditions`, `Fn::And`, `Fn::Or` and `Fn::Not`."""

    def scalar(self, node: ScalarNode) -> Value:
        """A scalar without evaluation."""

    def list_items(self, node: Node, scope: Scope) -> Value:
        """A list whose length matters: items that are `AWS::NoValue` are left out."""

    def reference(self, name: str, location: Location, scope: Scope) -> Value:
        """`Ref` of a name."""

    def attribute(self, name: str, attribute: str, location: Location, scope: Scope) -> Value:
        """`Fn::GetAtt`."""

    def condition(self, name: str, location: Location) -> Value:
        """A condition by name."""

    def mapping(self, name: str) -> Value | None:
        """A mapping as a map of maps; None if it does not exist."""

    def all_mappings(self) -> Value:
        """All mappings, by name."""

    def undefined(self, name: str, location: Location) -> Value:
        """The value of a name that the template does not define."""

    def invalid(self, message: str, subject: str, location: Location, *, incomplete: bool = False) -> Value:
        """An unknown for something that would fail at deployment, with a problem."""


# The conditions of a stack, and the assumptions under which they hold.

_MOST_WAYS = 64


class Conditions:
    """The conditions of one stack; each is evaluated once, on demand."""

    def __init__(self, evaluation: Evaluation) -> None:
        self._evaluation = evaluation
        self._known: dict[str, Value] = {}

    def value(self, name: str, location: Location) -> Value:
        """A condition by name, as booleans under assumptions."""
        if name not in self._evaluation.conditions:
            return self._evaluation.undefined(f"condition {name}", location)
        if name not in self._known:
            self._evaluate(name)
        return self._known[name]

    def _evaluate(self, wanted: str) -> None:
        """Evaluates a condition after its dependencies, without recursion: chains of conditions can be long."""
        pending: list[tuple[str, Iterator[str]]] = [(wanted, self._needed(wanted))]
        open_names = {wanted}
        while pending:
            name, needed = pending[-1]
            following = next((n for n in needed if n not in self._known), None)
            if following is None:
                pending.pop()
                open_names.discard(name)
                entry = self._evaluation.conditions[name]
                if name not in self._known:
                    self._known[name] = as_condition(self._evaluation.evaluate_condition(entry.node, entry.scope))
            elif following in open_names:
                subject = f"condition {following}"
                location = self._evaluation.conditions[following].location
                self._evaluation.invalid(f"{subject} depends on itself", subject, location)
                identity = self._evaluation.identity(subject)
                self._known[following] = unknown(Cause.CYCLE, subject, identity=identity)
            else:
                open_names.add(following)
                pending.append((following, self._needed(following)))

    def _needed(self, name: str) -> Iterator[str]:
        """The conditions that a condition names."""
        found: list[str] = []
        pending = [self._evaluation.conditions[name].node]
        while pending:
            node = pending.pop()
            match node:
                case ScalarNode(tag="!Condition"):
                    found.append(str(node.value))
                case MappingNode(entries=entries):
                    for key, value in entries:
                        if key.value == "Condition" and isinstance(value, ScalarNode):
                            found.append(str(value.value))
                        elif key.value == "Fn::If" and isinstance(value, SequenceNode):
                            found += _first_name(value)
                        pending.append(value)
                case SequenceNode(items=items, tag=tag):
                    if tag == "!If":
                        found += _first_name(node)
                    pending += items
                case _:
                    pass
        return (name for name in found if name in self._evaluation.conditions)

    def ways(self, named: Node | None, ways: tuple[Given, ...]) -> tuple[Given, ...]:
        """The assumptions among `ways` under which the condition `named` holds, or may hold; empty if it never does.

        Past a cap, a single further assumption says that it holds.
        """
        if not isinstance(named, ScalarNode):
            return ways
        name = str(named.value)
        joined = joined_ways(ways, _ways(self.value(name, named.location)))
        if len(joined) > _MOST_WAYS:
            subject = f"condition {self._evaluation.identity(name)}"
            return joined_ways(ways, ((Assumption(subject, "true", True, Basis.OPEN),),))
        return joined


def joined_ways(ways: tuple[Given, ...], others: tuple[Given, ...]) -> tuple[Given, ...]:
    """Each of the ways combined with each of the others."""
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


def _first_name(arguments: SequenceNode) -> Iterator[str]:
    return (str(item.value) for item in islice(arguments.items, 1) if isinstance(item, ScalarNode))


# A call of an intrinsic function, and the arguments that functions accept.


def made_by(result: Value, function: Step) -> Value:
    """The result of a function, which is a step on the way of what it makes of nothing that is written."""
    made = [not one.trail and isinstance(one.atom, Number | Text | Unknown) for one in result]
    if not any(made):
        return result
    return tuple(one._replace(trail=(function,)) if is_made else one for one, is_made in zip(result, made, strict=True))


_OF_CONDITIONS = frozenset({"Fn::And", "Fn::Equals", "Fn::Not", "Fn::Or"})


class Call(NamedTuple):
    """A call of a function, in a stack and a scope. `arguments` have already been checked."""

    stack: Evaluation
    name: str
    arguments: tuple[Node, ...]
    scope: Scope
    location: Location

    def value(self, node: Node) -> Value:
        """The possible values of an argument."""
        return self.stack.evaluate(node, self.scope)

    def deciding(self, node: Node) -> Value:
        """The possible strings of an argument on which a choice depends."""
        return as_text(self.stack.evaluate(node, self.scope._replace(is_deciding=True)))

    def plain(self, node: Node) -> str | None:
        """The string that an argument certainly is, or None."""
        return plain_of(self.value(node))

    def condition(self, node: Node) -> Value:
        """The possible booleans of an argument that is a condition."""
        return self.stack.evaluate_condition(node, self.scope)

    def name_of_condition(self, name: ScalarNode) -> str:
        """The name of a condition, with loop variables replaced."""
        return (self.plain(name) if self.scope.names else None) or str(name.value)

    def malformed(self) -> Value:
        """The unknown, with a problem, for invalid arguments. Those of a condition may decide what exists."""
        message = f"The arguments of {self.name} are not what it takes"
        return self.stack.invalid(message, self.name, self.location, incomplete=self.name in _OF_CONDITIONS)

    def identity(self, subject: str) -> str:
        """The identity of a value that only this call makes."""
        return self.stack.identity(f"{subject} at {self.location}")

    def unknown(self, cause: Cause, subject: str, identity: str | None = None) -> Value:
        """An unknown that this call makes."""
        made = self.identity(subject) if identity is None else identity
        return unknown(cause, subject, identity=made, trail=(Step(self.location, subject),))


class Kind(Enum):
    """The kind of an argument."""

    ANY = "any"
    LIST = "a list that is written out"
    MAP = "a mapping"


class Intrinsic(NamedTuple):
    """A function: its implementation and its arguments.

    `required` and `optional` are the kinds of the items in a list of arguments; with `repeats`, more may follow.
    `takes_one`: something other than a list is the only argument. Without `required`, any node is accepted.
    """

    apply: Callable[[Call], Value]
    required: tuple[Kind, ...] = ()
    optional: tuple[Kind, ...] = ()
    repeats: bool = False
    takes_one: bool = False

    def __call__(self, stack: Evaluation, name: str, argument: Node, scope: Scope, location: Location) -> Value:
        """The value of a call."""
        arguments = self._arguments(argument)
        call = Call(stack, name, arguments or (), scope, location)
        return call.malformed() if arguments is None else self.apply(call)

    def _arguments(self, argument: Node) -> tuple[Node, ...] | None:
        """The arguments, or None if they are invalid."""
        is_list = isinstance(argument, SequenceNode) and argument.tag is None
        if not self.required or (self.takes_one and not is_list):
            return (argument,)
        items = argument.items if isinstance(argument, SequenceNode) and is_list else ()
        kinds = (*self.required, *self.optional)
        if len(items) < len(self.required) or (len(items) > len(kinds) and not self.repeats):
            return None
        return items if all(map(_is_of, items, kinds)) else None


def _is_of(node: Node, kind: Kind) -> bool:
    match kind:
        case Kind.ANY:
            return True
        case Kind.LIST:
            return isinstance(node, SequenceNode)
        case Kind.MAP:
            return isinstance(node, MappingNode)


def plain_of(value: Value) -> str | None:
    """The string that a value certainly is, or None."""
    if len(value) != 1:
        return None
    atom = as_text(value)[0].atom
    return atom.plain if isinstance(atom, Text) else None
