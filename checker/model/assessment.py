"""A candidate with the catalog's data on its model."""

from dataclasses import replace
from datetime import date

from checker.immutable import immutable
from checker.model.lifecycle import Model
from checker.model.reference import Candidate, Reference
from checker.model.stages import WorstStage, worst_stage


@immutable
class Assessment:
    """One candidate of a reference, ready to be judged.

    `index` is the position of the candidate in the reference. `model` is None if the catalog does not know the model,
    or if the candidate names no base model. `regions` decide the dates: those of the candidate, else those that the
    user gave for the run; empty means any Region of the candidate's partition. `similar` are catalog ids that resemble
    an unknown id.
    """

    reference: Reference
    index: int
    candidate: Candidate
    model: Model | None
    regions: tuple[str, ...]
    similar: tuple[str, ...] = ()

    def of(self, candidate: Candidate) -> "Assessment":
        """The assessment of another candidate for the same model in the same Regions."""
        return replace(self, candidate=candidate)

    def stages(self, day: date) -> WorstStage | None:
        """The worst stage of the model on a day, over the possible Regions; None without a model."""
        if self.model is None:
            return None
        return worst_stage(self.model, day, self.regions, self.candidate.partition)
