"""Whatever happens to a file of an input, the run ends, does not crash, and never passes with less than was there."""

import codecs
import errno
import json
import os
import random
import re
import shutil
import signal
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from checker.errors import BedrockEolError
from checker.model.resource import InputKind
from checker.model.scan import Scan
from checker.model.settings import Settings
from checker.pipeline import scan
from checker.report.view import Verdict, verdict_of

REPOSITORY = Path(__file__).resolve().parents[2]
SETTINGS = Settings(as_of=date(2026, 11, 24))
# Names of what is damaged, so that each is a test of its own: the folder to copy, and what is checked in it.
CORPUS: dict[str, tuple[str, str]] = {
    "terraform": ("examples/terraform/failing", "."),
    "plan": ("examples/terraform-plan/failing", "plan.json"),
    "cloudformation": ("examples/cloudformation/failing", "."),
    "cdk": ("examples/cdk/failing/cdk.out", "."),
    **{
        f"{folder}/{case}": (f"tests/cases/{folder}/{case}", ".")
        for folder, cases in {
            "terraform": (
                "count-and-dynamic",
                "defaults-and-tfvars",
                "files-and-templates",
                "json-syntax",
                "module-instances",
                "overrides",
                "policy-documents",
                "typed-objects",
            ),
            "cloudformation": ("idioms", "json-joins", "nested-packaged", "sam-step-functions"),
        }.items()
        for case in cases
    },
}
SECONDS = 60
# It takes a byte order mark at the start of any line, which PyYAML's own scanner does not, and loses nothing by it.
YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@pytest.fixture(scope="session")
def wholes() -> dict[tuple[str, int], Scan]:
    """What each input says when it is whole, once a test has asked: the same in all folders that are as deep.

    One case names a file that many folders farther up may be.
    """
    return {}


@pytest.fixture(params=sorted(CORPUS))
def work(request: pytest.FixtureRequest, tmp_path: Path, wholes: dict[tuple[str, int], Scan]) -> "Work":
    folder, checked = CORPUS[request.param]
    top = tmp_path / "top"
    shutil.copytree(REPOSITORY / folder, top)
    (top / ".git").mkdir()
    for expected in top.glob("expect.json*"):
        expected.unlink()
    key = request.param, len(top.parts)
    made = Work(top, checked, wholes.get(key))
    wholes[key] = made.whole
    return made


class Work:
    """An input in a folder of its own, with what it says when it is whole."""

    def __init__(self, top: Path, checked: str, whole: Scan | None) -> None:
        self.top = top
        self.checked = checked
        self.whole = whole or self.scan()
        # Templates are found by what they hold.
        self.is_searched = any(one.kind is InputKind.CLOUDFORMATION for one in self.whole.inputs)
        self.files = tuple(top / file for one in self.whole.inputs for file in one.files)
        assert self.whole.references
        assert self.files

    def scan(self) -> Scan:
        return scan([self.checked], SETTINGS, standard_input=lambda: b"", cwd=self.top)


def uses(found: Scan) -> frozenset[tuple[str, str, str, str]]:
    """What is used where, as far as it is known."""
    return frozenset(
        (reference.address, reference.site, candidate.model or candidate.text, candidate.certainty)
        for reference in found.references
        for candidate in reference.candidates
    )


def passes(found: Scan) -> bool:
    return verdict_of(found, None, False) is Verdict.PASSED


def assert_said(work: Work, file: Path, what: str) -> None:
    """The run of the damaged input does not pass, for a reason that the whole one did not have."""
    found = work.scan()
    if not tells_what_it_is(work, file):
        return
    said = f"{file.name}: {what}: {[f'{each.file}: {each.message}' for each in found.problems]}"
    assert not passes(found), said
    assert any(each.incomplete and each not in work.whole.problems for each in found.problems), said


def tells_what_it_is(work: Work, file: Path) -> bool:
    """Whether the file can still be told from the YAML and JSON that is no template, if nothing else names it."""
    if not work.is_searched or file.parent != work.top or not file.name.endswith((".yaml", ".json")):
        return True
    if not file.is_file():
        return not file.is_dir()
    content = file.read_bytes().replace(b"\0", b"")
    return (b"Resources" in content and b"::" in content) or b"AWSTemplateFormatVersion" in content


@pytest.fixture(autouse=True)
def _ends() -> Iterator[None]:
    """No run waits for ever: a signal ends it, which no code of the checker catches."""

    def late(*_: object) -> None:
        pytest.fail(f"the run did not end within {SECONDS} s", pytrace=True)

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def each_damaged(work: Work, damage: Callable[[Path, bytes], None]) -> Iterator[Path]:
    """Each file of the input after the damage; it is whole again afterwards."""
    for file in work.files:
        content = file.read_bytes()
        damage(file, content)
        yield file
        if file.is_symlink() or not file.is_file():
            shutil.rmtree(file) if file.is_dir() and not file.is_symlink() else file.unlink(missing_ok=True)
        file.write_bytes(content)
    assert uses(work.scan()) == uses(work.whole)


def replaced(make: Callable[[Path], None]) -> Callable[[Path, bytes], None]:
    def damage(file: Path, _content: bytes) -> None:
        file.unlink()
        make(file)

    return damage


def _to_itself(file: Path) -> None:
    file.symlink_to(file.name)


def _to_nothing(file: Path) -> None:
    file.symlink_to("there-is-no-such-file")


UNREADABLE: dict[str, Callable[[Path, bytes], None]] = {
    "named pipe": replaced(os.mkfifo),
    "link to itself": replaced(_to_itself),
    "link to nothing": replaced(_to_nothing),
    "not UTF-8 at the start": lambda file, content: _write(file, b"\xff" + content),
    "not UTF-8 within": lambda file, content: _write(file, _with_middle(content, b"\xe9")),
    "not UTF-8 at the end": lambda file, content: _write(file, content + b"# \xc3\x28\n"),
    "UTF-16 without its mark": lambda file, content: _write(file, content.decode().encode("utf-16-le")),
    "UTF-16, cut within a character": lambda file, content: _write(file, content.decode().encode("utf-16")[:-1]),
    "UTF-32": lambda file, content: _write(file, content.decode().encode("utf-32")),
    "a binary file": lambda file, _content: _write(file, bytes(range(256)) * 20),
    "compressed": lambda file, content: _write(file, b"\x1f\x8b\x08\x00" + content[::-1]),
}  # fmt: skip


def _with_middle(content: bytes, middle: bytes) -> bytes:
    half = len(content) // 2
    return content[:half] + middle + content[half:]


def _write(file: Path, content: bytes) -> None:
    file.write_bytes(content)


@pytest.mark.parametrize("damage", UNREADABLE)
def test_what_cannot_be_read_is_said(work: Work, damage: str) -> None:
    for file in each_damaged(work, UNREADABLE[damage]):
        assert_said(work, file, damage)


def test_a_directory_in_place_of_a_file_is_said(work: Work) -> None:
    for file in each_damaged(work, replaced(Path.mkdir)):
        assert_said(work, file, "a directory")


def test_a_nul_is_said_where_it_is_not_allowed(work: Work) -> None:
    def damage(file: Path, content: bytes) -> None:
        _write(file, _with_middle(content, b"\x00"))

    for file in each_damaged(work, damage):
        if file.suffix in {".tf", ".tfvars", ".tftpl"}:
            # HCL has it in comments and texts.
            work.scan()
        else:
            assert_said(work, file, "a NUL")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_another_encoding_with_its_mark_reads_the_same(work: Work, encoding: str) -> None:
    for _ in each_damaged(work, lambda file, content: _write(file, content.decode().encode(encoding))):
        found = work.scan()
        assert uses(found) == uses(work.whole) or not passes(found)


@pytest.mark.parametrize("code", [errno.EACCES, errno.EIO, errno.EMFILE, errno.ESTALE], ids=errno.errorcode.get)
def test_a_file_that_the_system_refuses_is_said(work: Work, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.open
    refused: list[Path] = []

    def refusing(path: Any, *arguments: Any, **named: Any) -> int:
        if Path(path) in refused:
            raise OSError(code, os.strerror(code))
        return real(path, *arguments, **named)

    monkeypatch.setattr(os, "open", refusing)
    for file in work.files:
        refused[:] = [file]
        assert_said(work, file, os.strerror(code))


def test_a_file_that_fails_while_it_is_read_is_said(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    really_open, really_read = os.open, os.read
    failing: set[int] = set()
    damaged: list[Path] = []

    def opened(path: Any, *arguments: Any, **named: Any) -> int:
        descriptor = really_open(path, *arguments, **named)
        (failing.add if Path(path) in damaged else failing.discard)(descriptor)
        return descriptor

    def read(descriptor: int, length: int) -> bytes:
        if descriptor in failing:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return really_read(descriptor, length)

    monkeypatch.setattr(os, "open", opened)
    monkeypatch.setattr(os, "read", read)
    for file in work.files:
        damaged[:] = [file]
        assert_said(work, file, "fails while it is read")


def test_a_file_that_vanishes_during_the_run_is_said(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.open
    vanishing: list[Path] = []

    def opened(path: Any, *arguments: Any, **named: Any) -> int:
        if Path(path) in vanishing:
            Path(path).unlink(missing_ok=True)
        return real(path, *arguments, **named)

    monkeypatch.setattr(os, "open", opened)
    for file in each_damaged(work, lambda file, _content: vanishing.append(file)):
        assert_said(work, file, "vanishes")
        vanishing.clear()


def test_a_file_that_vanishes_after_its_first_reading_does_no_harm(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file may be read more than once: the listing of roots, the evaluation, and the lines that are shown."""
    real = os.open
    vanishing: list[Path] = []

    def opened(path: Any, *arguments: Any, **named: Any) -> int:
        descriptor = real(path, *arguments, **named)
        if Path(path) in vanishing:
            Path(path).unlink(missing_ok=True)
        return descriptor

    monkeypatch.setattr(os, "open", opened)
    for file in each_damaged(work, lambda file, _content: vanishing.append(file)):
        found = work.scan()
        # What is gone before its module is listed was never there.
        is_only_searched = file.name.endswith(".tfvars.json")
        assert uses(found) >= uses(work.whole) or not passes(found) or is_only_searched
        vanishing.clear()


def test_an_empty_file_never_passes_as_the_whole_one(work: Work) -> None:
    """An empty file is valid in HCL, and as the content of a text; everything else that is empty is said."""
    is_terraform = any(one.kind is InputKind.TERRAFORM for one in work.whole.inputs)
    for file in each_damaged(work, lambda file, _content: _write(file, b"")):
        if is_terraform and not file.name.endswith((".tf.json", ".tfvars.json")):
            work.scan()
        else:
            assert_said(work, file, "empty")


def is_valid(file: Path, content: bytes) -> bool | None:
    """Whether another reader takes the content; None if there is no other reader of such a file."""
    try:
        text = content.decode()
        if file.suffix == ".json":
            try:
                json.loads(text)
            except ValueError:
                # CloudFormation takes YAML in flow style too.
                yaml.compose(text, YAML)
                return None
        elif file.name.endswith((".yaml", ".yml")):
            yaml.compose(text, YAML)
        elif file.suffix in {".tf", ".tfvars"}:
            return is_balanced(text) and None
        else:
            return None
    except (ValueError, yaml.YAMLError):
        return False
    return None


def is_balanced(text: str) -> bool:
    """Whether the brackets outside comments and texts of HCL match; a file that ends within one is not valid."""
    bare = re.sub(r'#.*|//.*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', "", text, flags=re.DOTALL if "/*" in text else 0)
    return '"' in bare or "<<" in bare or all(bare.count(a) == bare.count(b) for a, b in ("{}", "[]", "()"))


def cuts(content: bytes, chosen: random.Random) -> Sequence[int]:
    return sorted({1, len(content) - 2, *(chosen.randrange(1, len(content)) for _ in range(4))})


def test_a_file_that_is_cut_off_is_said(work: Work) -> None:
    chosen = random.Random(8)
    refused = 0
    for file in work.files:
        content = file.read_bytes()
        for cut in cuts(content, chosen):
            file.write_bytes(content[:cut])
            if is_valid(file, content[:cut]) is False:
                refused += 1
                assert_said(work, file, f"cut after {cut} bytes")
            else:
                work.scan()
        file.write_bytes(content)
    assert refused


def flipped(content: bytes, chosen: random.Random) -> bytes:
    damaged = bytearray(content)
    for _ in range(chosen.choice([1, 1, 1, 2, 8])):
        damaged[chosen.randrange(len(damaged))] ^= 1 << chosen.randrange(8)
    return bytes(damaged)


def swapped(content: bytes, chosen: random.Random) -> bytes:
    start, end = sorted((chosen.randrange(len(content)), chosen.randrange(len(content))))
    return content[:start] + content[end:] + content[start:end]


def doubled(content: bytes, chosen: random.Random) -> bytes:
    start = chosen.randrange(len(content))
    return content[:start] + content[start : start + chosen.randrange(1, 200)] * chosen.choice([2, 3]) + content[start:]


def replaced_by_marks(content: bytes, chosen: random.Random) -> bytes:
    start = chosen.randrange(len(content))
    mark = chosen.choice([*b'{}[]"\n', b"${", b"%{", b"<<EOF\n", b"*a", b"&a ", b"!!", b": ", b"\\", codecs.BOM_UTF8])
    mark = bytes([mark]) if isinstance(mark, int) else mark
    return content[:start] + mark + content[start + chosen.choice([0, 1, len(mark)]) :]


@pytest.mark.parametrize("change", [flipped, swapped, doubled, replaced_by_marks])
def test_a_damaged_file_is_read_without_a_crash(
    work: Work, change: Callable[[bytes, random.Random], bytes], request: pytest.FixtureRequest
) -> None:
    chosen = random.Random(request.node.name)
    for file in work.files:
        content = file.read_bytes()
        if not content:
            continue
        for _ in range(max(1, 16 // len(work.files))):
            damaged = change(content, chosen)
            file.write_bytes(damaged)
            if is_valid(file, damaged) is False:
                assert_said(work, file, f"{change.__name__}: {damaged!r}")
            else:
                work.scan()
        file.write_bytes(content)


def test_what_judges_is_refused_when_it_is_damaged(tmp_path: Path) -> None:
    """A policy or a catalog that cannot be read never judges: the run is refused."""
    (tmp_path / "a.tf").write_text('resource "x" "y" {}\n')
    good = b"version: 1\nextends: [baseline]\n"
    policy = tmp_path / "policy.yaml"
    chosen = random.Random(1)
    damaged = [
        b"",
        b"\xff" + good,
        b"\x00",
        good[:9] + b"\x00",
        b"\xff\xfe\x00",
        good + b"  - :\n -",
        good.replace(b"1", b"9"),
    ]
    for content in [*damaged, *(flipped(good, chosen) for _ in range(60))]:
        policy.write_bytes(content)
        settings = Settings(as_of=date(2026, 11, 24), policy=(str(policy),))
        try:
            found: Scan | str = scan(["."], settings, standard_input=lambda: b"", cwd=tmp_path)
        except BedrockEolError as error:
            found = str(error)
        assert "policy.yaml" in found if isinstance(found, str) else found.policy
