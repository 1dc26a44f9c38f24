"""A lane of the timeline in words."""

from datetime import date

from checker.model.lifecycle import Stage
from checker.report.html.lanes import Lane
from checker.wording import dated, distance, listed

# An en dash.
NOTHING = "\u2013"
_REGIONS_NAMED = 3
_STAGES = {
    Stage.ACTIVE: "Active",
    Stage.LEGACY: "Legacy",
    Stage.EXTENDED_ACCESS: "extended access",
    Stage.END_OF_LIFE: "end of life",
    Stage.UNKNOWN: "not known",
}


def day_of(day: date | None, lane: Lane) -> str:
    """A date of the lane, and whether it is announced."""
    if day is None:
        return NOTHING
    return f"{day} (announced)" if day > lane.read_on else str(day)


def regions_of(lane: Lane) -> str:
    """The Regions, or how many there are."""
    named = [region for region in lane.regions if region is not None]
    if not lane.regions:
        return "every Region"
    text = f"{len(named)} Regions" if len(named) > _REGIONS_NAMED else listed(named)
    if len(named) < len(lane.regions):
        return f"{text} and every other Region" if text else "every other Region"
    return text


def stage_name(lane: Lane) -> str:
    """The stage on the day of the run."""
    return _STAGES[Stage.UNKNOWN if lane.stage is None else lane.stage.stage]


def what_comes(lane: Lane, as_of: date) -> str:
    """The EOL, or what is known instead of it."""
    stage = lane.stage
    if stage is None:
        return "the catalog has no dates"
    if stage.eol_date is not None:
        return f"EOL {stage.eol_date}, {distance(stage.eol_date, as_of)}"
    if stage.stage is Stage.UNKNOWN:
        return stage.reason if len(lane.regions) == 1 or stage.row is not None else "no dates known there"
    floor = lane.no_sooner_than
    if floor is not None and floor > as_of:
        return f"EOL no sooner than {floor}"
    promised = lane.guaranteed_until
    return f"no EOL known; with notice not before {promised}" if promised and promised > as_of else "no EOL known"


def description(lane: Lane, as_of: date) -> str:
    """The lane in words, for those who do not see it."""
    stage = lane.stage
    parts = [f"{stage_name(lane)} today"]
    parts += (f"{name} from {day_of(day, lane)}" for name, day in dated(stage, eol="end of life"))
    if stage is None or stage.eol_date is None:
        parts.append(what_comes(lane, as_of))
    elif stage.eol_date is not None:
        parts.append(f"EOL {distance(stage.eol_date, as_of)}")
    return f"{'; '.join(parts)}."
