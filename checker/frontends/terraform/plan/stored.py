"""What is known only when a plan is applied, and follows from the plan: SSM parameters and stacks that it makes."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from operator import methodcaller
from typing import NamedTuple

from checker.frontends.protocol import Deployed
from checker.frontends.terraform.configuration.outside import DeployedStacks, only_told
from checker.frontends.terraform.plan.configuration import (
    Configuration,
    Fields,
    Source,
    mapping,
    references_of,
    sequence,
)
from checker.frontends.terraform.plan.document import split_key, split_module
from checker.model.answers import AnswerKind, Answers, Reader
from checker.model.resource import Resource
from checker.values import Assumption, Basis, Cause, Map, Piece, Target, Text, Trail, Value
from checker.values.operations import after, assume, one_of, unknown

_PARAMETER = "aws_ssm_parameter"
_BY_PATH = "aws_ssm_parameters_by_path"
_STACK = "aws_cloudformation_stack"
_EXPORT = "aws_cloudformation_export"
_OUTPUT = re.compile(r'outputs(?:\.([\w-]+)|\["([^"\\]+)"\])')


class _Read(NamedTuple):
    """What a data source reads.

    `name` is the name of the parameter, None if the plan does not have it. `parameters` are the addresses of the
    resources that write it, or one of several below a path. `is_sure`: the data source is read after they are written.
    """

    name: str | None
    parameters: tuple[str, ...]
    is_sure: bool


@dataclass(frozen=True)
class KnownLater:
    """The SSM parameters and the stacks of a plan, and what the account answers.

    `resource_at` gives the resource at an address. `stacks` tells what stacks deploy.
    """

    configuration: Configuration
    resource_at: Callable[[str], Resource]
    answers: Answers
    stacks: DeployedStacks

    def value(self, source: Source, trail: Trail) -> Value:
        """What a source that the plan does not have gives after the plan is applied."""
        nothing = unknown(Cause.DEPLOY_TIME, source.subject, target=source.target, trail=trail)
        of_a_stack = None if source.target is None else self._of_a_stack(source.target)
        if of_a_stack is not None:
            return after(of_a_stack, *trail)
        read = None if source.target is None else self._read_by(source.target.address)
        if read is None:
            return nothing
        values = [after(self._written_by(address), *trail) for address in read.parameters]
        if len(values) == 1 and read.is_sure:
            return values[0]
        answered = None
        if read.name is not None:
            name = Text((Piece(read.name),))
            answered = self.answers.value(AnswerKind.PARAMETER, name, Reader((), None, "AWS Region"))
        ways = [
            assume(value, (Assumption(source.subject, f"value of {address}", True, Basis.OPEN),))
            for address, value in zip(read.parameters, values, strict=True)
        ]
        return one_of([*ways, nothing if answered is None else after(answered, *trail)], source.subject)

    def _read_by(self, address: str) -> _Read | None:
        """What a data source reads; None for any other resource."""
        kind = _kind(address)
        if kind not in (f"data.{_PARAMETER}", f"data.{_BY_PATH}") or address not in self.configuration.instances:
            return None
        values = self._values(address)
        if kind == f"data.{_BY_PATH}":
            path = values.get("path")
            below = f"{path.rstrip('/')}/" if isinstance(path, str) else None
            return _Read(None, self._named(lambda name: below is not None and name.startswith(below)), False)
        name = values.get("name")
        if isinstance(name, str):
            follows = _follows(self._block(address))
            return _Read(name, self._named(lambda each: each == name), any(map(_is_a_parameter, follows)))
        return _Read(None, tuple(filter(_is_a_parameter, self._named_by(address))), True)

    def _of_a_stack(self, target: Target) -> Value | None:
        """An output or an export of a stack that the plan makes; None if it is neither, or not known."""
        kind = _kind(target.address)
        if kind == f"data.{_EXPORT}":
            name = self._values(target.address).get("name")
            if not isinstance(name, str):
                return None
            return only_told(map(self._stack, self._all_stacks()), methodcaller("exported", Text((Piece(name),))))
        output = _OUTPUT.match(target.attribute)
        if output is None or kind.removeprefix("data.") != _STACK:
            return None
        makers = (target.address,) if kind == _STACK else self._stacks_read_by(target.address)
        stack = self._stack(makers[0]) if len(makers) == 1 else None
        for one in () if stack is None else stack.outputs():
            found = one.atom.entries.get(output[1] or output[2]) if isinstance(one.atom, Map) else None
            if found is not None and not one.given:
                return found
        return None

    def _stacks_read_by(self, address: str) -> tuple[str, ...]:
        """The stacks that a data source may read: by its name, or those to which its name refers."""
        name = self._values(address).get("name")
        if isinstance(name, str):
            return tuple(one for one in self._all_stacks() if self._values(one).get("name") == name)
        return tuple(dict.fromkeys(one for one in self._named_by(address) if _kind(one) == _STACK))

    def _named_by(self, address: str) -> Iterator[str]:
        """The resources to which the name of a data source refers."""
        sources = self.configuration.sources(
            references_of(_name(self._block(address))), self.configuration.scope(address)
        )
        return (source.target.address for source in sources if source.target is not None)

    def _block(self, address: str) -> Fields:
        module, rest = split_module(address)
        return self.configuration.resource(module, split_key(rest)[0])

    def _all_stacks(self) -> tuple[str, ...]:
        return tuple(address for address in self.configuration.instances if _kind(address) == _STACK)

    def _stack(self, address: str) -> Deployed | None:
        if address not in self.configuration.instances:
            return None
        return self.stacks.of(address, partial(self.resource_at, address))

    def _values(self, address: str) -> Fields:
        instance = self.configuration.instances.get(address)
        return {} if instance is None else mapping(instance.values)

    def _named(self, is_meant: Callable[[str], bool]) -> tuple[str, ...]:
        """The resources that write the parameters which are meant by their names."""
        return tuple(
            address
            for address, instance in self.configuration.instances.items()
            if _is_a_parameter(address) and is_meant(str(mapping(instance.values).get("name")))
        )

    def _written_by(self, address: str) -> Value:
        for one in self.resource_at(address).properties:
            written = one.atom.entries if isinstance(one.atom, Map) else {}
            for name in ("value", "insecure_value", "value_wo"):
                if name in written:
                    return written[name]
        return unknown(Cause.DEPLOY_TIME, address)


def _kind(address: str) -> str:
    """The type of a resource as in its address, with `data.` before that of a data source."""
    rest = split_module(address)[1]
    parts = rest.split(".", 2)
    return ".".join(parts[:2]) if parts[0] == "data" else parts[0]


def _is_a_parameter(address: str) -> bool:
    return _kind(address) == _PARAMETER


def _follows(block: Fields) -> Iterator[str]:
    """What has to be there before a data source is read."""
    yield from (one for one in sequence(block.get("depends_on")) if isinstance(one, str))
    yield from references_of(_name(block))


def _name(block: Fields) -> object:
    return mapping(block.get("expressions")).get("name")
