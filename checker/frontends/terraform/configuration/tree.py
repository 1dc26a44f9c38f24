"""The module instances of one root together."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from checker.frontends.terraform.configuration.declarations import Declaration, Declarations
from checker.frontends.terraform.configuration.outside import Outside
from checker.frontends.terraform.configuration.scope import Host
from checker.model.answers import Answers
from checker.model.problem import Problem, ProblemKind
from checker.source import Location
from checker.values import Value

if TYPE_CHECKING:
    from checker.frontends.terraform.configuration.module import Module, ResourceInstance

# People do not write more instances than this; calls inside calls make them.
MOST_MODULES = 5_000
_MOST_RESOURCES = 50_000


@dataclass(slots=True)
class Tree:
    """All module instances of a root, and the objects that are one unknown until something looks into them."""

    host: Host
    load: Callable[[Path], Declarations]
    inputs: Callable[[str, Declaration], Value]
    workspace: Value
    objects: dict[str, "ResourceInstance | Module"] = field(default_factory=dict)
    modules_made: int = 0
    resources_made: int = 0
    modules: Callable[["Module", str, Declaration], Path | None] = lambda _module, _name, _call: None
    outside: Outside = field(default_factory=lambda: Outside(Answers(), None, (), lambda _kind: iter(())))

    def may_make(self, location: Location, *, modules: int = 0, resources: int = 0) -> bool:
        """True if the further instances are within the limit; a problem otherwise."""
        made, wanted = self.modules_made + modules, self.resources_made + resources
        if made <= MOST_MODULES and wanted <= _MOST_RESOURCES:
            self.modules_made, self.resources_made = made, wanted
            return True
        if modules:
            # Further calls need not even be counted.
            self.modules_made = MOST_MODULES
        message = (
            f"there are more than {MOST_MODULES:,} instances of modules, or {_MOST_RESOURCES:,} of resources; these"
            " were not read"
        )
        advice = "Check the modules by themselves, or a plan."
        self.host.report(Problem.at(location, ProblemKind.UNSUPPORTED, message, advice, incomplete=True))
        return False
