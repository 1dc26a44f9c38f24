"""Chooses the model that replaces another one at a spot, for all uses of the spot."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from checker.catalog.lookup import family
from checker.fix.ways import lives_on, profiles_of, regions_for, supposed, ways
from checker.fix.written import Use
from checker.model.lifecycle import GEOGRAPHIES, Model
from checker.model.policy import Severity
from checker.model.reference import Form, Reference
from checker.pipeline import Survey
from checker.policy.advice import can_be_had
from checker.wording import named

# The checks for models near their end. A replacement may break other checks if the old model broke them too.
GOING = frozenset(
    {
        "eol-reached",
        "eol-within",
        "extended-access",
        "legacy-model",
        "legacy-refuses-create",
        "commitment-outlives-model",
    }
)
_PRICES = "model_prices_and_context_window_backup.json"
_MOST_OTHERS = 3


class Slot(NamedTuple):
    """A part of an id, as it is written, with all uses whose model it decides."""

    text: str
    uses: tuple[Use, ...]


class Choice(NamedTuple):
    """A possible replacement: its model, the text to write in the slot, and the id that a use has then.

    `misfits` are uses that it does not fit. `notes` are ids of rules that have a finding of severity note on it.
    """

    model: Model
    text: str
    identifier: str
    misfits: tuple[Use, ...] = ()
    notes: tuple[str, ...] = ()


class Wanted(NamedTuple):
    """The replacements that the user wants: one model for all, or one for each id. Ids are as the user wrote them."""

    to: str | None = None
    by_id: Mapping[str, str] = MappingProxyType({})

    def instead_of(self, written: str, old: Model) -> str | None:
        """The id that the user wants instead of a written one; None if the user names none."""
        return self.by_id.get(written, self.by_id.get(old.id, self.to))


class Chooser:
    """Chooses models for the slots of one survey.

    Replacements that a source names come first. Others have the same provider and, unless `any_family`, the same
    family.
    """

    def __init__(self, survey: Survey, wanted: Wanted, *, any_family: bool) -> None:
        self._survey = survey
        self._wanted = wanted
        self._any_family = any_family
        self._day = survey.scan.as_of
        self._days = survey.scan.horizon_days or 0
        self._alive: dict[tuple[str, str | None, str], bool] = {}
        self._known = {(use.reference.id, finding.rule) for finding in survey.scan.findings for use in finding.uses}

    def choices(self, slot: Slot, old: Model) -> list[Choice]:
        """The choices that fit every use of the slot, best first; those on which the policy has notes come last.

        It stops when it has as many as are shown: the remaining models are worse and are not tried.
        """
        found: list[Choice] = []
        for choice in self._tried(slot, old):
            if not choice.misfits:
                found.append(choice)
            if len({each.model.id for each in found if not each.notes}) > _MOST_OTHERS:
                break
        return sorted(found, key=lambda choice: bool(choice.notes))

    def best_effort(self, slot: Slot, old: Model) -> Choice | None:
        """The choice that fits the most uses; None if there is no choice."""
        return min(self._tried(slot, old), key=lambda choice: len(choice.misfits), default=None)

    def fitting_alone(self, slot: Slot, old: Model) -> Mapping[str, str | None]:
        """The id of the best choice for each use alone, by the name of the use; None if nothing fits it."""
        found: dict[str, str | None] = {}
        for use in slot.uses:
            best = next(iter(self.choices(slot._replace(uses=(use,)), old)), None)
            reference = use.assessment.reference
            name = named(reference)
            if name in found:
                name = f"{name} in {reference.input}"
            found[name] = None if best is None else best.identifier
        return found

    def only_by_profile(self, slot: Slot, old: Model) -> str | None:
        """The id of a profile that the use could call, but that the ARN of a model cannot name; None without one."""
        use = slot.uses[0]
        if use.named.reference.form is not Form.FOUNDATION_MODEL_ARN:
            return None
        wanted = self._wanted.instead_of(use.named.id, old)
        found = (
            identifier
            for model in self._models(old, wanted)
            if self._lives_on(use, model)
            for identifier in profiles_of(use, model, self._day)
        )
        return next(found, None)

    def _tried(self, slot: Slot, old: Model) -> Iterator[Choice]:
        wanted = self._wanted.instead_of(slot.uses[0].named.id, old)
        # An id that is built from parts shares them with few models; that is no reason to take another family.
        is_put_together = any(use.after or use.before.rstrip(".") not in ("", *GEOGRAPHIES) for use in slot.uses)
        for model in self._models(old, wanted):
            if is_put_together and wanted is None and family(model) != family(old):
                continue
            texts: dict[str, str] = {}
            for use in slot.uses:
                for identifier in self._ways(use, model, wanted):
                    text = _between(identifier, use.before, use.after)
                    if text is not None and text != slot.text:
                        texts.setdefault(text, identifier)
            for text, identifier in texts.items():
                yield self._choice(slot.uses, model, text, identifier)

    def _models(self, old: Model, wanted: str | None) -> Sequence[Model]:
        index = self._survey.index
        if wanted is not None:
            model = index.lookup(wanted)
            return () if model is None else (model,)
        sources = [model for each in old.replacements if (model := index.lookup(each.id)) is not None]
        rest = (
            model
            for model in index.catalog.models
            if model.provider == old.provider and (family(model) == family(old) or self._any_family)
        )
        alike = [model for model in dict.fromkeys((*sources, *rest)) if model.id != old.id and _is_alike(old, model)]
        order = {model.id: number for number, model in enumerate(sources)}
        return sorted(
            alike,
            key=lambda model: (
                model.id not in order,
                family(model) != family(old),
                _price(model),
                order.get(model.id, 0),
                0 if model.launch_date is None else -model.launch_date.toordinal(),
                model.id,
            ),
        )

    def _ways(self, use: Use, model: Model, wanted: str | None) -> Iterable[str]:
        found = ways(use, model, self._day)
        # If the user names a profile, only that profile will do.
        return found if wanted in (None, model.id) else (each for each in found if each == wanted)

    def _choice(self, uses: Sequence[Use], model: Model, text: str, identifier: str) -> Choice:
        """The choice of a text for the slot, judged for all uses."""
        references: dict[Use, Reference] = {}
        for use in uses:
            own = f"{use.before}{text}{use.after}"
            if own in ways(use, model, self._day) and self._lives_on(use, model):
                references[use] = supposed(use, own, model)
        findings = [
            finding
            for finding in (self._survey.judge(tuple(references.values())) if references else ())
            if finding.reference is not None
            and (finding.check in GOING or (finding.reference.id, finding.rule) not in self._known)
        ]
        broken = {finding.reference for finding in findings if finding.severity > Severity.NOTE}
        misfits = tuple(use for use in uses if use not in references or references[use] in broken)
        notes = dict.fromkeys(finding.rule for finding in findings if finding.severity is Severity.NOTE)
        return Choice(model, text, identifier, misfits, tuple(notes))

    def _lives_on(self, use: Use, model: Model) -> bool:
        can_be_called = can_be_had(use.assessment.reference.site, model) is not False
        regions = regions_for(use, model, self._day) or (None,)
        return can_be_called and all(self._lives_in(model, region, use.candidate.partition) for region in regions)

    def _lives_in(self, model: Model, region: str | None, partition: str) -> bool:
        key = model.id, region, partition
        known = self._alive.get(key)
        if known is None:
            known = self._alive[key] = lives_on(model, self._day, self._days, region, partition)
        return known


def _between(identifier: str, before: str, after: str) -> str | None:
    """The part of an id between the texts `before` and `after`; None if the id does not have both."""
    fits = len(identifier) > len(before) + len(after) and identifier.startswith(before) and identifier.endswith(after)
    return identifier[len(before) : len(identifier) - len(after)] if fits else None


def _is_alike(old: Model, new: Model) -> bool:
    """Whether the new model takes all inputs of the old one, and has the same outputs."""
    return set(old.inputs) <= set(new.inputs) and set(old.outputs) == set(new.outputs)


def others(choices: Sequence[Choice]) -> tuple[str, ...]:
    """The ids of the other choices after the first, each model once, at most as many as are shown."""
    rest = {choice.model.id: choice.identifier for choice in reversed(choices[1:]) if choice.model != choices[0].model}
    return tuple(reversed(rest.values()))[:_MOST_OTHERS]


def is_by_price(choices: Sequence[Choice]) -> bool:
    """Whether there are several choices, and known prices that break ties between them."""
    return len(choices) > 1 and bool(_prices())


def _price(model: Model) -> float:
    """The price of one input token and one output token together, in dollars, by litellm; infinite if not known."""
    prices = _prices()
    for name in (model.id, *(profile.id for profile in model.profiles)):
        entry = prices.get(name)
        match entry:
            case {"input_cost_per_token": int() | float() as taken, "output_cost_per_token": int() | float() as given}:
                return float(taken) + float(given)
    return float("inf")


@cache
def _prices() -> Mapping[str, object]:
    """The price table of the package litellm, if it is installed. Only the file is read: an import takes seconds."""
    spec = find_spec("litellm")
    if spec is None or spec.origin is None:
        return {}
    try:
        found = json.loads(Path(spec.origin).with_name(_PRICES).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
