"""Reads and parses the files of a module; what cannot be parsed is a problem."""

from collections.abc import Sequence
from pathlib import Path

from checker.errors import ParseError, ReadError
from checker.frontends.terraform.configuration.declarations import SourceFile
from checker.frontends.terraform.configuration.scope import Host
from checker.frontends.terraform.hcl import read_file
from checker.model.problem import Problem, ProblemKind
from checker.source import Location
from checker.values import Assumption, Basis

_ADVICE = {
    "missing": "Correct the path, or add the file.",
    "unreadable": "Make the file readable.",
    "not-a-file": "Name a regular file.",
    "outside-boundary": "Pass --allow-outside to read it.",
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
