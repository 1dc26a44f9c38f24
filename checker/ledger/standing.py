"""Where in its file an id stands, so far as the text tells: in a comment, in a description, in a program."""

import re
from functools import cached_property

from checker.frontends.terraform.hcl.tokenizer import tokenize
from checker.model.reference import Reason
from checker.source import Location
from checker.source.languages import Remark, Remarks, is_code

_HCL = (".tf", ".tofu", ".hcl", ".tfvars")
_COMMENT = re.compile(r"\s*(?:#|//|/\*|\*(?!\S)|;|--|<!--)")
# The lines of a script that are texts of a list, or parts of one text of JSON.
_LINE_IN_TEXT = re.compile(r"(?:\A\s*-\s+[\"']|\\n|[\[,]\s*[\"'])\s*(?:#|//)(?:(?!\\n)[^\"'])*\Z")
_COMMENT_BEHIND = re.compile(r"(?:\s|\A)(?:#|//|/\*)(?=\s|\Z)")
_BLOCK_COMMENT = re.compile(r"(?:\A|(?<=[\s;{(,]))/\*")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"?|\'[^\']*\'?')
# Keys whose text is for people.
_PROSE = re.compile(r"\b(?:description|comment|documentation|title|summary|notes?)\b[\"']?\s*[=:]", re.IGNORECASE)
# What begins a text of more lines: `key = <<-EOT` in HCL, `key: >-` in YAML.
_HEREDOC = re.compile(r"<<[-~]?[\"']?(\w+)[\"']?\s*\Z")
_BLOCK = re.compile(r"[:-]\s+[|>][-+0-9]*\s*(?:#.*)?\Z")
_ENTRY = re.compile(r"\s*(?:-\s|[\w\"'][^:]*:(?:\s|\Z))")
# No text of a template is longer.
_LINES_OF_TEXT = 2_000


class Standing:
    """What the text of a file says of the locations in it."""

    def __init__(self, text: str, file: str) -> None:
        self._lines = text.split("\n")
        self._remarks = Remarks(text, file) if is_code(file) else None
        self._comments = tokenize(text, file).comments if file.endswith(_HCL) else None
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def reason(self, location: Location) -> Reason | None:
        """Why an id there is only a mention; None if its file alone does not tell."""
        line = self._lines[location.line - 1]
        before = line[: location.column - 1]
        if self._remarks is not None:
            match self._remarks.at(self._starts[location.line - 1] + location.column - 1):
                case Remark.COMMENT:
                    return Reason.COMMENT
                case Remark.DOCUMENTATION:
                    return Reason.DESCRIPTION
                case None:
                    return Reason.CODE
        if _COMMENT.match(line) or self._is_commented(before, location) or _LINE_IN_TEXT.search(before):
            return Reason.COMMENT
        owner = self._owner(location.line)
        return Reason.DESCRIPTION if _PROSE.search(before) or _PROSE.search(owner) else None

    def _is_commented(self, before: str, location: Location) -> bool:
        if self._comments is None:
            is_behind = _COMMENT_BEHIND.search(_QUOTED.sub("", before)) is not None
            return is_behind or self._is_in_block_comment(before, location.line)
        return any(_covers(comment.location, comment.text, location) for comment in self._comments)

    def _is_in_block_comment(self, before: str, number: int) -> bool:
        """True within `/* */` in a program that is a text of several lines; in a shell, `/*` is a pattern of files."""
        begin = self.beginning(number)
        if begin is None or self._lines[begin].lstrip().startswith("#"):
            return False
        inner = "\n".join((*self._lines[begin : number - 1], before))
        opened = max((found.start() for found in _BLOCK_COMMENT.finditer(inner)), default=-1)
        rest = self._lines[number - 1 : number + _LINES_OF_TEXT]
        return opened > inner.rfind("*/") and any("*/" in line for line in rest)

    def beginning(self, number: int) -> int | None:
        """The line that begins the text of several lines (`key: |`, `<<EOT`) in which a line stands, if it does."""
        begin = self._beginnings[number - 1]
        return begin if begin > max(number - _LINES_OF_TEXT, 0) else None

    @cached_property
    def _beginnings(self) -> list[int]:
        """For each line the number of the one that begins its text; 0 if there is none.

        All lines are read once: data may name models in each of thousands of lines.
        """
        found = []
        # The lines with less indentation above, each with the beginning that holds for lines within it.
        around: list[tuple[int, int]] = []
        heredoc, mark, is_open = 0, "", False
        for number, line in enumerate(self._lines, start=1):
            indent, content = _indent(line), line.strip()
            block = next((begin for outer, begin in reversed(around) if outer < indent), 0)
            found.append(block if block > heredoc else heredoc * is_open)
            if opened := _HEREDOC.search(line):
                heredoc, mark, is_open = number, opened[1], True
            elif content == mark:
                is_open = False
            if content:
                while around and around[-1][0] >= indent:
                    around.pop()
                around.append((indent, number if _BLOCK.search(line) else block))
        return found

    def _owner(self, number: int) -> str:
        """The line with the key of the text of several lines in which a line stands; empty if it stands in none."""
        begin = self.beginning(number)
        if begin is not None:
            return self._lines[begin - 1]
        if self._comments is not None or _ENTRY.match(self._lines[number - 1]):
            return ""
        # A plain or quoted text of YAML goes on in lines that are further in.
        indent = _indent(self._lines[number - 1])
        above = range(number - 1, max(number - _LINES_OF_TEXT, 0), -1)
        lines = (self._lines[each - 1] for each in above)
        key = next((line for line in lines if line.strip() and (_ENTRY.match(line) or _indent(line) < indent)), "")
        return key if _ENTRY.match(key) and _indent(key) < indent else ""


def _covers(start: Location, text: str, location: Location) -> bool:
    lines = text.split("\n")
    if not start.line <= location.line < start.line + len(lines):
        return False
    return location.line > start.line or location.column >= start.column


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
