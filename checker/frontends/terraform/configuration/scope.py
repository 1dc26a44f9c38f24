"""The scope of an expression: the names bound around it, and the module that resolves all others."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Protocol

from checker.frontends.terraform.configuration.budget import Budget, OverBudgetError
from checker.frontends.terraform.hcl.syntax import Expression, RootName
from checker.immutable import immutable
from checker.model.problem import Problem, ProblemKind
from checker.source import Location
from checker.source.files import SourceFiles
from checker.values import ADVICE, Cause, TooLargeError, Unknown, Value
from checker.values.operations import unknown


class Attribute(NamedTuple):
    """The step `.name` of a traversal."""

    name: str


class Element(NamedTuple):
    """The step `[key]` of a traversal."""

    key: Expression


TraversalStep = Attribute | Element


# The cost of one round of a `for`, in steps.
ROUND = 50


# The value of a template that is a file, or is at one location of it, with only these names bound.
Render = Callable[["Host", str, str, Location | None, Mapping[str, Value]], Value]


@dataclass(slots=True)
class Host:
    """What functions may use of the run: files within the boundary, and a list of problems.

    `root` is the directory of the root module, the base of relative file names in Terraform. `functions` are those in
    addition to Terraform's.
    """

    files: SourceFiles
    root: Path
    render: Render
    problems: dict[Problem, None] = field(default_factory=dict)
    functions: Mapping[str, Callable[..., Value]] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)

    def spend(self, steps: int) -> None:
        """Counts work that grows with the values. Raises OverBudgetError past the budget of the root."""
        self.budget.spend(steps)

    def not_evaluated(self, location: Location, error: TooLargeError) -> Unknown:
        """The result for an expression that is too large or too expensive, which is reported once."""
        if isinstance(error, OverBudgetError):
            location = error.location or location
            cause, message = Cause.OVER_BUDGET, "evaluating this takes more steps than a root may"
        else:
            cause, message = Cause.TOO_MANY, "what this stands for is too large to be evaluated"
        self.report(Problem.at(location, ProblemKind.UNSUPPORTED, message, ADVICE[cause], incomplete=True))
        return Unknown(cause, shown(location), f"{location} is too large")

    def report_invalid(self, message: str, location: Location, *, incomplete: bool = False) -> None:
        """Reports that Terraform refuses something."""
        advice = "Terraform refuses this; correct it."
        self.report(Problem.at(location, ProblemKind.INVALID_VALUE, message, advice, incomplete=incomplete))

    def report(self, problem: Problem) -> None:
        """Adds a problem, once."""
        self.problems[problem] = None


class Names(Protocol):
    """A module as the expressions in it see it."""

    @property
    def host(self) -> Host:
        """What functions may use."""

    def refer(self, root: RootName, steps: Sequence[TraversalStep], scope: "Scope") -> tuple[Value, int]:
        """The value of a traversal from `root`, and the number of its steps that were used."""

    def attribute(self, whole: Unknown, name: str) -> Value | None:
        """An attribute of a resource or module that is one unknown; None for any other unknown."""

    def whole(self, marker: Unknown) -> Value | None:
        """A resource or module that is one unknown, as a map; None for any other unknown."""


@immutable
class Scope:
    """The names bound by `for`, `dynamic`, `each`, `count` and `self`, within a module."""

    module: Names
    names: Mapping[str, Value] = field(default_factory=dict)

    def bind(self, names: Mapping[str, Value]) -> "Scope":
        """The scope with further names, which hide outer ones."""
        return Scope(self.module, {**self.names, **names})


def shown(location: Location) -> str:
    """The location as a subject: what the user has to look at."""
    return f"{location.file}:{location.line}"


@immutable
class NoNames:
    """A scope without references: tfvars files, and defaults of variables.

    `is_refused` says that Terraform refuses who refers to something, which is told.
    """

    host: Host
    is_refused: bool = False

    def refer(self, root: RootName, steps: Sequence[TraversalStep], scope: Scope) -> tuple[Value, int]:
        """Invalid, with all steps."""
        subject = f"{root.name} at {shown(root.location)}"
        if self.is_refused:
            self.host.report_invalid(f"nothing can be referred to here, also not {root.name!r}", root.location)
        return unknown(Cause.INVALID, subject, identity=f"{subject}: nothing can be referred to here"), len(steps)

    def attribute(self, whole: Unknown, name: str) -> Value | None:
        """None: there are no objects that are one unknown."""
        return None

    def whole(self, marker: Unknown) -> Value | None:
        """None: there are no objects that are one unknown."""
        return None
