"""The code of modules. Each is read and parsed once per run, however many roots call it."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from checker.errors import ReadError
from checker.frontends.protocol import Run
from checker.frontends.terraform.configuration.declarations import (
    WORDS,
    Declaration,
    Declarations,
    SourceFile,
    declarations,
)
from checker.frontends.terraform.configuration.module_sources import (
    is_module_file,
    local_source,
    read_module,
    read_problem,
)
from checker.frontends.terraform.configuration.scope import Host
from checker.frontends.terraform.hcl.syntax import Comment, Literal
from checker.immutable import immutable
from checker.model.problem import Problem
from checker.source import Location
from checker.source.files import Boundary, SourceFiles, find_boundary
from checker.values import Cause, Value
from checker.values.operations import unknown

if TYPE_CHECKING:
    from checker.frontends.terraform.configuration.module_reach import ModuleReach

# Functions that read other files, and those that change the letters of a text.
READS_OR_DECODES = re.compile(rb"(?:file\w*|base64decode|base64gunzip|textdecodebase64|strrev)\s*\(|" + WORDS)


@immutable
class ModuleCode:
    """The content of a module's directory: its declarations, the files that were read, and their problems.

    `contributed` is the contribution of its text to names of models. `reads_more`: it may read other files, or change
    letters of what is written.
    """

    declarations: Declarations
    files: tuple[Path, ...]
    problems: tuple[Problem, ...]
    comments: tuple[Comment, ...]
    contributed: int
    reads_more: bool
    # The results of `module_reach`, as a root and as a called module.
    reach: "dict[bool, ModuleReach]" = field(default_factory=dict, repr=False, compare=False, hash=False)


class ModuleLibrary:
    """The code of the modules of a run, by directory."""

    def __init__(self) -> None:
        # By the path of the directory without links, then by the boundary and the shown path.
        self._code: dict[Path, dict[tuple[Boundary, str], ModuleCode]] = {}

    def code(self, directory: Path, files: SourceFiles, run: Run) -> ModuleCode:
        """The code of the module in a directory. One that cannot be listed is a problem, and declares nothing."""
        known = self._code.setdefault(files.resolved(directory), {})
        key = (files.boundary, files.display(directory))
        found = known.get(key)
        if found is None:
            try:
                found = read_code(directory, files.list_directory(directory), files, run)
            except ReadError as error:
                found = ModuleCode(Declarations(directory), (), (read_problem(error),), (), 0, False)
            known[key] = found
        files.note_read(found.files)
        return found

    def forget(self, path: Path) -> None:
        """Drops the module of a file, and the results for modules whose functions read it.

        A file that was missing when a function read it is assumed to name a model.
        """
        for directory, known in self._code.items():
            for key, code in list(known.items()):
                if path in code.files or (path.parent == directory and is_module_file(path)):
                    del known[key]
                for is_root, reach in list(code.reach.items()):
                    if path in reach.files_read:
                        del code.reach[is_root]

    def release(self, paths: Collection[Path]) -> None:
        """Drop the modules in directories."""
        for path in paths:
            self._code.pop(path, None)


def read_code(
    directory: Path, listed: Sequence[Path], files: SourceFiles, run: Run, generated: Sequence[SourceFile] = ()
) -> ModuleCode:
    """The code of a module with these files; `generated` ones replace those of the same name."""
    reader = files.keeping()
    host = Host(reader, directory, _not_rendered)
    written = {file.path.name for file in generated}
    sources, complete = read_module([path for path in listed if path.name not in written], host)
    whole = declarations(directory, [*sources, *generated], complete=complete)
    contributed, reads_more = 0, bool(generated)
    for source in sources:
        content = reader.read_bytes(source.path)
        contributed |= run.contributed(content, source.path, reader)
        reads_more = reads_more or READS_OR_DECODES.search(content) is not None
    return ModuleCode(
        declarations=whole,
        files=reader.files_read,
        problems=(*host.problems, *whole.problems),
        comments=tuple(comment for source in (*sources, *generated) for comment in source.parsed.comments),
        contributed=contributed,
        reads_more=reads_more,
    )


def called_modules(directories: Sequence[Path], files: SourceFiles, run: Run) -> Mapping[Path, frozenset[Path]]:
    """For each directory that is called as a local module: the directories that call it; resolved paths.

    Directories that call themselves do not count.
    """
    callers: dict[Path, set[Path]] = {}
    library = run.shared(ModuleLibrary)
    for directory in directories:
        for call in library.code(directory, files, run).declarations.calls.values():
            source = call.get("source")
            written = source.value if isinstance(source, Literal) and isinstance(source.value, str) else ""
            local = local_source(written)
            if local is not None and "\0" not in local:
                target, caller = files.resolved(directory / local), files.resolved(directory)
                if target != caller:
                    callers.setdefault(target, set()).add(caller)
    return {target: frozenset(calling) for target, calling in callers.items()}


def versions_of_calls(directory: Path) -> Mapping[str, object]:
    """The source and the version of each module call in a directory, by the name of the call."""
    files = SourceFiles(Boundary(find_boundary(directory)), directory)
    calls = ModuleLibrary().code(directory, files, Run()).declarations.calls

    def asked(call: Declaration, name: str) -> object:
        value = call.get(name)
        # Expressions are the same only at the same location of the same file.
        return value.value if isinstance(value, Literal) else value

    return {name: (asked(call, "source"), asked(call, "version")) for name, call in calls.items()}


def _not_rendered(_host: Host, _content: str, file: str, _at: Location | None, _names: Mapping[str, Value]) -> Value:
    return unknown(Cause.UNSUPPORTED_FUNCTION, file)
