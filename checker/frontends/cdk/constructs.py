"""The constructs behind the resources of a stack: their paths, and their locations in the application."""

import base64
import binascii
import json
import os
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from posixpath import join
from string import ascii_lowercase, ascii_uppercase, digits

from checker.errors import ReadError
from checker.frontends.cdk.manifest import Report, StackArtifact, read_json
from checker.immutable import immutable
from checker.source import Location
from checker.source.files import SourceFiles, is_file

# Source maps: the locations in an app's code from which a compiler made a program (ECMA-426, read 2026-11-30).

_DIGITS = {digit: value for value, digit in enumerate(f"{ascii_uppercase}{ascii_lowercase}{digits}+/")}
_CONTINUES, _BITS = 32, 5
_URL = re.compile(r"^//[#@]\s*sourceMappingURL=(\S+)\s*\Z", re.MULTILINE)
_INLINE = re.compile(r"data:application/json(?:;charset=[\w-]+)?;base64,(.*)")


@immutable
class SourceMap:
    """For each line of a program: the columns from 0 at which parts of it begin, and the location of each part.

    A location is a source, its line and its column, both from 0; a source is named relative to the map.
    """

    columns: tuple[tuple[int, ...], ...]
    locations: tuple[tuple[tuple[str, int, int], ...], ...]

    def origin(self, line: int, column: int) -> tuple[str, int, int] | None:
        """The source, line and column behind a line and column of the program, all from 1; None if it has none."""
        if not 0 < line <= len(self.columns):
            return None
        number = bisect_right(self.columns[line - 1], column - 1) - 1
        if number < 0:
            return None
        source, source_line, source_column = self.locations[line - 1][number]
        return source, source_line + 1, source_column + 1


def url_of(program: str) -> str | None:
    """The URL of the source map that a program names at its end: relative to it, or the content itself."""
    found = _URL.search(program)
    return None if found is None else found[1]


def inline(url: str) -> str | None:
    """The content of a source map that is in its URL."""
    found = _INLINE.fullmatch(url)
    if found is None:
        return None
    try:
        return base64.b64decode(found[1], validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None


def read(content: str) -> SourceMap | None:
    """The source map in a JSON text; None if it is none."""
    try:
        data = json.loads(content)
        sources = [join(str(data.get("sourceRoot") or ""), str(source)) for source in data["sources"]]
        return _decoded(str(data["mappings"]), sources)
    except (AttributeError, KeyError, TypeError, ValueError, IndexError, RecursionError):
        return None


def _decoded(mappings: str, sources: list[str]) -> SourceMap:
    columns: list[tuple[int, ...]] = []
    locations: list[tuple[tuple[str, int, int], ...]] = []
    # All fields but the first of a line are relative to the segment before, even over lines.
    source = source_line = source_column = 0
    for line in mappings.split(";"):
        column = 0
        made: list[tuple[int, tuple[str, int, int]]] = []
        for segment in filter(None, line.split(",")):
            fields = tuple(_numbers(segment))
            column += fields[0]
            if len(fields) > 1:
                source += fields[1]
                source_line += fields[2]
                source_column += fields[3]
                if min(source, source_line, source_column) < 0:
                    raise IndexError(segment)
                made.append((column, (sources[source], source_line, source_column)))
        columns.append(tuple(start for start, _ in made))
        locations.append(tuple(location for _, location in made))
    return SourceMap(tuple(columns), tuple(locations))


def _numbers(segment: str) -> Iterator[int]:
    """The numbers of a segment, in base 64 with the sign in the last bit."""
    value = shift = 0
    for digit in segment:
        bits = _DIGITS[digit]
        value |= (bits & (_CONTINUES - 1)) << shift
        shift += _BITS
        if not bits & _CONTINUES:
            yield -(value >> 1) if value & 1 else value >> 1
            value = shift = 0


# The constructs behind the resources of a stack: their paths, and their locations in the application.

# Programs that a compiler may have made.
_COMPILED = frozenset({".js", ".cjs", ".mjs"})
_TREE = "tree.json"
_TREE_LOGICAL_ID = "aws:cdk:cloudformation:logicalId"
_FRAME = re.compile(r"(?:^(?:at )?|\()([^()]+?):([0-9]{1,9}):([0-9]{1,9})\)?$")
_DRIVE = re.compile(r"[A-Za-z]:/")
# Directories of libraries, not of the app.
_INSTALLED = frozenset({"node_modules", "site-packages", "dist-packages"})
# The names of the child that a construct is chiefly about: `defaultChild` of the package constructs.
_DEFAULT_CHILDREN = ("Resource", "Default")


@dataclass(slots=True)
class Application:
    """The source files of the app that made an assembly.

    A trace names them relative to `directory`, which contains the assembly, or by their absolute names where the app
    ran. If that was another machine, the last parts of the names are searched for here.
    """

    directory: Path
    files: SourceFiles
    _known: dict[str, Path | None] = field(default_factory=dict)
    _maps: dict[Path, SourceMap | None] = field(default_factory=dict)

    def location(self, frames: Iterable[object]) -> Location | None:
        """The first location in an existing file of the app in a stack trace."""
        for frame in frames:
            found = _FRAME.search(frame) if isinstance(frame, str) else None
            path = self._own(found[1].removeprefix("file://")) if found else None
            if found and path is not None:
                return self._written(path, int(found[2]), int(found[3]))
        return None

    def _written(self, path: Path, line: int, column: int) -> Location:
        """The location in the code from which a compiler made a program; in the program, if nothing tells."""
        if path not in self._maps:
            self._maps[path] = self._map_of(path) if path.suffix in _COMPILED else None
        known = self._maps[path]
        origin = None if known is None else known.origin(line, column)
        source = None if origin is None else path.parent / origin[0]
        if origin is None or source is None or not self._is_there(source):
            return Location(self.files.display(path), line, column)
        return Location(self.files.display(Path(os.path.normpath(source))), origin[1], origin[2])

    def _map_of(self, program: Path) -> SourceMap | None:
        try:
            named = url_of(self.files.read_text(program))
            if named is None:
                return None
            content = inline(named)
            if content is None:
                content = self.files.read_text(program.parent / named)
        except ReadError:
            return None
        return read(content)

    def _own(self, name: str) -> Path | None:
        if name not in self._known:
            path = PurePosixPath(name.replace("\\", "/"))
            is_own = ".." not in path.parts and _INSTALLED.isdisjoint(path.parts)
            candidates = self._candidates(path) if is_own else iter(())
            self._known[name] = next(filter(self._is_there, candidates), None)
        return self._known[name]

    def _candidates(self, path: PurePosixPath) -> Iterator[Path]:
        """The files that a name in a trace may mean, the most likely first."""
        if not path.is_absolute() and not _DRIVE.match(str(path)):
            yield self.directory / path
            return
        yield Path(path)
        above = Path(os.path.abspath(self.directory)).name  # noqa: PTH100 (resolve() follows links)
        for start in range(1, len(path.parts)):
            # A bare file name tells little, unless its directory has the app's name.
            if start < len(path.parts) - 1 or path.parts[start - 1] == above:
                yield self.directory.joinpath(*path.parts[start:])

    def _is_there(self, path: Path) -> bool:
        """True if a file exists, without reading it: beside the assembly, or inside the boundary."""
        try:
            beside = self.files.resolved(path).is_relative_to(self.files.resolved(self.directory))
            return (beside or self.files.outside(path) is None) and is_file(path)
        except (OSError, ValueError):
            return False


class Constructs:
    """The data of an assembly on the constructs of one of its stacks."""

    def __init__(self, stack: StackArtifact, root: Path, application: Application, report: Report) -> None:
        self._paths: dict[str, list[str]] = {}
        self._locations: dict[str, Location] = {}
        self._stack = stack
        self._root = root
        self._application = application
        self._report = report
        self._tree: Mapping[str, list[str]] | None = None
        self._read(stack.metadata or {})
        if stack.metadata_file is not None:
            # The templates are read nevertheless. But rules that are only for some constructs or files of the app may
            # miss some.
            advice = "Run `npx cdk synth` again; without it, construct paths and source lines may be missing."
            # Snapshots, as in the integration tests of construct libraries, have the paths only in the tree.
            in_tree = is_file(root / _TREE)
            found = read_json(stack.metadata_file, application.files, report, advice, may_be_missing=in_tree)
            self._read(found or {})

    def _read(self, metadata: Mapping[str, object]) -> None:
        for path, entries in metadata.items():
            construct = path.removeprefix("/")
            for entry in entries if isinstance(entries, list) else ():
                match entry:
                    case {"type": "aws:cdk:logicalId", "data": str(logical_id), **others}:
                        self._paths.setdefault(logical_id, []).append(construct)
                        trace = others.get("trace")
                    case {"type": "aws:cdk:creationStack", "data": list(trace)}:
                        pass
                    case _:
                        continue
                location = self._application.location(trace) if isinstance(trace, list) else None
                if location is not None:
                    self._locations.setdefault(construct, location)

    def path_of(self, logical_id: str, scope: str) -> str:
        """The path of the construct in `scope` that makes a resource; if unknown, made of both."""
        for paths in (self._paths, self._tree_paths()):
            inside = [path for path in paths.get(logical_id, ()) if path.startswith(f"{scope}/")]
            if inside:
                # A nested stack of the scope may have the same logical id at a deeper level.
                return min(inside, key=lambda path: path.count("/"))
        return f"{scope}/{logical_id}"

    def location_of(self, path: str) -> Location | None:
        """The location where the application makes a construct, or the construct around it.

        The trace of a construct around it may be only with its default child, which its constructor makes. One that is
        made later, such as a policy when the first grant is, may have no frame of the application.
        """
        while path:
            names = (path, *(f"{path}/{child}" for child in _DEFAULT_CHILDREN if path != self._stack.path))
            location = next((self._locations[name] for name in names if name in self._locations), None)
            if location is not None or path == self._stack.path:
                return location
            path = path.rpartition("/")[0]
        return None

    def _tree_paths(self) -> Mapping[str, list[str]]:
        if self._tree is None:
            self._tree = {}
            path = self._root / _TREE
            if is_file(path):
                advice = "Run `npx cdk synth` again."
                self._tree = _paths_in_tree(read_json(path, self._application.files, self._report, advice) or {})
        return self._tree


def _paths_in_tree(document: Mapping[str, object]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    pending = [document.get("tree")]
    while pending:
        node = pending.pop()
        if not isinstance(node, dict):
            continue
        attributes, path, children = node.get("attributes"), node.get("path"), node.get("children")
        logical_id = attributes.get(_TREE_LOGICAL_ID) if isinstance(attributes, dict) else None
        if isinstance(logical_id, str) and isinstance(path, str):
            found.setdefault(logical_id, []).append(path)
        if isinstance(children, dict):
            pending += children.values()
    return found
