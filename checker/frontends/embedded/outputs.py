"""What templates inside resources give to each other, and to the code around them: outputs, exports, SSM parameters."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from checker.frontends.protocol import Imports
from checker.model.resource import Resource
from checker.values import Assumption, Basis, Cause, Given, Map, Step, Text, Value, join_all
from checker.values.operations import after, assume, known, one_of, unknown

if TYPE_CHECKING:
    from checker.frontends.cloudformation.exports import StackOutputs
    from checker.frontends.cloudformation.parameter_store import ParameterStore
    from checker.frontends.cloudformation.scope import Deployment
    from checker.frontends.cloudformation.stack import Stack

_PARAMETER = "aws_ssm_parameter"


@dataclass(frozen=True)
class Outputs:
    """The stacks that a resource makes, one for each template that it may have, under its assumptions."""

    stacks: tuple[tuple["Stack", Given], ...]

    def outputs(self) -> Value:
        """A map of the outputs; empty if no template is known."""
        made: list[Value] = []
        for stack, given in self.stacks:
            outputs = {name: stack.output(name, entry.location) for name, entry in stack.outputs.items()}
            # A macro may add others.
            rest = unknown(Cause.DEPLOY_TIME, f"{stack.setting.prefix}outputs") if stack.sections.is_generated else ()
            made.append(assume(known(Map(outputs, rest)), given))
        return one_of(made, "outputs") if made else ()

    def exported(self, name: Text) -> Value | None:
        """The value exported under a name; None if no template exports it, or several do."""
        return self._others.exported(name)

    def stored(self, name: Text) -> Value | None:
        """The value written into SSM Parameter Store under a name."""
        return self._others.stored(name)

    @cached_property
    def _others(self) -> "Others":
        others = Others()
        others.add(stack for stack, _ in self.stacks)
        return others


@dataclass
class Others:
    """The stacks inside the resources of an input, these resources, and what the input can import."""

    resources: tuple[Resource, ...] = ()
    imports: Imports | None = None
    _stacks: list["Stack"] = field(default_factory=list)
    _outputs: "StackOutputs | None" = None
    _store: "ParameterStore | None" = None

    def add(self, stacks: Iterable["Stack"]) -> None:
        """Further stacks, which may give and take."""
        self._stacks.extend(stacks)
        self._outputs = self._store = None

    def exported(self, name: Text, reader: "Deployment | None" = None) -> Value | None:
        """The value that one of the stacks, or another input, exports under a name."""
        from checker.frontends.cloudformation.exports import StackOutputs
        from checker.frontends.cloudformation.scope import Deployment

        reader = reader or Deployment()
        self._outputs = self._outputs or StackOutputs(self._stacks)
        own = None if name.plain is None else self._outputs.value(name.plain, reader)
        return own if own is not None or self.imports is None else self.imports.in_regions(name, reader.regions)

    def stored(self, name: Text, reader: "Deployment | None" = None) -> Value | None:
        """The value that one of the stacks, or a resource beside them, writes under a name into SSM Parameter Store."""
        from checker.frontends.cloudformation.parameter_store import ParameterStore
        from checker.frontends.cloudformation.scope import Deployment

        # The same store each time: it knows what it is evaluating, so that what rests on itself ends.
        self._store = self._store or ParameterStore(self._stacks)
        own = self._store.value(name, reader or Deployment())
        return own if own is not None else self._stored_beside(name)

    def _stored_beside(self, name: Text) -> Value | None:
        subject = f"SSM parameter {name.render()}"
        is_written = Assumption(subject, "as written", True, Basis.OPEN)
        found: list[Value] = []
        for resource in self.resources:
            for one in resource.properties if resource.type == _PARAMETER else ():
                entries = one.atom.entries if isinstance(one.atom, Map) else {}
                value = one_of([entries.get(each, ()) for each in ("value", "insecure_value")], resource.address)
                step = Step(resource.location, f"{subject}, which {resource.address} writes")
                for named in entries.get("name", ()):
                    if not isinstance(named.atom, Text) or named.atom.identity() != name.identity():
                        continue
                    for way in resource.presence:
                        given = join_all(way, one.given, named.given, (is_written,))
                        if given is not None:
                            found.append(assume(after(value, step), given))
        if not found:
            return None
        other = unknown(Cause.EXTERNAL_DATA, subject, identity=f"{{{{resolve:ssm:{name.identity()}}}}}")
        return one_of([*found, assume(other, (is_written._replace(holds=False),))], subject)
