"""What is kept of code that was read, so that it can be judged again without the code."""

from typing import NamedTuple

from checker.model.finding import Root
from checker.model.policy import Waiver
from checker.model.problem import Problem
from checker.model.reference import Reference


class InputFacts(NamedTuple):
    """An input that was read. `root` is a part of fingerprints; `regions` are those that the user gave for it."""

    path: str
    root: Root
    regions: tuple[str, ...] = ()


class FileOwners(NamedTuple):
    """The owners of a file by CODEOWNERS."""

    file: str
    owners: tuple[str, ...]


class Gathered(NamedTuple):
    """The references and mentions in some code, with everything else that judging them takes.

    `waivers` are those in the code, of whatever rules. `owners` has the files with a model and an owner. `files` counts
    those that were read.
    """

    inputs: tuple[InputFacts, ...] = ()
    references: tuple[Reference, ...] = ()
    mentions: tuple[Reference, ...] = ()
    problems: tuple[Problem, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    owners: tuple[FileOwners, ...] = ()
    files: int = 0

    @property
    def incomplete(self) -> bool:
        """True if models may have been missed."""
        return any(problem.incomplete for problem in self.problems)
