"""Reads a Terragrunt unit: a module, with the inputs from `terragrunt.hcl` and the files that it includes.

Terragrunt evaluates an included file in the directory of the unit, and a file that is read in its own directory.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from checker.errors import ParseError, ReadError
from checker.frontends.protocol import Run
from checker.frontends.terraform.configuration.declarations import Declaration, SourceFile, blocks_of
from checker.frontends.terraform.configuration.directory import deep_recursion, load_directory
from checker.frontends.terraform.configuration.elements import invalid
from checker.frontends.terraform.configuration.evaluate import evaluate
from checker.frontends.terraform.configuration.module_files import is_module_file, read_problem, read_source
from checker.frontends.terraform.configuration.once import once
from checker.frontends.terraform.configuration.scope import Attribute, Host, Scope, TraversalStep
from checker.frontends.terraform.configuration.variables import RootInputs, supplied_as
from checker.frontends.terraform.hcl.parser import parse
from checker.frontends.terraform.hcl.syntax import Attribute as Written
from checker.frontends.terraform.hcl.syntax import Block, Body, RootName
from checker.frontends.terraform.terragrunt.functions import FUNCTIONS
from checker.frontends.terraform.terragrunt.merging import merged
from checker.immutable import immutable
from checker.model.options import Options
from checker.model.problem import Problem, ProblemKind
from checker.model.resource import Framework, Input, InputKind, Loaded, Resource
from checker.source import Location
from checker.source.files import SourceFiles, is_file
from checker.source.urls import without_credentials
from checker.values import (
    Alternative,
    Assumption,
    Basis,
    Cause,
    Given,
    Map,
    Piece,
    Step,
    Text,
    Unknown,
    Value,
)
from checker.values.operations import after, assume, index, known, one_of, text, unknown

UNIT_FILES = ("terragrunt.hcl", "terragrunt.hcl.json")
# Values that a stack passes to a unit that it generates.
_VALUES = "terragrunt.values.hcl"
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
# What its block `terraform` may hold.
_KNOWN_OF_TERRAFORM = frozenset(
    {
        *("after_hook", "before_hook", "copy_terraform_lock_file", "error_hook", "exclude_from_copy"),
        *("extra_arguments", "include_in_copy", "source"),
    }
)
_LOCAL = ("./", "../", ".", "..", "/")
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
    if source is None and not own_module:
        return Loaded(nothing, (), tuple(unit.host.problems))
    inputs = config.inputs()
    module = directory if source is None else unit.module_of(source)
    # If the module's code is missing, only the inputs are known.
    passed = () if module is not None else (_passed(inputs, shown, config.location),)
    if module is None and not own_module:
        return Loaded(nothing._replace(files=_read_by(files)), passed, tuple(unit.host.problems), tuple(unit.comments))
    made = load_directory(
        module or directory,
        replace(options, var_files=(*config.variable_files(), *options.var_files)),
        files,
        run,
        lambda supplied: _Inputs(supplied, inputs).value,
        tuple(config.generated()),
        # Terragrunt copies the files beside its configuration into the module.
        () if source is None or module is None else listed,
    )
    return Loaded(
        Input(shown, InputKind.TERRAFORM, _read_by(files)),
        (*passed, *(resource._replace(input=shown) for resource in made.resources)),
        tuple(dict.fromkeys((*unit.host.problems, *made.problems))),
        (*unit.comments, *made.comments),
        moves=made.moves,
        takes=made.takes,
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
                made.append(assume(given, one.given))
            elif isinstance(one.atom, Map) and not one.atom.rest:
                made.append(assume(self.supplied.value(name, declared), one.given))
            else:
                made.append(index((one,), text(name), subject))
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

        def render(_content: str, file: str, _at: Location | None, _names: Mapping[str, Value]) -> Value:
            return unknown(Cause.UNSUPPORTED_FUNCTION, file)

        return Host(files, directory, render, problems, FUNCTIONS)

    def config(self, path: Path, directory: Path, child: "Config | None" = None) -> "Config | None":
        """The configuration in a file, evaluated in a directory; None if it cannot be read."""
        key = (path, directory)
        if key not in self._configs:
            if path in self._reading or len(self._reading) > _MOST_LEVELS:
                return None
            self._reading.append(path)
            self._configs[key] = self._config(path, directory, child)
            self._reading.pop()
        return self._configs[key]

    def _config(self, path: Path, directory: Path, child: "Config | None") -> "Config | None":
        host = self.host
        if directory != self.directory:
            host = self.host_in(directory, self.host.files, self.host.problems)
        source = read_source(path, host)
        if source is None:
            return None
        self.comments.extend((comment.location, comment.text) for comment in source.parsed.comments)
        body = source.parsed.body
        if path.name != _VALUES:
            self._report_unknown(body, _KNOWN)
            for block in blocks_of(body, "terraform"):
                self._report_unknown(block.body, _KNOWN_OF_TERRAFORM)
        return Config(self, host, path, source.parsed.body, child, source.given)

    def _report_unknown(self, body: Body, known_names: frozenset[str]) -> None:
        written = [(each.name, each.location) for each in body.attributes]
        written += [(each.type, each.location) for each in body.blocks]
        for name, location in written:
            if name not in known_names:
                message = f"{name!r} is nothing that Terragrunt knows here; it was not read"
                advice = "Terragrunt refuses this; correct it."
                self.host.report(Problem.at(location, ProblemKind.UNSUPPORTED, message, advice, incomplete=True))

    def module_of(self, source: "Source") -> Path | None:
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


@immutable
class Source:
    """The source of a unit's module: `path` relative to the unit, None if it is not local."""

    path: str | None
    shown: str
    location: Location


@dataclass(slots=True)
class Config:
    """One configuration file. `child` is the one that includes it."""

    unit: _Unit
    host: Host
    path: Path
    body: Body
    child: "Config | None" = None
    given: Given = ()
    memo: dict[str, Value] = field(default_factory=dict)

    @property
    def location(self) -> Location:
        """Its first line."""
        return Location(self.host.files.display(self.path), 1, 1)

    @property
    def scope(self) -> Scope:
        """The scope of its expressions."""
        return Scope(self)

    def refer(self, root: RootName, steps: Sequence[TraversalStep], scope: Scope) -> tuple[Value, int]:
        """The value of a traversal, and the number of its steps that were used."""
        names = [step.name if isinstance(step, Attribute) else None for step in steps[:3]]
        match root.name, names:
            case "local", [str(name), *_]:
                return self.local(name, root.location), 1
            case "include", [("locals" | "inputs") as part, *_]:
                return self._exposed("", part, root.location), 1
            case "include", [str(name), ("locals" | "inputs") as part, *_]:
                return self._exposed(name, part, root.location), 2
            case "dependency", [str(name), "outputs", *_]:
                return self._outputs(name, root.location), 2
            case "values", [str(name), *_]:
                return self._value(name), 1
            case _:
                subject = ".".join([root.name, *(name for name in names if name is not None)])
                return unknown(Cause.DEPLOY_TIME, subject), len(steps)

    def attribute(self, whole: Unknown, name: str) -> Value | None:
        """None: there are no objects that are one unknown."""
        return None

    def whole(self, marker: Unknown) -> Value | None:
        """None: there are no objects that are one unknown."""
        return None

    def local(self, name: str, location: Location) -> Value:
        """A local value."""
        for block in blocks_of(self.body, "locals"):
            attribute = block.body.get(name)
            if attribute is not None:
                make = partial(self._local, attribute)
                return once(self.memo, f"local.{name}", make, f"local.{name}", self.host, attribute.location)
        return (Alternative(invalid(f"{location.file}:{location.line}: the local value {name!r} is not declared")),)

    def _local(self, attribute: Written) -> Value:
        return after(evaluate(attribute.expression, self.scope), Step(attribute.location, f"local.{attribute.name}"))

    def _value(self, name: str) -> Value:
        """A value that a stack passes to the unit, if it generated the unit."""
        path = self.unit.directory / _VALUES
        found = self.unit.config(path, self.unit.directory) if is_file(path) else None
        attribute = None if found is None else found.body.get(name)
        if found is None or attribute is None:
            return unknown(Cause.INPUT_NOT_SET, f"values.{name}")
        return after(evaluate(attribute.expression, found.scope), Step(attribute.location, f"values.{name}"))

    def locals(self) -> Value:
        """All local values."""
        names = [attribute.name for block in blocks_of(self.body, "locals") for attribute in block.body.attributes]
        return known(Map({name: self.local(name, self.location) for name in names}))

    def includes(self) -> Iterator[tuple[str, Block, "Config"]]:
        """The configurations that it includes, by name."""
        for block in blocks_of(self.body, "include"):
            attribute = block.body.get("path")
            if attribute is None:
                continue
            # The path may need what is included.
            key = f"path of the include at {attribute.location}"
            make = partial(evaluate, attribute.expression, self.scope)
            for one in once(self.memo, key, make, "include", self.host, attribute.location):
                written = one.atom.plain if isinstance(one.atom, Text) else None
                if written is None:
                    subject = one.atom.subject if isinstance(one.atom, Unknown) else "its path"
                    message = f"what is included is not known: {subject}"
                    advice = "Write the path, or check a plan of the unit."
                    self.host.report(
                        Problem.at(attribute.location, ProblemKind.NOT_FOUND, message, advice, incomplete=True)
                    )
                    continue
                found = self.unit.config(self._at(written), self.host.root, self)
                if found is not None and not self._is_around(found):
                    yield (block.labels[0] if block.labels else ""), block, found

    def _is_around(self, other: "Config") -> bool:
        """True if another configuration is this one, or includes it."""
        around: Config | None = self
        while around is not None:
            if around is other:
                return True
            around = around.child
        return False

    def included(self, name: str | None = None) -> "Config | None":
        """The included configuration with a name; the only one if no name is given."""
        found = [config for label, _, config in self.includes() if name is None or label == name]
        return found[0] if found else None

    def _exposed(self, name: str, part: str, location: Location) -> Value:
        found = self.included(name)
        if found is None:
            return unknown(Cause.PARSE_FAILED, f"include.{name}" if name else "include")
        return found.locals() if part == "locals" else found.inputs()

    def read(self, path: str) -> Value | None:
        """The locals and inputs of another file, evaluated in its own directory; None if it cannot be read."""
        full = self._at(path)
        found = self.unit.config(full, full.parent)
        return None if found is None else known(Map({"locals": found.locals(), "inputs": found.inputs()}))

    def _at(self, path: str) -> Path:
        return Path(os.path.normpath(self.host.root / path))

    def _outputs(self, name: str, location: Location) -> Value:
        subject = f"dependency.{name}.outputs"
        return once(
            self.memo, subject, partial(self._outputs_of, name, subject, location), subject, self.host, location
        )

    def _outputs_of(self, name: str, subject: str, location: Location) -> Value:
        real = unknown(Cause.DEPLOY_TIME, subject)
        for block in blocks_of(self.body, "dependency"):
            mocked = block.body.get("mock_outputs")
            if block.labels == (name,) and mocked is not None:
                mock = Assumption(subject, "mock_outputs", True, Basis.OPEN)
                step = Step(mocked.location, f"mock_outputs of dependency.{name}")
                return (*real, *assume(after(evaluate(mocked.expression, self.scope), step), (mock,)))
        found = next((config for _, _, config in self.includes() if config.has_dependency(name)), None)
        return real if found is None else found._outputs(name, location)

    def has_dependency(self, name: str) -> bool:
        """Whether it declares a dependency."""
        return any(block.labels == (name,) for block in blocks_of(self.body, "dependency"))

    def inputs(self) -> Value:
        """The inputs; its own override those of included configurations."""
        return once(self.memo, "inputs", self._inputs, "inputs", self.host, self.location)

    def _inputs(self) -> Value:
        attribute = self.body.get("inputs")
        own: Value = known(Map({}))
        if attribute is not None:
            own = assume(
                after(evaluate(attribute.expression, self.scope), Step(attribute.location, "inputs")), self.given
            )
        merged_: Value = known(Map({}))
        for _, block, config in self.includes():
            strategy = block.body.get("merge_strategy")
            written = evaluate(strategy.expression, self.scope) if strategy is not None else ()
            name = next((one.atom.plain for one in written if isinstance(one.atom, Text)), None) or "shallow"
            if name != "no_merge":
                merged_ = merged(merged_, config.inputs(), deep=name.startswith("deep"))
                own = merged(config.inputs(), own, deep=True) if name.startswith("deep") else own
        return merged(merged_, own, deep=False)

    def source(self) -> Source | None:
        """The source of the module: its own, or that of an included configuration."""
        for block in blocks_of(self.body, "terraform"):
            attribute = block.body.get("source")
            if attribute is not None:
                for one in evaluate(attribute.expression, self.scope):
                    written = one.atom.plain if isinstance(one.atom, Text) else None
                    rendered = one.atom.render() if isinstance(one.atom, Text) else getattr(one.atom, "subject", "")
                    local = written is not None and (written in _LOCAL or written.startswith(_LOCAL))
                    path = written.partition("?")[0].replace("//", "/") if written is not None and local else None
                    return Source(path, rendered, attribute.location)
        return next((found for _, _, config in self.includes() if (found := config.source()) is not None), None)

    def variable_files(self) -> Iterator[Path]:
        """The files of variables that it adds to Terraform's arguments."""
        for _, _, config in self.includes():
            yield from config.variable_files()
        for block in blocks_of(self.body, "terraform"):
            for extra in blocks_of(block.body, "extra_arguments"):
                for name in ("required_var_files", "optional_var_files"):
                    attribute = extra.body.get(name)
                    for path in self._paths(attribute.expression) if attribute is not None else ():
                        if name == "required_var_files" or is_file(path):
                            yield path

    def _paths(self, expression: object) -> Iterator[Path]:
        for one in evaluate(expression, self.scope):  # type: ignore[arg-type]
            for item in getattr(one.atom, "items", ()):
                for each in item:
                    if isinstance(each.atom, Text) and each.atom.plain is not None:
                        yield self._at(each.atom.plain)

    def generated(self) -> Iterator[SourceFile]:
        """The Terraform files that it writes into the module."""
        for _, _, config in self.includes():
            yield from config.generated()
        for block in blocks_of(self.body, "generate"):
            path, contents = block.body.get("path"), block.body.get("contents")
            if path is None or contents is None:
                continue
            for one in evaluate(path.expression, self.scope):
                name = one.atom.plain if isinstance(one.atom, Text) else None
                for content in evaluate(contents.expression, self.scope):
                    if name is not None and is_module_file(Path(name)) and isinstance(content.atom, Text):
                        yield from self._generated(self.host.root / name, content, contents.location)

    def _generated(self, path: Path, content: Alternative, location: Location) -> Iterator[SourceFile]:
        pieces = content.atom.pieces if isinstance(content.atom, Text) else ()
        first = next((piece.trail[0].location for piece in pieces if isinstance(piece, Piece) and piece.trail), None)
        start = first or location
        # A value that is unknown when the file is written is unknown in it.
        written = "".join("${terraform.generated}" if isinstance(piece, Unknown) else piece.text for piece in pieces)
        try:
            # Blank lines before it give each line its number in the configuration.
            parsed = parse("\n" * (start.line - 1) + written, start.file)
        except ParseError as error:
            self.host.report(read_problem(error))
            return
        yield SourceFile(path, parsed, (*self.given, *content.given))
