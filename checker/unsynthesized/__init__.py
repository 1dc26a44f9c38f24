"""Apps that write infrastructure code, and have not written what they say now: whether their code can use a model."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import NamedTuple

from checker.discover.targets import TERRAFORM_SUFFIXES
from checker.errors import ReadError
from checker.frontends.protocol import Run, decoded
from checker.immutable import immutable
from checker.model.problem import Problem, ProblemKind
from checker.references import written_ids
from checker.source import Location
from checker.source.files import SourceFiles
from checker.source.languages import Remarks, is_code
from checker.unsynthesized.imports import Imports

# The data that an app takes in when it runs: the files that its code names, and those of its configuration.

# A file of data in a text of a program, whose name may have parts that are known when it runs.
_NAMED = re.compile(r"[\"'`]([^\"'`\n]*\.(?:json|ya?ml|toml|env(?:\.[\w${}-]+)?))[\"'`]")
_PART = re.compile(r"\$?\{[^}]*\}|%s")
# What loads a file of variables, `.env`, unasked.
_LOADS_VARIABLES = "dotenv"
_CONTEXT = "cdk.context.json"
_OF_CONFIGURATION = frozenset({"conf", "config", "env", "environments", "parameters", "settings"})
_OF_OTHERS = frozenset(
    {"__tests__", "doc", "docs", "eval", "evals", "example", "examples", "fixtures", "scripts", "test", "tests"}
)
_NOT_FOR_APPS = re.compile(r"(?:docker-compose|package|tsconfig)\b.*")


def is_for_apps(path: Path, start: Path) -> bool:
    """False for files of tests, documentation and tools of development, by names below the directory of the app."""
    *directories, name = _parts(path, start)
    is_of_others = any(each.startswith(".") or each in _OF_OTHERS for each in directories)
    return not is_of_others and _NOT_FOR_APPS.fullmatch(name) is None


def data_taken_in(start: Path, data: Iterable[Path], texts: Iterable[str]) -> Iterator[Path]:
    """Those of the `data` of an app, whose directory is `start`, that its programs, with these `texts`, take in."""
    named: set[str] = set()
    loads_variables = False
    for text in texts:
        named.update(_NAMED.findall(text))
        loads_variables = loads_variables or _LOADS_VARIABLES in text
    is_named = re.compile(f"(?:.*/)?(?:{'|'.join(sorted(map(_pattern, named)))})") if named else None
    for path in data:
        if not is_for_apps(path, start):
            continue
        first, *more = parts = _parts(path, start)
        if more:
            is_of_configuration = first in _OF_CONFIGURATION
        else:
            is_of_configuration = first == _CONTEXT or (loads_variables and first.startswith(".env"))
        if is_of_configuration or (is_named is not None and is_named.fullmatch("/".join(parts)) is not None):
            yield path


def _parts(path: Path, start: Path) -> list[str]:
    return [each for each in PurePath(os.path.relpath(path, start)).parts if each != ".."]


def _pattern(written: str) -> str:
    """What the end of a path looks like that a program writes so; what an alias stands for is not known."""
    names = [each for each in written.split("/") if each not in {"", ".", ".."} and not each.startswith(("@", "~"))]
    return "[^/]*".join(map(re.escape, _PART.split("/".join(names))))


# Apps that write infrastructure code, and have not written what they say now: whether their code can use a model.

_BEDROCK = re.compile("bedrock", re.IGNORECASE)
_MOST_NAMED = 3
_OF_TERRAFORM = (*TERRAFORM_SUFFIXES, ".tfvars", ".hcl")


class _Tool(NamedTuple):
    """A tool: its name, what it makes, and the command whose output can be checked; empty if there is none."""

    name: str
    makes: str
    command: str = ""

    @property
    def state(self) -> str:
        """What an app of it lacks."""
        return "has no synth output" if self.command else "is not evaluated"


_CDK = _Tool("CDK", "stacks", "npx cdk synth")
_TOOLS = {"cdk.json": _CDK, "cdktf.json": _Tool("CDKTF", "stacks", "npx cdktf synth")}
_SST = _Tool("SST", "resources")


@immutable
class App:
    """An app: its manifest, and the programs and the data in its directory, without those of apps within."""

    manifest: Path
    files: SourceFiles
    programs: tuple[Path, ...] = ()
    data: tuple[Path, ...] = ()

    @property
    def tool(self) -> _Tool:
        """The tool that evaluates it."""
        return _TOOLS.get(self.manifest.name, _SST)


def apps_of(manifests: Mapping[Path, SourceFiles], programs: Iterable[Path], data: Iterable[Path]) -> tuple[App, ...]:
    """The apps with these manifests; a program is of the nearest one above it, as are data, but for the code of inputs.

    SST stands at the top of trees with much else, so that only what its programs name is its own.
    """
    directories = {manifest.parent for manifest in manifests}
    held: dict[Path, tuple[list[Path], list[Path]]] = {directory: ([], []) for directory in directories}
    for number, paths in enumerate((programs, sorted(data))):
        for path in paths:
            nearest = next((each for each in path.parents if each in held), None)
            if nearest is not None and not path.name.endswith(_OF_TERRAFORM):
                held[nearest][number].append(path)
    apps = []
    for manifest, files in manifests.items():
        programs_in, data_in = held[manifest.parent]
        is_whole = manifest.name in _TOOLS
        apps.append(
            App(
                manifest,
                files,
                tuple(programs_in) if manifest.name == "cdk.json" else (),
                tuple(each for each in data_in if each != manifest) if is_whole else (),
            )
        )
    return tuple(apps)


def search(apps: Sequence[App], run: Run) -> tuple[tuple[Problem, ...], dict[Path, SourceFiles]]:
    """What apps without output hide, and the files of their code, local imports included.

    An app whose code or data may name a model is incomplete, if something could be checked instead; the others are one
    line.
    """
    problems: list[Problem] = []
    silent: dict[_Tool, list[str]] = {}
    programs: dict[Path, SourceFiles] = {}
    for app in apps:
        shown = app.files.display(app.manifest)
        imports = Imports(app.manifest.parent, app.files)
        code = _code_of(app, imports)
        data = dict.fromkeys(_data_of(app, code, imports))
        programs |= dict.fromkeys((*code, *data), app.files)
        if not code:
            said = ""
        elif any(_may_name_a_model(file, app.files, run) for file in (app.manifest, *code)):
            said = "names Bedrock and "
        elif (holder := next((each for each in data if _may_name_a_model(each, app.files, run)), None)) is not None:
            said = f"has data that name a model ({app.files.display(holder)}) and "
        else:
            silent.setdefault(app.tool, []).append(shown)
            continue
        problems.append(_hiding(app.tool, shown, said))
    problems += (_silent(tool, names) for tool, names in silent.items())
    return tuple(problems), programs


def _hiding(tool: _Tool, shown: str, said: str) -> Problem:
    beside = " beside it" if tool.command else ""
    message = f"this {tool.name} app {said}{tool.state}{beside}, so its {tool.makes} were not checked"
    advice = f"Run `{tool.command}` there, then check again."
    if not tool.command:
        advice = "Look through the ids in its code; --verbose lists them."
    return Problem(ProblemKind.NOT_SYNTHESIZED, shown, message, advice, incomplete=bool(tool.command))


def _silent(tool: _Tool, shown: Sequence[str]) -> Problem:
    which = "it" if len(shown) == 1 else "them"
    if tool.command:
        advice = f"Run `{tool.command}` and check again if a library brings models into {which}."
    else:
        advice = f"Look through what is deployed if a library brings models into {which}."
    if len(shown) == 1:
        message = f"this {tool.name} app {tool.state}, and its code names no model"
        return Problem(ProblemKind.NOT_SYNTHESIZED, shown[0], message, advice, incomplete=False)
    without = "without synth output name" if tool.command else "that are not evaluated name"
    message = f"{len(shown):,} {tool.name} apps {without} no model"
    above = os.path.commonpath([str(Path(each).parent) for each in shown])
    return Problem(ProblemKind.NOT_SYNTHESIZED, above or ".", message, advice, incomplete=False)


def newer_than_output(manifest: Path, output: Path, files: SourceFiles, run: Run) -> Iterator[Problem]:
    """A problem if the code of a CDK app names models that no template of its output has: it may be of an older state.

    It need not be: an id may be for another stage, or for run time.
    """
    app = App(manifest, files)
    templates = b"".join(_contents(output, files))
    missing: dict[str, Location] = {}
    for file in _code_of(app, Imports(manifest.parent, files)):
        text = _text(file, files)
        for offset, written in _outside_remarks(file, text, run):
            if written.encode() not in templates:
                line = text.count("\n", 0, offset) + 1
                column = offset - text.rfind("\n", 0, offset)
                missing.setdefault(written, Location(files.display(file), line, column))
    if missing:
        names = list(missing)
        more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
        listed = ", ".join(names[:_MOST_NAMED])
        message = f"the code of this CDK app names {listed}{more}, which its synth output does not"
        advice = f"Run `{_CDK.command}` again, then check again, unless it is for another stage."
        yield Problem.at(missing[names[0]], ProblemKind.NOT_SYNTHESIZED, message, advice, incomplete=False)


def _contents(output: Path, files: SourceFiles) -> Iterator[bytes]:
    """The templates of an assembly, and of those in it."""
    left = [output]
    while left:
        try:
            paths = files.list_directory(left.pop())
        except ReadError:
            continue
        for path in paths:
            if path.name.startswith("assembly-"):
                left.append(path)
            elif path.name.endswith(".json") and path.name != "tree.json":
                try:
                    yield files.read_bytes(path)
                except ReadError:
                    continue


def _outside_remarks(file: Path, text: str, run: Run) -> Iterator[tuple[int, str]]:
    """The ids in a program, other than in comments and documentation."""
    found = list(written_ids(text, run.knows))
    remarks = Remarks(text, file.name) if found else None
    return (each for each in found if remarks is not None and remarks.at(each[0]) is None)


def _code_of(app: App, imports: Imports) -> tuple[Path, ...]:
    """Its programs, its manifest if that is one, what the command in the manifest names, and what all these import."""
    own = [app.manifest] if is_code(app.manifest.name) else imports.named_in(_text(app.manifest, app.files))
    left = [*app.programs, *own]
    seen = dict.fromkeys(left)
    while left:
        program = left.pop()
        for imported in imports.of(program, _text(program, app.files)):
            if imported not in seen:
                seen[imported] = None
                left.append(imported)
    return tuple(seen)


def _data_of(app: App, code: Iterable[Path], imports: Imports) -> Iterator[Path]:
    """The data that its code takes in; tests and scripts are not run by it, though they may be beside it."""
    start = app.manifest.parent
    texts = {file: _text(file, app.files) for file in code if is_for_apps(file, start)}
    yield from data_taken_in(start, app.data, texts.values())
    for file, text in texts.items():
        yield from imports.data_of(file, text)


def _text(path: Path, files: SourceFiles) -> str:
    try:
        return decoded(files.read_bytes(path))
    except ReadError:
        return ""


def _may_name_a_model(path: Path, files: SourceFiles, run: Run) -> bool:
    """Whether a file names Bedrock or one of its models, other than in comments, or cannot be read."""
    try:
        text = decoded(files.read_bytes(path))
    except ReadError:
        return True
    offsets = [offset for offset, _ in written_ids(text, run.knows)]
    if not is_code(path.name):
        return any(not text[text.rfind("\n", 0, offset) + 1 : offset].lstrip().startswith("#") for offset in offsets)
    offsets += [found.start() for found in _BEDROCK.finditer(text)]
    remarks = Remarks(text, path.name) if offsets else None
    return remarks is not None and any(remarks.at(offset) is None for offset in offsets)
