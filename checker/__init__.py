"""bedrock-eol: finds the Amazon Bedrock models that infrastructure code pins and judges them by lifecycle policies.

From Python: `checker.check(["infra"], policy="strict")` gives a `Scan`; see `checker.api`.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from checker.api import check
    from checker.errors import UsageError
    from checker.model.finding import Finding, Status
    from checker.model.policy import Severity
    from checker.model.scan import Scan

__version__ = "0.1.0"

__all__ = ["Finding", "Scan", "Severity", "Status", "UsageError", "__version__", "check"]

_MODULES = {
    "check": "checker.api",
    "Finding": "checker.model.finding",
    "Scan": "checker.model.scan",
    "Severity": "checker.model.policy",
    "Status": "checker.model.finding",
    "UsageError": "checker.errors",
}


def __getattr__(name: str) -> Any:
    # Imported when first used, so that the command line starts fast.
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
