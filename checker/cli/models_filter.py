"""Which models a list shows."""

from datetime import date

import typer

from checker.immutable import immutable
from checker.model.lifecycle import WorstStage


@immutable
class EolWindow:
    """The days, both included, in which an EOL date has to be."""

    first: date
    last: date

    @classmethod
    def of(cls, first: date | None, last: date | None, within: int | None, day: date) -> "EolWindow | None":
        """The window that the options give; None without any. `within` counts from `day`, and past EOLs are in it."""
        if within is not None:
            if last is not None:
                raise typer.BadParameter("it cannot be given together with --eol-until", param_hint="--eol-within")
            last = date.fromordinal(min(day.toordinal() + within, date.max.toordinal()))
        if first is None and last is None:
            return None
        window = cls(first or date.min, last or date.max)
        if window.first > window.last:
            raise typer.BadParameter(f"it is after {window.last}, the end of the window", param_hint="--eol-from")
        return window

    def has_one_of(self, stages: WorstStage) -> bool:
        """Whether an EOL date of one of the Regions is in the window."""
        return any(each.eol_date is not None and self.first <= each.eol_date <= self.last for each in stages.stages)
