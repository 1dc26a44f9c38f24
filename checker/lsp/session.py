"""Surveys a folder while an editor changes its files.

The whole folder is surveyed once, and again when there is nothing else to do; after an edit, only the inputs that read
the edited file are. All surveys share one run, which keeps what was parsed and evaluated.
"""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from checker.catalog.lookup import CatalogIndex
from checker.discover.targets import STACK_SUFFIXES, TERRAFORM_SUFFIXES, kind_of_json
from checker.errors import ReadError
from checker.fix import Asked, Mender, Request
from checker.frontends.protocol import Run
from checker.immutable import immutable
from checker.inputs import InputOptions
from checker.model.finding import Mending
from checker.model.problem import Problem, ProblemKind
from checker.model.reference import Reference
from checker.model.resource import Input, InputKind
from checker.model.settings import Settings
from checker.pipeline import Survey, load_catalog, survey
from checker.reading import run_with
from checker.source.files import Boundary, SourceFiles, find_boundary, is_file
from checker.source.templates import is_template_name, may_be_template
from checker.workspace.configuration import NAMES, PYPROJECT

OnInput = Callable[[str, int, int], None]
# Returns the paths and the settings of a run in a folder. Raises UsageError.
Configure = Callable[[Path], tuple[tuple[str, ...], Settings]]


@immutable
class Configured:
    """The paths and settings of a folder, the run for its catalog, and a reader of its files with unsaved texts."""

    paths: tuple[str, ...]
    settings: Settings
    index: CatalogIndex
    run: Run
    files: SourceFiles


class Answer(NamedTuple):
    """The last survey of the inputs that read a file, the paths that were surveyed, and the text of the file then.

    `regions` are those of the inputs, by the last survey that found any. If the text cannot be parsed, the survey is of
    the last one that could be, which `text` is, and `broken` has what is wrong.
    """

    survey: Survey
    paths: tuple[str, ...]
    text: str
    regions: tuple[str, ...] = ()
    broken: tuple[Problem, ...] = ()


class _Found(NamedTuple):
    """A survey, and the problems of the texts in whose place it has earlier ones."""

    survey: Survey
    broken: tuple[Problem, ...]


class Session:
    """The surveys of one folder. One thread at a time may use it.

    Its methods raise UsageError if the configuration, the policy or the catalog is not valid; earlier answers stay.
    """

    def __init__(self, folder: Path, configure: Configure) -> None:
        # The editor may have opened the folder by a link, so `cwd` differs.
        self.folder = folder
        self.cwd = Path(os.path.realpath(folder))
        self._configure = configure
        self._configured: Configured | None = None
        self._unsaved: dict[Path, str] = {}
        # The last texts of the open files that could be parsed.
        self._sound: dict[Path, str] = {}
        self._answers: dict[Path, Answer] = {}
        self._tree: Survey | None = None
        self._mendings: list[tuple[Survey, Asked, Mending]] = []
        # The entries of the directories of the inputs after the last survey of the folder.
        self._on_disk: dict[Path, tuple[int, int]] = {}

    @property
    def configured(self) -> Configured:
        """The configuration; it is read again after a change."""
        if self._configured is None:
            paths, settings = self._configure(self.cwd)
            index = CatalogIndex(load_catalog(settings).catalog)
            run = run_with(index)
            for path, text in self._unsaved.items():
                run.overlay(path, text)
            files = SourceFiles(Boundary(find_boundary(self.cwd), settings.allow_outside), self.cwd, run.overlays)
            self._configured = Configured(paths, settings, index, run, files)
            self._tree = None
        return self._configured

    @property
    def files(self) -> SourceFiles:
        """A reader of the files in the folder's work tree, with their unsaved texts."""
        return self.configured.files.anew()

    @property
    def open_files(self) -> tuple[Path, ...]:
        """The files that the editor has open."""
        return tuple(self._unsaved)

    def shown(self, path: Path) -> str:
        """The name of a file in surveys, relative to the folder."""
        # A link in the folder keeps its name.
        real = os.path.join(os.path.realpath(path.parent), path.name)  # noqa: PTH118
        return os.path.relpath(real, self.cwd).replace(os.sep, "/")

    def path(self, shown: str) -> Path:
        """The path of a file by its name in surveys."""
        return Path(os.path.normpath(self.folder / shown))

    def put(self, path: Path, text: str | None) -> None:
        """Uses `text` for an open file from now on; None closes the file, whose text comes from the disk again."""
        self._mendings.clear()
        if text is None:
            self._unsaved.pop(path, None)
            self._sound.pop(path, None)
            self._answers.pop(path, None)
        else:
            self._unsaved[path] = text
        if self._configured is not None:
            self._configured.run.overlay(path, text)

    def forget(self, path: Path) -> None:
        """Forgets a file that was changed, made or removed on the disk, so that it is read again."""
        self._mendings.clear()
        if path.name in (*NAMES, PYPROJECT):
            self._configured = None
        elif self._configured is not None:
            self._configured.run.forget(path)

    def reads(self, path: Path) -> bool:
        """Whether an input of the folder reads a file, by the last survey of the folder."""
        return self._tree is not None and self.shown(path) in _files_of(self._tree.scan.inputs)

    def survey_all(self, on_input: OnInput = lambda *_: None) -> None:
        """Surveys the folder. `on_input` is called before each input; if it raises an error, nothing changes."""
        # Not all editors watch the disk.
        for path in _differing(self._on_disk, self._state_of_disk()):
            self.forget(path)
        paths = self.configured.paths
        found = self._survey(paths, on_input)
        self._tree = found.survey
        self._on_disk = self._state_of_disk()
        self._mendings.clear()
        files = _files_of(found.survey.scan.inputs)
        for path in self._unsaved:
            # A search of the folder does not find a file that only the editor has: it keeps its answer.
            if path not in self._answers or self.shown(path) in files or not self._inputs_of(path):
                self._settle(path, found, paths)

    def survey_of(self, paths: Collection[Path]) -> tuple[Path, ...]:
        """Surveys the inputs that read some open files; returns the open files that have new answers."""
        self.configured  # noqa: B018 (reads a changed configuration, which discards the survey by the old one)
        if self._tree is None:
            self.survey_all()
            if all(map(self.reads, paths)):
                return self.open_files
        if any(self.reads(path) and not self._inputs_of(path) for path in paths):
            # A file has just ceased to be an input.
            self.survey_all()
        inputs = frozenset[str]().union(*map(self._inputs_of, paths))
        reading = {other: self._inputs_of(other) for other in self._unsaved}
        affected = [other for other, own in reading.items() if other in paths or own & inputs]
        # The answer for a file is complete only if all inputs that read it are surveyed.
        wanted = inputs.union(*(reading[other] for other in affected))
        surveyed = tuple(sorted(self._with_partners(wanted))) or self.configured.paths
        found = self._survey(surveyed, lambda *_: None) if wanted or self._tree is None else _Found(self._tree, ())
        for other in affected:
            self._settle(other, found, surveyed)
        return tuple(affected)

    def answer(self, path: Path) -> Answer | None:
        """The newest answer for a file; None before the first survey."""
        known = self._answers.get(path)
        if known is not None or self._tree is None:
            return known
        return Answer(self._tree, self.configured.paths, self.text(path), regions_of(self._tree.scan.references))

    def files_with_answers(self) -> Iterator[Path]:
        """The open files and those with findings or problems, sorted by their shown names."""
        if self._tree is None:
            self.survey_all()
        assert self._tree is not None
        scan = self._tree.scan
        locations = (finding.written_at for finding in scan.open_findings)
        files = {location.file for location in locations if location is not None} | {
            problem.file for problem in scan.problems
        }
        for path in self._unsaved:
            files.add(self.shown(path))
        for file in sorted(files):
            yield self.path(file)

    def mending(self, answer: Answer, asked: Asked) -> Mending:
        """The edits that mend what an answer found. Editors ask at each move, so it is kept until a file changes."""
        for found, of, mending in self._mendings:
            if found is answer.survey and of == asked:
                return mending
        request = Request(answer.paths, self.configured.settings, bytes, self.cwd)
        mending = Mender(request, answer.survey).proposal(asked).mending
        self._mendings.append((answer.survey, asked, mending))
        return mending

    def references(self, answer: Answer) -> tuple[Reference, ...]:
        """All references of the folder: those of an answer, and those of the inputs that the answer does not cover."""
        newer = {each.path for each in answer.survey.scan.inputs}
        rest = () if self._tree is None else self._tree.scan.references
        return (*answer.survey.scan.references, *(each for each in rest if each.input not in newer))

    def text(self, path: Path) -> str:
        """The text of a file as the editor or the disk has it; empty if it cannot be read."""
        if path in self._unsaved:
            return self._unsaved[path]
        try:
            return self.files.read_text(path)
        except ReadError:
            return ""

    def _survey(self, paths: tuple[str, ...], on_input: OnInput) -> _Found:
        """Surveys paths; in the place of texts that cannot be parsed, it takes the last ones that could be."""
        configured = self.configured

        def surveyed() -> Survey:
            return survey(
                paths,
                configured.settings,
                standard_input=bytes,
                cwd=self.cwd,
                on_input=on_input,
                run=configured.run,
            )

        found = surveyed()
        broken = self._broken(found)
        files = {problem.file for problem in broken}
        sound = {path: text for path, text in self._sound.items() if self.shown(path) in files}
        if not sound:
            return _Found(found, ())
        with configured.run.overlaid(sound):
            return _Found(surveyed(), tuple(broken))

    def _settle(self, path: Path, found: _Found, paths: tuple[str, ...]) -> None:
        last, shown = self._answers.get(path), self.shown(path)
        regions = regions_of(found.survey.scan.references) or (() if last is None else last.regions)
        broken = tuple(problem for problem in found.broken if problem.file == shown)
        if not any(problem.file == shown for problem in self._broken(found.survey)) and not broken:
            self._sound[path] = self.text(path)
        text = self._sound[path] if broken else self.text(path)
        self._answers[path] = Answer(found.survey, paths, text, regions, broken)

    def _broken(self, found: Survey) -> list[Problem]:
        """The syntax problems in open files, where somebody may be typing."""
        typed = {self.shown(path) for path in self._unsaved}
        return [
            problem
            for problem in found.scan.problems
            if problem.kind is ProblemKind.INVALID_SYNTAX and problem.file in typed
        ]

    @property
    def _inputs(self) -> tuple[Input, ...]:
        return () if self._tree is None else self._tree.scan.inputs

    def _inputs_of(self, path: Path) -> frozenset[str]:
        """The inputs that read a file. If none has read it yet, the file itself, if it can be an input."""
        shown = self.shown(path)
        last = self._answers.get(path)
        inputs = (*self._inputs, *(() if last is None else last.survey.scan.inputs))
        found = frozenset(each.path for each in inputs if shown in each.files)
        content = self.text(path).encode("utf-8", "surrogatepass")
        by_itself = frozenset({shown} if _is_input(path, content) else ())
        # A search of the directory does not find a file that only the editor has.
        if found and is_file(path):
            return found - {shown} | found & by_itself
        return frozenset() if self._is_left_out(path) else by_itself

    def _is_left_out(self, path: Path) -> bool:
        """Whether the settings of the folder leave a file out: it is below none of the paths, or excluded."""
        paths, settings = self.configured.paths, self.configured.settings
        real = Path(os.path.realpath(path))
        is_below = any(real.is_relative_to(os.path.realpath(self.cwd / each)) for each in paths)
        return not is_below or InputOptions(settings, paths, self.cwd).is_excluded(real)

    def _state_of_disk(self) -> dict[Path, tuple[int, int]]:
        """The time of change and the size of each entry of the directories of the inputs, and of the folder itself."""
        directories = {self.cwd} | {self.path(file).parent for file in _files_of(self._inputs)}
        found: dict[Path, tuple[int, int]] = {}
        for directory in directories:
            with suppress(OSError), os.scandir(directory) as entries:
                for entry in entries:
                    status = entry.stat(follow_symlinks=False)
                    found[directory / entry.name] = status.st_mtime_ns, status.st_size
        return found

    def _with_partners(self, paths: Iterable[str]) -> set[str]:
        """The inputs, with the templates and assemblies from which they import: they list the same files."""
        wanted = set(paths)
        files = _files_of(each for each in self._inputs if each.path in wanted)
        return wanted | {
            each.path
            for each in self._inputs
            if each.kind is not InputKind.TERRAFORM and files.intersection(each.files)
        }


def _differing(before: Mapping[Path, object], after: Mapping[Path, object]) -> list[Path]:
    """The paths whose state differs; none if nothing was known before."""
    return [path for path in {**before, **after} if before.get(path) != after.get(path)] if before else []


def _is_input(path: Path, content: bytes) -> bool:
    """Whether a file is an input by itself."""
    is_code = path.name.endswith((*TERRAFORM_SUFFIXES, *STACK_SUFFIXES))
    is_template = is_template_name(path.name) and may_be_template(content, path.name)
    is_document = path.suffix == ".json" and kind_of_json(content) not in (None, InputKind.CDK)
    return is_code or is_template or is_document


def regions_of(references: Iterable[Reference]) -> tuple[str, ...]:
    """The Regions of all candidates, each once."""
    return tuple(dict.fromkeys(region for each in references for one in each.candidates for region in one.regions))


def _files_of(inputs: Iterable[Input]) -> frozenset[str]:
    return frozenset(file for each in inputs for file in each.files)
