"""The scope of an expression, the module instances of its root, and the budget that they share.

A step is one evaluation of an expression, or a small part of a value that is visited or kept. Of the 6,700 resources of
a large public repository, none takes more than 220,000, and no root more than 1,300,000. Past a bound, values are
unknown with the cause `over-budget`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from checker.frontends.terraform.configuration.declarations import Declaration, Declarations
from checker.frontends.terraform.configuration.outside import Outside
from checker.frontends.terraform.hcl.syntax import Expression, RootName
from checker.immutable import immutable
from checker.model.answers import Answers
from checker.model.problem import Problem, ProblemKind
from checker.source import Location
from checker.source.files import SourceFiles
from checker.values import ADVICE, Alternative, Cause, Null, Piece, Text, TooLargeError, Unknown, Value
from checker.values.operations import unknown

if TYPE_CHECKING:
    from checker.frontends.terraform.configuration.module import Module, ResourceInstance

# Bounds the cost of evaluating a root in counted work, never in time or memory, so that every run has the same
# result.

# Some 20 seconds of work for a root, and a few for one resource with everything that it is the first to need.
_MOST_OF_ROOT = 5_000_000
_MOST_OF_RESOURCE = 1_500_000
_CHARACTERS_OF_STEP = 16


class OverBudgetError(TooLargeError):
    """Evaluating this costs too much. `location` is that of the expression which cost the most, if there is one."""

    def __init__(self, location: Location | None) -> None:
        super().__init__("over budget")
        self.location = location


@dataclass(slots=True)
class Budget:
    """The work spent on one root so far, in total and since `begin`."""

    spent: int = 0
    _began: int = 0
    _limit: int = _MOST_OF_RESOURCE
    # The named expressions under evaluation, each inside the previous one, with the work spent before it.
    _open: list[tuple[Location, int]] = field(default_factory=list)
    _culprit: Location | None = None

    def begin(self) -> None:
        """The following work is for another resource."""
        self._began = self.spent
        self._limit = min(self.spent + _MOST_OF_RESOURCE, _MOST_OF_ROOT)
        self._culprit = None

    def spend(self, steps: int) -> None:
        """Counts steps. Raises OverBudgetError past the bound, each time until the next `begin`."""
        self.spent += steps
        if self.spent > self._limit:
            if self._culprit is None:
                self._culprit = self._costliest()
            # The exact number no longer matters, only that the bound is passed.
            self.spent = self._limit + 1
            raise OverBudgetError(self._culprit)

    def keep(self, value: Value) -> None:
        """Counts the parts of a value that is kept for the whole root. Raises OverBudgetError like `spend`."""
        steps = 0
        for alternative in value:
            steps += alternative.atom.weight
            if isinstance(alternative.atom, Text):
                characters = sum(len(piece.text) for piece in alternative.atom.pieces if isinstance(piece, Piece))
                steps += characters // _CHARACTERS_OF_STEP
        self.spend(steps)

    def enter(self, location: Location) -> None:
        """Starts the evaluation of a named expression, up to `leave`."""
        self._open.append((location, self.spent))

    def leave(self) -> None:
        """Ends the evaluation of the expression that was entered last."""
        self._open.pop()

    def _costliest(self) -> Location | None:
        """The innermost open expression that took at least half of the work."""
        half = (self.spent - self._began) // 2
        for location, before in reversed(self._open):
            if self.spent - max(before, self._began) >= half:
                return location
        return None


# The scope of an expression: the names bound around it, and the module that resolves all others.


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


# Values that are evaluated once, on first use.

_BUSY: Value = (Alternative(Null()),)


def once(
    memo: dict[str, Value], name: str, make: Callable[[], Value], subject: str, host: Host, location: Location
) -> Value:
    """The value of a name, evaluated on first use. A name that needs itself is a cycle.

    `location` is that of its expression.
    """
    found = memo.get(name)
    if found is None:
        memo[name] = _BUSY
        host.budget.enter(location)
        try:
            found = make()
            host.budget.keep(found)
        except TooLargeError as error:
            found = (Alternative(host.not_evaluated(location, error)),)
        finally:
            host.budget.leave()
        memo[name] = found
    elif found is _BUSY:
        return unknown(Cause.CYCLE, subject)
    return found


# The module instances of one root together.

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
