"""Options of single inputs: exclusions, supplied values, and values that no input has."""

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from checker.discover import STANDARD_INPUT, Target, count_files, pruned_by
from checker.errors import UsageError
from checker.model.problem import Problem, ProblemKind
from checker.model.resource import InputKind, Loaded
from checker.model.settings import Options, Settings
from checker.policy.scope import matches_path
from checker.source.validation import did_you_mean

T = TypeVar("T")

# The other content of `cdk.json` and `cdk.context.json` is for the app.
_CONTEXT_FILES = ("cdk.json", "cdk.context.json")
# What keeps an excluded path out of a run.
_CONFIGURATION = "the configuration excludes"


class InputOptions:
    """The configuration's options of inputs; the command line wins."""

    def __init__(self, settings: Settings, paths: Sequence[str], cwd: Path) -> None:
        self._settings = settings
        self._cwd = cwd
        self._base = cwd if settings.configured_in is None else settings.configured_in
        self._named = {os.path.realpath(cwd / path) for path in paths}

    def without_excluded(
        self, targets: Iterable[Target], problems: Iterable[Problem]
    ) -> tuple[tuple[Target, ...], tuple[Problem, ...]]:
        """The targets and problems without excluded ones, of which a problem tells; a named path is never excluded."""
        if not self._settings.excluded:
            return tuple(targets), tuple(problems)
        kept: list[Target] = []
        left_out: Counter[str] = Counter()
        for target in targets:
            part = self._excluded_part(target.path)
            if part is None:
                kept.append(target)
            else:
                left_out[target.files.display(self._base / part)] += count_files(target)
        told = (problem for problem in problems if not self.is_excluded(self._cwd / problem.file))
        return tuple(kept), (*told, *(pruned_by(_CONFIGURATION, *each) for each in left_out.items()))

    def of(self, target: Target) -> Options:
        """The options for reading an input."""
        given = self._settings.options
        if not self._settings.own_options:
            return given
        paths = {"-"} if target.path == STANDARD_INPUT else self._names_of(target.path)
        own = [each for each in self._settings.own_options if any(matches_path(each.glob, path) for path in paths)]
        return replace(
            given,
            # Of several files the last wins, so those of the command line come last.
            arguments=(*(file for each in own for file in each.var_files), *given.arguments),
            parameters=(*(file for each in own for file in each.parameters), *given.parameters),
            workspace=given.workspace or next((each.workspace for each in reversed(own) if each.workspace), None),
            regions=given.regions or next((each.regions for each in reversed(own) if each.regions), ()),
        )

    def included(self, paths: Mapping[Path, T]) -> dict[Path, T]:
        """Those of the paths that are not excluded, with their values."""
        return {path: kept for path, kept in paths.items() if not self.is_excluded(path)}

    def is_excluded(self, path: Path) -> bool:
        """True if a path, or a directory above it, is excluded; False for a named path."""
        return self._excluded_part(path) is not None

    def _excluded_part(self, path: Path) -> str | None:
        """The outermost excluded directory above a path, or the path itself; None if neither is excluded."""
        if not self._settings.excluded or path == STANDARD_INPUT or os.path.realpath(path) in self._named:
            return None
        parts = self._relative(path).split("/")
        # Excluding a directory excludes everything below it.
        prefixes = ("/".join(parts[:count]) for count in range(1, len(parts) + 1))
        globs = [glob.rstrip("/") for glob in self._settings.excluded]
        return next((prefix for prefix in prefixes if any(matches_path(glob, prefix) for glob in globs)), None)

    def _names_of(self, path: Path) -> set[str]:
        """The path without links, and as it was reached."""
        reached = os.path.relpath(self._cwd / path, self._base).replace(os.sep, "/")
        return {self._relative(path), reached}

    def _relative(self, path: Path) -> str:
        return os.path.relpath(os.path.realpath(path), os.path.realpath(self._base)).replace(os.sep, "/")


def supplied_in_vain(settings: Settings, loaded: Sequence[Loaded], unread: Iterable[Problem]) -> tuple[Problem, ...]:
    """The variables in files that no root declares; Terraform warns of them.

    Raises UsageError for a variable of the command line that no root declares, and for a parameter that no template
    has. Nothing is reported unless all declarations are known: `unread` are the problems of the run.
    """
    variables = _taken(loaded, InputKind.TERRAFORM, InputKind.TERRAFORM_PLAN)
    parameters = _taken(loaded, InputKind.CLOUDFORMATION, InputKind.CDK)
    if variables is not None:
        for name, _ in settings.options.variables:
            if name not in variables:
                said = did_you_mean(name, variables)
                raise UsageError(f"--var {name}: no root that was read declares this variable{said}")
    has_templates = any(map(_is_of_templates, loaded)) or any(problem.incomplete for problem in unread)
    if settings.options.parameters and loaded and not has_templates:
        raise UsageError(f"--parameters {settings.options.parameters[0]}: there is no template that could take them")
    problems: list[Problem] = []
    for one in loaded:
        for name, location in one.takes.in_vain if one.takes is not None else ():
            if _is_of_templates(one):
                is_context = location is not None and location.file.endswith(_CONTEXT_FILES)
                if parameters is not None and name not in parameters and not is_context:
                    at = "--parameters" if location is None else str(location)
                    raise UsageError(f"{at}: no template has the parameter {name!r}{did_you_mean(name, parameters)}")
            elif variables is not None and name not in variables and location is not None:
                said = did_you_mean(name, variables)
                message = f"no root that was read declares the variable {name!r}{said}"
                advice = "Correct the name, or take it out; Terraform ignores it."
                problems.append(Problem.at(location, ProblemKind.INVALID_VALUE, message, advice, incomplete=False))
    return tuple(problems)


def _is_of_templates(loaded: Loaded) -> bool:
    return loaded.input.kind in (InputKind.CLOUDFORMATION, InputKind.CDK)


def _taken(loaded: Sequence[Loaded], *kinds: InputKind) -> frozenset[str] | None:
    """The names that all inputs of some kinds declare; None if they are not all known."""
    if not loaded or any(one.takes is None for one in loaded if one.input.kind in kinds):
        return None
    names: frozenset[str] = frozenset()
    return names.union(*(one.takes.names for one in loaded if one.takes is not None and one.input.kind in kinds))
