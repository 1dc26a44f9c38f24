"""Faults in the files of an input, and whether a run says what they cost.

A fault is put into one file of one input. The run then ends with 0 to 3, and every model that still stands in a file,
outside of comments, is found there, or the run says something that it did not say of the whole input.

A reference is no longer valid, so that nothing is expected of it,

- if a line is gone, or all of its file, in which its attribute or a step from its model to it stood,
- if a file of values, which may choose between others, is gone or has another content,
- if the Terragrunt unit that it is in is gone,
- if its model was written in one of two files whose contents were exchanged, or in a line that names it no more.

A model whose own line was damaged may be another text now, in the path of a URL, say: there a mention of it is enough.
So it is where a line was damaged that leads to it: nothing may read the file of a model any more.
"""

import gzip
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import NamedTuple

from checker.errors import BedrockEolError
from checker.model.policy import Severity
from checker.model.reference import Reference
from checker.model.scan import Scan
from checker.model.settings import Settings
from checker.pipeline import scan
from checker.report.view import Verdict, verdict_of
from checker.source import Location

REPOSITORY = Path(__file__).resolve().parents[2]
DAY = "2026-11-24"
SECONDS = 120
_NAMED = ("plan.json", "state.json")
_NOT_CODE = ("expect.json", "expect.jsonc", "README.md", "package.json", "package-lock.json")
_COMMENT = re.compile(r"/\*.*?\*/|(?m:(?:^|(?<=\s))(?:#|//)[^\n]*)", re.DOTALL)
_WITHOUT_RIGHTS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
_CODES = {Verdict.PASSED: 0, Verdict.FAILED: 1, Verdict.INCOMPLETE: 3}
_REMOVED = ("empty", "blank", "deleted", "another name")
_LINES_REMOVED = (*_REMOVED, "cut off", "without its beginning", "a line gone")
_VALUES = (".tfvars", ".tfvars.json")
_UNIT = "terragrunt.hcl"
_EXCHANGED = "the content of another"


def _somewhere(content: bytes, chosen: Random) -> int:
    return chosen.randrange(len(content) + 1)


def _inserted(what: bytes) -> Callable[[bytes, Random], bytes]:
    def damage(content: bytes, chosen: Random) -> bytes:
        location = _somewhere(content, chosen)
        return content[:location] + what + content[location:]

    return damage


def _without_one_of(characters: bytes) -> Callable[[bytes, Random], bytes]:
    def damage(content: bytes, chosen: Random) -> bytes:
        locations = [location for location, byte in enumerate(content) if byte in characters]
        if not locations:
            return content
        location = chosen.choice(locations)
        return content[:location] + content[location + 1 :]

    return damage


def _lines(change: Callable[[list[bytes], int, Random], None]) -> Callable[[bytes, Random], bytes]:
    def damage(content: bytes, chosen: Random) -> bytes:
        lines = content.splitlines(keepends=True)
        if lines:
            change(lines, chosen.randrange(len(lines)), chosen)
        return b"".join(lines)

    return damage


def _swap(lines: list[bytes], at: int, chosen: Random) -> None:
    other = chosen.randrange(len(lines))
    lines[at], lines[other] = lines[other], lines[at]


def _move(lines: list[bytes], at: int, chosen: Random) -> None:
    part = lines[at : at + chosen.randrange(1, 6)]
    del lines[at : at + len(part)]
    location = chosen.randrange(len(lines) + 1)
    lines[location:location] = part


def _indent(lines: list[bytes], at: int, chosen: Random) -> None:
    lines[at] = chosen.choice([b"  ", b"\t", b" "]) + lines[at]


def _outdent(lines: list[bytes], at: int, _chosen: Random) -> None:
    lines[at] = lines[at].lstrip(b" \t")


def _conflict(lines: list[bytes], at: int, _chosen: Random) -> None:
    lines[at:at] = [b"<<<<<<< HEAD\n", lines[at], b"=======\n"]
    lines[at + 4 : at + 4] = [b">>>>>>> other\n"]


def _renamed(content: bytes, chosen: Random) -> bytes:
    words = list(re.finditer(rb"[A-Za-z_]\w{2,}", content))
    if not words:
        return content
    word = chosen.choice(words)
    return content[: word.end()] + b"Q" + content[word.end() :]


def _flipped(content: bytes, chosen: Random) -> bytes:
    damaged = bytearray(content or b"x")
    damaged[chosen.randrange(len(damaged))] ^= 1 << chosen.randrange(7)
    return bytes(damaged)


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")


CONTENT: dict[str, Callable[[bytes, Random], bytes]] = {
    "cut off": lambda content, chosen: content[: _somewhere(content, chosen)],
    "without its beginning": lambda content, chosen: content[_somewhere(content, chosen) :],
    "empty": lambda _content, _chosen: b"",
    "blank": lambda content, _chosen: b"\n" * content.count(b"\n"),
    "a bit flipped": _flipped,
    "a line gone": _lines(lambda lines, at, _chosen: lines.pop(at) and None),
    "a line twice": _lines(lambda lines, at, _chosen: lines.insert(at, lines[at])),
    "two lines swapped": _lines(_swap),
    "lines moved": _lines(_move),
    "a line farther in": _lines(_indent),
    "a line at the margin": _lines(_outdent),
    "conflict markers": _lines(_conflict),
    "a bracket gone": _without_one_of(b"{}[]()"),
    "a bracket more": lambda content, chosen: _inserted(chosen.choice([b"{", b"}", b"[", b"]"]))(content, chosen),
    "a quote gone": _without_one_of(b"\"'"),
    "a quote more": _inserted(b'"'),
    "a colon or an equals sign gone": _without_one_of(b":="),
    "a comma gone": _without_one_of(b","),
    "a name changed": _renamed,
    "a NUL": _inserted(b"\x00"),
    "no UTF-8": _inserted(b"\xe9\x28"),
    "UTF-16 without its mark": lambda content, _chosen: _text(content).encode("utf-16-le"),
    "a pointer of Git LFS": lambda content, _chosen: (
        b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"a" * 64 + b"\nsize %d\n" % len(content)
    ),
    "compressed": lambda content, _chosen: gzip.compress(content, mtime=0),
}


def _replaced(make: Callable[[Path], object]) -> Callable[[Path, Random], object]:
    def damage(file: Path, _chosen: Random) -> object:
        file.unlink()
        return make(file)

    return damage


def _swapped(file: Path, chosen: Random) -> None:
    others = sorted(each for each in file.parent.iterdir() if each.is_file() and each != file)
    if others:
        other = chosen.choice(others)
        first, second = file.read_bytes(), other.read_bytes()
        file.write_bytes(second)
        other.write_bytes(first)


FILES: dict[str, Callable[[Path, Random], object]] = {
    "deleted": lambda file, _chosen: file.unlink(),
    "another name": lambda file, _chosen: file.rename(file.with_name(file.name + ".bak")),
    "a directory": _replaced(Path.mkdir),
    "a named pipe": _replaced(os.mkfifo),
    "a device": _replaced(lambda file: file.symlink_to("/dev/zero")),
    "a link to itself": _replaced(lambda file: file.symlink_to(file.name)),
    "a link to nothing": _replaced(lambda file: file.symlink_to("there-is-no-such-file")),
    "a link out of the tree": _replaced(lambda file: file.symlink_to("/etc/hostname")),
    "no permission": lambda file, _chosen: file.chmod(0),
    _EXCHANGED: _swapped,
}


class Outcome(NamedTuple):
    """What a run with a fault came to. `lost` are models that still stand in a file and of which nothing is said."""

    name: str
    fault: str
    file: str
    exit_code: int
    is_told: bool
    lost: tuple[str, ...]


def inputs() -> tuple[Path, ...]:
    """The folders of all examples and cases."""
    folders = {file.parent for top in ("examples", "tests/cases") for file in (REPOSITORY / top).rglob("expect.json*")}
    return tuple(sorted(folder for folder in folders if "policy" not in folder.parts))


# What is said of an input when it is whole: the same in all folders that are as deep, and each is drawn several times.
_WHOLE: dict[tuple[str, int], Scan] = {}


class Input:
    """A copy of an input, with what is said of it when it is whole."""

    def __init__(self, folder: Path, top: Path) -> None:
        self.name = folder.relative_to(REPOSITORY).as_posix()
        self.top = top
        shutil.copytree(folder, top, symlinks=True)
        (top / ".git").mkdir(exist_ok=True)
        for name in _NOT_CODE:
            (top / name).unlink(missing_ok=True)
        self.paths = (".", *(name for name in _NAMED if (top / name).is_file()))
        key = self.name, len(top.parts)
        self.whole = _WHOLE.get(key) or self.scan()
        _WHOLE[key] = self.whole
        self.files = tuple(
            sorted(file for file in {top / each for one in self.whole.inputs for each in one.files} if file.is_file())
        )
        self.contents = {file: _content(file) for file in top.rglob("*")}
        self._lines = {file: _code(_text(self.contents[file] or b"")) for file in self.files}

    def scan(self) -> Scan:
        settings = Settings(as_of=date.fromisoformat(DAY))
        return scan(self.paths, settings, standard_input=bytes, cwd=self.top)

    def expected(self, fault: str, damaged: Path) -> Iterator[tuple[str, str, bool]]:
        """The models that still stand where they stood: in a file that is text, outside comments.

        Each with that file, and whether a line that leads to it was damaged, or may have been.
        """
        exchanged = {
            each for each, content in self.contents.items() if fault == _EXCHANGED and _content(each) != content
        }
        gone = exchanged | ({damaged} if fault in _REMOVED else set())
        if any(each.name.endswith(_VALUES) for each in gone):
            return
        # Only these lines can be gone.
        left = frozenset(_code(_text(_content(damaged) or b"")))
        # A line of values may have chosen what is used.
        is_of_choices = fault in _LINES_REMOVED and damaged.name.endswith(_VALUES)
        for reference in self.whole.references:
            if fault in _REMOVED and damaged == self.top / reference.input / _UNIT:
                continue
            for candidate in reference.candidates:
                location = candidate.written_at
                if candidate.model is None or location is None:
                    continue
                steps = (location, reference.location, *(step.location for step in candidate.trail))
                rests_on = {self._line(step) for step in steps if step is not None and self.top / step.file == damaged}
                if fault in _LINES_REMOVED and not rests_on <= left:
                    continue
                file = self.top / location.file
                content = _content(file)
                if content is None or file in exchanged:
                    continue
                try:
                    text = content.decode("utf-8")
                except UnicodeDecodeError:
                    continue
                line = self._line(location)
                before = frozenset(self.lines(file))
                code = [each for each in _code(text) if each == line or each not in before]
                if any(_names(candidate.model, each) for each in code):
                    yield candidate.model, location.file, is_of_choices or not rests_on <= left

    def lines(self, file: Path) -> tuple[str, ...]:
        """The lines of a file of the input when it was whole, without comments."""
        return self._lines.get(file, ())

    def _line(self, location: Location) -> str:
        lines = self.lines(self.top / location.file)
        return lines[location.line - 1] if location.line <= len(lines) else ""

    def in_damaged_lines(self, model: str, file: str) -> bool:
        """Whether a model stands only in lines that the whole file does not have."""
        before = self.lines(self.top / file)
        lines = _text(_content(self.top / file) or b"").splitlines()
        return not any(_names(model, line) for line in lines if line in before)


# Each reference asks for the lines of the files that it rests on.
@lru_cache(maxsize=256)
def _code(text: str) -> tuple[str, ...]:
    """The lines of a text, each without its comments."""
    return tuple(_COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), text).splitlines())


def _names(model: str, text: str) -> bool:
    return re.search(rf"(?<![\w.-]){re.escape(model)}(?![\w.-])", text) is not None


def _content(file: Path) -> bytes | None:
    """The content of a regular file that can be read, else None."""
    is_readable = not file.is_symlink() and file.is_file() and os.access(file, os.R_OK)
    return file.read_bytes() if is_readable else None


def _found(references: Iterable[Reference]) -> frozenset[tuple[str, str]]:
    return frozenset(
        (candidate.model, file)
        for reference in references
        for candidate in reference.candidates
        if candidate.model is not None
        for file in {location.file for location in (candidate.written_at, reference.location) if location is not None}
    )


def _said(found: Scan) -> frozenset[object]:
    """What a run says of what it does not know."""
    unresolved = {(each.address, each.path, each.unresolved) for each in found.unresolved}
    return frozenset((each.file, each.line, each.kind, each.message) for each in found.problems) | unresolved


def run_one(folder: Path, scratch: Path, chosen: Random, *, by_command: bool) -> Outcome | None:
    """A run with one fault in one file, in-process or through the command; None for an input without files."""
    top = scratch / "top"
    try:
        whole = Input(folder, top)
        if not whole.files:
            return None
        kinds = [*CONTENT, *FILES]
        fault, file = chosen.choice(kinds), chosen.choice(whole.files)
        if fault in CONTENT:
            file.write_bytes(CONTENT[fault](file.read_bytes(), chosen))
        elif fault != "no permission" or by_command or os.geteuid() != 0:
            FILES[fault](file, chosen)
        shown = file.relative_to(top).as_posix()
        all_expected = tuple(whole.expected(fault, file))
        expected = frozenset((model, where) for model, where, _ in all_expected)
        undamaged = frozenset((model, where) for model, where, is_damaged in all_expected if not is_damaged)
        code, found = _by_command(whole) if by_command else _in_process(whole)
        if found is None:
            return Outcome(whole.name, fault, shown, code, True, ())
        is_told = bool(_said(found) - _said(whole.whole))
        lost = frozenset() if is_told else expected - _found(found.references)
        lost -= {one for one in lost & _found(found.mentions) if one not in undamaged or whole.in_damaged_lines(*one)}
        listed = tuple(sorted(f"{model} in {where}" for model, where in lost))
        return Outcome(whole.name, fault, shown, code, is_told, listed)
    finally:
        _removed(top)


def _in_process(whole: Input) -> tuple[int, Scan | None]:
    try:
        found = whole.scan()
    except BedrockEolError:
        return 2, None
    return _CODES[verdict_of(found, Severity.ERROR, False)], found


def _by_command(whole: Input) -> tuple[int, Scan | None]:
    """The exit code of the command, and what a run in this process finds.

    Root may read everything: it is run without that right, which is Linux's to take away.
    """
    without_rights = [*_WITHOUT_RIGHTS] if os.geteuid() == 0 and shutil.which(_WITHOUT_RIGHTS[0]) else []
    command = [sys.executable, "-m", "checker", "check", *whole.paths, "--as-of", DAY, "--no-config", "--quiet"]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [*without_rights, *command], cwd=whole.top, env=environment, capture_output=True, timeout=SECONDS, check=False
    )
    found = None if done.returncode == 2 else _in_process(whole)[1]
    return done.returncode, found


def _removed(top: Path) -> None:
    for file in top.rglob("*"):
        if not file.is_symlink() and file.is_file():
            file.chmod(0o600)
    shutil.rmtree(top, ignore_errors=True)
