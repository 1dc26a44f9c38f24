"""A candidate joined with what the catalog knows of its model."""

from datetime import date

from checker.immutable import immutable
from checker.model.lifecycle import Model, WorstStage, worst_stage
from checker.model.reference import Candidate, Reference


@immutable
class Assessment:
    """One candidate of a reference, ready to be judged.

    `index` is the candidate's in the reference. `model` is None if the catalog does not know the model, and for a
    candidate that names no base model. `regions` decide the dates: the candidate's, else those that the user bounded
    the run with; empty means that every Region of the candidate's partition may be meant. `similar` are ids of the
    catalog that look like one that it does not know.
    """

    reference: Reference
    index: int
    candidate: Candidate
    model: Model | None
    regions: tuple[str, ...]
    similar: tuple[str, ...] = ()

    def stages(self, day: date) -> WorstStage | None:
        """The stage of the model on a day, the gravest over the Regions that may be meant; None without a model."""
        if self.model is None:
            return None
        return worst_stage(self.model, day, self.regions, self.candidate.partition)
