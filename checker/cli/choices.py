"""The enumerations of options."""

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from checker.model.policy import Severity


class FailOn(StrEnum):
    """The lowest severity of an open finding that makes a run fail."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    NEVER = "never"

    def severity(self) -> "Severity | None":
        """The severity, None for never."""
        from checker.model.policy import Severity

        return None if self is FailOn.NEVER else Severity[self.name]


class Mentions(StrEnum):
    """Where ids that no resource uses are searched."""

    INFRASTRUCTURE = "infrastructure"
    CODE = "code"


class Resolve(StrEnum):
    """Who is asked about what code does not tell."""

    ACCOUNT = "account"


class Color(StrEnum):
    """When colours are written; `auto` is on a terminal."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"
