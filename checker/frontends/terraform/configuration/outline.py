"""A Terraform root in which nothing can name a model: its files and its problems, without its resources.

Everything that a root module, the modules that it calls and its inputs say is looked at before anything is evaluated.
The files are parsed all the same, so that what is wrong with one is reported; what is wrong only when an expression is
evaluated is not, since Terraform says so.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from checker.errors import ReadError
from checker.frontends.terraform.configuration.declarations import Declarations, declarations
from checker.frontends.terraform.configuration.module_files import is_module_file, read_module
from checker.frontends.terraform.configuration.module_sources import Caller, ModuleSources
from checker.frontends.terraform.configuration.scope import Host
from checker.frontends.terraform.configuration.variables import root_inputs
from checker.frontends.terraform.terragrunt.unit import is_unit
from checker.immutable import immutable
from checker.model.options import Options
from checker.model.problem import Problem
from checker.model.resource import Input, InputKind, Loaded
from checker.source import Place
from checker.source.files import SourceFiles
from checker.values import Cause, Value
from checker.values.operations import unknown

# Functions that read other files, and those that make of a text one with other letters.
_READS_OR_DECODES = re.compile(rb"(?:file\w*|base64decode|base64gunzip|textdecodebase64|strrev)\s*\(")
_VALUES = (".tfvars", ".tfvars.json")


@immutable
class _Module:
    """A module in which nothing can name a model, without its resources: its files, and what is wrong with them."""

    declarations: Declarations
    files: tuple[str, ...]
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class _Called:
    """A module where it is called."""

    declarations: Declarations
    parent: Caller | None
    call_path: tuple[str, ...]


@dataclass(slots=True)
class Outlines:
    """The outlines of many roots, which may call the same modules: each is looked at once.

    `may_name_a_model` looks at the content of a file.
    """

    may_name_a_model: Callable[[bytes], bool]
    _modules: dict[str, _Module | None] = field(default_factory=dict)

    def outline(self, root: Path, options: Options, files: SourceFiles) -> Loaded | None:
        """What `load_root` gives, without resources; None if something in the root may name a model."""
        written = "\n".join((*options.environment.values(), *(value for _, value in options.variables)))
        if self.may_name_a_model(written.encode()):
            return None
        host = Host(files, root, _not_rendered)
        try:
            listed: Sequence[Path] = files.list_directory(root)
        except ReadError:
            return None
        values = [path for path in listed if path.name.endswith(_VALUES)]
        if is_unit(listed) or not self._name_nothing([*values, *options.var_files], files.anew()):
            return None
        module = self._module(root, files)
        if module is None:
            return None
        for problem in module.problems:
            host.report(problem)
        before = set(files.files_read)
        root_inputs(host, options, module.declarations, listed)
        shown = [*module.files, *(files.display(path) for path in files.files_read if path not in before)]
        sources = ModuleSources(host)
        pending: list[Caller] = [_Called(module.declarations, None, ())]
        while pending:
            caller = pending.pop()
            inner: list[Caller] = []
            for name, call in caller.declarations.calls.items():
                directory = sources.directory(caller, name, call)
                if directory is None:
                    continue
                called = self._module(directory, files)
                if called is None:
                    return None
                for problem in called.problems:
                    host.report(problem)
                shown += called.files
                inner.append(_Called(called.declarations, caller, (*caller.call_path, name)))
            pending += reversed(inner)
        return Loaded(
            Input(files.display(root), InputKind.TERRAFORM, tuple(dict.fromkeys(shown))), (), tuple(host.problems)
        )

    def declarations(self, directory: Path, files: SourceFiles) -> Declarations | None:
        """What a module declares, without its resources; None if something in it may name a model."""
        module = self._module(directory, files)
        return None if module is None else module.declarations

    def _module(self, directory: Path, files: SourceFiles) -> _Module | None:
        shown = files.display(directory)
        if shown not in self._modules:
            try:
                self._modules[shown] = self._read(directory, files.list_directory(directory), files)
            except ReadError:
                self._modules[shown] = None
        return self._modules[shown]

    def _read(self, directory: Path, listed: Sequence[Path], files: SourceFiles) -> _Module | None:
        files = files.keeping()
        if not self._name_nothing([path for path in listed if is_module_file(path)], files):
            return None
        files = files.anew()
        host = Host(files, directory, _not_rendered)
        sources, complete = read_module(listed, host)
        whole = declarations(directory, sources, complete=complete)
        # The trees of a large repository are many times its size.
        kept = Declarations(directory, complete, whole.variables, calls=whole.calls, providers=whole.providers)
        shown = tuple(files.display(path) for path in files.files_read)
        return _Module(kept, shown, (*host.problems, *whole.problems))

    def _name_nothing(self, paths: Sequence[Path], files: SourceFiles) -> bool:
        for path in paths:
            try:
                content = files.read_bytes(path)
            except ReadError:
                # What reads it for good says so.
                continue
            if self.may_name_a_model(content) or _READS_OR_DECODES.search(content):
                return False
        return True


def _not_rendered(_content: str, file: str, _at: Place | None, _names: Mapping[str, Value]) -> Value:
    return unknown(Cause.UNSUPPORTED_FUNCTION, file)
