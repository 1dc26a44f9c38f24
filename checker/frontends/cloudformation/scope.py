"""The interfaces of the evaluator: the scope of a node, and the services of a stack."""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from checker.frontends.cloudformation.documents import Document
from checker.frontends.cloudformation.pseudo import Deployment
from checker.frontends.cloudformation.reading import Reading
from checker.source import Location, MappingNode, Node, ScalarNode
from checker.values import Given, Text, Value


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

    def invalid(self, message: str, subject: str, location: Location) -> Value:
        """An unknown for something that would fail at deployment, with a problem."""
