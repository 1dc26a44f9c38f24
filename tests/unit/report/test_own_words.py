"""A message that the author of a policy wrote is in every report that shows findings one by one."""

from datetime import date

import pytest

from checker.model.settings import Settings
from checker.pipeline import scan
from checker.report import format_names, renderer
from checker.report.view import View

# Pictures, and what lists models instead of findings.
WITHOUT_FINDINGS = {"svg", "badge", "mermaid", "cyclonedx"}
POLICY = """\
version: 1
rules:
  - id: mine
    check: unresolved-model
    severity: error
    message: |
      The model of {address} is set by
      the platform team: ask them.
"""


@pytest.mark.parametrize("name", [each for each in format_names(judged=True) if each not in WITHOUT_FINDINGS])
def test_on_what_is_not_resolved(tmp_path, make_scenario, name):
    (tmp_path / "policy.yaml").write_text(POLICY)
    (tmp_path / "main.tf").write_text(
        'variable "m" {}\nresource "aws_bedrockagent_agent" "a" {\n  foundation_model = var.m\n}\n'
    )
    settings = Settings(date(2026, 11, 24), policy=(str(tmp_path / "policy.yaml"),))
    view = View(scan(["main.tf"], settings, standard_input=bytes, cwd=tmp_path))
    text = "".join(renderer(name, judged=True)(view, make_scenario("findings").options()))
    assert "is set by the platform team: ask" in text
