"""The exit codes."""

from enum import IntEnum


class ExitCode(IntEnum):
    """1 wins over 3; the format of a report never changes the code."""

    OK = 0
    FINDINGS = 1
    USAGE = 2
    INCOMPLETE = 3
    INTERNAL = 4
    INTERRUPTED = 130
    TERMINATED = 143
