"""Finds and reads the code of a called module: beside the caller, or where `terraform init` put it."""

import json
import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from checker.errors import ParseError, ReadError
from checker.frontends.terraform.configuration.declarations import Declaration, Declarations, SourceFile
from checker.frontends.terraform.configuration.scope import Host
from checker.frontends.terraform.hcl import read_file
from checker.frontends.terraform.hcl.syntax import Expression, Literal
from checker.immutable import immutable
from checker.model.problem import ALLOW_OUTSIDE, Problem, ProblemKind
from checker.source import Location
from checker.source.urls import without_credentials
from checker.values import Assumption, Basis

# Reads and parses the files of a module; what cannot be parsed is a problem.

_ADVICE = {
    "missing": "Correct the path, or add the file.",
    "unreadable": "Make the file readable.",
    "not-a-file": "Name a regular file.",
    "outside-boundary": ALLOW_OUTSIDE,
    "encoding": "Save the file as UTF-8.",
    "too-large": "Keep the models that it names in a smaller file.",
}
MODULE_SUFFIXES = (".tf", ".tf.json", ".tofu", ".tofu.json")
_KINDS = {
    "missing": ProblemKind.NOT_FOUND,
    "outside-boundary": ProblemKind.OUTSIDE_BOUNDARY,
    "too-large": ProblemKind.UNSUPPORTED,
}


def read_problem(error: ReadError | ParseError) -> Problem:
    """The problem for a file that cannot be read or parsed."""
    if isinstance(error, ParseError):
        advice = "Correct the file; nothing in it was checked."
        return Problem(ProblemKind.INVALID_SYNTAX, error.file, error.reason, advice, True, error.line, error.column)
    kind = _KINDS.get(error.kind, ProblemKind.UNREADABLE)
    return Problem(kind, error.file, error.reason, _ADVICE.get(error.kind, "Correct the file."), True)


def is_module_file(path: Path) -> bool:
    """True if Terraform reads a file of that name as part of a module."""
    name = path.name
    return name.endswith(MODULE_SUFFIXES) and not name.startswith(".") and not name.endswith("~")


def read_source(path: Path, host: Host, named_at: Location | None = None) -> SourceFile | None:
    """The parsed file; None if it cannot be parsed, which becomes a problem.

    A file that cannot be read is a problem of the place that names it, if there is one.
    """
    shown = host.files.display(path)
    try:
        text = host.files.read_text(path)
    except ReadError as error:
        problem = read_problem(error)
        if named_at is not None:
            message = f"{error.file} cannot be read: {error.reason}"
            problem = Problem.at(named_at, problem.kind, message, problem.advice, incomplete=True)
        host.report(problem)
        return None
    result = read_file(text, shown)
    if result.parsed is None:
        host.report(read_problem(result.error or ParseError(shown, 1, 1, "the file cannot be read")))
        return None
    if not result.second_reader:
        return SourceFile(path, result.parsed)
    if result.error is not None:
        host.report(_second_reader(result.error))
    return SourceFile(path, result.parsed, (Assumption(shown, "what the second reader read", True, Basis.OPEN),))


def _second_reader(error: ParseError) -> Problem:
    message = f"{error.reason}; a more lenient reader was used, and nothing in the file is certain"
    advice = "Correct the file: Terraform may refuse it too."
    return Problem(ProblemKind.SECOND_READER, error.file, message, advice, True, error.line, error.column)


def _of_tofu(name: str) -> str:
    """The name of the OpenTofu file that replaces another one."""
    stem, dot, ending = name.rpartition(".tf")
    return f"{stem}.tofu{ending}" if dot and ending in ("", ".json") else name


def read_module(listed: Sequence[Path], host: Host) -> tuple[list[SourceFile], bool]:
    """The parsed files of a module among those of its directory, and whether these are all of them."""
    names = {path.name for path in listed}
    # OpenTofu reads `x.tofu` instead of `x.tf`.
    sources = [
        read_source(path, host)
        for path in listed
        if is_module_file(path) and _of_tofu(path.name) not in names - {path.name}
    ]
    return [source for source in sources if source is not None], None not in sources


# Whether a fetched module is the one that the code asks for: its source, and its version.

# The registries that a source without a host means.
_DEFAULT_HOSTS = ("registry.terraform.io/", "registry.opentofu.org/")
_SCHEME = re.compile(r"[\w+.-]+://")
# A directory in a repository, and a bucket that is part of a host, as `terraform init` does not leave them.
_IN_REPOSITORY = re.compile(r"(github\.com/[^/]+/[^/]+)/(.+)")
_BUCKET = re.compile(r"^([^/]+)\.(s3(?:[.-][\w-]+)?\.amazonaws\.com)/")
_USER = re.compile(r"\A[^/@:]+(:[^/@]*)?@")
# A number has as many digits as Terraform can read, and a prerelease may follow without a hyphen.
_VERSION = re.compile(
    r"v?([0-9]{1,18}(?:\.[0-9]{1,18})*)"
    r"(?:-([0-9A-Za-z.~-]{1,99})|([A-Za-z~][0-9A-Za-z.~-]{0,98}))?(?:\+[0-9A-Za-z.~-]+)?"
)
_CONSTRAINT = re.compile(r"\s*+(=|!=|>=|<=|>|<|~>|)\s*+(\S+)\s*")
_FEWEST_SEGMENTS = 3


@immutable
class Fetched:
    """A module that `terraform init` has fetched, as the list of modules has it; None for what it does not say."""

    directory: str
    source: str | None
    version: str | None

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> "Fetched":
        """The module of an entry. Raises KeyError if it has no directory."""
        source, version = entry.get("Source"), entry.get("Version")
        return cls(str(entry["Dir"]), str(source) if source else None, str(version) if version else None)

    def differs_from(self, source: str, version: str | None) -> str | None:
        """What the code asks for and what is here, if Terraform refuses to use the one for the other."""
        if self.source is not None and _same(self.source) != _same(source):
            return f"{_named(source, version)} is asked for, and what is here is {_named(self.source, self.version)}"
        if version is not None and not allows(version, self.version):
            here = "of no version" if self.version is None else f"version {self.version}"
            return f"version {version!r} is asked for, and what is here is {here}"
        return None


def allows(constraint: str, version: str | None) -> bool:
    """True if a version satisfies the `version` of a module call; what cannot be read is not satisfied."""
    found = _parsed(version or "")
    parts = [_CONSTRAINT.fullmatch(part) for part in constraint.split(",")]
    wanted = [(part[1] or "=", _parsed(part[2])) for part in parts if part is not None]
    if found is None or len(wanted) < len(parts):
        return False
    return all(asked is not None and _satisfies(found, sign, asked) for sign, asked in wanted)


class _Version(NamedTuple):
    """A version: its numbers, at least three, how many of them are written, and the words of a prerelease."""

    numbers: tuple[int, ...]
    written: int
    prerelease: str

    def order(self) -> tuple[tuple[int, ...], bool, tuple[tuple[bool, int, str], ...]]:
        """What sorts versions: a prerelease comes before its release, numbers before words."""
        words = self.prerelease.split(".") if self.prerelease else []
        return (
            _without_zeros(self.numbers),
            not words,
            tuple((not word.isdigit(), int(word) if word.isdigit() else 0, word) for word in words),
        )


def _without_zeros(numbers: Sequence[int]) -> tuple[int, ...]:
    end = len(numbers)
    while end and not numbers[end - 1]:
        end -= 1
    return tuple(numbers[:end])


def _parsed(written: str) -> _Version | None:
    match = _VERSION.fullmatch(written.strip())
    if match is None:
        return None
    numbers = [int(number) for number in match[1].split(".")]
    missing = max(0, _FEWEST_SEGMENTS - len(numbers))
    return _Version((*numbers, *[0] * missing), len(numbers), match[2] or match[3] or "")


def _satisfies(found: _Version, sign: str, asked: _Version) -> bool:
    if sign in ("=", "!="):
        return (found.order() == asked.order()) is (sign == "=")
    # A prerelease is only what is asked for by a prerelease of the same numbers.
    if found.prerelease and not (asked.prerelease and found.numbers == asked.numbers):
        return False
    match sign:
        case ">":
            return found.order() > asked.order()
        case ">=":
            return found.order() >= asked.order()
        case "<":
            return found.order() < asked.order()
        case "<=":
            return found.order() <= asked.order()
        case _:
            return _is_near(found, asked)


def _is_near(found: _Version, asked: _Version) -> bool:
    """True for `~>`: no less, and the same but for the last number that is written."""
    if bool(asked.prerelease) and not found.prerelease:
        return False
    kept = asked.written - 1
    return found.order() >= asked.order() and found.numbers[:kept] == asked.numbers[:kept]


def _named(source: str, version: str | None) -> str:
    shown = repr(without_credentials(source))
    return shown if version is None else f"{shown} {version}"


def _same(source: str) -> tuple[str, str, frozenset[str]]:
    """A source in one form for all ways to write it: the address, the directory in it, and the query.

    `terraform init` writes `github.com/a/b` as `git::https://github.com/a/b.git`.
    """
    address, _, query = source.partition("?")
    for host in _DEFAULT_HOSTS:
        address = address.removeprefix(host)
    address = address.rpartition("::")[2]
    scheme = _SCHEME.match(address)
    address = _USER.sub("", address[scheme.end() if scheme else 0 :], count=1)
    if scheme is None:
        # As `scp` writes it.
        address = re.sub(r"^([\w.-]+):(?!\d+/)", r"\1/", address)
    address, _, directory = address.partition("//")
    repository = _IN_REPOSITORY.fullmatch(address)
    if repository is not None:
        address, directory = repository[1], f"{repository[2]}/{directory}"
    return (
        _BUCKET.sub(r"\2/\1/", address).removesuffix("/").removesuffix(".git"),
        posixpath.normpath(directory.strip("/")),
        frozenset(filter(None, query.split("&"))),
    )


# Finds the code of a called module: beside the caller, or where `terraform init` put it.

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
