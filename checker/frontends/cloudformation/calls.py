"""A call of an intrinsic function, and what the functions take."""

from collections.abc import Callable
from enum import Enum
from typing import NamedTuple

from checker.frontends.cloudformation.parameters import as_text
from checker.frontends.cloudformation.scope import Evaluation, Scope
from checker.source import Mapping as MappingNode
from checker.source import Node, Place, Scalar
from checker.source import Sequence as SequenceNode
from checker.values import Cause, Step, Text, Value
from checker.values.operations import unknown


class Call(NamedTuple):
    """A call of a function, in a stack and a scope, with `arguments` that are what the function takes."""

    stack: Evaluation
    name: str
    arguments: tuple[Node, ...]
    scope: Scope
    place: Place

    def value(self, node: Node) -> Value:
        """What an argument can be."""
        return self.stack.evaluate(node, self.scope)

    def deciding(self, node: Node) -> Value:
        """What an argument on which a choice rests can be, as text."""
        return as_text(self.stack.evaluate(node, self.scope._replace(is_deciding=True)))

    def plain(self, node: Node) -> str | None:
        """The text that an argument surely is, or None."""
        return plain_of(self.value(node))

    def condition(self, node: Node) -> Value:
        """What an argument that is a condition can be."""
        return self.stack.evaluate_condition(node, self.scope)

    def name_of_condition(self, name: Scalar) -> str:
        """The name of a condition, with the names of loops put in."""
        return (self.plain(name) if self.scope.names else None) or str(name.value)

    def malformed(self) -> Value:
        """The unknown, with a problem, for arguments that the function does not take."""
        return self.stack.invalid(f"The arguments of {self.name} are not what it takes", self.name, self.place)

    def identity(self, subject: str) -> str:
        """The identity of what only this call makes."""
        return self.stack.identity(f"{subject} at {self.place}")

    def unknown(self, cause: Cause, subject: str, identity: str | None = None) -> Value:
        """An unknown that this call makes."""
        made = self.identity(subject) if identity is None else identity
        return unknown(cause, subject, identity=made, trail=(Step(self.place, subject),))


class Kind(Enum):
    """What an argument has to be."""

    ANY = "any"
    LIST = "a list that is written out"
    MAP = "a mapping"


class Intrinsic(NamedTuple):
    """A function: what it makes of a call, and which arguments it takes.

    `required` and `optional` are the kinds of the items of a list of arguments; with `repeats`, more may follow.
    `takes_one` says that what is no list is the only argument, and with nothing `required` any node is.
    """

    apply: Callable[[Call], Value]
    required: tuple[Kind, ...] = ()
    optional: tuple[Kind, ...] = ()
    repeats: bool = False
    takes_one: bool = False

    def __call__(self, stack: Evaluation, name: str, argument: Node, scope: Scope, place: Place) -> Value:
        """The value of a call."""
        arguments = self._arguments(argument)
        call = Call(stack, name, arguments or (), scope, place)
        return call.malformed() if arguments is None else self.apply(call)

    def _arguments(self, argument: Node) -> tuple[Node, ...] | None:
        """The arguments, or None if the function does not take them."""
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
    """The text that a value surely is, or None."""
    if len(value) != 1:
        return None
    atom = as_text(value)[0].atom
    return atom.plain if isinstance(atom, Text) else None
