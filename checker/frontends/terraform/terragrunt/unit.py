"""Reads a Terragrunt unit: a module, with the inputs from `terragrunt.hcl` and the files that it includes.

Terragrunt evaluates an included file in the directory of the unit, and a file that is read in its own directory.
"""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from checker.errors import ReadError
from checker.frontends.protocol import Run
from checker.frontends.terraform.configuration.bodies import rendered
from checker.frontends.terraform.configuration.declarations import Declaration, SourceFile, blocks_of
from checker.frontends.terraform.configuration.directory import deep_recursion, load_directory
from checker.frontends.terraform.configuration.module_sources import is_module_file, read_problem, read_source
from checker.frontends.terraform.configuration.scope import Host
from checker.frontends.terraform.configuration.variables import RootInputs, supplied_as
from checker.frontends.terraform.hcl.syntax import Body
from checker.frontends.terraform.terragrunt.arguments import passed_arguments
from checker.frontends.terraform.terragrunt.config import VALUES, Config, Source
from checker.frontends.terraform.terragrunt.functions import FUNCTIONS
from checker.frontends.terraform.terragrunt.generated import generated_files
from checker.frontends.terraform.terragrunt.json_blocks import with_blocks
from checker.immutable import immutable
from checker.model.problem import Problem, ProblemKind
from checker.model.resource import Framework, Input, InputKind, Loaded, Resource
from checker.model.settings import Options
from checker.source import Location
from checker.source.files import SourceFiles
from checker.source.urls import without_credentials
from checker.values import (
    Map,
    Value,
)
from checker.values.operations import assume, index, one_of, text

UNIT_FILES = ("terragrunt.hcl", "terragrunt.hcl.json")
# The content of a configuration, by the reference of Terragrunt 0.93, with deprecated attributes.
_KNOWN = frozenset(
    {
        *("catalog", "dependencies", "dependency", "engine", "errors", "exclude", "feature", "generate", "include"),
        *("locals", "remote_state", "stack", "terraform", "unit"),
        *("download_dir", "iam_assume_role_duration", "iam_assume_role_session_name", "iam_role"),
        *("iam_web_identity_token", "inputs", "prevent_destroy", "retry_max_attempts", "retry_sleep_interval_sec"),
        *("retryable_errors", "skip", "terraform_binary", "terraform_version_constraint"),
        "terragrunt_version_constraint",
    }
)
# What its blocks may hold, those that may bring a model to the module.
_KNOWN_OF_BLOCKS = {
    "dependency": frozenset(
        {
            *("config_path", "enabled", "mock_outputs", "mock_outputs_allowed_terraform_commands", "skip_outputs"),
            *("mock_outputs_merge_strategy_with_state", "mock_outputs_merge_with_state"),
        }
    ),
    "extra_arguments": frozenset({"arguments", "commands", "env_vars", "optional_var_files", "required_var_files"}),
    "generate": frozenset(
        {
            *("comment_prefix", "contents", "disable", "disable_signature", "hcl_fmt", "if_disabled", "if_exists"),
            "path",
        }
    ),
    "include": frozenset({"expose", "merge_strategy", "path"}),
    "terraform": frozenset(
        {
            *("after_hook", "before_hook", "copy_terraform_lock_file", "error_hook", "exclude_from_copy"),
            *("extra_arguments", "include_in_copy", "source"),
        }
    ),
}
# The blocks of which there is one.
_ONE = ("locals", "terraform")
# Configurations that include or read one another.
_MOST_LEVELS = 20


def is_unit(listed: Sequence[Path]) -> bool:
    """True if a directory with these files may be a unit."""
    return any(path.name in UNIT_FILES for path in listed)


def load_unit(directory: Path, listed: Sequence[Path], options: Options, files: SourceFiles, run: Run) -> Loaded:
    """The resources of the module that a unit deploys; none, and no files, if it only exists to be included."""
    with deep_recursion():
        return _load(directory, listed, options, files, run)


def _load(directory: Path, listed: Sequence[Path], options: Options, files: SourceFiles, run: Run) -> Loaded:
    unit = _Unit(directory, files, options)
    config = unit.config(next(path for path in listed if path.name in UNIT_FILES), directory)
    shown = files.display(directory)
    nothing = Input(shown, InputKind.TERRAFORM, ())
    if config is None:
        return Loaded(nothing._replace(files=_read_by(files)), (), tuple(unit.host.problems), tuple(unit.comments))
    source = config.source()
    own_module = any(is_module_file(path) for path in listed)
    told = tuple(unit.host.problems)
    if source is None and not own_module and not _deploys(config):
        # What is only there to be included is not evaluated for itself.
        includes = any(config.includes())
        return Loaded(nothing, (), tuple(unit.host.problems) if includes else told)
    inputs = config.inputs()
    module = directory if source is None else unit.module_of(source)
    # If the module's code is missing, only the inputs are known.
    passed = () if module is not None else (_passed(inputs, shown, config.location),)
    if module is None and not own_module:
        return Loaded(nothing._replace(files=_read_by(files)), passed, tuple(unit.host.problems), tuple(unit.comments))
    root = module or directory
    # Terragrunt copies the files beside its configuration into the module.
    copied = () if source is None or module is None else listed
    generated = tuple(generated_files(config, root, {path.name for path in (*files.list_directory(root), *copied)}))
    of_module, values = _apart(generated)
    made = load_directory(
        root,
        options,
        files,
        run,
        lambda supplied: _Inputs(supplied, inputs).value,
        of_module,
        copied,
        passed=replace(passed_arguments(config, root), generated=values),
    )
    return Loaded(
        Input(shown, InputKind.TERRAFORM, _read_by(files)),
        (*passed, *(resource._replace(input=shown) for resource in made.resources)),
        tuple(dict.fromkeys((*unit.host.problems, *made.problems))),
        (*unit.comments, *made.comments),
        moves=made.moves,
        takes=made.takes,
    )


def _deploys(config: Config) -> bool:
    """True if the files that a configuration generates make something by themselves."""
    return any(
        block.type in ("module", "resource")
        for file in generated_files(config, config.host.root, ())
        for block in file.parsed.body.blocks
    )


def _apart(generated: Sequence[SourceFile]) -> tuple[tuple[SourceFile, ...], tuple[SourceFile, ...]]:
    """The files of the module, and those of values."""
    return (
        tuple(file for file in generated if is_module_file(file.path)),
        tuple(file for file in generated if not is_module_file(file.path)),
    )


def _passed(inputs: Value, unit: str, location: Location) -> Resource:
    return Resource(
        framework=Framework.TERRAFORM, input=unit, address="inputs", type="module", properties=inputs, location=location
    )


def _read_by(files: SourceFiles) -> tuple[str, ...]:
    return tuple(dict.fromkeys(files.display(path) for path in files.files_read))


def module_of_unit(directory: Path, listed: Sequence[Path], files: SourceFiles) -> Path | None:
    """The directory of the local module that a unit deploys; None if it is no other directory."""
    unit = _Unit(directory, files, Options())
    config = unit.config(next(path for path in listed if path.name in UNIT_FILES), directory)
    source = config.source() if config is not None else None
    return unit.module_of(source) if source is not None else None


@immutable
class _Inputs:
    """The variables of the module: from its own files, else from the unit, else the defaults."""

    supplied: RootInputs
    inputs: Value

    def value(self, name: str, declared: Declaration) -> Value:
        if name in self.supplied.supplied or declared.is_secret:
            return self.supplied.value(name, declared)
        subject = f"var.{name}"
        made: list[Value] = []
        for one in self.inputs:
            if isinstance(one.atom, Map) and name in one.atom.entries:
                given = supplied_as(one.atom.entries[name], declared, self.supplied.host, subject)
                made.append(assume(self.supplied.opened(name, declared, given), one.given))
            elif isinstance(one.atom, Map) and not one.atom.rest:
                made.append(assume(self.supplied.value(name, declared), one.given))
            else:
                made.append(self.supplied.opened(name, declared, index((one,), text(name), subject)))
        return one_of(made, subject)


class _Unit:
    """Reads one unit."""

    def __init__(self, directory: Path, files: SourceFiles, options: Options) -> None:
        self.directory = directory
        self.options = options
        self.host = self.host_in(directory, files, {})
        self.comments: list[tuple[Location, str]] = []
        self._configs: dict[tuple[Path, Path], Config | None] = {}
        self._reading: list[Path] = []

    @staticmethod
    def host_in(directory: Path, files: SourceFiles, problems: dict[Problem, None]) -> Host:
        """What functions may use in a directory."""

        return Host(files, directory, rendered, problems, FUNCTIONS)

    def config(self, path: Path, directory: Path, child: Config | None = None) -> Config | None:
        """The configuration in a file, evaluated in a directory; None if it cannot be read."""
        key = (path, directory)
        if key not in self._configs:
            if path in self._reading or len(self._reading) > _MOST_LEVELS:
                return None
            self._reading.append(path)
            self._configs[key] = self._config(path, directory, child)
            self._reading.pop()
        return self._configs[key]

    def _config(self, path: Path, directory: Path, child: Config | None) -> Config | None:
        host = self.host
        if directory != self.directory:
            host = self.host_in(directory, self.host.files, self.host.problems)
        source = read_source(path, host)
        if source is None:
            return None
        self.comments.extend((comment.location, comment.text) for comment in source.parsed.comments)
        body = with_blocks(source.parsed.body) if source.parsed.json else source.parsed.body
        if path.name != VALUES:
            self._report_refused(body)
        return Config(self, host, path, body, child, source.given)

    def _report_refused(self, body: Body) -> None:
        self._report_unknown(body, _KNOWN)
        for one in _ONE:
            for block in list(blocks_of(body, one))[1:]:
                self._report(block.location, f"there is more than one block {one!r}")
        of_terraform = (inner for block in blocks_of(body, "terraform") for inner in block.body.blocks)
        for block in (*body.blocks, *of_terraform):
            if block.type in _KNOWN_OF_BLOCKS:
                self._report_unknown(block.body, _KNOWN_OF_BLOCKS[block.type])
            if block.type == "include" and block.body.get("path") is None:
                self._report(block.location, "the block 'include' has no 'path'")

    def _report_unknown(self, body: Body, known_names: frozenset[str]) -> None:
        written = [(each.name, each.location) for each in body.attributes]
        written += [(each.type, each.location) for each in body.blocks]
        for name, location in written:
            if name not in known_names:
                self._report(location, f"{name!r} is nothing that Terragrunt knows here; it was not read")

    def _report(self, location: Location, message: str) -> None:
        advice = "Terragrunt refuses this; correct it."
        self.host.report(Problem.at(location, ProblemKind.UNSUPPORTED, message, advice, incomplete=True))

    def module_of(self, source: Source) -> Path | None:
        """The directory of a local module; None, with a problem, for others."""
        if source.path is None:
            shown = without_credentials(source.shown)
            message = f"the module of this unit comes from {shown!r}, whose code is not here"
            advice = "Check a plan of the unit, or give it a local module."
            self.host.report(
                Problem.at(
                    source.location,
                    ProblemKind.REMOTE_MODULE,
                    message,
                    advice,
                    incomplete=True,
                    several="modules of units are not here",
                    subject=shown,
                )
            )
            return None
        directory = Path(os.path.normpath(self.directory / source.path))
        try:
            listed = self.host.files.list_directory(directory)
        except ReadError as error:
            problem = read_problem(error)
            message = f"the module of this unit cannot be read: {error.file}: {error.reason}"
            self.host.report(Problem.at(source.location, problem.kind, message, problem.advice, incomplete=True))
            return None
        if not any(is_module_file(path) for path in listed):
            message = f"the module of this unit has no Terraform files: {self.host.files.display(directory)}"
            advice = "Correct the source of the module."
            self.host.report(Problem.at(source.location, ProblemKind.NOT_FOUND, message, advice, incomplete=True))
            return None
        return directory
