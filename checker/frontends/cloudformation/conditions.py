"""The conditions of a stack, and the assumptions under which they hold."""

from collections.abc import Iterator
from itertools import islice

from checker.frontends.cloudformation.scope import Evaluation
from checker.source import Location, MappingNode, Node, ScalarNode, SequenceNode
from checker.values import Assumption, Basis, Bool, Cause, Given, Value, join
from checker.values.guards import overridden
from checker.values.operations import as_condition, unknown

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
