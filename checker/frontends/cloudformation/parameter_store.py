"""The SSM parameters that the stacks of one input write, for the stacks that read them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from checker.frontends.cloudformation.nesting import with_nested
from checker.frontends.cloudformation.scope import Deployment, Entry
from checker.frontends.cloudformation.stack import Stack
from checker.source import MappingNode, Node
from checker.values import Assumption, Basis, Cause, Given, Step, Text, Unknown, Value, join_all
from checker.values.operations import after, assume, one_of, unknown

_PARAMETER = "AWS::SSM::Parameter"
# Writes parameters that the CDK's custom resource in a stack of another Region reads.
_EXPORT_WRITER = "Custom::CrossRegionExportWriter"


def may_share(one: Deployment, other: Deployment) -> bool:
    """True if two stacks may be in the same Region and account."""
    return all(
        mine is None or theirs is None or mine == theirs
        for mine, theirs in ((one.region, other.region), (one.account, other.account))
    )


@dataclass
class _Written:
    """A parameter that an entry of a stack writes under `given`.

    `is_sure`: who reads it takes what is written, not what the parameter has become since.
    """

    stack: Stack
    entry: Entry
    node: Node
    given: Given
    is_sure: bool = False


@dataclass
class ParameterStore:
    """The parameters that stacks write, by the identities of their names."""

    stacks: list[Stack] = field(default_factory=list)
    _by_name: dict[str, list[_Written]] | None = None
    _in_progress: set[str] = field(default_factory=set)

    def value(self, name: Text, reader: Deployment) -> Value | None:
        """The value that a stack reads under a name; None if no stack of the input writes it.

        It is certain if the CDK writes it for another Region, or if the name is a reference to the resource that writes
        it. Any other parameter may have changed since, so its written value is possible.
        """
        name = _without_version(name)
        key = name.identity()
        found = [one for one in self._written(key) if one.is_sure or may_share(one.stack.deployment, reader)]
        if not found or key in self._in_progress:
            return None
        self._in_progress.add(key)
        try:
            return self._value(name, found)
        finally:
            self._in_progress.discard(key)

    def _value(self, name: Text, found: list[_Written]) -> Value:
        subject = f"SSM parameter {name.render()}"
        is_written = Assumption(subject, "as written", True, Basis.OPEN)
        values: list[Value] = []
        for one in found:
            step = Step(one.entry.location, f"{subject}, which {one.entry.key} writes")
            made = after(one.stack.evaluate(one.node, one.entry.scope), step)
            for way in one.stack.presence(one.entry):
                given = join_all(way, one.given, () if one.is_sure else (is_written,))
                if given is not None:
                    values.append(assume(made, given))
        if not all(one.is_sure for one in found):
            other = unknown(Cause.EXTERNAL_DATA, subject, identity=f"{{{{resolve:ssm:{name.identity()}}}}}")
            values.append(assume(other, (is_written._replace(holds=False),)))
        return one_of(values, subject)

    def _written(self, key: str) -> list[_Written]:
        if self._by_name is None:
            self._by_name = {}
            # Parameters of a nested stack may come from the store, so the other stacks are searched first.
            nested = (inner for outer in self.stacks for inner in with_nested(outer) if inner is not outer)
            for stack in chain(self.stacks, nested):
                for written, one in _all_written(stack):
                    self._by_name.setdefault(written, []).append(one)
        return self._by_name.get(key, [])


# The version or the label of a parameter that is read.
_VERSION = re.compile(r":[^:/]*\Z")


def _without_version(name: Text) -> Text:
    found = _VERSION.search(name.marked())
    return name if found is None else name.slice(0, found.start())


def _identity(name: Text | Unknown) -> str:
    return name.identity() if isinstance(name, Text) else name.identity


def _all_written(stack: Stack) -> Iterator[tuple[str, _Written]]:
    for entry in (entry for entries in stack.resources.values() for entry in entries):
        if entry.type == _PARAMETER:
            name, value = entry.property_of("Name"), entry.property_of("Value")
            if value is None:
                continue
            # A reference to the resource is the name of its parameter.
            yield stack.identity(entry.key), _Written(stack, entry, value, (), is_sure=True)
            for one in stack.evaluate(name, entry.scope) if name is not None else ():
                if isinstance(one.atom, Text | Unknown):
                    yield _identity(one.atom), _Written(stack, entry, value, one.given)
        elif entry.type == _EXPORT_WRITER:
            properties = entry.property_of("WriterProps")
            exports = properties.get("exports") if isinstance(properties, MappingNode) else None
            for key, node in exports.entries if isinstance(exports, MappingNode) else ():
                yield str(key.value), _Written(stack, entry, node, (), is_sure=True)
