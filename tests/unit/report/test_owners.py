"""Every report that shows findings one by one names who owns them."""

from dataclasses import replace

import pytest

from checker.report import format_names, renderer
from checker.report.view import View

# Pictures, and what lists models instead of findings.
WITHOUT_FINDINGS = {"svg", "badge", "mermaid", "cyclonedx"}


@pytest.mark.parametrize("name", [each for each in format_names(judged=True) if each not in WITHOUT_FINDINGS])
def test_the_owner_of_a_finding(make_scenario, name):
    scenario = make_scenario("findings")
    scan = scenario.view.scan
    owned = View(replace(scan, findings=tuple(each._replace(owners=("@acme/search",)) for each in scan.findings)))
    assert "@acme/search" in "".join(renderer(name, judged=True)(owned, scenario.options()))
