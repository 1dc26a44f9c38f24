"""The gallery shows what the program says of the code beside it. UPDATE_GOLDEN=1 writes the reports anew."""

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
PAGE = Path(__file__).resolve().parents[2] / "docs" / "gallery.md"
DAY = "2026-11-24"

_SITUATION = re.compile(r"^## (?P<title>.*?)\n(?P<text>.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r'^```\w+ title="(?P<file>[^"]+)"\n(?P<code>.*?)^```$', re.DOTALL | re.MULTILINE)
_REPORT = re.compile(r"^```console\n\$ (?P<command>[^\n]+)\n(?P<shown>.*?)^```$", re.DOTALL | re.MULTILINE)
# How old the data is changes with the data, and is on each report.
_ABOUT_THE_RUN = re.compile(r"^Read \d.*?\n\n", re.DOTALL | re.MULTILINE)
_NOTES = re.compile(r", \d+ notes?(?=[;.])|(?<=: )\d+ notes?; ")

SITUATIONS = [(found["title"], found["text"]) for found in _SITUATION.finditer(PAGE.read_text(encoding="utf-8"))]


def test_there_are_ten() -> None:
    assert [title.partition(".")[0] for title, _ in SITUATIONS] == [str(number) for number in range(1, 11)]
    assert all("**Decision:**" in text for _, text in SITUATIONS)


@pytest.mark.parametrize(("title", "text"), SITUATIONS, ids=[title for title, _ in SITUATIONS])
def test_the_report_is_what_is_said_of_the_code(title: str, text: str, tmp_path: Path, run: Run) -> None:
    for found in _CODE.finditer(text):
        file = tmp_path / found["file"]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(found["code"], encoding="utf-8")
    [report] = _REPORT.finditer(text)
    done = run(f"{report['command']} --as-of {DAY}", tmp_path)
    assert done.returncode in (0, 1, 3), done.stderr
    printed = _NOTES.sub("", _ABOUT_THE_RUN.sub("", done.stdout))
    printed = "".join(f"{line.rstrip()}\n" for line in printed.splitlines()) + f"exit code {done.returncode}\n"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        page = PAGE.read_text(encoding="utf-8")
        made = report[0].replace(report["shown"], "") if report["shown"] else report[0]
        PAGE.write_text(page.replace(report[0], made.replace("\n```", f"\n{printed}```")), encoding="utf-8")
        return
    assert report["shown"] == printed, title
