"""The outputs of the stacks of one input, for the others: by their exports, and by stack and name."""

from dataclasses import dataclass, field

from checker.frontends.cloudformation.exports import exported_by
from checker.frontends.cloudformation.nesting import with_nested
from checker.frontends.cloudformation.parameter_store import may_share
from checker.frontends.cloudformation.pseudo import Deployment
from checker.frontends.cloudformation.scope import Entry
from checker.frontends.cloudformation.stack import Stack
from checker.values import Text, Value


@dataclass(slots=True)
class StackOutputs:
    """What the stacks of an input take from each other: exports by name, and outputs."""

    stacks: list[Stack] = field(default_factory=list)
    _by_name: dict[str, list[tuple[Stack, Entry]]] | None = None

    def value(self, name: str, deployment: Deployment) -> Value | None:
        """The value that the only stack of the same environment exports under a name; None if there is not exactly
        one.
        """
        found = [
            (stack, output) for stack, output in self._all().get(name, ()) if may_share(stack.deployment, deployment)
        ]
        if len(found) != 1:
            return None
        stack, output = found[0]
        return stack.output(output.key, output.location)

    def output_of(self, stack: str, output: str, region: str | None, deployment: Deployment) -> Value | None:
        """An output of the only stack with a name in a Region; None stands for the Region of the deployment."""
        wanted = deployment.region if region is None else region
        found = [
            one
            for one in self.stacks
            if one.deployment.stack_name == stack and (wanted is None or one.deployment.region in (None, wanted))
        ]
        if len(found) != 1 or output not in found[0].outputs:
            return None
        return found[0].output(output, found[0].outputs[output].location)

    def _all(self) -> dict[str, list[tuple[Stack, Entry]]]:
        if self._by_name is None:
            self._by_name = {}
            for stack in (inner for outer in self.stacks for inner in with_nested(outer)):
                for output, value in exported_by(stack):
                    atom = value[0].atom if len(value) == 1 else None
                    name = atom.plain if isinstance(atom, Text) else None
                    if name:
                        self._by_name.setdefault(name, []).append((stack, output))
        return self._by_name
