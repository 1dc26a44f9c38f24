"""The SSM parameters that the stacks of one input write, for the stacks that read them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from checker.frontends.cloudformation.nesting import with_nested
from checker.frontends.cloudformation.pseudo import Deployment
from checker.frontends.cloudformation.scope import Entry
from checker.frontends.cloudformation.stack import Stack
from checker.source import Mapping as MappingNode
from checker.source import Node
from checker.values import Assumption, Basis, Cause, Given, Step, Text, Value, join_all
from checker.values.operations import after, assume, one_of, unknown

_PARAMETER = "AWS::SSM::Parameter"
# Writes parameters that the CDK's custom resource in a stack of another Region reads.
_EXPORT_WRITER = "Custom::CrossRegionExportWriter"
_CDK_EXPORTS = "/cdk/exports/"


def may_share(one: Deployment, other: Deployment) -> bool:
    """True if two stacks may be in the same Region and account."""
    return all(
        mine is None or theirs is None or mine == theirs
        for mine, theirs in ((one.region, other.region), (one.account, other.account))
    )


@dataclass
class _Written:
    """A parameter that an entry of a stack writes under `given`."""

    stack: Stack
    entry: Entry
    node: Node
    given: Given


@dataclass
class ParameterStore:
    """The parameters that stacks write, by name."""

    stacks: list[Stack] = field(default_factory=list)
    _by_name: dict[str, list[_Written]] | None = None
    _in_progress: set[str] = field(default_factory=set)

    def value(self, name: Text, reader: Deployment) -> Value | None:
        """The value that a stack reads under a name; None if no stack of the input writes it.

        A value that the CDK writes for another Region is certain. Any other parameter may have changed since, so its
        written value is possible.
        """
        plain = (name.plain or "").partition(":")[0]
        written = self._written(plain) if plain else []
        is_of_cdk = plain.startswith(_CDK_EXPORTS)
        found = [one for one in written if is_of_cdk or may_share(one.stack.deployment, reader)]
        if not found or plain in self._in_progress:
            return None
        self._in_progress.add(plain)
        try:
            return self._value(plain, found, is_of_cdk=is_of_cdk)
        finally:
            self._in_progress.discard(plain)

    def _value(self, plain: str, found: list[_Written], *, is_of_cdk: bool) -> Value:
        subject = f"SSM parameter {plain}"
        is_written = Assumption(subject, "as written", True, Basis.OPEN)
        values: list[Value] = []
        for one in found:
            step = Step(one.entry.place, f"{subject}, which {one.entry.key} writes")
            made = after(one.stack.evaluate(one.node, one.entry.scope), step)
            for way in one.stack.presence(one.entry):
                given = join_all(way, one.given, () if is_of_cdk else (is_written,))
                if given is not None:
                    values.append(assume(made, given))
        if not is_of_cdk:
            other = unknown(Cause.EXTERNAL_DATA, subject, identity=f"{{{{resolve:ssm:{plain}}}}}")
            values.append(assume(other, (is_written._replace(holds=False),)))
        return one_of(values, subject)

    def _written(self, name: str) -> list[_Written]:
        if self._by_name is None:
            self._by_name = {}
            # Parameters of a nested stack may come from the store, so the other stacks are searched first.
            nested = (inner for outer in self.stacks for inner in with_nested(outer) if inner is not outer)
            for stack in chain(self.stacks, nested):
                for written, one in _all_written(stack):
                    self._by_name.setdefault(written, []).append(one)
        return self._by_name.get(name, [])


def _all_written(stack: Stack) -> Iterator[tuple[str, _Written]]:
    for entry in (entry for entries in stack.resources.values() for entry in entries):
        if entry.type == _PARAMETER:
            name, value = entry.property_of("Name"), entry.property_of("Value")
            for one in stack.evaluate(name, entry.scope) if name is not None and value is not None else ():
                plain = one.atom.plain if isinstance(one.atom, Text) else None
                if plain and value is not None:
                    yield plain, _Written(stack, entry, value, one.given)
        elif entry.type == _EXPORT_WRITER:
            properties = entry.property_of("WriterProps")
            exports = properties.get("exports") if isinstance(properties, MappingNode) else None
            for key, node in exports.entries if isinstance(exports, MappingNode) else ():
                yield str(key.value), _Written(stack, entry, node, ())
