"""Groups similar problems, so that reports show them once."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from checker.model.problem import Problem, ProblemKind
from checker.wording import first_listed, problem_location

# The differences between similar problems: names, paths and numbers.
_NAMES = re.compile(r"'[^']*'|`[^`]*`|\"[^\"]*\"|\S*[/\\]\S*|\d+")


class ProblemGroup(NamedTuple):
    """Problems of one kind with one advice, whose messages differ only in names, paths and numbers."""

    problems: tuple[Problem, ...]

    @property
    def first(self) -> Problem:
        """The first of them."""
        return self.problems[0]

    @property
    def kind(self) -> ProblemKind:
        """The kind of the problems."""
        return self.first.kind

    @property
    def incomplete(self) -> bool:
        """True if models may have been missed."""
        return self.first.incomplete

    @property
    def advice(self) -> str:
        """What to do."""
        return self.first.advice

    @property
    def message(self) -> str:
        """The message: `40 modules are not here: example/kms/aws, example/vpc/aws and 3 more`."""
        count = len(self.problems)
        if count > 1 and self.first.several:
            names = list(dict.fromkeys(each.subject for each in self.problems if each.subject))
            return f"{count:,} {self.first.several}: {first_listed(names)}"
        if all(each.message == self.first.message for each in self.problems):
            return self.first.message
        return f"{self.first.message.rstrip('.')} (and {count - 1:,} more like it)"

    @property
    def locations(self) -> tuple[str, ...]:
        """The locations: file, line and column."""
        return tuple(map(problem_location, self.problems))


def alike(problems: Iterable[Problem]) -> tuple[ProblemGroup, ...]:
    """The problems in groups; first those because of which models may have been missed."""
    groups: dict[object, list[Problem]] = {}
    for problem in sorted(problems, key=lambda problem: not problem.incomplete):
        said = problem.several or _NAMES.sub("", problem.message)
        groups.setdefault((problem.kind, problem.incomplete, problem.advice, said), []).append(problem)
    return tuple(ProblemGroup(tuple(group)) for group in groups.values())
