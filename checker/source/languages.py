"""The languages of programs: which files are code, and what in them is a comment or documentation.

The only module that knows Pygments; it takes a while to load, and only code in which something was found needs it.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pygments.lexer import Lexer

# The languages by what ends the names of their files; each is called as Pygments calls it.
_LANGUAGES = {
    ".py": "python",
    ".ts": "typescript",
    ".tsx": "tsx",
    ".mts": "typescript",
    ".cts": "typescript",
    ".js": "javascript",
    ".jsx": "jsx",
    ".mjs": "javascript",
    ".cjs": "javascript",
    ".java": "java",
    ".kt": "kotlin",
    ".kts": "kotlin",
    ".scala": "scala",
    ".groovy": "groovy",
    ".gradle": "groovy",
    "Jenkinsfile": "groovy",
    ".go": "go",
    ".cs": "csharp",
    ".fs": "fsharp",
    ".vb": "vbnet",
    ".rb": "ruby",
    ".rs": "rust",
    ".php": "php",
    ".sh": "bash",
    ".bash": "bash",
    ".zsh": "bash",
    ".ksh": "bash",
    ".ps1": "powershell",
    ".psm1": "powershell",
    ".properties": "properties",
    ".ini": "ini",
    "Dockerfile": "docker",
    "Containerfile": "docker",
}
_NOTEBOOK = ".ipynb"
CODE_SUFFIXES = (*_LANGUAGES, _NOTEBOOK)
# `Dockerfile.prod` is for `docker build --file`.
_DOCKERFILE = re.compile(r"(?:\A|/)(?:Docker|Container)file\.[\w.-]+\Z")
# A longer file is data or the output of a compiler, and takes long.
_LONGEST = 1 << 19
_LINE_OF_COMMENT = re.compile(r"^[ \t]*(?:#|//|/\*|\*|--|;)[^\n]*", re.MULTILINE)


def is_code(name: str) -> bool:
    """Whether a file of that name is a program, or what stands beside one."""
    return name.endswith(CODE_SUFFIXES) or _DOCKERFILE.search(name) is not None


class Remark(Enum):
    """What is said in a program to people."""

    COMMENT = "comment"
    DOCUMENTATION = "documentation"


class Span(NamedTuple):
    """From `start` up to, not including, `end`, in characters of a text."""

    start: int
    end: int
    remark: Remark


class Remarks:
    """The comments and the documentation in the text of a file of code."""

    def __init__(self, text: str, name: str) -> None:
        spans = _in_notebook(text) if name.endswith(_NOTEBOOK) else _in_program(text, _language(name))
        self._spans = sorted(spans)
        self._starts = [span.start for span in self._spans]

    def at(self, offset: int) -> Remark | None:
        """In what an offset of the text stands; None for the program itself."""
        index = bisect_right(self._starts, offset) - 1
        return self._spans[index].remark if index >= 0 and offset < self._spans[index].end else None


def _language(name: str) -> str:
    return next((language for suffix, language in _LANGUAGES.items() if name.endswith(suffix)), "docker")


def _in_program(text: str, language: str) -> Iterator[Span]:
    if len(text) > _LONGEST:
        for found in _LINE_OF_COMMENT.finditer(text):
            yield Span(*found.span(), Remark.COMMENT)
        return
    from pygments.token import Comment, String, is_token_subtype

    for start, kind, value in _lexer(language).get_tokens_unprocessed(text):
        if is_token_subtype(kind, Comment) and not is_token_subtype(kind, Comment.Preproc):
            yield Span(start, start + len(value), Remark.COMMENT)
        elif is_token_subtype(kind, String.Doc):
            yield Span(start, start + len(value), Remark.DOCUMENTATION)


@cache
def _lexer(language: str) -> "Lexer":
    from pygments.lexers import get_lexer_by_name

    return get_lexer_by_name(language)


# A text in JSON, as it is written.
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')


def _in_notebook(text: str) -> Iterator[Span]:
    """The cells of text, and the comments in the lines of the program, each line being a text of the JSON.

    A notebook that is no JSON has none.
    """
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError):
        return
    language = _language_of(notebook)
    position = 0
    for cell in _cells(notebook):
        lines = [line for line in cell["lines"] if line]
        remarks = list(_in_program("".join(lines), language)) if cell["type"] == "code" else []
        offset = 0
        for line in lines:
            written = _written_after(text, line, position)
            if written is None:
                return
            position = written.end()
            if cell["type"] != "code":
                yield Span(*written.span(), Remark.DOCUMENTATION)
            for span in remarks:
                if span.start < offset + len(line) and offset < span.end:
                    yield Span(*_written_part(written, line, span, offset), span.remark)
            offset += len(line)


def _language_of(notebook: Any) -> str:
    match notebook:
        case {"metadata": {"kernelspec": {"language": "typescript" | "javascript" | "java" | "scala" as language}}}:
            return str(language)
        case _:
            return "python"


def _cells(notebook: Any) -> Iterator[dict[str, Any]]:
    match notebook:
        case {"cells": list(cells)}:
            for cell in cells:
                match cell:
                    case {"source": list(lines), "cell_type": kind} if all(isinstance(line, str) for line in lines):
                        yield {"type": kind, "lines": lines}
                    case {"source": str(whole), "cell_type": kind}:
                        yield {"type": kind, "lines": [whole]}


def _written_after(text: str, line: str, position: int) -> re.Match[str] | None:
    """Where a text of the JSON stands next."""
    for found in _STRING.finditer(text, position):
        if len(found[0]) >= len(line) + 2 and json.loads(found[0], strict=False) == line:
            return found
    return None


def _written_part(written: re.Match[str], line: str, span: Span, offset: int) -> tuple[int, int]:
    """Where, of a line as JSON has it, the part stands that a span covers."""
    start, end = max(span.start - offset, 0), min(span.end - offset, len(line))
    first = written.start() + 1
    return first + _written_length(line[:start]), first + _written_length(line[:end])


def _written_length(part: str) -> int:
    return len(json.dumps(part, ensure_ascii=False)) - 2
