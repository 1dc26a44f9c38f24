"""Without the CEL library, a policy with a condition is refused, and says what to install."""

import sys

import pytest

from checker.errors import UsageError
from checker.policy import conditions


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cel_expr_python", None)
    conditions._environment.cache_clear()
    try:
        with pytest.raises(UsageError, match=r"pip install 'cel-expr-python"):
            conditions._environment()
    finally:
        conditions._environment.cache_clear()
