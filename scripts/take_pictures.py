#!/usr/bin/env python3
"""Takes the pictures of the documentation, from the failing Terraform example on a fixed day.

    scripts/take_pictures.py [FOLDER]

writes the terminal at 80, 100 and 200 columns as SVG; the page at 1280 and 390 pixels and as its first printed sheet,
and the comment of a pull request, as PNG; and the picture and the badge that are report formats themselves. They go to
`docs/images`, or to the folder given. Needs `chromium` and `chromedriver` on PATH, and selenium. The SVG files are the
same on every machine; the PNG files depend on its fonts (one with emoji: fonts-noto-color-emoji) and on the version of
Chromium.
"""

import argparse
import base64
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from markdown_it import MarkdownIt
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "terraform" / "failing"
DAY = "2026-11-24"
TERMINALS = {"terminal-80.svg": 80, "terminal.svg": 100, "terminal-200.svg": 200}
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


class Shot(NamedTuple):
    """A picture of the top of a page, in pixels; `media` is `screen` or `print`."""

    picture: str
    page: str
    width: int
    height: int
    media: str = "screen"


SHOTS = (
    Shot("report.png", "report.html", 1280, 1180),
    Shot("report-390.png", "report.html", 390, 1180),
    # A4 without the margins of the page, at 96 pixels an inch; below there is nothing.
    Shot("report-print.png", "report.html", 688, 480, "print"),
    Shot("comment.png", "comment.html", 1012, 760),
)
# About as GitHub shows a comment.
COMMENT = """<!doctype html><meta charset="utf-8"><style>
body { margin: 24px; font: 14px/1.5 system-ui, "Liberation Sans", sans-serif; color: #1f2328; }
h2 { font-size: 21px; padding-bottom: 6px; border-bottom: 1px solid #d1d9e0; } h3 { font-size: 17px; }
table { border-collapse: collapse; } th, td { padding: 6px 13px; border: 1px solid #d1d9e0; text-align: left; }
code { padding: 2px 5px; border-radius: 6px; background: #eff1f3; font: 12px "DejaVu Sans Mono", monospace; }
</style>"""
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
    if lacking := [name for name in ("chromium", "chromedriver") if shutil.which(name) is None]:
        print(f"not on PATH, and in a package of Debian: {', '.join(lacking)}", file=sys.stderr)
        return 2
    folder.mkdir(parents=True, exist_ok=True)
    for name, columns in TERMINALS.items():
        (folder / name).write_text(terminal_picture(check("--format", "terminal", columns=columns), columns))
    with tempfile.TemporaryDirectory() as scratch:
        pages = Path(scratch)
        formats = (f"html={pages / 'report.html'}", f"markdown={pages / 'comment.md'}")
        pictures = (f"svg={folder / 'summary.svg'}", f"badge={folder / 'badge.svg'}")
        check(*(word for name in (*formats, *pictures) for word in ("--format", name)))
        comment = (pages / "comment.md").read_text(encoding="utf-8")
        rendered = MarkdownIt("commonmark", {"html": True}).enable("table").render(comment)
        (pages / "comment.html").write_text(COMMENT + rendered, encoding="utf-8")
        with browser(pages / "profile") as driver:
            for shot in SHOTS:
                (folder / shot.picture).write_bytes(taken(driver, pages / shot.page, shot))
    return 0


def check(*arguments: str, columns: int = 100) -> str:
    """What the command prints, in colour, when it is run in the example."""
    environment = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "GITHUB_STEP_SUMMARY"}}
    environment |= {"FORCE_COLOR": "1", "COLUMNS": str(columns), "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT)}
    run = [sys.executable, "-c", "from checker.cli import main; main()", "check", ".", "--as-of", DAY, *arguments]
    made = subprocess.run(run, cwd=EXAMPLE, env=environment, capture_output=True, text=True, check=False)
    if made.returncode != 1:
        raise SystemExit(f"the check ended with {made.returncode}, not with findings: {made.stderr}")
    return made.stdout


def terminal_picture(printed: str, columns: int) -> str:
    """An SVG of a terminal that shows the report."""
    lines = [
        Text(f"$ bedrock-eol check . --as-of {DAY}"),
        Text(),
        *Text.from_ansi(printed).split("\n", allow_blank=True),
    ]
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        console = Console(record=True, width=columns, file=nowhere, force_terminal=True, color_system="standard")
        for line in lines:
            console.print(line, soft_wrap=True)
        svg = console.export_svg(title="bedrock-eol", theme=THEME, unique_id="terminal")
    # rich has the picture load a font from the web.
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    return svg.replace("Fira Code, monospace", '"DejaVu Sans Mono", Menlo, Consolas, monospace')


@contextmanager
def browser(profile: Path) -> Iterator[Any]:
    """A Chromium without a window."""
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    options = ChromeOptions()
    options.binary_location = str(shutil.which("chromium"))
    for flag in (*CHROMIUM_FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    driver = Chrome(options=options, service=Service(str(shutil.which("chromedriver"))))
    try:
        yield driver
    finally:
        driver.quit()


def taken(driver: Any, page: Path, shot: Shot) -> bytes:
    """The picture as PNG."""
    size = {"width": shot.width, "height": shot.height, "deviceScaleFactor": 1, "mobile": shot.width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": shot.media})
    driver.get(page.as_uri())
    if shot.media == "print":
        # What begins on the second sheet.
        driver.execute_script("for (const each of document.querySelectorAll('#ends ~ *, .ending')) each.hidden = true")
    return base64.b64decode(driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})["data"])


if __name__ == "__main__":
    raise SystemExit(main())
