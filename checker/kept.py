"""Results that are kept for who asks again."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

_Subject = TypeVar("_Subject")
_Others = ParamSpec("_Others")
_Result = TypeVar("_Result")
_Function = Callable[Concatenate[_Subject, _Others], _Result]


def kept_by_identity(
    most: int,
) -> Callable[[_Function[_Subject, _Others, _Result]], _Function[_Subject, _Others, _Result]]:
    """Keeps the results of a function, by the identity of its first argument and the values of the others.

    To hash that argument would take as long as most answers about it. Past `most` results, all are dropped.
    """

    def keep(function: _Function[_Subject, _Others, _Result]) -> _Function[_Subject, _Others, _Result]:
        known: dict[tuple[object, ...], tuple[_Subject, _Result]] = {}

        @wraps(function)
        def look_up(subject: _Subject, /, *others: _Others.args, **named: _Others.kwargs) -> _Result:
            key = (id(subject), *others, *named.items())
            found = known.get(key)
            # What has the same identity later is another subject.
            if found is None or found[0] is not subject:
                if len(known) >= most:
                    known.clear()
                found = known[key] = subject, function(subject, *others, **named)
            return found[1]

        return look_up

    return keep
