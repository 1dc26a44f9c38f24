"""The lives of a model: its Regions by equal dates, and each as a bar of characters on a common time axis."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from checker.model.lifecycle import Model, Stage
from checker.model.stages import StageOn, stage_on, worst_stage
from checker.wording import counted

# Columns of a bar by the stage.
MARKS = {
    Stage.ACTIVE: "-",
    Stage.LEGACY: "=",
    Stage.EXTENDED_ACCESS: "#",
    Stage.END_OF_LIFE: "x",
    Stage.UNKNOWN: "?",
}
TODAY = "|"
KEY = "- active, = Legacy, # extended access, x end of life, ? unknown"


class Life(NamedTuple):
    """The stage of a model in `regions`, which have the same dates; empty for all that no lifecycle row names."""

    regions: tuple[str, ...]
    stage: StageOn

    @property
    def label(self) -> str:
        """The Regions in few words."""
        if not self.regions:
            return "elsewhere"
        others = counted(len(self.regions) - 1, "other")
        return self.regions[0] if len(self.regions) == 1 else f"{self.regions[0]} and {others}"


def lives_of(model: Model, day: date) -> tuple[Life, ...]:
    """The lives of a model on a day: in partition `aws`, then in the other Regions that rows name."""
    grouped: dict[tuple[object, ...], list[StageOn]] = {}
    for stage in _stages(model, day):
        company = None if stage.company_date is None else stage.company_date.kind
        key = (stage.legacy_date, stage.extended_access_date, stage.eol_date, company, stage.stage is Stage.UNKNOWN)
        grouped.setdefault(key, []).append(stage)
    return tuple(
        Life(tuple(stage.region for stage in stages if stage.region is not None), stages[0])
        for stages in grouped.values()
    )


def _stages(model: Model, day: date) -> Sequence[StageOn]:
    stages = worst_stage(model, day).stages
    seen = {stage.region for stage in stages}
    others = sorted({region for row in model.rows for region in row.regions} - seen)
    return (*stages, *(stage_on(model, day, region) for region in others))


class Axis(NamedTuple):
    """A time axis that has all dates of a model, and the day."""

    model: Model
    day: date
    first: date
    last: date

    @classmethod
    def of(cls, model: Model, day: date) -> "Axis | None":
        """The axis for a model; None for a model without dates."""
        known = sorted(model.dates())
        if not known:
            return None
        first, last = min(known[0], day, model.launch_date or day), max(known[-1], day)
        margin = timedelta(days=max((last - first).days // 20, 1))
        return cls(model, day, first - margin, last + margin)

    def bar(self, life: Life, width: int) -> Iterator[tuple[str, Stage | None]]:
        """The characters of a life with their stages; None for the column of the day."""
        length = self.last - self.first
        for column in range(width):
            begins = self.first + length * column / width
            if begins <= self.day < self.first + length * (column + 1) / width:
                yield TODAY, None
            else:
                stage = self._stage_at(life, begins)
                yield MARKS[stage], stage

    def _stage_at(self, life: Life, day: date) -> Stage:
        if life.regions:
            return stage_on(self.model, day, life.regions[0]).stage
        elsewhere = (each.stage for each in worst_stage(self.model, day).stages if each.region is None)
        return next(elsewhere, Stage.UNKNOWN)
