"""The recorded reports of an account say what a run on the same account says today."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
RECORDED = ROOT / "examples" / "account"
SECRET = "not-shown-anywhere"
# These show models, and no resources.
OF_MODELS = ("timeline.svg", "timeline.md", "badge.svg")


@pytest.fixture(scope="module")
def recorded_today(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("account")
    done = subprocess.run(
        [sys.executable, "scripts/record_account.py", str(folder)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return folder


def facts(folder: Path) -> dict[str, Any]:
    """What does not change when a report says the same in other words."""
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return {
        "references": [(each["id"], each["name"], each["traffic"], each["tags"]) for each in report["references"]],
        "findings": sorted((each["rule"], each["fingerprint"], each["eol_date"]) for each in report["findings"]),
        "problems": sorted((each["file"], each["incomplete"]) for each in report["problems"]),
        "comparison": report["comparison"],
    }


def test_a_run_of_today_finds_the_same(recorded_today: Path) -> None:
    assert facts(recorded_today) == facts(RECORDED), "run scripts/record_account.py, and look at what has changed"
    assert {each.name for each in recorded_today.iterdir()} == {each.name for each in RECORDED.iterdir()}


@pytest.mark.parametrize("file", sorted(each.name for each in RECORDED.iterdir() if each.is_file()))
def test_each_report_names_what_is_at_its_end_and_no_secret(file: str, recorded_today: Path) -> None:
    arn = "arn:aws:bedrock:us-east-1:111122223333:agent/AGENT00001"
    for folder in (RECORDED, recorded_today):
        text = (folder / file).read_text(encoding="utf-8")
        if file not in OF_MODELS:
            assert arn in re.sub(r"\\/|%2F|&#x2F;", "/", text).replace("%3A", ":")
        assert SECRET not in text
