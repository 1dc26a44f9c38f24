"""What all stacks of one input share: template files, each parsed once per run, and the problems."""

import posixpath
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from checker.errors import ParseError, ReadError
from checker.frontends.cloudformation.documents import (
    ANNOTATION,
    Document,
    comments_of,
    fault_of,
    is_template,
    parse_document,
)
from checker.frontends.protocol import Run
from checker.model.answers import Answers
from checker.model.problem import ALLOW_OUTSIDE, Problem, ProblemKind
from checker.model.resource import Annotation, Takes
from checker.source import Location
from checker.source.files import Boundary, SourceFiles, decode_text, is_directory, is_file, is_work_tree
from checker.source.templates import may_be_template
from checker.values import HOLE, Atom, Text, Unknown, Value

# The templates of a run. Each is read and parsed once, however many stacks are made of it.

Look = Callable[[bytes], bool]


class TemplateLibrary:
    """The documents of a run, by their paths."""

    def __init__(self) -> None:
        # Each with its path without links.
        self._documents: dict[tuple[Boundary, str], tuple[Path, Document | ParseError]] = {}

    def document(self, path: Path, content: bytes | None, files: SourceFiles, look: Look | None) -> Document:
        """The file as a document; `content` is its content if it was read before. Raises ReadError or ParseError.

        With `look`, which examines a part of a template, JSON resources that cannot name a model are quiet.
        """
        shown = files.display(path)
        key = (files.boundary, shown)
        known = self._documents.get(key)
        if known is None:
            text = files.read_text(path) if content is None else decode_text(content, shown)
            try:
                found: Document | ParseError = parse_document(path, shown, text, look)
            except ParseError as error:
                found = error
            known = self._documents[key] = files.resolved(path), found
        if isinstance(known[1], ParseError):
            raise known[1].with_traceback(None)
        return known[1]

    def forget(self, path: Path) -> None:
        """Drops the document of a file."""
        self._documents = {key: known for key, known in self._documents.items() if known[0] != path}

    def release(self, paths: Collection[Path]) -> None:
        """Drop the documents that these files hold, and those in directories."""
        self._documents = {
            key: known
            for key, known in self._documents.items()
            if known[0] not in paths and not any(path in paths for path in known[0].parents)
        }


# Finds the template file of a nested stack.

_SUFFIXES = (".yaml", ".yml", ".json", ".template")
_PRUNED = frozenset({".git", ".terraform", ".venv", "venv", "node_modules", ".aws-sam", "cdk.out", "__pycache__"})
_SAM_BUILD = ".aws-sam"
_SAM_SOURCES = ("template.yaml", "template.yml", "template.json")
_MOST_ENTRIES = 20_000
_LEVELS_UP = 3
_URL = re.compile(r"[a-z0-9]+://", re.IGNORECASE)


class Located(NamedTuple):
    """The file of a nested template, or None and the reason as a sentence without a full stop."""

    path: Path | None
    reason: str = ""
    is_outside: bool = False

    @property
    def problem(self) -> ProblemKind:
        """The problem for a missing file."""
        return ProblemKind.OUTSIDE_BOUNDARY if self.is_outside else ProblemKind.REMOTE_MODULE


@dataclass(slots=True)
class TemplateTree:
    """The template files near others, by name; directories are listed once."""

    files: SourceFiles
    _by_directory: dict[Path, dict[str, list[Path]]] = field(default_factory=dict)

    def locate(self, source: Atom | None, parent: Path) -> Located:
        """The file at a path or URL as the template at `parent` writes it; None if there is not exactly one."""
        match source:
            case Text() as url:
                return self._of_url(url, parent)
            case Unknown(subject=subject):
                return Located(None, f"its location rests on {subject}")
            case _:
                return Located(None, "its location is known only when it is deployed")

    def _of_url(self, url: Text, parent: Path) -> Located:
        """The file at the path or URL of a nested template.

        A path is relative to the parent. In an S3 URL, whose bucket is usually unknown, the file name decides: it must
        be unique in the tree near the parent, or share the most directories with the URL.
        """
        marked = url.marked()
        outside: ReadError | None = None
        if HOLE not in marked and not _URL.match(marked):
            path = parent.parent / marked
            if self._is_file(path):
                return Located(path)
            built_from = self._source_of_build(path)
            if built_from is not None:
                return Located(built_from)
            # Some build tools take the path from another directory.
            outside = self.files.outside(path)
        parts = [unquote(part) for part in re.split(r"[/\\]", re.split(r"[?#]", marked)[0])]
        name = parts[-1]
        if HOLE in name or not name.endswith(_SUFFIXES):
            return Located(None, f"{url.render()} does not say which file it is")
        directory = parent.parent
        for _ in range(_LEVELS_UP):
            found = [path for path in self._named(directory).get(name, ()) if path != parent]
            if found:
                return _closest(found, parts, name)
            if is_work_tree(directory) or ".." in directory.parts[-1:]:
                break
            above = directory.parent if directory.parent != directory else directory / ".."
            if above == directory:
                break
            directory = above
        if outside is not None:
            return Located(None, f"{outside.file}: {outside.reason}", is_outside=True)
        return Located(None, f"no file near it is named {name}")

    def _source_of_build(self, path: Path) -> Path | None:
        """The template from which SAM builds the one at `path`: it is beside the build directory."""
        if _SAM_BUILD not in path.parts:
            return None
        directory = Path(*path.parts[: path.parts.index(_SAM_BUILD)])
        return next((source for name in _SAM_SOURCES if self._is_file(source := directory / name)), None)

    def _is_file(self, path: Path) -> bool:
        try:
            self.files.list_directory(path.parent)
        except ReadError:
            return False
        return is_file(path)

    def _named(self, directory: Path) -> dict[str, list[Path]]:
        if directory not in self._by_directory:
            found: dict[str, list[Path]] = {}
            for path in self._walk(directory):
                found.setdefault(path.name, []).append(path)
            self._by_directory[directory] = found
        return self._by_directory[directory]

    def _walk(self, top: Path) -> Iterator[Path]:
        pending = [top]
        seen = 0
        while pending and seen < _MOST_ENTRIES:
            try:
                entries = self.files.list_directory(pending.pop())
            except ReadError:
                continue
            seen += len(entries)
            for entry in entries:
                if entry.name.endswith(_SUFFIXES):
                    if is_file(entry):
                        yield entry
                elif entry.name not in _PRUNED and not entry.is_symlink() and is_directory(entry):
                    pending.append(entry)


def _closest(found: list[Path], parts: list[str], name: str) -> Located:
    def agreement(path: Path) -> int:
        count = 0
        for mine, wanted in zip(reversed(path.parts), reversed(parts), strict=False):
            if mine != wanted:
                break
            count += 1
        return count

    best = max(map(agreement, found))
    closest = [path for path in found if agreement(path) == best]
    if len(closest) == 1:
        return Located(closest[0])
    return Located(None, f"{len(closest)} files near it are named {posixpath.basename(name)}")


# The shared state of all stacks of one input: the files that were read, and the problems.

_KINDS_OF_ERROR = {"missing": ProblemKind.NOT_FOUND, "outside-boundary": ProblemKind.OUTSIDE_BOUNDARY}


@dataclass(slots=True)
class Reading:
    """The shared state of all stacks of one input.

    Without `look`, which examines a part of a template, every resource is evaluated. `answers` are what an account
    tells about values outside the run. `uploaded` finds the file that is uploaded to S3 under a key, for a template in
    a directory; `tree` the files near a template, by name. `documents` are the paths of the documents that were read,
    `parameters` the names of the stacks' parameters.
    """

    files: SourceFiles
    run: Run
    look: Look | None = None
    answers: Answers = field(default_factory=Answers)
    problems: dict[Problem, None] = field(default_factory=dict)
    documents: dict[Path, None] = field(default_factory=dict)
    files_used: dict[str, None] = field(default_factory=dict)
    nested_stacks: int = 0
    comments: list[tuple[Location, str]] = field(default_factory=list)
    annotations: dict[str, Annotation] = field(default_factory=dict)
    parameters: set[str] = field(default_factory=set)
    uploaded: Callable[[Path, str], Path | None] = lambda directory, key: None
    advice_if_missing: str = "Put the file there, or correct the path that names it."
    tree: TemplateTree = field(init=False)

    def __post_init__(self) -> None:
        """The tree of templates is searched on demand."""
        self.tree = TemplateTree(self.files)

    def takes(self, supplied: Mapping[str, Value]) -> Takes:
        """The parameters, and the supplied values that match none."""
        unknown = ((name, value) for name, value in supplied.items() if name not in self.parameters)
        return Takes(
            frozenset(self.parameters),
            tuple((name, value[0].trail[0].location if value and value[0].trail else None) for name, value in unknown),
        )

    def document(self, path: Path, content: bytes | None = None, *, is_root: bool = False) -> Document:
        """The file as a document, without the quiet resources of a root. Raises ReadError or ParseError."""
        library = self.run.shared(TemplateLibrary)
        found = library.document(path, content, self.files, self.run.may_name_a_model)
        if not is_root or self.look is None:
            found = found.whole()
        self.files_used[found.file] = None
        if path not in self.documents:
            self.documents[path] = None
            if ANNOTATION in found.text:
                self.comments += comments_of(found)
        return found

    def template(
        self, path: Path, content: bytes | None = None, *, expected: bool = False, is_root: bool = False
    ) -> Document | None:
        """The file as a document, or None, with a problem if it was meant as a template.

        It was meant as one if its `content` looks like it, or if it is `expected` since another file names it. A root
        whose parameters get no values has no quiet resources.
        """
        try:
            document = self.document(path, content, is_root=is_root)
            if document.duplicate is not None and any(is_template(root) or fault_of(root) for root in document.roots):
                self._report_syntax(document.duplicate, "Remove one of them; the last one was taken.")
            return document
        except ReadError as error:
            kind = _KINDS_OF_ERROR.get(error.kind, ProblemKind.UNREADABLE)
            advices = {ProblemKind.OUTSIDE_BOUNDARY: ALLOW_OUTSIDE, ProblemKind.NOT_FOUND: self.advice_if_missing}
            advice = advices.get(kind, "Make the file readable as UTF-8 text, or leave it out.")
            self.report(Problem(kind, error.file, _sentence(error.reason), advice, True))
        except ParseError as error:
            if expected or may_be_template(content or b"", path.name):
                self._report_syntax(error, "Correct the template; nothing in it was read.")
        return None

    def _report_syntax(self, error: ParseError, advice: str) -> None:
        kind, reason = ProblemKind.INVALID_SYNTAX, _sentence(error.reason)
        self.report(Problem(kind, error.file, reason, advice, True, error.line, error.column))

    def report(self, problem: Problem) -> None:
        """Adds a problem, once."""
        self.problems[problem] = None


def _sentence(reason: str) -> str:
    return f"{reason[:1].upper()}{reason[1:]}."
