"""In which Regions a finding holds, as messages say it."""

from collections.abc import Sequence

from checker.model.assessment import Assessment
from checker.model.lifecycle import StageOn, WorstStage
from checker.policy.words import listed


def where_phrase(assessment: Assessment, stage: StageOn, broken: Sequence[StageOn], worst: WorstStage) -> str:
    """` in us-east-1`: the Regions that share the stage and the EOL date of `stage`; empty if none has a name.

    `broken` are the stages that break the rule, `worst` holds all that were looked at.
    """
    alike = [each for each in broken if _same(each, stage)]
    if not assessment.regions and 1 < len(alike) == len(worst.stages):
        return " in every Region where it is known"
    others = sorted(each.region for each in alike if each.region is not None and each.region != stage.region)
    named = [stage.region, *others] if stage.region is not None else others
    return f" in {listed(named)}" if named else ""


def region_note(assessment: Assessment, stage: StageOn, broken: Sequence[StageOn], worst: WorstStage) -> str:
    """Sentences on the Regions that are not the worst, and on a Region that is not known; empty if all is said."""
    sentences = []
    if not assessment.candidate.regions:
        judged = f", so {listed(assessment.regions)} had to be judged" if assessment.regions else ""
        sentences.append(f"Which Region is meant is not known here{judged}.")
    others = sorted(each.region for each in broken if not _same(each, stage) and each.region is not None)
    if others:
        sentences.append(f"The rule is also broken in {listed(others)}.")
    fine = [region for region in worst.fine_regions if all(each.region != region for each in broken)]
    if fine:
        sentences.append(f"The model is Active in {listed(fine)}.")
    return " ".join(sentences)


def _same(one: StageOn, other: StageOn) -> bool:
    return (one.stage, one.eol_date) == (other.stage, other.eol_date)
