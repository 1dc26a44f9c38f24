"""Known findings and the findings of a run: one known finding is one resource."""

import pytest

from checker.model.finding import Finding, Identity, Statement, Status
from checker.model.policy import Severity
from checker.workspace.baseline import KnownFinding, known_by, known_by_version_1, with_status


def found(*fingerprints: str, before: str = "") -> Finding:
    """A finding about a resource that had addresses with these fingerprints, the last of them now."""
    first, *others = fingerprints
    return Finding("r", "r", Severity.ERROR, Statement("is so"), "", Identity(first, tuple(others), before=before))


def known(*fingerprints: str) -> KnownFinding:
    first, *others = fingerprints
    return KnownFinding("r", first, ".", "a", "m", tuple(others))


def pairs(findings: list[Finding], *entries: KnownFinding) -> list[tuple[str, str]]:
    """The last fingerprints of findings and of the known ones that they are."""
    return [
        ((each.fingerprint, *each.identity.others)[-1], (one.fingerprint, *one.others)[-1])
        for each, one in known_by(findings, entries)
    ]


def test_a_finding_is_the_known_one_that_has_any_of_its_addresses() -> None:
    assert pairs([found("a"), found("b")], known("a")) == [("a", "a")]
    assert pairs([found("a", "b")], known("a")) == [("b", "a")]
    assert pairs([found("a", "b")], known("b")) == [("b", "b")]
    assert pairs([found("b")], known("a", "b")) == [("b", "b")]
    assert pairs([found("c")], known("a", "b")) == []


def test_a_finding_takes_the_place_of_one_known_only() -> None:
    # The other one is then told as no longer found.
    assert pairs([found("a", "b")], known("a"), known("b")) == [("b", "b")]


@pytest.mark.parametrize("now", ["b", "c", "d"])
def test_of_several_that_had_an_address_it_is_the_one_that_has_the_last(now: str) -> None:
    claiming = [found("a", each) for each in ("b", "c", "d")]
    assert pairs(claiming, known("a", now)) == [(now, now)]
    # If none has it, it is the first.
    assert pairs(claiming, known("a", "e")) == [("b", "e")]


def test_in_version_1_one_that_several_share_is_none_of_them() -> None:
    alone, first, second = found("a", before="x"), found("b", before="y"), found("c", before="y")
    entries = [known("x"), known("y"), known("z")]
    matched = [(each.fingerprint, one.fingerprint) for each, one in known_by_version_1([alone, first, second], entries)]
    assert matched == [("a", "x")]


@pytest.mark.parametrize("status", list(Status))
def test_only_an_open_finding_gets_another_status(status: Status) -> None:
    one, other = found("a")._replace(status=status), found("b")
    marked = with_status([one, other], [one], Status.BASELINE)
    assert [each.status for each in marked] == [Status.BASELINE if status is Status.OPEN else status, Status.OPEN]
