"""How a report is to be written."""

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
    """What a report shows of a scan besides its data.

    `width` is in columns. `read_line` gives a line of a file (by its shown name and one-based number) without its
    break, or None if it can or must not be shown. `unicode` says that the output takes more than ASCII. `fail_on` and
    `fail_on_unresolved` are what the verdict rests on. `paths` are those that the user gave, and `variant` what tells
    this run from others on the same paths, such as `workspace=prod`. `link_to` gives the URL of a file, by its shown
    name; None where nothing makes links of words.
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

    def names_of_run(self, scan: Scan) -> tuple[str, ...]:
        """What tells the run from others of the same repository, and does not change with its code or the day."""
        # In which order paths were given makes no other kind of run.
        paths = sorted({posixpath.normpath(path) for path in self.paths})
        return *scan.policy, *paths, *self.variant
