"""The HTML report in a real browser: Chromium without a window, driven by Selenium, with axe-core.

Needs Debian's packages `chromium` and `chromium-driver` and, from PyPI, `selenium` and `axe-playwright-python` (of
which only the script axe.min.js is used).
"""

import base64
import importlib.util
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from checker.cli import run
from checker.model.finding import Finding, Identity, Statement
from checker.model.lifecycle import Stage
from checker.model.policy import Severity
from checker.model.reference import Candidate, Cost, Form, Kind, Reference, Role, Site, Usage
from checker.model.resource import Framework
from checker.model.scan import CatalogInfo, Scan
from checker.model.stages import StageOn
from checker.report import renderer
from checker.report.view import ReportOptions, Verdict, View
from checker.source import Location
from checker.values import Certainty, Step

EXAMPLES = Path(__file__).parents[2] / "examples"
DESKTOP, PHONE = (1280, 900), (360, 740)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def lacking() -> str:
    """What the tests need and the machine does not have; empty if there is nothing."""
    programs = [name for name in ("chromium", "chromedriver") if shutil.which(name) is None]
    modules = [name for name in ("selenium", "axe_playwright_python") if importlib.util.find_spec(name) is None]
    return ", ".join((*programs, *modules))


pytestmark = pytest.mark.skipif(bool(lacking()), reason=f"a browser test needs {lacking()}")


class Browser:
    """One Chromium; a page is opened at a size and in a colour scheme."""

    def __init__(self, profile: Path) -> None:
        from selenium.webdriver import Chrome, ChromeOptions
        from selenium.webdriver.chrome.service import Service

        options = ChromeOptions()
        options.binary_location = str(shutil.which("chromium"))
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = Chrome(options=options, service=Service(str(shutil.which("chromedriver"))))

    def open(
        self, page: Path, size: tuple[int, int] = DESKTOP, scheme: str = "light", *, with_scripts: bool = True
    ) -> None:
        """Opens a page, with nothing left in the logs from before."""
        from selenium.webdriver.support.wait import WebDriverWait

        width, height = size
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        self.driver.get("about:blank")
        for kind in ("browser", "performance"):
            self.driver.get_log(kind)
        self.driver.get(page.as_uri())
        if with_scripts:
            # On a busy machine the driver may take the load of the empty page for that of the large one.
            loaded = "return document.readyState === 'complete' && location.href === arguments[0]"
            WebDriverWait(self.driver, 300).until(lambda driver: driver.execute_script(loaded, page.as_uri()))

    def run(self, script: str, *arguments: object) -> Any:
        """What a function body returns in the page."""
        return self.driver.execute_script(script, *arguments)

    def keys(self, *keys: str) -> None:
        """Presses keys, whatever has the focus."""
        from selenium.webdriver import ActionChains

        ActionChains(self.driver).send_keys(*keys).perform()

    def console(self) -> list[str]:
        """What the console shows since the page was opened."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requested(self) -> list[str]:
        """What was asked for since the page was opened."""
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        return [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]

    def violations(self) -> list[tuple[str, str, list[str]]]:
        """What axe finds: rule, impact, and where."""
        spec = importlib.util.find_spec("axe_playwright_python")
        assert spec is not None
        assert spec.origin is not None
        self.run(Path(spec.origin).with_name("axe.min.js").read_text(encoding="utf-8"))
        result = self.driver.execute_async_script(
            "const done = arguments[0]; axe.run(document).then(done, (error) => done({failed: String(error)}));"
        )
        assert "failed" not in result, result
        assert len(result["passes"]) > 15
        return [
            (each["id"], each["impact"], [str(node["target"]) for node in each["nodes"]])
            for each in result["violations"]
        ]

    def rows(self) -> list[dict[str, str]]:
        """The rows that the table shows, by column."""
        return self.run(
            "return [...document.querySelectorAll('#body .row')].map((row) => Object.fromEntries("
            "[...row.cells].map((cell) => [cell.className,"
            " (cell.querySelector('.toggle')?.firstChild ?? cell).textContent])))"
        )

    def choose(self, key: str, beginning: str) -> None:
        """Chooses the option of a filter that begins so."""
        from selenium.webdriver.common.by import By
        from selenium.webdriver.support.select import Select

        select = Select(self.driver.find_element(By.ID, f"filter-{key}"))
        select.select_by_visible_text(next(each.text for each in select.options if each.text.startswith(beginning)))

    def type(self, text: str) -> None:
        """Writes words into the text filter."""
        from selenium.webdriver.common.by import By

        field = self.driver.find_element(By.ID, "filter-text")
        field.clear()
        field.send_keys(text)

    def count(self) -> str:
        """What the page says of how many rows there are."""
        return self.run("return document.getElementById('count').textContent")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser for all tests of this file."""
    made = Browser(tmp_path_factory.mktemp("profile"))
    yield made
    made.driver.quit()


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The report on the failing examples, as a page and as data."""
    folder = tmp_path_factory.mktemp("examples")
    page, data = folder / "report.html", folder / "report.json"
    code = run([
        "check", str(EXAMPLES / "terraform" / "failing"), str(EXAMPLES / "cloudformation" / "failing"),
        "--as-of", "2026-11-24", "--format", f"html={page}", "--format", f"json={data}",
    ])  # fmt: skip
    assert code == 1
    return page, json.loads(data.read_bytes())


def reference(number: int, address: str) -> Reference:
    site = Site("aws_bedrockagent_agent", "foundation_model", Role.GENERATION, Kind.AGENT, Usage.USE, (), Cost.IN_PLACE)
    location = Location(f"modules/m{number % 97}/main.tf", number % 400 + 1, 22)
    model = f"anthropic.test-{number % 40}-v1:0"
    steps = (Step(location, "default of var.model"), Step(location, f"input model of module.m{number % 97}"))
    known = Candidate(model, model, None, Form.MODEL_ID, Certainty.CERTAIN, (), ("us-east-1",), "aws", location, steps)
    return Reference(
        str(number), Framework.TERRAFORM, ".", address, "aws_bedrockagent_agent", "foundation_model", site, location,
        (known,),
    )  # fmt: skip


def scan_of(references: tuple[Reference, ...], message: str = "It reaches end of life.") -> Scan:
    """A scan in which every third reference has a finding."""
    day = date(2026, 11, 24)
    findings = tuple(
        Finding(
            "eol-reached", "eol-reached", Severity.ERROR, Statement(message), "Move to another.", Identity(each.id),
            reference=each, candidate=each.candidates[0], location=each.location, model=each.candidates[0].model,
            stage_on=StageOn("us-east-1", day, Stage.END_OF_LIFE, eol_date=date(2026, 9, 1 + number % 30),
                             days_to_eol=-60),
        )
        for number, each in enumerate(references) if number % 3 == 0
    )  # fmt: skip
    return Scan(day, CatalogInfo(day, "invented for the tests", 40), (), references, findings, (), ("baseline",))


@pytest.fixture
def write_page(tmp_path: Path) -> Callable[[Scan], Path]:
    """Writes the report on a scan."""

    def write(scan: Scan) -> Path:
        page = tmp_path / "report.html"
        page.write_text(renderer("html", judged=True)(View(scan), ReportOptions(Verdict.FAILED)), encoding="utf-8")
        return page

    return write


def test_the_page_shows_what_was_found_and_asks_for_nothing(browser, examples):
    page, data = examples
    browser.open(page)
    severities = [row["severity"] for row in browser.rows()]
    assert [each for each in severities if each != "no finding"] == [each["severity"] for each in data["findings"]]
    assert browser.count() == f"{len(severities)} rows"
    assert browser.run("return document.querySelector('.verdict strong').textContent") == "failed"
    assert browser.run("return document.getElementById('static')") is None
    drawn = browser.run(
        "return [...document.querySelectorAll('.lane rect.span')]"
        ".filter((bar) => bar.getBoundingClientRect().width > 0).map((bar) => getComputedStyle(bar).fill)"
    )
    assert len(set(drawn)) >= 5
    assert "rgb(0, 0, 0)" not in drawn
    assert browser.console() == []
    assert [url for url in browser.requested() if not url.startswith("data:")] == [page.as_uri()]


def test_every_model_in_use_is_in_the_timeline(browser, examples):
    page, data = examples
    browser.open(page)
    used = {each["model"] for one in data["references"] for each in one["candidates"]} - {None}
    assert set(browser.run("return [...document.querySelectorAll('.lane .model')].map((e) => e.textContent)")) == used


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing(browser, examples, size, scheme):
    browser.open(examples[0], size, scheme)
    browser.run(
        "document.querySelectorAll('.toggle').forEach((toggle, at) => at % 4 || toggle.click());"
        "document.querySelectorAll('details').forEach((details) => { details.open = true; });"
    )
    assert browser.run("return document.querySelectorAll('.detail').length") > 3
    assert browser.violations() == []
    assert browser.run("return document.documentElement.scrollWidth <= innerWidth")


def test_filters_narrow_the_table(browser, examples):
    page, data = examples
    browser.open(page)
    browser.choose("severity", "error")
    errors = [each for each in data["findings"] if each["severity"] == "error"]
    assert {row["severity"] for row in browser.rows()} == {"error"}
    assert len(browser.rows()) == len(errors)
    model = errors[-1]["model"]
    browser.choose("model", model)
    assert len(browser.rows()) == sum(each["model"] == model for each in errors)
    browser.choose("rule", errors[-1]["rule"])
    browser.choose("regions", errors[-1]["region"])
    browser.choose("status", "open")
    left = browser.rows()
    assert left
    assert {(row["model"], row["rule"], row["regions"]) for row in left} == {
        (model, errors[-1]["rule"], errors[-1]["region"])
    }
    browser.run("document.getElementById('reset').click()")
    browser.choose("kind", "provisioned_throughput")
    assert {row["kind"] for row in browser.rows()} == {"provisioned throughput"}
    browser.run("document.getElementById('reset').click()")
    browser.type("CAPACITY.tf titles")
    assert [row["address"] for row in browser.rows()] != []
    assert all("capacity.tf" in row["address"] for row in browser.rows())
    browser.type("no such thing")
    assert browser.rows() == []
    assert browser.count().startswith("0 of ")
    assert browser.console() == []


def test_headers_sort_and_say_so(browser, examples):
    browser.open(examples[0])
    before = [row["address"] for row in browser.rows()]
    for key in ("model", "rule", "regions", "address", "kind", "status", "eol", "severity"):
        browser.run("document.querySelector(`[data-sort=${arguments[0]}]`).click()", key)
        assert browser.run(
            "return [...document.querySelectorAll('th[aria-sort]')].map((h) => h.dataset.key + h.ariaSort)"
        ) == [f"{key}ascending"]
        up = [row[key] for row in browser.rows()]
        browser.run("document.querySelector(`[data-sort=${arguments[0]}]`).click()", key)
        down = [row[key] for row in browser.rows()]
        assert browser.run("return document.querySelector('th[aria-sort]').ariaSort") == "descending"
        if key == "severity":
            order = ["error", "warning", "note", "unresolved", "no finding"]
            assert up == sorted(up, key=order.index)
            assert down == sorted(up, key=order.index, reverse=True)
        elif key in ("eol", "rule"):
            known = [each for each in up if each[0] != "\u2013"]
            assert known == sorted(known)
            assert [each for each in down if each[0] != "\u2013"] == sorted(known, reverse=True)
            # What has no value is last either way.
            assert down[len(known) :] == up[len(known) :]
        else:
            assert sorted(up) == sorted(down)
            assert up[0] != down[0] or len(set(up)) == 1 or key == "status"
    browser.run("document.getElementById('reset').click()")
    assert [row["address"] for row in browser.rows()] == before
    assert browser.run("return document.querySelector('th[aria-sort]')") is None


def test_a_telephone_sorts_by_a_field(browser, examples):
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.select import Select

    browser.open(examples[0], PHONE)
    assert not browser.run("return document.querySelector('#table thead').checkVisibility()")
    field = browser.driver.find_element(By.ID, "sort")
    assert field.is_displayed()
    Select(field).select_by_visible_text("Rule")
    known = [row["rule"] for row in browser.rows() if row["rule"] != "\u2013"]
    assert known == sorted(known)
    assert len(set(known)) > 1


def test_the_keyboard_is_enough(browser, examples):
    from selenium.webdriver.common.keys import Keys

    browser.open(examples[0])
    focused = "return document.activeElement"
    browser.keys(Keys.TAB)
    assert browser.run(f"{focused}.className") == "skip"
    assert browser.run(f"return {focused[7:]}.getBoundingClientRect().left") >= 0
    browser.keys(Keys.ENTER)
    assert browser.run(f"{focused}.id") == "findings"
    browser.keys(Keys.TAB)
    assert browser.run(f"{focused}.id") == "filter-text"
    assert browser.run(f"return getComputedStyle({focused[7:]}).outlineStyle") == "solid"
    while browser.run(f"{focused}.dataset.sort") != "model":
        browser.keys(Keys.TAB)
    browser.keys(Keys.ENTER)
    assert browser.run("return document.querySelector('th[aria-sort]').dataset.key") == "model"
    while not browser.run(f"{focused}.matches('.toggle')"):
        browser.keys(Keys.TAB)
    browser.keys(Keys.SPACE)
    assert browser.run(f"{focused}.ariaExpanded") == "true"
    opened = browser.run(f"return document.getElementById({focused[7:]}.getAttribute('aria-controls')).textContent")
    assert "Certainty" in opened
    browser.keys(Keys.ENTER)
    assert browser.run(f"{focused}.ariaExpanded") == "false"
    assert browser.run("return document.querySelectorAll('.detail').length") == 0


def test_details_show_the_trail(browser, examples):
    page, data = examples
    browser.open(page)
    finding = next(each for each in data["findings"] if each["status"] == "open")
    used = next(each for each in data["references"] if each["id"] == finding["reference"])
    candidate = used["candidates"][finding["candidate"]]
    browser.run("document.querySelector('.toggle').click()")
    steps = browser.run("return [...document.querySelectorAll('.detail .trail li')].map((step) => step.textContent)")
    assert len(steps) == len(candidate["trail"]) + 1
    for shown, step in zip(steps, candidate["trail"], strict=False):
        assert f"{step['file']}:{step['line']}:{step['column']}" in shown
    assert used["address"] in steps[-1]
    assert finding["advice"] in browser.run("return document.querySelector('.detail').textContent")


@pytest.mark.parametrize("width", [320, 360, 700, 820, 1060, 1240, 1280, 1920])
def test_every_width_has_room_for_names(browser, examples, write_page, width):
    evil = "x" * 300 + "\u05d0" * 100
    for page in (examples[0], write_page(scan_of((reference(0, evil), reference(3, "agent.x")), message=evil))):
        browser.open(page, (width, 900))
        browser.run("document.querySelectorAll('.toggle').forEach((toggle) => toggle.click())")
        assert browser.run("return document.documentElement.scrollWidth <= innerWidth")
        narrowest = browser.run(
            # A finding about the run has neither.
            "return Math.min(...[...document.querySelectorAll('.row > .address, .row > .model')]"
            ".filter((cell) => !('blank' in cell.dataset)).map((cell) => cell.clientWidth))"
        )
        assert narrowest > 180


def test_hostile_names_are_text(browser, write_page):
    evil = "</script><img src=x onerror=window.hit=1><svg/onload=window.hit=1>'\"`${window.hit=1}\u202e\x1b[31m"
    scan = scan_of((reference(0, evil)._replace(path=evil, input=evil),), message=evil)
    browser.open(write_page(scan))
    browser.run("document.querySelector('.toggle').click()")
    assert browser.run("return window.hit") is None
    assert browser.run("return document.images.length") == 0
    assert "<img src=x onerror=window.hit=1>" in browser.run("return document.querySelector('.message').textContent")
    assert "\\u202e\\x1b[31m" in browser.rows()[0]["address"]
    browser.type("onerror=window.hit=1")
    assert len(browser.rows()) == 1
    assert browser.console() == []
    assert browser.violations() == []


def test_the_policy_stops_what_is_not_the_reports_own(browser, examples, tmp_path):
    page = tmp_path / "tampered.html"
    added = "<script>window.hit = 1</script><p id='styled' style='color: red' onclick='window.hit = 2'>x</p>"
    page.write_text(
        examples[0].read_text(encoding="utf-8").replace("</body>", f"{added}<img src='x.png'></body>"), encoding="utf-8"
    )
    browser.open(page)
    browser.run("document.getElementById('styled').click()")
    assert browser.run("return window.hit") is None
    assert browser.run("return getComputedStyle(document.getElementById('styled')).color") != "rgb(255, 0, 0)"
    assert sum("Content Security Policy" in message for message in browser.console()) >= 4


def test_a_link_leads_to_a_finding(browser, examples):
    page, data = examples
    finding = data["findings"][-1]["fingerprint"]
    browser.open(page)
    browser.choose("severity", "error")
    browser.run("location.hash = arguments[0]", f"#finding-{finding}")
    shown = "return document.getElementById(arguments[0])?.classList.contains('expanded')"
    assert browser.run(shown, f"finding-{finding}")
    assert browser.run("return document.activeElement.closest('tr').id") == f"finding-{finding}"
    # From elsewhere, too.
    browser.driver.get("about:blank")
    browser.driver.get(f"{page.as_uri()}#finding-{finding}")
    assert browser.run(shown, f"finding-{finding}")
    link = browser.run("return document.querySelector('.detail a[href*=finding]').getAttribute('href')")
    assert link == f"#finding-{finding}"
    browser.driver.get(f"{page.as_uri()}#finding-none")
    assert browser.console() == []


def test_the_first_screen_is_one_sheet_of_paper(browser, examples):
    page, _ = examples
    browser.open(page)
    assert browser.run("return document.querySelectorAll('main').length") == 1
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    # A4 without the margins of the page, at 96 pixels an inch.
    metrics = {"width": 688, "height": 1017, "deviceScaleFactor": 1, "mobile": False}
    browser.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    assert browser.run("return document.getElementById('ends').getBoundingClientRect().bottom") < 1017
    assert browser.run("return getComputedStyle(document.getElementById('timeline')).breakBefore") == "page"
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_without_scripts_the_page_still_says_what_was_found(browser, examples):
    page, data = examples
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.open(page, with_scripts=False)
        browser.driver.execute_cdp_cmd("DOM.enable", {})
        root = browser.driver.execute_cdp_cmd("DOM.getDocument", {"depth": 1})["root"]["nodeId"]
        found = browser.driver.execute_cdp_cmd("DOM.querySelectorAll", {"nodeId": root, "selector": "#static tbody tr"})
        assert len(found["nodeIds"]) > len(data["findings"])
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_ten_thousand_references_stay_usable(browser, write_page):
    browser.open(write_page(scan_of(tuple(reference(n, f"module.m{n % 97}.agent.x{n}") for n in range(10_000)))))
    assert browser.count() == "10,000 rows; page 1 of 200"
    assert len(browser.rows()) == 50
    # No more is in the document than one page of it, or it would be slow to lay out.
    assert browser.run("return document.getElementsByTagName('*').length") < 5000
    assert browser.run("return document.documentElement.scrollHeight") < 8000
    browser.run("document.getElementById('next').click()")
    assert browser.count() == "10,000 rows; page 2 of 200"
    browser.choose("severity", "error")
    assert browser.count() == "3,334 of 10,000 rows; page 1 of 67"
    browser.type("agent.x9999")
    assert [row["address"].split(" ")[0] for row in browser.rows()] == ["module.m8.agent.x9999"]
    assert browser.run("return document.querySelector('.pager').hidden")
    browser.run("document.getElementById('reset').click()")
    browser.run("document.querySelector('[data-sort=address]').click()")
    assert browser.rows()[0]["address"].startswith("module.m0.agent.x0 ")
    assert browser.console() == []


def test_paper_has_every_row_and_no_controls(browser, write_page):
    browser.open(write_page(scan_of(tuple(reference(n, f"agent.x{n}") for n in range(250)))))
    pdf = base64.b64decode(browser.driver.execute_cdp_cmd("Page.printToPDF", {})["data"])
    assert pdf.startswith(b"%PDF")
    browser.run("dispatchEvent(new Event('beforeprint'))")
    assert len(browser.rows()) == 250
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    hidden = browser.run(
        "return ['.controls', '.pager', '.skip'].map((s) => getComputedStyle(document.querySelector(s)).display)"
    )
    assert hidden == ["none"] * 3
    browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    browser.run("dispatchEvent(new Event('afterprint'))")
    assert len(browser.rows()) == 50
