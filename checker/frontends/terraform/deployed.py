"""What the CloudFormation stacks deploy that Terraform makes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from checker.frontends.protocol import Deployed
from checker.model.resource import Resource
from checker.values import Value
from checker.values.work import uncounted

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
