"""The configuration of single inputs: which are left out, and what is supplied for each."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from checker.discover import STANDARD_INPUT, Target
from checker.model.options import Options
from checker.model.problem import Problem
from checker.model.settings import Settings
from checker.policy.globs import matches_path


class InputOptions:
    """What the configuration says of inputs; the command line wins."""

    def __init__(self, settings: Settings, paths: Sequence[str], cwd: Path) -> None:
        self._settings = settings
        self._cwd = cwd
        self._base = cwd if settings.configured_in is None else settings.configured_in
        self._named = {os.path.realpath(cwd / path) for path in paths}

    def without_excluded(
        self, targets: Iterable[Target], problems: Iterable[Problem]
    ) -> tuple[tuple[Target, ...], tuple[Problem, ...]]:
        """The targets and problems that no exclusion covers; a path given by name is never excluded."""
        if not self._settings.excluded:
            return tuple(targets), tuple(problems)
        return (
            tuple(target for target in targets if not self._is_excluded(target.path)),
            tuple(problem for problem in problems if not self._is_excluded(self._cwd / problem.file)),
        )

    def of(self, target: Target) -> Options:
        """The options with which an input is read."""
        given = self._settings.options
        if not self._settings.own_options:
            return given
        path = "-" if target.path == STANDARD_INPUT else self._relative(target.path)
        own = [each for each in self._settings.own_options if matches_path(each.glob, path)]
        return replace(
            given,
            # Of several files the last wins, so those of the command line come last.
            var_files=(*(file for each in own for file in each.var_files), *given.var_files),
            parameters=(*(file for each in own for file in each.parameters), *given.parameters),
            workspace=given.workspace or next((each.workspace for each in reversed(own) if each.workspace), None),
            regions=given.regions or next((each.regions for each in reversed(own) if each.regions), ()),
        )

    def _is_excluded(self, path: Path) -> bool:
        if os.path.realpath(path) in self._named or path == STANDARD_INPUT:
            return False
        relative = self._relative(path)
        parts = relative.split("/")
        # Excluding a directory excludes everything below it.
        prefixes = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
        return any(matches_path(glob.rstrip("/"), prefix) for glob in self._settings.excluded for prefix in prefixes)

    def _relative(self, path: Path) -> str:
        return os.path.relpath(os.path.realpath(path), os.path.realpath(self._base)).replace(os.sep, "/")
