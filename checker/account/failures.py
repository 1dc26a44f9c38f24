"""Turns calls that failed into problems: one for each service and Region of an account."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from checker.account.resources import Where
from checker.aws import reason_of
from checker.model.problem import Problem, ProblemKind
from checker.wording import counted

_DENIED = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError")


class Failure(NamedTuple):
    """A call without a usable answer. `is_absent`: nothing can be missed because of it."""

    where: Where
    service: str
    operation: str
    reason: str
    is_denied: bool = False
    is_absent: bool = False

    @classmethod
    def of(cls, where: Where, service: str, operation: str, error: Exception) -> "Failure":
        """The failure for an error of botocore, or for an error that a malformed answer caused."""
        response = getattr(error, "response", None)
        code = response.get("Error", {}).get("Code") if isinstance(response, dict) else None
        return cls(where, service, operation, reason_of(error), is_denied=code in _DENIED)


def problems_of(failures: Iterable[Failure]) -> Iterator[Problem]:
    """The problems for failed calls, one for each account, Region and service."""
    grouped: dict[tuple[Where, str], list[Failure]] = {}
    for failure in failures:
        grouped.setdefault((failure.where, failure.service), []).append(failure)
    for (where, service), group in sorted(grouped.items()):
        is_denied = any(failure.is_denied for failure in group)
        is_incomplete = not all(failure.is_absent for failure in group)
        calls = Counter(failure.operation for failure in group)
        listed = ", ".join(f"{name} ({counted(count, 'call')})" for name, count in sorted(calls.items()))
        yield Problem(
            ProblemKind.UNREADABLE if is_incomplete else ProblemKind.NOT_FOUND,
            where.input,
            f"{service} in {where.region}: {listed}: {group[0].reason}",
            _advice(is_denied=is_denied, is_incomplete=is_incomplete),
            incomplete=is_incomplete,
        )


def _advice(*, is_denied: bool, is_incomplete: bool) -> str:
    if is_denied:
        return "Allow the calls: docs/account has the policy with the rights that are needed."
    if is_incomplete:
        return "Run it again; if that does not help, check whether the service can be reached from here."
    return "Nothing to do: the account can have nothing there."
