"""In which Regions a finding holds, as messages say it."""

from collections.abc import Sequence

from checker.model.assessment import Assessment
from checker.model.lifecycle import StageOn, WorstStage
from checker.policy.words import listed


def where_phrase(stage: StageOn, broken: Sequence[StageOn], worst: WorstStage) -> str:
    """` in us-east-1`: the Regions that share the stage and the EOL date of `stage`; empty if none has a name.

    `broken` are the stages that break the rule, `worst` holds all that were looked at.
    """
    alike = [each for each in broken if _same(each, stage)]
    if len(alike) > 1 and len(alike) == len(worst.stages):
        return " in every Region where it is known"
    others = sorted(each.region for each in alike if each.region is not None and each.region != stage.region)
    named = [stage.region, *others] if stage.region is not None else others
    return f" in {listed(named)}" if named else ""


def region_note(assessment: Assessment, stage: StageOn, broken: Sequence[StageOn], worst: WorstStage) -> str:
    """A sentence on the Regions that are not the worst, and on a Region that is not known; empty if all is said."""
    parts = []
    if not assessment.candidate.regions:
        judged = listed(assessment.regions) or f"every Region of partition {assessment.candidate.partition}"
        parts.append(f"the Region is not known here: the worst of {judged} is named")
    others = sorted(each.region for each in broken if not _same(each, stage) and each.region is not None)
    if others:
        parts.append(f"the rule is also broken in {listed(others)}")
    if worst.fine_regions:
        parts.append(f"the model is fine in {listed(worst.fine_regions)}")
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _same(one: StageOn, other: StageOn) -> bool:
    return (one.stage, one.eol_date) == (other.stage, other.eol_date)
