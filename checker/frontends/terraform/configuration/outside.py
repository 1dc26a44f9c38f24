"""The values that come from outside the configuration: SSM parameters, outputs and exports of CloudFormation.

A root may write its parameters and make its stacks itself, another input may export a name, and the account may have
answered.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from operator import methodcaller
from typing import NamedTuple, Protocol

from checker.frontends.protocol import Deployed, Imports
from checker.frontends.terraform.configuration.declarations import DATA, Declaration, ResourceKey
from checker.frontends.terraform.hcl.syntax import Expression, GetAttr, Index, RootName, TupleCons
from checker.model.answers import AnswerKind, Answers, Reader
from checker.model.resource import Framework, Resource
from checker.values import Assumption, Atom, Basis, Given, Map, Piece, Step, Text, Unknown, Value, join_all
from checker.values.operations import after, assume, capped, known, one_of
from checker.values.operations.alternatives import uncounted

# What the CloudFormation stacks deploy that Terraform makes.

DeployedBy = Callable[[Resource], Deployed]


@dataclass(frozen=True)
class DeployedStacks:
    """The stacks of one input, each read once. `deployed_by` reads the template of a resource; None if nothing does."""

    deployed_by: DeployedBy | None = None
    _known: dict[str, Deployed | None] = field(default_factory=dict)

    def of(self, address: str, resource: Callable[[], Resource]) -> Deployed | None:
        """What the resource at an address deploys; None if that is not known."""
        if self.deployed_by is None:
            return None
        if address not in self._known:
            # What it deploys may rest on what another stack exports, and not on what it exports itself.
            self._known[address] = None
            with uncounted():
                self._known[address] = self.deployed_by(resource())
        return self._known[address]


def only_told(stacks: Iterable[Deployed | None], ask: Callable[[Deployed], Value | None]) -> Value | None:
    """The answer of the only stack that has one; None if no stack has, or several have."""
    told = [value for stack in stacks if stack is not None and (value := ask(stack)) is not None]
    return told[0] if len(told) == 1 else None


# The values that come from outside the configuration: SSM parameters, outputs and exports of CloudFormation stacks.

PARAMETER = "aws_ssm_parameter"
_VALUES = ("value", "insecure_value", "value_wo")
STACK = "aws_cloudformation_stack"
_OF_STACKS = ("name", "template_body", "template_url", "parameters", "region")
_READING = frozenset({PARAMETER, STACK, "aws_ssm_parameters_by_path", "aws_cloudformation_export"})


def reads_outside(key: ResourceKey) -> bool:
    """True for a data source whose values another input, the root itself or the account may tell."""
    return key.mode == DATA and key.type in _READING


class Instance(Protocol):
    """An instance of a resource or data source."""

    @property
    def declared(self) -> Declaration:
        """Its block."""

    @property
    def address(self) -> str:
        """Its address."""

    @property
    def presence(self) -> tuple[Given, ...]:
        """The assumptions under which it exists, one entry for each way."""

    @property
    def region(self) -> Value:
        """The Region of its provider configuration, or of the environment."""

    def argument(self, name: str) -> Value | None:
        """An argument as written."""


class _Written(NamedTuple):
    """A parameter that a resource writes under `given`."""

    instance: Instance
    name: Text
    given: Given


class _Parameters(NamedTuple):
    """The parameters of a root, by the identities of their names and by the addresses of their resources."""

    by_name: dict[str, list[_Written]]
    by_address: dict[str, list[_Written]]


@dataclass(slots=True)
class Outside:
    """What a root can know of the outside.

    `instances` gives those of a type of resource in the root. `regions` bound an unknown Region. `stacks` tells
    what stacks deploy.
    """

    answers: Answers
    imports: Imports | None
    regions: tuple[str, ...]
    instances: Callable[[str], Iterator[Instance]]
    stacks: DeployedStacks = field(default_factory=DeployedStacks)
    _written: _Parameters | None = None

    def parameter(self, reader: Instance, name: Value, otherwise: Value) -> Value:
        """The value of the SSM parameter with a name or an ARN; `otherwise` if nothing tells it.

        A value that the root writes is possible, since the parameter may have been changed, unless the data source
        refers to the resource that writes it: then Terraform reads it after it has written it.
        """
        is_sure = _follows_a_parameter(reader.declared)
        values = [assume(self._parameter(reader, one.atom, otherwise, is_sure), one.given) for one in name]
        return capped([one for value in values for one in value], reader.address)

    def _parameter(self, reader: Instance, name: Atom, otherwise: Value, is_sure: bool) -> Value:
        if isinstance(name, Unknown):
            made = self._all().by_address.get(name.target.address) if name.target is not None else None
            return self._values(made, ()) if made else otherwise
        if not isinstance(name, Text):
            return otherwise
        named = self._all().by_name.get(name.identity(), ())
        found = [one for one in named if _may_share_region(one.instance, reader)]
        subject = f"SSM parameter {name.render()}"
        is_written = Assumption(subject, "as written", True, Basis.OPEN)
        value = self._values(found, () if is_sure else (is_written,)) if found else None
        if found and is_sure:
            return value or otherwise
        if value is None:
            value = self._of_a_stack(reader, methodcaller("stored", name))
        else:
            value = (*value, *assume(otherwise, (is_written._replace(holds=False),)))
        return self.answers.completed(value, AnswerKind.PARAMETER, name, self._reader(reader)) or otherwise

    def parameters_below(self, reader: Instance, path: Value, otherwise: Value) -> Value:
        """The values of the parameters below a path, in no known order, each of them possible; then `otherwise`."""
        found: list[Value] = []
        for one in path:
            prefix = one.atom.plain if isinstance(one.atom, Text) else None
            if prefix is None:
                continue
            below = f"{prefix.rstrip('/')}/"
            for written in (one for group in self._all().by_name.values() for one in group):
                name = written.name.plain or ""
                if name.startswith(below) and _may_share_region(written.instance, reader):
                    chosen = Assumption(f"parameter below {prefix}", name, True, Basis.OPEN)
                    found.append(assume(self._values([written], (chosen,)), one.given))
            for name in self.answers.names(AnswerKind.PARAMETER):
                if name.startswith(below):
                    chosen = Assumption(f"parameter below {prefix}", name, True, Basis.OPEN)
                    answered = self.answers.value(AnswerKind.PARAMETER, Text((Piece(name),)), self._reader(reader))
                    found.append(assume(answered or (), (*one.given, chosen)))
        return one_of([*found, otherwise], reader.address)

    def exported(self, reader: Instance, name: Value, otherwise: Value) -> Value:
        """The value of an export; `otherwise` if nothing tells it."""
        result: list[Value] = []
        who = self._reader(reader)
        for one in name:
            made: Value | None = None
            if isinstance(one.atom, Text):
                exported = self._of_a_stack(reader, methodcaller("exported", one.atom))
                if exported is None and self.imports is not None:
                    with uncounted():
                        exported = self.imports.in_regions(one.atom, who.regions)
                made = self.answers.completed(exported, AnswerKind.EXPORT, one.atom, who)
                step = Step(reader.declared.block.location, f"export {one.atom.render()}")
                made = None if made is None else after(made, step)
            result.append(assume(made or otherwise, one.given))
        return one_of(result, reader.address)

    def outputs(self, made_by: Instance, otherwise: Value) -> Value:
        """The outputs of the stack that a resource makes; `otherwise` if its template does not tell."""
        stack = self._stack(made_by)
        step = Step(made_by.declared.block.location, f"outputs of {made_by.address}")
        return otherwise if stack is None else after(stack.outputs(), step) or otherwise

    def outputs_by_name(self, reader: Instance, name: Value, otherwise: Value) -> Value:
        """The outputs of the stack with a name, if the root makes it."""
        found: list[Value] = []
        for one in name:
            makers = [
                stack
                for stack in self.instances(STACK)
                if isinstance(one.atom, Text)
                and _may_share_region(stack, reader)
                and any(each.atom == one.atom for each in stack.argument("name") or ())
            ]
            value = self.outputs(makers[0], otherwise) if len(makers) == 1 else otherwise
            found.append(assume(value, one.given))
        return one_of(found, reader.address)

    def _of_a_stack(self, reader: Instance, ask: Callable[[Deployed], Value | None]) -> Value | None:
        """What the only stack of the root that knows it tells."""
        return only_told((self._stack(one) for one in self.instances(STACK) if _may_share_region(one, reader)), ask)

    def _stack(self, made_by: Instance) -> Deployed | None:
        return self.stacks.of(made_by.address, partial(_as_resource, made_by))

    def _values(self, found: Sequence[_Written], given: Given) -> Value:
        values: list[Value] = []
        for one in found:
            written = [one.instance.argument(name) for name in _VALUES]
            value = one_of([each for each in written if each is not None], one.instance.address)
            step = Step(one.instance.declared.block.location, f"value of {one.instance.address}")
            for way in one.instance.presence:
                both = join_all(way, one.given, given)
                if both is not None:
                    values.append(assume(after(value, step), both))
        return one_of(values, "SSM parameter")

    def _all(self) -> _Parameters:
        if self._written is None:
            # The name of a parameter may rest on what another one holds.
            self._written = _Parameters({}, {})
            made = _Parameters({}, {})
            for instance in self.instances(PARAMETER):
                made.by_address[instance.address] = [_Written(instance, Text(()), ())]
                for one in instance.argument("name") or ():
                    if isinstance(one.atom, Text):
                        written = _Written(instance, one.atom, one.given)
                        made.by_name.setdefault(one.atom.identity(), []).append(written)
            self._written = made
        return self._written

    def _reader(self, reader: Instance) -> Reader:
        named = [one.atom for one in reader.region]
        known = tuple(atom.plain for atom in named if isinstance(atom, Text) and atom.plain)
        unknown = next((atom.identity for atom in named if isinstance(atom, Unknown)), "AWS::Region")
        return Reader(known or self.regions, None, unknown)


def _as_resource(stack: Instance) -> Resource:
    written = {name: value for name in _OF_STACKS if (value := stack.argument(name)) is not None}
    location = stack.declared.block.location
    properties = known(Map(written))
    return Resource(Framework.TERRAFORM, "", stack.address, STACK, properties, location, stack.presence, stack.region)


def _follows_a_parameter(declared: Declaration) -> bool:
    """True if a data source refers to a resource that writes a parameter, so that it is read after that."""
    after_those = declared.get("depends_on")
    named = after_those.items if isinstance(after_those, TupleCons) else ()
    return any(_root(one) == PARAMETER for one in (declared.get("name"), declared.get("for_each"), *named) if one)


def _root(expression: Expression) -> str | None:
    while isinstance(expression, GetAttr | Index):
        expression = expression.object
    return expression.name if isinstance(expression, RootName) else None


def _may_share_region(one: Instance, other: Instance) -> bool:
    mine, others = (
        {each.atom.plain for each in instance.region if isinstance(each.atom, Text)} for instance in (one, other)
    )
    return not mine or not others or not mine.isdisjoint(others)
