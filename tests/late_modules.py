"""Modules that take long to import, and of which tests seldom need anything."""

import importlib
import importlib.util
import sys
from types import ModuleType


def import_iris_late() -> None:
    """Has `rfc3987_syntax` imported when it is first asked.

    It builds a parser when it is imported, which takes a second. `jsonschema` imports it wherever it is installed, to
    ask it about IRIs, which few documents have. Call this before `jsonschema` is imported.
    """
    name = "rfc3987_syntax"
    if name in sys.modules or importlib.util.find_spec(name) is None:
        return

    def is_valid_syntax(term: str, value: str) -> bool:
        if sys.modules.get(name) is late:
            del sys.modules[name]
        return bool(importlib.import_module(name).is_valid_syntax(term=term, value=value))

    late = ModuleType(name)
    late.is_valid_syntax = is_valid_syntax  # type: ignore[attr-defined]
    sys.modules[name] = late
