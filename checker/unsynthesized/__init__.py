"""CDK apps without synth output: whether their code can use a model, which decides what their absence means."""

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from checker.errors import ReadError
from checker.frontends.protocol import Run, decoded
from checker.immutable import immutable
from checker.model.problem import Problem, ProblemKind
from checker.references import written_ids
from checker.source.files import SourceFiles
from checker.source.languages import Remarks, is_code
from checker.unsynthesized.imports import Imports

_BEDROCK = re.compile("bedrock", re.IGNORECASE)


@immutable
class App:
    """A CDK app: the directory with its `cdk.json`, and the programs in it, without those of apps within."""

    directory: Path
    files: SourceFiles
    programs: tuple[Path, ...]


def apps_of(directories: Mapping[Path, SourceFiles], programs: Iterable[Path]) -> tuple[App, ...]:
    """The apps in these directories; a program is of the nearest one above it."""
    held: dict[Path, list[Path]] = {directory: [] for directory in directories}
    for program in programs:
        nearest = next((each for each in program.parents if each in held), None)
        if nearest is not None:
            held[nearest].append(program)
    return tuple(App(directory, files, tuple(held[directory])) for directory, files in directories.items())


def search(apps: Sequence[App], run: Run) -> tuple[tuple[Problem, ...], dict[Path, SourceFiles]]:
    """What apps without output hide, and the files of their code, local imports included.

    An app whose code may name a model is incomplete; the others are one line.
    """
    problems: list[Problem] = []
    silent: list[str] = []
    programs: dict[Path, SourceFiles] = {}
    for app in apps:
        shown = app.files.display(app.directory / "cdk.json")
        code = _code_of(app)
        programs |= dict.fromkeys(code, app.files)
        if not code or any(_may_name_a_model(file, app.files, run) for file in (app.directory / "cdk.json", *code)):
            problems.append(
                Problem(
                    ProblemKind.NOT_SYNTHESIZED,
                    shown,
                    "this CDK app names Bedrock and has no synth output beside it, so its stacks were not checked"
                    if code
                    else "this CDK app has no synth output beside it, so its stacks were not checked",
                    "Run `npx cdk synth` there, then check again.",
                    incomplete=True,
                )
            )
        else:
            silent.append(shown)
    if silent:
        problems.append(_silent(silent))
    return tuple(problems), programs


def _silent(shown: Sequence[str]) -> Problem:
    advice = "Run `npx cdk synth` and check again if a library brings models into them."
    if len(shown) == 1:
        message = "this CDK app has no synth output, and its code names no model"
        return Problem(ProblemKind.NOT_SYNTHESIZED, shown[0], message, advice, incomplete=False)
    message = f"{len(shown):,} CDK apps without synth output name no model"
    above = os.path.commonpath([str(Path(each).parent) for each in shown])
    return Problem(ProblemKind.NOT_SYNTHESIZED, above or ".", message, advice, incomplete=False)


def _code_of(app: App) -> tuple[Path, ...]:
    """Its programs, what the command in its `cdk.json` names, and what these import."""
    imports = Imports(app.directory, app.files)
    left = [*app.programs, *imports.named_in(_text(app.directory / "cdk.json", app.files))]
    seen = dict.fromkeys(left)
    while left:
        program = left.pop()
        for imported in imports.of(program, _text(program, app.files)):
            if imported not in seen:
                seen[imported] = None
                left.append(imported)
    return tuple(seen)


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
        return bool(offsets)
    offsets += [found.start() for found in _BEDROCK.finditer(text)]
    remarks = Remarks(text, path.name) if offsets else None
    return remarks is not None and any(remarks.at(offset) is None for offset in offsets)
