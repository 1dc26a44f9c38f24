"""Finds the line of a CDK app that names a model, because files that `cdk synth` writes are not edited."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from checker.errors import ReadError
from checker.fix.refusals import obstacle
from checker.fix.replacements import Chooser, Slot
from checker.fix.written import Use, named_id
from checker.model.finding import Assessment, Refusal
from checker.model.reference import Usage
from checker.model.resource import Framework
from checker.source import Location
from checker.source.files import Boundary, SourceFiles, is_directory, is_file
from checker.source.languages import is_code

_DATA = (".json", ".yaml", ".yml")
_NOT_WRITTEN = frozenset({"node_modules", "cdk.out", "dist", "build", "target", "bin", "obj", "__pycache__"})
_CONSTANT = re.compile(r"\bFoundationModelIdentifier\.([A-Z][A-Z0-9_]*)")
_NOT_EDITED = "What `cdk synth` writes is not edited."
_LARGEST_FILE = 1 << 20
_MOST_FILES = 5_000


class Applications:
    """The apps behind the assemblies of a run."""

    def __init__(self, roots: Sequence[Path], cwd: Path, chooser: Chooser) -> None:
        self._roots = roots
        self._cwd = cwd
        self._chooser = chooser
        self._lines: dict[Path, tuple[tuple[Location, str], ...]] = {}

    def advice_for(self, assessment: Assessment) -> Refusal | None:
        """The change to make in the CDK app; None if the candidate is not from an app, or no model can replace it."""
        reference, candidate, old = assessment.reference, assessment.candidate, assessment.model
        named = named_id(candidate.text)
        if reference.framework is not Framework.CDK or old is None or named is None:
            return None
        location = self._location(reference.input, named.id, old.id) or reference.location
        if reference.site.usage is Usage.GRANT:
            advice = f"Grant the next model too, then run `cdk synth` again; look for {named.id} in the app."
            return Refusal(location, old.id, _NOT_EDITED, advice)
        use = Use(assessment, named)
        hindrance = obstacle((use,), old)
        if hindrance is not None:
            return Refusal(location, old.id, hindrance.reason, hindrance.advice)
        best = next(iter(self._chooser.choices(Slot(named.id, (use,)), old)), None)
        if best is None:
            return None
        advice = f'Write "{best.identifier}" in the app'
        if best.identifier == best.model.id:
            constant = re.sub("[^A-Z0-9]", "_", best.model.id.upper())
            advice += f", or FoundationModelIdentifier.{constant} if your aws-cdk-lib has it"
        return Refusal(location, old.id, _NOT_EDITED, f"{advice}; then run `cdk synth` again.")

    def _location(self, assembly: str, identifier: str, base: str) -> Location | None:
        """The location of the first line of the app that has the id, or its constant; None if no line has it."""
        directory = next((each for each in (self._cwd / assembly).parents if is_file(each / "cdk.json")), None)
        if directory is None:
            return None
        if directory not in self._lines:
            self._lines[directory] = tuple(self._lines_of(directory))
        words = _words(base.partition(":")[0])
        for location, line in self._lines[directory]:
            column = line.find(identifier)
            if column >= 0:
                return location._replace(column=column + 1)
            constant = _CONSTANT.search(line)
            if constant is not None and words <= _words(constant[1]):
                return location._replace(column=constant.start() + 1)
        return None

    def _lines_of(self, directory: Path) -> Iterator[tuple[Location, str]]:
        """The lines of an app that may name a model, each with its location."""
        files = 0
        for root in self._roots:
            reader = SourceFiles(Boundary(root), self._cwd)
            pending = [directory] if reader.outside(directory) is None else []
            while pending and files < _MOST_FILES:
                path = pending.pop()
                if is_directory(path) and not path.is_symlink():
                    children = (each for each in reader.list_directory(path) if each.name not in _NOT_WRITTEN)
                    pending.extend(sorted((each for each in children if each.name[:1] != "."), reverse=True))
                elif (path.suffix in _DATA or is_code(path.name)) and is_file(path):
                    files += 1
                    yield from self._lines_in(path, reader)

    def _lines_in(self, path: Path, reader: SourceFiles) -> Iterator[tuple[Location, str]]:
        try:
            text = reader.read_text(path, _LARGEST_FILE)
        except ReadError:
            return
        for number, line in enumerate(text.splitlines(), start=1):
            if "." in line:
                yield Location(reader.display(path), number, 1), line


def _words(name: str) -> set[str]:
    return set(re.split("[^A-Z0-9]+", name.upper()))
