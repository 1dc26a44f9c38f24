"""The options of a report."""

import posixpath
from collections.abc import Callable
from typing import NamedTuple

from checker.model.policy import Severity
from checker.model.scan import Scan
from checker.report.view import Verdict

ReadLine = Callable[[str, int], str | None]
LinkTo = Callable[[str], str]


def _no_line(_file: str, _line: int) -> str | None:
    return None


class ReportOptions(NamedTuple):
    """What a report shows, apart from the data of the scan.

    `width` is in columns. `read_line` returns a line of a file (by its shown name and one-based number) without its
    break, or None if it cannot or must not be shown. `unicode`: the output accepts more than ASCII. `fail_on` and
    `fail_on_unresolved` decide the verdict. `paths` are those that the user gave; `variant` distinguishes this run from
    others on the same paths, such as `workspace=prod`. `link_to` returns the URL of a file, by its shown name; None if
    nothing makes links.
    """

    verdict: Verdict
    fail_on: Severity | None = Severity.ERROR
    fail_on_unresolved: bool = False
    paths: tuple[str, ...] = ()
    variant: tuple[str, ...] = ()
    width: int = 100
    color: bool = False
    unicode: bool = True
    verbose: bool = False
    quiet: bool = False
    read_line: ReadLine = _no_line
    link_to: LinkTo | None = None

    @property
    def distinct_paths(self) -> tuple[str, ...]:
        """The paths without duplicates, sorted: their order does not matter."""
        return tuple(sorted({posixpath.normpath(path) for path in self.paths}))

    def names_of_run(self, scan: Scan) -> tuple[str, ...]:
        """What distinguishes the run from others of the same repository, whatever the code and the day."""
        return *scan.policy, *self.distinct_paths, *self.variant
