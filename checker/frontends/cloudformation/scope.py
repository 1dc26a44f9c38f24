"""What the parts of the evaluator share: where a node is evaluated, and what a stack answers them."""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from checker.frontends.cloudformation.documents import Document
from checker.frontends.cloudformation.pseudo import Deployment
from checker.frontends.cloudformation.reading import Reading
from checker.source import Mapping as MappingNode
from checker.source import Node, Place, Scalar
from checker.values import Given, Text, Value


class Scope(NamedTuple):
    """Where a node is evaluated: `names` are bound by loops, `including` are files that must not include themselves.

    With `is_deciding`, a choice rests on the node: of several Regions, each is an alternative there. Elsewhere they
    stay one unknown, since what is the same in all of them is certain.
    """

    names: Mapping[str, Value] = {}
    is_deciding: bool = False
    including: frozenset[str] = frozenset()


TOP = Scope()


class Entry(NamedTuple):
    """An entry of a mapping, loops and includes carried out: it is there under `given`."""

    key: str
    place: Place
    node: Node
    scope: Scope = TOP
    given: Given = ()

    def part(self, name: str) -> Node | None:
        """The entry of that name of an entry that is a mapping itself."""
        return self.node.get(name) if isinstance(self.node, MappingNode) else None

    def property_of(self, name: str) -> Node | None:
        """A property of the resource that the entry is."""
        properties = self.part("Properties")
        return properties.get(name) if isinstance(properties, MappingNode) else None

    @property
    def type(self) -> str:
        """The type of the resource that the entry is, as written; empty if it has none."""
        kind = self.part("Type")
        return str(kind.value) if isinstance(kind, Scalar) else ""

    @property
    def is_module(self) -> bool:
        """Whether the resource is a module: one of the CloudFormation registry, or one that another tool puts in."""
        kind = self.part("Type")
        return isinstance(kind, Scalar) and (kind.tag is not None or str(kind.value).endswith("::MODULE"))


class Evaluation(Protocol):
    """A stack as its intrinsic functions, conditions, loops and includes see it; `Stack` is the one that there is."""

    @property
    def document(self) -> Document:
        """The template's file."""

    @property
    def reading(self) -> Reading:
        """What all stacks of the input share."""

    @property
    def deployment(self) -> Deployment:
        """Where the stack is deployed."""

    @property
    def held(self) -> Mapping[str, Value]:
        """The values for which a `Ref` stands in a template that another input holds."""

    @property
    def conditions(self) -> Mapping[str, Entry]:
        """The conditions by name."""

    def imported(self, name: Text) -> Value | None:
        """What another stack exports under a name."""

    def output_of(self, stack: str, output: str, region: str | None) -> Value | None:
        """An output of another stack, by the name of that stack; None if the input has no such stack."""

    def in_parameter_store(self, name: Text) -> Value | None:
        """What a stack of the input writes into SSM Parameter Store under a name."""

    def identity(self, name: str) -> str:
        """The name, unique within the input."""

    def evaluate(self, node: Node, scope: Scope = TOP) -> Value:
        """What a node can be."""

    def evaluate_condition(self, node: Node, scope: Scope) -> Value:
        """What a condition can be, as it is written in `Conditions`, `Fn::And`, `Fn::Or` and `Fn::Not`."""

    def scalar(self, node: Scalar) -> Value:
        """A scalar as it stands."""

    def list_items(self, node: Node, scope: Scope) -> Value:
        """A list whose length counts: items that are `AWS::NoValue` are left out."""

    def reference(self, name: str, place: Place, scope: Scope) -> Value:
        """`Ref` of a name."""

    def attribute(self, name: str, attribute: str, place: Place, scope: Scope) -> Value:
        """`Fn::GetAtt`."""

    def condition(self, name: str, place: Place) -> Value:
        """A condition by name."""

    def mapping(self, name: str) -> Value | None:
        """A mapping as a map of maps; None if there is none of that name."""

    def all_mappings(self) -> Value:
        """All mappings, by name."""

    def undefined(self, name: str, place: Place) -> Value:
        """What a name that the template does not define stands for."""

    def invalid(self, message: str, subject: str, place: Place) -> Value:
        """An unknown for what would fail at deployment, with a problem."""
