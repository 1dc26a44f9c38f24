"""The last line never says that all is well while something holds findings back."""

from dataclasses import replace

import pytest

from checker.model.finding import Finding, Status
from checker.model.policy import Severity
from checker.model.problem import Problem, ProblemKind
from checker.report.view import Verdict, View


def held(scenario, *statuses: tuple[Status, Severity]) -> View:
    """The scan of a scenario without anything to say, with findings that do not count."""
    some: Finding = next(each for each in scenario("findings").view.scan.findings if each.reference is not None)
    clean = scenario("clean").view.scan
    findings = tuple(some._replace(status=status, severity=severity) for status, severity in statuses)
    return View(type(clean)(**{**vars(clean), "findings": findings}))


@pytest.mark.parametrize("status", [each for each in Status if each is not Status.OPEN])
def test_what_does_not_count_is_said_and_nothing_is_clean(make_scenario, status):
    view = held(make_scenario, *[(status, Severity.ERROR)] * 9)
    which = "9 errors of other owners" if status is Status.OTHER_OWNER else "9 known errors"
    assert view.verdict_line.startswith(f"no new findings; {which} are not counted; ")
    assert view.verdict_word(Verdict.PASSED) == "passed"


def test_each_severity_is_counted_if_nothing_open_is_as_grave(make_scenario):
    view = held(make_scenario, (Status.WAIVED, Severity.ERROR), (Status.BASELINE, Severity.NOTE))
    assert "; 1 known error and 1 note are not counted; " in view.verdict_line
    view = held(make_scenario, (Status.OPEN, Severity.WARNING), (Status.BASELINE, Severity.ERROR))
    assert view.verdict_line.startswith("1 warning; 1 known error is not counted; ")
    view = held(make_scenario, (Status.OPEN, Severity.ERROR), (Status.BASELINE, Severity.ERROR))
    assert "not counted" not in view.verdict_line


def test_without_any_it_is_clean(make_scenario):
    assert held(make_scenario).verdict_word(Verdict.PASSED) == "clean"


@pytest.mark.parametrize(
    ("harmless", "pruned", "incomplete", "said"),
    [
        (0, 0, 0, "every reference resolved."),
        (3, 0, 0, "resolved; 3 problems."),
        (3, 2, 0, "resolved; 3 problems; infrastructure code in 2 ignored paths was not searched."),
        (1, 3, 0, "resolved; 1 problem; infrastructure code in 3 ignored paths was not searched."),
        (0, 1, 0, "resolved; infrastructure code in 1 ignored path was not searched."),
        (4, 1, 2, "resolved; 2 problems left the analysis incomplete; infrastructure code in 1 ignored path was not"),
    ],
)
def test_problems_are_counted_apart_by_what_they_cost(make_scenario, harmless, pruned, incomplete, said):
    def problems(kind: ProblemKind, count: int, *, is_grave: bool = False) -> tuple[Problem, ...]:
        return (Problem(kind, "main.tf", "it is so", "Change it.", incomplete=is_grave),) * count

    clean = make_scenario("clean").view.scan
    found = (
        *problems(ProblemKind.INVALID_VALUE, harmless),
        *problems(ProblemKind.PRUNED, pruned),
        *problems(ProblemKind.UNREADABLE, incomplete, is_grave=True),
    )
    view = View(replace(clean, problems=found))
    assert said in view.verdict_line
    assert view.verdict_word(Verdict.PASSED) == ("passed" if found else "clean")
