"""Finds the code of a called module: beside the caller, or where `terraform init` put it."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from checker.errors import ParseError, ReadError
from checker.frontends.terraform.configuration.declarations import Declaration, Declarations
from checker.frontends.terraform.configuration.module_files import is_module_file, read_problem
from checker.frontends.terraform.configuration.module_versions import Fetched
from checker.frontends.terraform.configuration.scope import Host
from checker.frontends.terraform.hcl.syntax import Expression, Literal
from checker.model.problem import Problem, ProblemKind
from checker.source import Location
from checker.source.urls import without_credentials

# Modules inside modules. Terraform has no limit; people use about five levels.
MOST_LEVELS = 50


def local_source(written: str) -> str | None:
    """The relative path of a module in a local source; None for other sources.

    Terraform accepts the path separators of Windows on every system.
    """
    path = written.replace("\\", "/") if written.startswith((".\\", "..\\")) else written
    return path if path.startswith(("./", "../")) or path in (".", "..") else None


def _literal(expression: Expression | None) -> str | None:
    """The text that an argument is written as; None if it is no text, or is not written out."""
    return expression.value if isinstance(expression, Literal) and isinstance(expression.value, str) else None


class Caller(Protocol):
    """The module instance that calls."""

    @property
    def declarations(self) -> Declarations:
        """Its declarations, with their directory."""

    @property
    def parent(self) -> "Caller | None":
        """The module that calls it."""

    @property
    def call_path(self) -> tuple[str, ...]:
        """The names of the calls that lead to it."""


@dataclass(slots=True)
class ModuleSources:
    """The directories of called modules; a missing one is a problem."""

    host: Host
    _installed: dict[str, Fetched] | None = None
    _found: dict[tuple[Path, str, tuple[str, ...]], Path | None] = field(default_factory=dict)

    def directory(self, caller: Caller, name: str, call: Declaration) -> Path | None:
        """The directory of the module that a call names; None if its code is missing."""
        location = call.block.location
        path = (*caller.call_path, name)
        key = (caller.declarations.directory, name, path)
        if key not in self._found:
            self._found[key] = self._locate(caller, name, call, location, path)
        return self._found[key]

    def _locate(
        self, caller: Caller, name: str, call: Declaration, location: Location, path: tuple[str, ...]
    ) -> Path | None:
        source = call.get("source")
        written = _literal(source)
        if source is None or not written:
            advice = "Write the source as text; what the module holds was not checked."
            self._report(
                location, ProblemKind.INVALID_VALUE, f"the source of module {name!r} is not written out", advice
            )
            return None
        local = local_source(written)
        if local is not None:
            directory = caller.declarations.directory / local
        else:
            installed = self._modules_json().get(".".join(path))
            if installed is None:
                shown = without_credentials(written)
                self.host.report(
                    Problem.at(
                        source.location,
                        ProblemKind.REMOTE_MODULE,
                        f"the module {name!r} comes from {shown!r}, whose code is not here",
                        "Run `terraform init`, so that the module's code is in .terraform, or check a plan.",
                        incomplete=True,
                        several="modules are not here",
                        subject=shown,
                    )
                )
                return None
            difference = installed.differs_from(written, _literal(call.get("version")))
            if difference is not None:
                self.host.report(
                    Problem.at(
                        source.location,
                        ProblemKind.REMOTE_MODULE,
                        f"the code of module {name!r} in .terraform is not what is asked for: {difference}",
                        "Run `terraform init`, so that what is asked for is in .terraform, or check a plan.",
                        incomplete=True,
                        several="modules are not here as they are asked for",
                        subject=without_credentials(written),
                    )
                )
                return None
            directory = self.host.root / installed.directory
        return self._checked(caller, name, directory, source.location)

    def _checked(self, caller: Caller, name: str, directory: Path, location: Location) -> Path | None:
        """The directory, if it holds a module that is not one of its own callers."""
        try:
            listed = self.host.files.list_directory(directory)
        except ReadError as error:
            problem = read_problem(error)
            message = f"the module {name!r} cannot be read: {error.file}: {error.reason}"
            self._report(location, problem.kind, message, problem.advice)
            return None
        if not any(is_module_file(path) for path in listed):
            message = f"the directory of module {name!r} has no Terraform files: {self.host.files.display(directory)}"
            self._report(location, ProblemKind.NOT_FOUND, message, "Correct the source of the module.")
            return None
        resolved = self.host.files.resolved(directory)
        outer: Caller | None = caller
        levels = 0
        while outer is not None:
            levels += 1
            if self.host.files.resolved(outer.declarations.directory) == resolved:
                message = f"the module {name!r} calls itself, by way of {self.host.files.display(resolved)}"
                self._report(location, ProblemKind.INVALID_VALUE, message, "Break the cycle of module calls.")
                return None
            outer = outer.parent
        if levels > MOST_LEVELS:
            message = f"the module {name!r} is nested deeper than {MOST_LEVELS} levels"
            self._report(location, ProblemKind.UNSUPPORTED, message, "Check the inner modules for themselves.")
            return None
        return directory

    def _modules_json(self) -> dict[str, Fetched]:
        """The modules that `terraform init` installed, by the path of their calls."""
        if self._installed is None:
            self._installed = {}
            path = self.host.root / ".terraform" / "modules" / "modules.json"
            try:
                content: Any = json.loads(self.host.files.read_text(path))
                entries = content["Modules"]
                self._installed = {str(entry["Key"]): Fetched.of(entry) for entry in entries}
            except ReadError as error:
                if error.kind != "missing":
                    self.host.report(read_problem(error))
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                shown = self.host.files.display(path)
                self.host.report(read_problem(ParseError(shown, 1, 1, "this is not a list of installed modules")))
        return self._installed

    def _report(self, location: Location, kind: ProblemKind, message: str, advice: str) -> None:
        self.host.report(Problem.at(location, kind, message, advice, incomplete=True))
