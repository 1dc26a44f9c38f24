"""The SSM parameters that a data source reads only when the plan is applied, and that the plan writes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from checker.frontends.terraform.plan.configuration import (
    Configuration,
    Fields,
    Source,
    mapping,
    references_of,
    sequence,
    split_key,
    split_module,
)
from checker.model.answers import AnswerKind, Answers, Reader
from checker.values import Assumption, Basis, Cause, Map, Piece, Text, Trail, Value
from checker.values.operations import after, assume, one_of, unknown

_PARAMETER = "aws_ssm_parameter"
_BY_PATH = "aws_ssm_parameters_by_path"


class _Read(NamedTuple):
    """What a data source reads.

    `name` is the name of the parameter, None if the plan does not have it. `parameters` are the addresses of the
    resources that write it, or one of several below a path. `is_sure`: the data source is read after they are written.
    """

    name: str | None
    parameters: tuple[str, ...]
    is_sure: bool


@dataclass(frozen=True)
class StoredParameters:
    """The SSM parameters of a plan, and what the account answers. `properties_of` gives those of a resource."""

    configuration: Configuration
    properties_of: Callable[[str], Value]
    answers: Answers

    def value(self, source: Source, trail: Trail) -> Value:
        """What a source that the plan does not have gives after the plan is applied."""
        nothing = unknown(Cause.DEPLOY_TIME, source.subject, target=source.target, trail=trail)
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
        module, rest = split_module(address)
        base = split_key(rest)[0]
        kind = base.removeprefix("data.").partition(".")[0] if base.startswith("data.") else ""
        instance = self.configuration.instances.get(address)
        if kind not in (_PARAMETER, _BY_PATH) or instance is None:
            return None
        values = mapping(instance.values)
        if kind == _BY_PATH:
            path = values.get("path")
            below = f"{path.rstrip('/')}/" if isinstance(path, str) else None
            return _Read(None, self._named(lambda name: below is not None and name.startswith(below)), False)
        block = self.configuration.resource(module, base)
        name = values.get("name")
        if isinstance(name, str):
            return _Read(name, self._named(lambda each: each == name), any(map(_is_a_parameter, _follows(block))))
        sources = self.configuration.sources(
            references_of(mapping(block.get("expressions")).get("name")), self.configuration.scope(address)
        )
        targets = (source.target.address for source in sources if source.target is not None)
        return _Read(None, tuple(target for target in targets if _is_a_parameter(target)), True)

    def _named(self, is_meant: Callable[[str], bool]) -> tuple[str, ...]:
        """The resources that write the parameters which are meant by their names."""
        return tuple(
            address
            for address, instance in self.configuration.instances.items()
            if _is_a_parameter(address) and is_meant(str(mapping(instance.values).get("name")))
        )

    def _written_by(self, address: str) -> Value:
        for one in self.properties_of(address):
            written = one.atom.entries if isinstance(one.atom, Map) else {}
            for name in ("value", "insecure_value", "value_wo"):
                if name in written:
                    return written[name]
        return unknown(Cause.DEPLOY_TIME, address)


def _is_a_parameter(address: str) -> bool:
    return split_module(address)[1].startswith(f"{_PARAMETER}.")


def _follows(block: Fields) -> Iterator[str]:
    """What has to be there before a data source is read."""
    yield from (one for one in sequence(block.get("depends_on")) if isinstance(one, str))
    yield from references_of(mapping(block.get("expressions")).get("name"))
