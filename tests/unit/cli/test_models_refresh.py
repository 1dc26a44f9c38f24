"""`models refresh` from saved pages, `models diff` and `models export`, and the filters of `models list`."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from checker.catalog import load_bundled, load_file

CATALOG = str(Path(__file__).parents[2] / "catalog.json")
PAGE = """# Model lifecycle (Legacy)

| Model provider | Model name | Model ID | Regions | Legacy date | EOL date | Public extended access start date |
| --- | --- | --- | --- | --- | --- | --- |
| Anthropic | Active | anthropic.test-active-v1:0 | us-east-1 | May 26, 2026 | March 1, 2027 | August 26, 2026 |
"""
Cli = Callable[..., int]


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "model-lifecycle-legacy.md").write_text(PAGE, encoding="utf-8")
    return folder


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BEDROCK_EOL_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache" / "catalog.json"


def refresh(cli: Cli, pages: Path, *arguments: str) -> int:
    return cli("models", "refresh", "--pages", str(pages), "--read-on", "2026-11-20", "--catalog", CATALOG, *arguments)


def test_saved_pages_become_the_catalog_that_is_used(
    cli: Cli, pages: Path, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refresh(cli, pages) == 0
    out = capsys.readouterr().out
    assert "~ anthropic.test-active-v1:0" in out
    assert f"{cache}: " in out
    written = load_file(cache)
    assert written.as_of == date(2026, 11, 20)
    [row] = next(each for each in written.models if each.id == "anthropic.test-active-v1:0").rows
    assert (row.eol_date, row.read_on) == (date(2027, 3, 1), date(2026, 11, 20))
    assert cli("models", "show", "anthropic.test-active-v1:0", "--as-of", "2026-11-24") == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "catalog data of 2026-11-20 (refreshed catalog" in shown
    assert "timeline" in shown


def test_with_output_the_cache_is_left_alone(cli: Cli, pages: Path, cache: Path, tmp_path: Path) -> None:
    assert refresh(cli, pages, "--output", str(tmp_path / "new.json"), "--quiet") == 0
    assert load_file(tmp_path / "new.json").as_of == date(2026, 11, 20)
    assert not cache.exists()


def test_what_is_refused_is_named_and_the_rest_is_taken(
    cli: Cli, pages: Path, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = "| Anthropic | Soon | anthropic.test-soon-v1:0 | Ohio | May 26, 2026 | March 1, 2027 | — |\n"
    (pages / "model-lifecycle-legacy.md").write_text(PAGE + wrong, encoding="utf-8")
    assert refresh(cli, pages) == 3
    assert "'Ohio' is not a Region" in capsys.readouterr().out
    written = load_file(cache)
    # One row is that model's matter.
    assert (written.as_of, written.newest) == (date(2026, 11, 20), date(2026, 11, 20))


def test_a_page_without_sense_keeps_the_old_catalog(
    cli: Cli, pages: Path, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (pages / "model-lifecycle-legacy.md").write_text("# Ciclo de vida\n", encoding="utf-8")
    cache.parent.mkdir()
    cache.write_text("{}", encoding="utf-8")
    assert refresh(cli, pages) == 2
    assert "the refresh failed: no lifecycle page" in capsys.readouterr().err
    assert cache.read_text(encoding="utf-8") == "{}"


def test_a_damaged_cache_does_not_keep_a_refresh_from_replacing_it(
    cli: Cli, pages: Path, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = "| Amazon | Nova Lite | amazon.nova-lite-v1:0 | us-east-1 | May 26, 2026 | March 1, 2027 | — |\n"
    header = PAGE.rpartition("| Anthropic")[0]
    (pages / "model-lifecycle-legacy.md").write_text(header + row, encoding="utf-8")
    cache.parent.mkdir()
    cache.write_text("{}", encoding="utf-8")
    assert cli("models", "list") == 2
    capsys.readouterr()
    # The page has lost most of what the bundled catalog has from it, so that the refresh is not complete.
    day = load_bundled().newest
    assert cli("models", "refresh", "--pages", str(pages), "--read-on", str(day)) in (0, 3)
    assert "starts from the bundled catalog" in capsys.readouterr().err
    assert load_file(cache).newest == day


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--pages", "."], "--pages needs --read-on"),
        (["--read-on", "2026-11-01"], "--read-on is for --pages"),
        (["--pages", ".", "--read-on", "2999-01-01"], "in the future"),
        (["--pages", ".", "--read-on", "yesterday"], "not a day"),
        (["--from", "api", "--pages", "."], "--pages is for --from docs"),
        (["--regions", "us-east-1"], "--regions is for --from api"),
        (["--from", "api", "--regions", "eu-nort-1"], "'eu-nort-1' is not a Region; did you mean 'eu-north-1'"),
        (["--pages", ".", "--docs-url", "https://example.com/"], "contradict each other"),
        (["--docs-url", "file:///etc/"], "only http and https"),
    ],
)
def test_wrong_usage(
    cli: Cli, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    arguments: list[str], words: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert cli("models", "refresh", *arguments) == 2
    assert words in " ".join(capsys.readouterr().err.split())
    assert not cache.exists()


def test_diff_in_each_format(cli: Cli, pages: Path, cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert refresh(cli, pages, "--quiet") == 0
    capsys.readouterr()
    assert cli("models", "diff", CATALOG, str(cache)) == 0
    assert "EOL in us-east-1: 2027-03-01 (new)" in capsys.readouterr().out
    assert cli("models", "diff", CATALOG, str(cache), "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["changed"][0]["id"] == "anthropic.test-active-v1:0"
    assert cli("models", "diff", CATALOG, str(cache), "--format", "markdown") == 0
    assert "| `anthropic.test-active-v1:0` | EOL | us-east-1 |  | 2027-03-01 |" in capsys.readouterr().out
    assert cli("models", "diff", CATALOG, CATALOG) == 0
    assert "0 models changed" in capsys.readouterr().out


def test_export_in_each_format(cli: Cli, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fixed = ("models", "export", "--catalog", CATALOG, "--as-of", "2026-11-24")
    assert cli(*fixed) == 0
    assert "anthropic.test-eol-v1:0" in json.loads(capsys.readouterr().out)["bedrock_eol"]["models"]
    file = tmp_path / "team.ics"
    assert cli(*fixed, "--format", "ics", "--output", str(file)) == 0
    assert file.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    assert cli(*fixed, "--format", "catalog", "--model", "us.anthropic.test-eol-v1:0") == 0
    assert [each["id"] for each in json.loads(capsys.readouterr().out)["models"]] == ["anthropic.test-eol-v1:0"]
    assert cli(*fixed, "--model", "anthropic.test-eoI-v1:0") == 2
    assert "did you mean anthropic.test-eol-v1:0" in capsys.readouterr().err


def test_lists_by_the_day_of_the_end(cli: Cli, capsys: pytest.CaptureFixture[str]) -> None:
    def listed(*arguments: str) -> set[str]:
        fixed = ("models", "list", "--catalog", CATALOG, "--as-of", "2026-11-24", "--format", "csv")
        assert cli(*fixed, *arguments) == 0
        return {row["id"] for row in csv.DictReader(io.StringIO(capsys.readouterr().out))}

    soon = listed("--eol-from", "2026-11-25", "--eol-within", "90")
    assert "anthropic.test-soon-v1:0" in soon
    assert "anthropic.test-eol-v1:0" not in soon
    assert soon == listed("--eol-within", "90") == listed("--eol-from", "2026-11-25", "--eol-until", "2027-02-22")
    assert "anthropic.test-eol-v1:0" in listed("--eol-until", "2027-02-22")
    assert "anthropic.test-soon-v1:0" not in listed("--eol-within", "89")
    assert "anthropic.test-active-v1:0" not in listed("--eol-within", "100000")
    assert "anthropic.test-regional-v1:0" not in listed("--eol-within", "0", "--region", "eu-west-1")


def test_windows_that_hold_no_day_are_refused(cli: Cli, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli("models", "list", "--eol-from", "2027-01-01", "--eol-until", "2026-01-01") == 2
    assert "after 2026-01-01" in capsys.readouterr().err
    assert cli("models", "list", "--eol-within", "5", "--eol-until", "2026-01-01") == 2


def test_an_overlay_is_shown_as_the_companys(cli: Cli, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text(
        "version: 1\ndates: [{model: anthropic.test-active-v1:0, deadline: 2027-01-01, reason: decision 7}]\n",
        encoding="utf-8",
    )
    fixed = ("--catalog", CATALOG, "--catalog-overlay", str(overlay), "--as-of", "2026-11-24")
    assert cli("models", "show", "anthropic.test-active-v1:0", *fixed) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "the company's own dates every Region deadline 2027-01-01 (in 38 days) decision 7" in shown
    assert f"{CATALOG} with {overlay}" in shown.replace(" ", " ")


@pytest.mark.parametrize(
    "name",
    [
        "anthropic.test-active-v1:0",
        "us.anthropic.test-active-v1:0",
        "arn:aws:bedrock:us-east-1::foundation-model/anthropic.test-active-v1:0",
        "arn:aws:bedrock:eu-west-1:111122223333:inference-profile/eu.anthropic.test-active-v1:0",
    ],
)
def test_a_model_is_shown_by_each_of_its_names(cli: Cli, capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert cli("models", "show", name, "--catalog", CATALOG, "--as-of", "2026-11-24") == 0
    out = capsys.readouterr().out
    assert out.startswith("anthropic.test-active-v1:0\n")
    assert "provisioned throughput: not known" in " ".join(out.split())


def test_an_arn_of_no_model_is_refused(cli: Cli, capsys: pytest.CaptureFixture[str]) -> None:
    arn = "arn:aws:bedrock:us-east-1::foundation-model/anthropic.test-actve-v1:0"
    assert cli("models", "show", arn, "--catalog", CATALOG) == 2
    assert "did you mean anthropic.test-active-v1:0" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--region", "us-eats-1", "'us-eats-1' is not a Region of AWS; did you mean 'us-east-1'"),
        ("--provider", "Antropic", "no models of 'Antropic'; did you mean 'Anthropic'"),
    ],
)
def test_a_wrong_region_or_provider_is_an_error(
    cli: Cli, capsys: pytest.CaptureFixture[str], option: str, value: str, words: str
) -> None:
    assert cli("models", "list", option, value, "--catalog", CATALOG) == 2
    assert words in " ".join(capsys.readouterr().err.split())


def test_what_is_over_is_not_within_days_and_the_nearest_comes_first(
    cli: Cli, capsys: pytest.CaptureFixture[str]
) -> None:
    fixed = ("--catalog", CATALOG, "--as-of", "2026-11-24", "--format", "csv")
    assert cli("models", "list", "--eol-within", "400", *fixed) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    firsts: dict[str, str] = {}
    for row in rows:
        if row["eol_date"] > "2026-11-24":
            firsts[row["id"]] = min(firsts.get(row["id"], "9"), row["eol_date"])
    assert len(firsts) == len({row["id"] for row in rows})
    assert list(firsts.values()) == sorted(firsts.values())
    assert "anthropic.test-eol-v1:0" not in firsts


def test_a_calendar_has_the_regions(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "models.ics"
    command = ("models", "calendar", "--catalog", CATALOG, "--as-of", "2026-11-24", "--output", str(file))
    assert cli(*command) == 0
    text = file.read_text(encoding="utf-8").replace("\n ", "")
    assert text.startswith("BEGIN:VCALENDAR")
    assert "Regions: " in text
