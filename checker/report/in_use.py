"""The models in use: their ends, Regions, numbers of uses, owners, and lives on a time axis."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from checker.model.finding import Status
from checker.model.lifecycle import Model, Stage
from checker.model.policy import Severity
from checker.model.reference import Candidate, Reference
from checker.model.scan import ModelInUse, Scan
from checker.model.stages import StageOn, stage_on, worst_stage
from checker.wording import counted

# The models in use: their ends, Regions, numbers of uses, and owners.

_Used = tuple[Reference, Candidate]


class InUse(NamedTuple):
    """A model in the Regions where it ends on the same day.

    `regions` is empty if the dates hold for every Region, or if no Region is known for a model without dates. `stage`
    is None if the catalog does not know the model. `promised_until` is the day before which no EOL is promised.
    `used_by` has the ids of references. `severity` is the highest of the open findings about the model there, None
    without one.
    """

    model: str
    regions: tuple[str, ...]
    stage: StageOn | None
    promised_until: date | None
    used_by: frozenset[str]
    severity: Severity | None
    owners: tuple[str, ...]

    @property
    def uses(self) -> int:
        """The number of references."""
        return len(self.used_by)

    @property
    def eol_date(self) -> date | None:
        """The first day of the end of life."""
        return None if self.stage is None else self.stage.eol_date

    @property
    def days_to_eol(self) -> int | None:
        """Days until the end of life; negative after it."""
        return None if self.stage is None else self.stage.days_to_eol

    @property
    def eol(self) -> str:
        """The end of life in one phrase: its day, the promised day, or why neither is known."""
        if self.eol_date is not None:
            return str(self.eol_date)
        if self.promised_until is not None:
            return f"≥ {self.promised_until}"
        return "unknown" if self.stage is None else "none known"


def models_in_use(scan: Scan) -> tuple[InUse, ...]:
    """The models that references may name, the next EOL first; a model may have several rows."""
    uses: dict[str, list[tuple[Reference, Candidate]]] = {}
    for reference in scan.references:
        for candidate in reference.candidates:
            if candidate.model is not None:
                uses.setdefault(candidate.model, []).append((reference, candidate))
    rows: list[InUse] = []
    for each in scan.models:
        used = [use for name in (each.model.id, *each.model.aliases) for use in uses.pop(name, ())]
        rows += _rows(each, scan, used)
    if scan.policy:
        for name, used in uses.items():
            regions = sorted({region for _, candidate in used for region in candidate.regions})
            rows.append(_row(name, tuple(regions), None, None, scan, used))
    return tuple(sorted(rows, key=_order))


def _order(row: InUse) -> tuple[object, ...]:
    return row.days_to_eol is None, row.days_to_eol or 0, row.promised_until or date.max, row.model, row.regions


def _rows(model: ModelInUse, scan: Scan, used: Sequence[_Used]) -> Iterator[InUse]:
    by_life: dict[object, list[StageOn]] = {}
    for stage in model.stages:
        by_life.setdefault((stage.stage, stage.eol_date), []).append(stage)
    promised = model.model.eol_no_sooner_than
    is_ahead = promised is not None and promised > scan.as_of
    for stages in by_life.values():
        regions = tuple(stage.region for stage in stages if stage.region is not None)
        yield _row(model.model.id, regions, stages[0], promised if is_ahead else None, scan, used)


def _row(
    model: str,
    regions: tuple[str, ...],
    stage: StageOn | None,
    promised_until: date | None,
    scan: Scan,
    used: Sequence[_Used],
) -> InUse:
    def is_there(region: str | None) -> bool:
        return region is None or not regions or region in regions

    here = (reference.id for reference, candidate in used if any(map(is_there, candidate.regions or (None,))))
    findings = [each for each in scan.findings if each.model == model and is_there(each.region)]
    return InUse(
        model=model,
        regions=regions,
        stage=stage,
        promised_until=promised_until,
        used_by=frozenset(here),
        severity=max((each.severity for each in findings if each.status is Status.OPEN), default=None),
        owners=tuple(dict.fromkeys(owner for finding in findings for owner in finding.owners)),
    )


# The lives of a model: its Regions by equal dates, and each as a bar of characters on a common time axis.

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
