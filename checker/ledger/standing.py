"""Where in its file an id stands, so far as the text tells: in a comment, in a description, in a program."""

import re
from collections.abc import Sequence

from checker.frontends.terraform.hcl.tokenizer import tokenize
from checker.model.reference import Reason
from checker.source import Place
from checker.source.languages import Remark, Remarks, is_code

_HCL = (".tf", ".tofu", ".hcl", ".tfvars")
_COMMENT = re.compile(r"\s*(?:#|//|/\*|\*(?!\S)|;|--|<!--)")
_COMMENT_BEHIND = re.compile(r"(?:\s|\A)(?:#|//|/\*)(?=\s|\Z)")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"?|\'[^\']*\'?')
# Keys whose text is for people.
_PROSE = re.compile(r"\b(?:description|comment|documentation|title|summary|notes?)\b[\"']?\s*[=:]", re.IGNORECASE)
# What begins a text of more lines: `key = <<-EOT` in HCL, `key: >-` in YAML.
_HEREDOC = re.compile(r"<<[-~]?[\"']?(\w+)[\"']?\s*\Z")
_BLOCK = re.compile(r"[:-]\s+[|>][-+0-9]*\s*(?:#.*)?\Z")
_ENTRY = re.compile(r"\s*(?:-\s|[\w\"'][^:]*:(?:\s|\Z))")
# No text for people is longer.
_LINES_OF_TEXT = 200


class Standing:
    """What the text of a file says of the places in it."""

    def __init__(self, text: str, file: str) -> None:
        self._lines = text.split("\n")
        self._remarks = Remarks(text, file) if is_code(file) else None
        self._comments = tokenize(text, file).comments if file.endswith(_HCL) else None
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def reason(self, place: Place) -> Reason | None:
        """Why an id there is only a mention; None if its file alone does not tell."""
        line = self._lines[place.line - 1]
        before = line[: place.column - 1]
        if self._remarks is not None:
            match self._remarks.at(self._starts[place.line - 1] + place.column - 1):
                case Remark.COMMENT:
                    return Reason.COMMENT
                case Remark.DOCUMENTATION:
                    return Reason.DESCRIPTION
                case None:
                    return Reason.CODE
        if _COMMENT.match(line) or self._is_commented(before, place):
            return Reason.COMMENT
        owner = self._owner(place.line - 1)
        return Reason.DESCRIPTION if _PROSE.search(before) or (owner and _PROSE.search(owner)) else None

    def _is_commented(self, before: str, place: Place) -> bool:
        if self._comments is None:
            return _COMMENT_BEHIND.search(_QUOTED.sub("", before)) is not None
        return any(_covers(comment.place, comment.text, place) for comment in self._comments)

    def _owner(self, number: int) -> str:
        """The line with the key of the text of several lines in which a line stands; empty if it stands in none."""
        indent = _indent(self._lines[number])
        is_entry = _ENTRY.match(self._lines[number]) is not None
        for above in range(number - 1, max(number - _LINES_OF_TEXT, -1), -1):
            line = self._lines[above]
            heredoc = _HEREDOC.search(line)
            if heredoc is not None:
                inner: Sequence[str] = self._lines[above + 1 : number]
                return "" if any(each.strip() == heredoc[1] for each in inner) else line
            if not line.strip() or _indent(line) >= indent:
                continue
            if _BLOCK.search(line):
                return line
            if not is_entry and self._comments is None and _ENTRY.match(line):
                # A plain or quoted text of YAML that goes on.
                return line
            indent = _indent(line)
        return ""


def _covers(start: Place, text: str, place: Place) -> bool:
    lines = text.split("\n")
    if not start.line <= place.line < start.line + len(lines):
        return False
    return place.line > start.line or place.column >= start.column


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
