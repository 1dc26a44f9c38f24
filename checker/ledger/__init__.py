"""Every known id that stands in the code is accounted for: what no reference names is a mention, with its reason.

The ids that stand in the files under the given paths are held against the locations that references name. What is left
stands in a comment, a description, a value that nothing uses, a file that nothing loads, a program, or behind an
expression that could not be evaluated.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from checker.errors import ReadError
from checker.frontends.protocol import Run, WrittenId, decoded
from checker.ledger.standing import Standing
from checker.model.lifecycle import Model
from checker.model.problem import ALLOW_OUTSIDE, Problem, ProblemKind
from checker.model.reference import (
    Candidate,
    Cost,
    Form,
    Kind,
    Mention,
    Reason,
    Reference,
    Role,
    Site,
    Usage,
)
from checker.model.resource import Framework, Loaded
from checker.model.stages import worst_stage
from checker.source import Location
from checker.source.files import SourceFiles
from checker.source.languages import is_code
from checker.values import Cause, Certainty

_SITE = Site("file", "text", Role.CONFIGURATION, Kind.OTHER, Usage.MENTION, (), Cost.IN_PLACE)
# So many locations of an id in a file are told.
_MOST_LOCATIONS = 500
# What this program has written holds ids, too, and uses none: reports and baselines.
_OWN_OUTPUT = re.compile(rb'"fingerprint": "[0-9a-f]{32}"|"name": "bedrock-eol"')
# Why a value may hide where an id went.
_HIDING = frozenset(
    {Cause.UNSUPPORTED_FUNCTION, Cause.TOO_MANY, Cause.OVER_BUDGET, Cause.INVALID, Cause.CYCLE, Cause.PARSE_FAILED}
)


class Ledger:
    """The ids of a run, and the locations of its references."""

    def __init__(
        self, run: Run, find_model: Callable[[str], Model | None], references: Iterable[Reference], as_of: date
    ) -> None:
        self._run = run
        self._find_model = find_model
        self._as_of = as_of
        # The lines that references name, by file: the models, and the texts, that are accounted for on each.
        self._lines: dict[str, dict[int, set[str | None]]] = {}
        self._counts: Counter[tuple[str, str | None]] = Counter()
        self._hiding: set[str] = set()
        for reference in references:
            self._note(reference)

    def _note(self, reference: Reference) -> None:
        if reference.unresolved is not None:
            # What else its value may be stands on the same line.
            self._account(reference.location, None)
            if reference.unresolved.cause in _HIDING:
                self._hiding.add(reference.input)
        for candidate in reference.candidates:
            named = candidate.model or candidate.text
            for location in (reference.location, candidate.written_at, *(step.location for step in candidate.trail)):
                self._account(location, named)

    def _account(self, location: Location | None, named: str | None) -> None:
        if location is not None:
            self._counts[location.file, named] += 1
            self._lines.setdefault(location.file, {}).setdefault(location.line, set()).add(named)

    def mentions(
        self, files: Mapping[str, tuple[Path, SourceFiles]], loaded: Sequence[Loaded]
    ) -> tuple[tuple[Reference, ...], tuple[Problem, ...]]:
        """The ids in `files`, by the names under which these are shown, that no reference names; what is unreadable."""
        inputs = {file: one.input.path for one in reversed(loaded) for file in one.input.files}
        incomplete = {problem.file for one in loaded for problem in one.problems if problem.incomplete}
        found: list[Reference] = []
        problems: list[Problem] = []
        for file, (path, reader) in sorted(files.items()):
            try:
                written = self._run.ids_of(path, reader)
                if not written:
                    continue
                left = list(_within_reason(each for each in written if not self._is_accounted(each)))
                content = reader.read_bytes(path) if left else b""
            except ReadError as error:
                if file not in inputs:
                    message = f"{error.reason}; cannot tell whether it names a model"
                    is_outside = error.kind == "outside-boundary"
                    kind = ProblemKind.OUTSIDE_BOUNDARY if is_outside else ProblemKind.UNREADABLE
                    advice = ALLOW_OUTSIDE if is_outside else "Make it readable, or leave it out of the paths."
                    is_code_alone = is_code(path.name)
                    problems.append(Problem(kind, file, message, advice, incomplete=not is_code_alone))
                continue
            if not left or _OWN_OUTPUT.search(content) is not None:
                continue
            standing = Standing(decoded(content), file)
            for each in left:
                if self._is_within_text(each, standing):
                    continue
                reason = standing.reason(each.location)
                if reason is None and file not in inputs:
                    reason = Reason.NOT_LOADED
                if reason is None:
                    is_hidden = file in incomplete or inputs[file] in self._hiding
                    reason = Reason.NOT_EVALUATED if is_hidden else Reason.UNUSED
                found.append(self._mention(each, inputs.get(file, file), reason))
        return tuple(found), tuple(problems)

    def _is_accounted(self, each: WrittenId) -> bool:
        lines = self._lines.get(each.location.file)
        if lines is None:
            return False
        model = self._resolve(each.text)
        if self._counts[each.location.file, model] >= _MOST_LOCATIONS:
            # Of so many locations in one text, references do not name each.
            return True
        return _names(lines.get(each.location.line, ()), model, each.text)

    def _is_within_text(self, each: WrittenId, standing: Standing) -> bool:
        """Whether a text of several lines holds the id, which references name by another of its lines."""
        lines = self._lines.get(each.location.file, {})
        begin = standing.beginning(each.location.line) if lines else None
        if begin is None:
            return False
        model = self._resolve(each.text)
        named = (lines.get(line, set()) - {None} for line in range(begin, each.location.line))
        return any(_names(names, model, each.text) for names in named)

    def _resolve(self, identifier: str) -> str | None:
        model = self._find_model(identifier)
        return None if model is None else model.id

    def _mention(self, each: WrittenId, path: str, reason: Reason) -> Reference:
        location = each.location
        models = [self._find_model(identifier) for identifier in each.ids] or [None]
        stages = [worst_stage(model, self._as_of).worst for model in models if model is not None]
        candidates = tuple(
            Candidate(
                text=each.text,
                model=None if model is None else model.id,
                profile=None,
                form=Form.MODEL_ID if each.text in each.ids else Form.OTHER,
                certainty=Certainty.CERTAIN,
                given=(),
                regions=(),
                partition="aws",
                written_at=location,
                trail=(),
            )
            for model in models
        )
        return Reference(
            id=f"{location.file}#{location.line}:{location.column}",
            framework=Framework.FILE,
            input=path,
            address=location.file,
            resource_type="file",
            path=f"line {location.line}",
            site=_SITE,
            location=location,
            candidates=candidates,
            mention=Mention(reason, max(stages, key=lambda stage: stage.gravity, default=None)),
        )


def _within_reason(ids: Iterable[WrittenId]) -> Iterator[WrittenId]:
    """The ids, of each in a file the first ones only: nobody looks at all lines of data that says it so often."""
    counts: Counter[str] = Counter()
    for each in ids:
        counts[each.text] += 1
        if counts[each.text] <= _MOST_LOCATIONS:
            yield each


def _names(accounted: Iterable[str | None], model: str | None, text: str) -> bool:
    return any(named is None or named == model or text in named for named in accounted)
