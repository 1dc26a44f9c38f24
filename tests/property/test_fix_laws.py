"""On every case and example, `fix --write` does what it promises: no more, no less, and once."""

import difflib
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from checker.cli import run
from checker.fix.replacements import GOING
from checker.references import PROVIDERS

ROOT = Path(__file__).resolve().parents[2]
CASES = sorted(
    path for path in (ROOT / "tests" / "cases").glob("*/*") if path.is_dir() and path.parent.name != "policy"
)
EXAMPLES = sorted(path for path in (ROOT / "examples").glob("*/*") if path.is_dir())
DAY = ("--as-of", "2026-11-24", "--no-config")
# Models, and what makes a list of the one ARN that a statement of IAM had.
HOLDS_ID = re.compile(rf"\b(?:{'|'.join(PROVIDERS)})\.|claude|\bResource:")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def content_of(tree: Path) -> dict[str, bytes]:
    """The files of a tree."""
    return {
        path.relative_to(tree).as_posix(): path.read_bytes()
        for path in sorted(tree.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


def findings(capsys: pytest.CaptureFixture[str]) -> Iterator[tuple[str, str, str]]:
    """The rule, the address and the model of each open finding on the use of a model that is going.

    A mention may come to light beside a use that is no more.
    """
    run(["check", ".", *DAY, "--format", "json"])
    report = json.loads(capsys.readouterr().out)
    references = {each["id"]: each for each in report["references"]}
    for each in report["findings"]:
        if each["check"] in GOING and each["status"] == "open":
            reference = references[each["reference"]]
            if reference["mention"] is None:
                yield each["rule"], reference["address"], each["model"]


@pytest.mark.parametrize("case", [*CASES, *EXAMPLES], ids=name_of)
def test_fix(case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    tree = tmp_path / "tree"
    shutil.copytree(case, tree, symlinks=True)
    monkeypatch.chdir(tree)
    found, before = set(findings(capsys)), content_of(tree)

    run(["fix", ".", *DAY])
    diff = capsys.readouterr().out
    assert content_of(tree) == before, "a diff is only shown"

    code = run(["fix", ".", *DAY, "--write"])
    said = capsys.readouterr().err
    after = content_of(tree)
    changed = [name for name in before if before[name] != after[name]]
    assert before.keys() == after.keys()
    assert "put back" not in said
    assert sorted(re.findall(r"^--- a/(.*)$", diff, re.MULTILINE)) == changed, "what is shown is what is written"
    for name in changed:
        lines = (content[name].decode().splitlines() for content in (before, after))
        touched = [line for line in difflib.ndiff(*lines) if line[:2] in ("+ ", "- ")]
        assert all(map(HOLDS_ID.search, touched)), touched

    # Where nothing was written, the same commands would run on the same tree again.
    left = set(findings(capsys)) if changed else found
    assert left <= found, "no new finding"
    if code == 0:
        granted = {finding for finding in left if re.search(r"iam|policy|role", finding[1], re.IGNORECASE)}
        assert left <= granted, "only what is granted still"

    if changed:
        run(["fix", ".", *DAY, "--write"])
        assert content_of(tree) == after, "a second time changes nothing"
