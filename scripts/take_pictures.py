#!/usr/bin/env python3
"""Takes the pictures of the documentation, from the failing Terraform example on a fixed day.

    scripts/take_pictures.py [FOLDER]

writes `terminal.svg`, `terminal.png` and `report.png` to `docs/images`, or to the folder given. Needs `chromium` on
PATH. The SVG is the same on every machine; the PNG files depend on its fonts and on the version of Chromium.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "terraform" / "failing"
DAY = "2026-11-24"
COLUMNS = 100
REPORT_SIZE = (1280, 1180)
CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
THEME = TerminalTheme(
    (21, 24, 27),
    (228, 231, 234),
    [
        (54, 61, 68),
        (255, 143, 133),
        (111, 203, 181),
        (229, 179, 78),
        (134, 189, 247),
        (201, 162, 242),
        (124, 196, 222),
        (228, 231, 234),
    ],
)


def main() -> int:
    """Writes the pictures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "docs" / "images")
    folder = parser.parse_args().folder.resolve()
    chromium = shutil.which("chromium")
    if chromium is None:
        print("chromium is not on PATH; on Debian it is in the package chromium", file=sys.stderr)
        return 2
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        page = Path(scratch) / "report.html"
        svg = terminal_picture(check("--format", "terminal", "--format", f"html={page}"))
        (folder / "terminal.svg").write_text(svg, encoding="utf-8")
        take(chromium, folder / "terminal.svg", folder / "terminal.png", size_of(svg), Path(scratch))
        take(chromium, page, folder / "report.png", REPORT_SIZE, Path(scratch))
    return 0


def check(*arguments: str) -> str:
    """What the command prints, in colour, when it is run in the example."""
    environment = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "GITHUB_STEP_SUMMARY"}}
    environment |= {"FORCE_COLOR": "1", "COLUMNS": str(COLUMNS), "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT)}
    run = [sys.executable, "-c", "from checker.cli import main; main()", "check", ".", "--as-of", DAY, *arguments]
    made = subprocess.run(run, cwd=EXAMPLE, env=environment, capture_output=True, text=True, check=False)
    if made.returncode != 1:
        raise SystemExit(f"the check ended with {made.returncode}, not with findings: {made.stderr}")
    return made.stdout


def terminal_picture(printed: str) -> str:
    """An SVG of a terminal that shows the report."""
    lines = Text.from_ansi(printed).split("\n", allow_blank=True)
    shown = [Text(f"$ bedrock-eol check . --as-of {DAY}"), Text(), *lines]
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        console = Console(record=True, width=COLUMNS, file=nowhere, force_terminal=True, color_system="standard")
        for line in shown:
            console.print(line, soft_wrap=True)
        svg = console.export_svg(title="bedrock-eol", theme=THEME, unique_id="terminal")
    # rich has the picture load a font from the web.
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    return svg.replace("Fira Code, monospace", '"DejaVu Sans Mono", Menlo, Consolas, monospace')


def size_of(svg: str) -> tuple[int, int]:
    """The width and height of an SVG in pixels, from its view box."""
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    if found is None:
        raise SystemExit("the SVG of the terminal has no view box")
    return round(float(found[1])), round(float(found[2]))


def take(chromium: str, page: Path, picture: Path, size: tuple[int, int], scratch: Path) -> None:
    """A picture of the top of a page, as a window of this size shows it."""
    with tempfile.TemporaryDirectory(dir=scratch) as profile:
        window = f"--window-size={size[0]},{size[1]}"
        outcome = (f"--user-data-dir={profile}", window, f"--screenshot={picture}", page.as_uri())
        run = [chromium, *CHROMIUM_FLAGS, *outcome]
        made = subprocess.run(run, capture_output=True, text=True, check=False, timeout=120)
    if made.returncode != 0 or not picture.exists():
        raise SystemExit(f"Chromium took no picture of {page.name}: {made.stderr}")


if __name__ == "__main__":
    raise SystemExit(main())
