"""The pictures of the documentation show what the program prints today."""

import importlib.util
import re
import shutil
from html import unescape
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs" / "images"
LACKING = [
    *(name for name in ("chromium", "chromedriver") if shutil.which(name) is None),
    *(name for name in ("selenium",) if importlib.util.find_spec(name) is None),
]


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """The script that takes them."""
    spec = importlib.util.spec_from_file_location("take_pictures", ROOT / "scripts" / "take_pictures.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def text_of(svg: str) -> list[str]:
    """The words in a picture, in their order: how they are set may depend on the version of rich."""
    return unescape(" ".join(re.findall(r"<text[^>]*>([^<]*)</text>", svg))).split()


@pytest.mark.parametrize("name", ["terminal-80.svg", "terminal.svg", "terminal-200.svg"])
def test_the_terminal_is_shown_as_it_is(script, name):
    """If this fails, run scripts/take_pictures.py and look at the result."""
    columns = script.TERMINALS[name]
    made = script.terminal_picture(script.check("--format", "terminal", columns=columns), columns)
    committed = (IMAGES / name).read_text(encoding="utf-8")
    assert text_of(made) == text_of(committed)
    assert "failed" in " ".join(text_of(made))
    assert not re.search(r"url\([^#]|@import|@font-face", committed)


@pytest.mark.skipif(bool(LACKING), reason=f"the pictures need {', '.join(LACKING)}")
def test_every_picture_can_be_taken(script, tmp_path, monkeypatch):
    monkeypatch.setattr("sys.argv", ["take_pictures.py", str(tmp_path)])
    assert script.main() == 0
    assert {each.name for each in tmp_path.iterdir()} == {each.name for each in IMAGES.iterdir()}
    for shot in script.SHOTS:
        made = (tmp_path / shot.picture).read_bytes()
        assert made.startswith(b"\x89PNG")
        # The same size as the committed one, and not an empty page.
        assert made[16:24] == (IMAGES / shot.picture).read_bytes()[16:24]
        assert len(made) > 20_000
    for name in ("summary.svg", "badge.svg"):
        assert (tmp_path / name).read_bytes() == (IMAGES / name).read_bytes()


def test_every_picture_is_on_a_page():
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    assert [each.name for each in IMAGES.iterdir() if f"images/{each.name})" not in text] == []
