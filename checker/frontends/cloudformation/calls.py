"""A call of an intrinsic function, and the arguments that functions accept."""

from collections.abc import Callable
from enum import Enum
from typing import NamedTuple

from checker.frontends.cloudformation.parameters import as_text
from checker.frontends.cloudformation.scope import Evaluation, Scope
from checker.source import Location, MappingNode, Node, ScalarNode, SequenceNode
from checker.values import Cause, Step, Text, Value
from checker.values.operations import unknown


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
        """The unknown, with a problem, for invalid arguments."""
        return self.stack.invalid(f"The arguments of {self.name} are not what it takes", self.name, self.location)

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
