"""Reports are what the golden files say; UPDATE_GOLDEN=1 writes them anew."""

from pathlib import Path

import pytest

from checker.report import FORMATS, format_names, renderer

GOLDEN = Path(__file__).parents[2] / "golden"
EXTENSIONS = {
    "terminal": "txt",
    "json": "json",
    "sarif": "sarif",
    "junit": "xml",
    "github": "txt",
    "gitlab": "json",
    "markdown": "md",
    "cyclonedx": "json",
    "html": "html",
    "csv": "csv",
}
VARIANTS = {
    "80": {"width": 80},
    "200": {"width": 200},
    "color": {"width": 100, "color": True},
    "ascii": {"width": 100, "unicode": False},
    "verbose": {"width": 100, "verbose": True},
    "quiet": {"width": 100, "quiet": True},
}


@pytest.mark.parametrize("name", format_names(judged=True))
def test_findings_of_each_format(name, scenario, expect_golden):
    text = renderer(name, judged=True)(scenario.view, scenario.options())
    expect_golden(f"{name}/{scenario.name}.{EXTENSIONS[name]}", text)


@pytest.mark.parametrize("name", format_names(judged=False))
def test_references_of_each_format(name, scenario, expect_golden):
    text = renderer(name, judged=False)(scenario.view, scenario.options())
    expect_golden(f"{name}-references/{scenario.name}.{EXTENSIONS[name]}", text)


@pytest.mark.parametrize("variant", VARIANTS)
def test_findings_in_each_terminal(variant, make_scenario, expect_golden):
    for name in ("findings", "unresolved", "hostile"):
        scenario = make_scenario(name)
        text = renderer("terminal", judged=True)(scenario.view, scenario.options(**VARIANTS[variant]))
        expect_golden(f"terminal/{name}.{variant}.txt", text)


def test_every_format_has_golden_files_for_every_scenario():
    for name, row in FORMATS.items():
        assert len(list((GOLDEN / name).glob(f"*.{EXTENSIONS[name]}"))) >= 7
        if row.references is not None:
            assert len(list((GOLDEN / f"{name}-references").glob(f"*.{EXTENSIONS[name]}"))) == 7
