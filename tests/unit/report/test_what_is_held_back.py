"""The last line never says that all is well while something holds findings back."""

from dataclasses import replace

import pytest

from checker.model.finding import Finding, Status
from checker.model.policy import Severity
from checker.model.problem import Problem, ProblemKind
from checker.report.view import Verdict, View, verdict_of


def held(scenario, *statuses: tuple[Status, Severity]) -> View:
    """The scan of a scenario without anything to say, with findings that do not count."""
    some: Finding = next(each for each in scenario("findings").view.scan.findings if each.reference is not None)
    clean = scenario("clean").view.scan
    findings = tuple(some._replace(status=status, severity=severity) for status, severity in statuses)
    return View(type(clean)(**{**vars(clean), "findings": findings}))


def of_a_team(view: View) -> View:
    """The view with an owner of each finding."""
    owned = tuple(each._replace(owners=("@acme/search",)) for each in view.scan.findings)
    return View(replace(view.scan, findings=owned))


@pytest.mark.parametrize("status", [each for each in Status if each is not Status.OPEN])
def test_what_does_not_count_is_said_and_nothing_is_clean(make_scenario, status):
    view = held(make_scenario, *[(status, Severity.ERROR)] * 9)
    which = "9 errors that nobody owns" if status is Status.OTHER_OWNER else "9 known errors"
    assert view.verdict_line.startswith(f"no new findings; {which} are not counted; ")
    assert view.verdict_word(Verdict.PASSED) == "passed"


def test_what_others_own_and_what_nobody_owns_are_told_apart(make_scenario):
    view = held(make_scenario, *[(Status.OTHER_OWNER, Severity.ERROR)] * 3)
    first, *others = view.scan.findings
    view = with_more(view, findings=(first._replace(owners=("@acme/search",)), *others))
    assert "; 1 error of other owners and 2 errors that nobody owns are not counted; " in view.verdict_line


def test_each_severity_is_counted_if_nothing_open_is_as_grave(make_scenario):
    view = held(make_scenario, (Status.WAIVED, Severity.ERROR), (Status.BASELINE, Severity.NOTE))
    assert "; 1 known error and 1 note are not counted; " in view.verdict_line
    view = held(make_scenario, (Status.OPEN, Severity.WARNING), (Status.BASELINE, Severity.ERROR))
    assert view.verdict_line.startswith("1 warning; 1 known error is not counted; ")
    for known in Severity:
        view = held(make_scenario, (Status.OPEN, Severity.ERROR), (Status.BASELINE, known))
        assert view.verdict_line.startswith("1 error; every reference resolved")
    view = held(make_scenario, (Status.OPEN, Severity.NOTE), (Status.BASELINE, Severity.NOTE))
    assert view.verdict_line.startswith("1 note; every reference resolved")


def test_what_is_of_others_is_said_behind_what_is_known_and_once(make_scenario):
    others = [(Status.OTHER_OWNER, Severity.NOTE), *[(Status.OTHER_OWNER, Severity.ERROR)] * 2]
    view = of_a_team(held(make_scenario, *others))
    assert "; 2 errors and 1 note of other owners are not counted; " in view.verdict_line
    view = of_a_team(held(make_scenario, *others, (Status.WAIVED, Severity.WARNING)))
    assert "; 1 known warning, 2 errors and 1 note of other owners are not counted; " in view.verdict_line
    view = of_a_team(held(make_scenario, (Status.OTHER_OWNER, Severity.ERROR)))
    assert "; 1 error of other owners is not counted; " in view.verdict_line


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


def with_more(view: View, **more) -> View:
    return View(type(view.scan)(**{**vars(view.scan), **more}))


@pytest.mark.parametrize(("severity", "word"), [(Severity.NOTE, "clean"), (Severity.WARNING, "passed")])
def test_what_is_said_of_the_run_itself_is_no_matter_as_a_note_only(make_scenario, severity, word):
    of_run = next(each for each in make_scenario("findings").view.scan.findings)._replace(reference=None)
    view = with_more(held(make_scenario), findings=(of_run._replace(severity=severity),))
    assert view.verdict_word(Verdict.PASSED) == word


@pytest.mark.parametrize("verdict", list(Verdict))
def test_only_what_passes_is_clean(make_scenario, verdict):
    # With `--fail-on note`, a note on the run fails it, though it is not about the models.
    of_run = next(each for each in make_scenario("findings").view.scan.findings)._replace(reference=None)
    view = with_more(held(make_scenario), findings=(of_run._replace(severity=Severity.NOTE),))
    assert view.verdict_word(verdict) == ("clean" if verdict is Verdict.PASSED else str(verdict))


@pytest.mark.parametrize("missing", ["policy", "references"])
def test_nothing_is_clean_that_no_rule_has_looked_at(make_scenario, missing):
    view = with_more(held(make_scenario), **{missing: ()})
    assert view.verdict_word(Verdict.PASSED) == "passed"
    assert (
        view.verdict_line
        == {
            "policy": "every reference resolved.",
            "references": "no findings; no reference to a model found.",
        }[missing]
    )


def test_what_is_unresolved_or_could_not_be_read_is_not_clean(make_scenario):
    view = make_scenario("unresolved").view
    judged = with_more(view, findings=())
    assert judged.verdict_word(Verdict.PASSED) == "passed"
    assert judged.verdict_line == "no findings; 10 references unresolved."


@pytest.mark.parametrize("fail_on", [*Severity, None])
@pytest.mark.parametrize("found", list(Severity))
def test_a_finding_fails_a_run_from_the_severity_on_that_is_asked_for(make_scenario, found, fail_on):
    scan = held(make_scenario, (Status.OPEN, found)).scan
    fails = fail_on is not None and found >= fail_on
    assert verdict_of(scan, fail_on, fail_on_unresolved=False) is (Verdict.FAILED if fails else Verdict.PASSED)
    line = View(scan, fail_on).verdict_line
    assert line.startswith(f"1 {found} (not failing: --fail-on never);" if fail_on is None else f"1 {found}; ")


@pytest.mark.parametrize("status", [each for each in Status if each is not Status.OPEN])
def test_what_does_not_count_fails_no_run(make_scenario, status):
    scan = held(make_scenario, (status, Severity.ERROR)).scan
    assert verdict_of(scan, Severity.NOTE, fail_on_unresolved=True) is Verdict.PASSED


def test_what_is_unresolved_is_incomplete_only_on_demand_and_what_is_unread_always(make_scenario):
    unresolved = with_more(make_scenario("unresolved").view, findings=()).scan
    assert verdict_of(unresolved, Severity.ERROR, fail_on_unresolved=False) is Verdict.PASSED
    assert verdict_of(unresolved, Severity.ERROR, fail_on_unresolved=True) is Verdict.INCOMPLETE
    unread = make_scenario("incomplete").view.scan
    assert verdict_of(unread, None, fail_on_unresolved=False) is Verdict.INCOMPLETE
    graver = replace(unread, findings=held(make_scenario, (Status.OPEN, Severity.ERROR)).scan.findings)
    assert verdict_of(graver, Severity.ERROR, fail_on_unresolved=True) is Verdict.FAILED


def test_a_problem_that_hides_nothing_is_counted_and_what_git_ignores_apart(make_scenario):
    def problem(kind: ProblemKind) -> Problem:
        return Problem(kind, "a.tf", "said", "done", incomplete=False)

    pruned, other = problem(ProblemKind.PRUNED), problem(ProblemKind.UNSUPPORTED)
    clean = held(make_scenario)
    assert "problem" not in clean.verdict_line
    line = with_more(clean, problems=(pruned,)).verdict_line
    assert "problem" not in line
    assert line.endswith("; infrastructure code in 1 ignored path was not searched.")
    line = with_more(clean, problems=(pruned, other)).verdict_line
    assert "; 1 problem; infrastructure code in 1 ignored path was not searched." in line


@pytest.mark.parametrize("status", [each for each in Status if each is not Status.OPEN])
def test_of_two_findings_on_what_is_unresolved_the_open_one_counts(make_scenario, status):
    view = make_scenario("unresolved").view
    about = next(each for each in view.scan.findings if each.is_about_resolution)
    known = about._replace(status=status, severity=Severity.ERROR)
    graver = about._replace(severity=Severity.ERROR, rule="another")
    for findings, expected in (
        ((known, about), about),
        ((about, known), about),
        ((about, graver), graver),
        ((graver, about), graver),
    ):
        others = tuple(each for each in view.scan.findings if each.reference is not about.reference)
        groups = with_more(view, findings=(*others, *findings)).unresolved
        shown = next(each for each in groups if about.reference in each.references)
        assert shown.finding == expected
