"""The shared state of all stacks of one input: the files that were read, and the problems."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from checker.errors import ParseError, ReadError
from checker.frontends.cloudformation.documents import (
    ANNOTATION,
    Document,
    comments_of,
    fault_of,
    is_template,
)
from checker.frontends.cloudformation.library import Look, TemplateLibrary
from checker.frontends.cloudformation.nested import TemplateTree
from checker.frontends.protocol import Run
from checker.model.answers import Answers
from checker.model.problem import Problem, ProblemKind
from checker.model.resource import Annotation, Takes
from checker.source import Location
from checker.source.files import SourceFiles
from checker.source.templates import may_be_template
from checker.values import Value

ALLOW_OUTSIDE = "Pass --allow-outside to read it."
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
