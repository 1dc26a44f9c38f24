"""Values that are evaluated once, on first use."""

from collections.abc import Callable

from checker.frontends.terraform.configuration.scope import Host
from checker.source import Location
from checker.values import Alternative, Cause, Null, TooLargeError, Value
from checker.values.operations import unknown

_BUSY: Value = (Alternative(Null()),)


def once(
    memo: dict[str, Value], name: str, make: Callable[[], Value], subject: str, host: Host, location: Location
) -> Value:
    """The value of a name, evaluated on first use. A name that needs itself is a cycle.

    `location` is that of its expression.
    """
    found = memo.get(name)
    if found is None:
        memo[name] = _BUSY
        host.budget.enter(location)
        try:
            found = make()
            host.budget.keep(found)
        except TooLargeError as error:
            found = (Alternative(host.not_evaluated(location, error)),)
        finally:
            host.budget.leave()
        memo[name] = found
    elif found is _BUSY:
        return unknown(Cause.CYCLE, subject)
    return found
