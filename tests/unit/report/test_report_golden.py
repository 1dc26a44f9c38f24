"""Reports are what the golden files say; UPDATE_GOLDEN=1 writes them anew."""

from pathlib import Path

import pytest

from checker.report import FORMATS, format_names, renderer

GOLDEN = Path(__file__).parents[2] / "golden"
# Of the formats whose files do not end as they are called.
EXTENSIONS = {
    "terminal": "txt",
    "junit": "xml",
    "github": "txt",
    "gitlab": "json",
    "markdown": "md",
    "cyclonedx": "json",
    "badge": "svg",
    "mermaid": "md",
}
VARIANTS = {
    "80": {"width": 80},
    "200": {"width": 200},
    "color": {"width": 100, "color": True},
    "ascii": {"width": 100, "unicode": False},
    "verbose": {"width": 100, "verbose": True},
    "quiet": {"width": 100, "quiet": True},
}


def extension(name):
    return EXTENSIONS.get(name, name)


@pytest.mark.parametrize("name", format_names(judged=True))
def test_findings_of_each_format(name, scenario, expect_golden, without_assets):
    text = "".join(renderer(name, judged=True)(scenario.view, scenario.options()))
    expect_golden(f"{name}/{scenario.name}.{extension(name)}", without_assets(text) if name == "html" else text)


@pytest.mark.parametrize("name", format_names(judged=False))
def test_references_of_each_format(name, scenario, expect_golden):
    text = "".join(renderer(name, judged=False)(scenario.view, scenario.options()))
    expect_golden(f"{name}-references/{scenario.name}.{extension(name)}", text)


@pytest.mark.parametrize("variant", VARIANTS)
def test_findings_in_each_terminal(variant, make_scenario, expect_golden):
    for name in ("findings", "unresolved", "hostile"):
        scenario = make_scenario(name)
        text = renderer("terminal", judged=True)(scenario.view, scenario.options(**VARIANTS[variant]))
        expect_golden(f"terminal/{name}.{variant}.txt", text)


def test_every_format_has_golden_files_for_every_scenario():
    command = "write them with UPDATE_GOLDEN=1 pytest tests/unit/report/test_report_golden.py, and look at the diff"
    for name, row in FORMATS.items():
        for folder in (name, *([f"{name}-references"] if row.references is not None else [])):
            found = len(list((GOLDEN / folder).glob(f"*.{extension(name)}")))
            assert found >= 7, f"the format {name} has {found} golden files in tests/golden/{folder}; {command}"
