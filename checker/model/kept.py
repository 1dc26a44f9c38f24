"""Results that are kept for who asks again."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

_Subject = TypeVar("_Subject")
_Others = ParamSpec("_Others")
_Result = TypeVar("_Result")
# A forecast asks for many days, and for each only once.
_MOST = 100_000


def kept_by_identity(
    function: Callable[Concatenate[_Subject, _Others], _Result],
) -> Callable[Concatenate[_Subject, _Others], _Result]:
    """The function with its results kept, by the identity of its first argument and the values of the others.

    The hash of a model of the catalog takes as long as most answers about it.
    """
    known: dict[tuple[object, ...], tuple[_Subject, _Result]] = {}

    @wraps(function)
    def look_up(subject: _Subject, /, *others: _Others.args, **named: _Others.kwargs) -> _Result:
        key = (id(subject), *others, *named.items())
        found = known.get(key)
        # What has the same identity later is another subject.
        if found is None or found[0] is not subject:
            if len(known) >= _MOST:
                known.clear()
            found = known[key] = subject, function(subject, *others, **named)
        return found[1]

    return look_up
