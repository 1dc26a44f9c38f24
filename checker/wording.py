"""English wording of counts, days, lists, locations, dates, Regions and causes, for policies and reports."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from checker.kept import kept_by_identity
from checker.model.lifecycle import CompanyDate, CompanyDateKind, Stage
from checker.model.problem import Problem
from checker.model.reference import Candidate, Kind, Reason, Reference, Usage
from checker.model.scan import CatalogInfo
from checker.model.stages import StageOn, WorstStage
from checker.source import Location
from checker.values import Certainty

USED = {
    Usage.USE: "used by",
    Usage.INDIRECT: "set in",
    Usage.GRANT: "granted in",
    Usage.MENTION: "mentioned in",
    Usage.SELECTABLE: "selectable in",
}

KINDS = {
    Kind.AGENT: "agent",
    Kind.KNOWLEDGE_BASE: "knowledge base",
    Kind.DATA_SOURCE: "data source",
    Kind.PROVISIONED_THROUGHPUT: "provisioned throughput",
    Kind.INFERENCE_PROFILE: "inference profile",
    Kind.PROMPT: "prompt",
    Kind.FLOW: "flow",
    Kind.CUSTOM_MODEL: "custom model",
    Kind.PROMPT_ROUTER: "prompt router",
    Kind.EVALUATION: "evaluation",
    Kind.AGENTCORE: "AgentCore resource",
    Kind.LEX: "Lex bot",
    Kind.CONNECT: "Connect assistant",
    Kind.IAM: "statement",
    Kind.ENV: "environment variable",
    Kind.SSM: "parameter",
    Kind.STEP_FUNCTIONS: "state machine",
    Kind.OTHER: "resource",
}

STAGES = {
    Stage.ACTIVE: "Active",
    Stage.LEGACY: "Legacy",
    Stage.EXTENDED_ACCESS: "extended access",
    Stage.END_OF_LIFE: "end of life",
    Stage.UNKNOWN: "not known",
}

_REGIONS_LISTED = 4
_INPUTS_LISTED = 3


def counted(count: int, one: str, many: str | None = None) -> str:
    """`1 file`, `3 files`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def distance(day: date, as_of: date) -> str:
    """The distance of `day` from `as_of`: `in 45 days`, `today`, `1 day ago`."""
    ahead = (day - as_of).days
    if ahead == 0:
        return "today"
    return f"in {counted(ahead, 'day')}" if ahead > 0 else f"{counted(-ahead, 'day')} ago"


def sentence(text: str) -> str:
    """A text with a capital letter at its beginning."""
    return text[:1].upper() + text[1:]


def listed(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return "".join(parts) if len(parts) < 2 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def first_listed(parts: Sequence[str], most: int = _REGIONS_LISTED) -> str:
    """All parts; if there are more than `most` + 1, the first ones and the number of the others."""
    if len(parts) > most + 1:
        return f"{', '.join(parts[:most])} and {len(parts) - most} more"
    return listed(parts)


# Dates of a model


class Clause(NamedTuple):
    """A clause about a model in two parts; the Regions go between them."""

    predicate: str
    rest: str = ""

    def __str__(self) -> str:
        return f"{self.predicate}{self.rest}"


@kept_by_identity(1_000)
def end_of_life(stage: StageOn) -> Clause:
    """The clause on the EOL, with its date and distance.

    A date that was in the future when its source was read is marked as announced, even if it has passed.
    """
    eol = stage.eol_date
    if eol is None:
        return Clause("has no known end of life")
    verb = "reaches" if eol > stage.day else "reached"
    marked = _marked(stage, "eol_date", eol, stage.eol_announced)
    if stage.company_date is not None:
        marked = f"{eol} ({company_date(stage.company_date)})"
    return Clause(f"{verb} end of life", f" on {marked}, {distance(eol, stage.day)}")


def company_date(company: CompanyDate) -> str:
    """The origin of a company's own date, and the reason."""
    match company.kind:
        case CompanyDateKind.DEADLINE:
            return f"the company's own deadline, not AWS's date: {company.reason}"
        case CompanyDateKind.ARRANGEMENT:
            return f"the company's arrangement, not AWS's date: {company.reason}"


def legacy(stage: StageOn) -> Clause:
    """The day since which the model is Legacy."""
    if stage.legacy_date is None:
        return Clause("is Legacy")
    return Clause("is Legacy", f" since {_marked(stage, 'legacy_date', stage.legacy_date, stage.legacy_announced)}")


def extended_access(stage: StageOn) -> Clause:
    """The day since which the model is in extended access, or on which it enters it."""
    begins = stage.extended_access_date
    if begins is None:
        return Clause("is not known to enter extended access")
    marked = _marked(stage, "extended_access_date", begins, stage.extended_access_announced)
    if begins > stage.day:
        return Clause("enters extended access", f" on {marked}, {distance(begins, stage.day)}")
    return Clause("is in extended access", f" since {marked}")


def _marked(stage: StageOn, name: str, day: date, announced: bool) -> str:
    reporter = stage.reported_by(name)
    marks = [*(["announced"] if announced else []), *([f"reported by {reporter}"] if reporter else [])]
    return f"{day} ({', '.join(marks)})" if marks else str(day)


def dated(stage: StageOn | None, eol: str = "EOL") -> tuple[tuple[str, date], ...]:
    """The known dates of a model, by name."""
    if stage is None:
        return ()
    dates = (("Legacy", stage.legacy_date), ("extended access", stage.extended_access_date), (eol, stage.eol_date))
    return tuple((name, day) for name, day in dates if day is not None)


# Regions


def in_regions(regions: Sequence[str]) -> str:
    """` in us-east-1 and us-west-2`; empty for none."""
    return f" in {first_listed(regions)}" if regions else ""


def where(judged: Sequence[str], stage: StageOn, broken: Sequence[StageOn], worst: WorstStage) -> str:
    """The Regions that share the stage and the EOL date of `stage`, as in `in_regions`.

    `judged` are the Regions of the candidate; empty if they are not known. `broken` are the stages that break the rule,
    `worst` has all that were judged.
    """
    alike = [each for each in broken if _same(each, stage)]
    if not judged and 1 < len(alike) == len(worst.stages):
        return " in every Region where it is known"
    others = sorted(each.region for each in alike if each.region is not None and each.region != stage.region)
    return in_regions([stage.region, *others] if stage.region is not None else others)


def other_regions(
    judged: Sequence[str],
    stage: StageOn,
    broken: Sequence[StageOn],
    worst: WorstStage,
    *,
    is_set: bool,
    open_region: str,
) -> str:
    """Sentences on the other Regions, and on an unknown Region; empty if nothing is left to say.

    `is_set`: the code tells the Regions; else `open_region` is what may name them.
    """
    sentences = []
    if not is_set:
        verb = "was" if len(judged) == 1 else "were"
        so = f", so {first_listed(judged)} {verb} judged" if judged else ""
        what = f"The Region that {open_region} names is not known" if open_region else "The code does not set a Region"
        sentences.append(f"{what}{so}.")
    others = sorted(each.region for each in broken if not _same(each, stage) and each.region is not None)
    if others:
        sentences.append(f"The rule is also broken{in_regions(others)}.")
    fine = [region for region in worst.fine_regions if all(each.region != region for each in broken)]
    if fine:
        sentences.append(f"The model is Active{in_regions(fine)}.")
    return " ".join(sentences)


def _same(one: StageOn, other: StageOn) -> bool:
    return (one.stage, one.eol_date) == (other.stage, other.eol_date)


# References


def named(reference: Reference) -> str:
    """The reference as reports name it."""
    return f"{named_resource(reference)} {reference.path}"


def named_resource(reference: Reference) -> str:
    """The resource as reports name it: its address, and its name in an account."""
    return reference.address if reference.name is None else f"{reference.address} ({reference.name})"


def called(reference: Reference) -> str:
    """The sentence on the calls to the model in its Region; empty if they are unknown."""
    traffic = reference.traffic
    if traffic is None:
        return ""
    what = "The resource" if traffic.of_resource else "The model"
    if traffic.last_day is None:
        return f"{what} was not called there since {traffic.since}."
    count = counted(traffic.calls, "time")
    return f"{what} was called {count} there since {traffic.since}, the last on {traffic.last_day}."


def assumed(candidate: Candidate) -> str:
    """The sentence on the assumptions of a candidate; empty if it is as good as certain."""
    if candidate.certainty in (Certainty.CERTAIN, Certainty.DEFAULT):
        return ""
    if not candidate.given:
        # Several choices lead to it, which have no assumption in common.
        is_possible = candidate.certainty is Certainty.POSSIBLE
        return "That is so under several choices, and not known to be so under all." if is_possible else ""
    if candidate.certainty is Certainty.ACCOUNT:
        return f"The account says so: {' and '.join(map(str, candidate.given))}."
    return f"That is so only if {' and '.join(str(assumption) for assumption in candidate.given)}."


def written(reference: Reference, candidate: Candidate) -> str:
    """The sentence on the location where the model is written; empty if that is the line of the use."""
    if candidate.written_at is None or on_same_line(candidate.written_at, reference.location):
        return ""
    return f"The model is written at {candidate.written_at}."


def shared(inputs: Iterable[str]) -> str:
    """The sentence on other inputs that use the same line."""
    paths = list(dict.fromkeys(inputs))
    if not paths:
        return ""
    if len(paths) == 1:
        return f"The input {paths[0]} uses the same line."
    return f"The inputs {first_listed(paths, _INPUTS_LISTED)} use the same line."


def on_same_line(one: Location | None, other: Location | None) -> bool:
    """True if two locations are on one line, or both are unknown."""
    return (None if one is None else one[:2]) == (None if other is None else other[:2])


def what_is_unknown(reference: Reference) -> str:
    """Whether all models of an unresolved reference are unknown, or only some."""
    return "Not every model that is named here is known" if reference.candidates else "The model is not known"


def unresolved(reference: Reference) -> str:
    """What is unknown about a reference, why, and what to do; empty if all is known."""
    why = reference.unresolved
    if why is None:
        return ""
    return f"{what_is_unknown(reference)}, because of {why.subject} ({why.cause}). {why.advice}"


# The run


_REASONS = {
    Reason.COMMENT: "in a comment",
    Reason.DESCRIPTION: "in a description",
    Reason.UNUSED: "in a value that nothing uses",
    Reason.NOT_LOADED: "in a file that nothing loads",
    Reason.CODE: "in code beside the infrastructure",
    Reason.NOT_EVALUATED: "behind an expression that could not be evaluated",
}


def mentions(references: Sequence[Reference]) -> str:
    """The number of mentioned ids by reason: `3 ids … : 2 in a comment, 1 in a …`."""
    counts = Counter(reference.mention.reason for reference in references if reference.mention is not None)
    reasons = listed([f"{counts[reason]:,} {_REASONS[reason]}" for reason in Reason if counts[reason]])
    verb = "stands" if len(references) == 1 else "stand"
    return f"{counted(len(references), 'id')} {verb} in the code that no resource uses: {reasons}"


def mention_cells(reference: Reference) -> tuple[str, str, str, str]:
    """A mention as cells of a table: its location, the id, the reason, and the first date of its model."""
    mention, location = reference.mention, reference.location
    assert mention is not None
    dates = [f"{name} {day}" for name, day in dated(mention.stage)]
    where_it_is = reference.address if location is None else f"{location.file}:{location.line}"
    texts = ", ".join(candidate.text for candidate in reference.candidates)
    return where_it_is, texts, _REASONS[mention.reason], ", ".join(dates)


def problem_location(problem: Problem) -> str:
    """The location of a problem: its file, with line and column if they are known."""
    parts = (problem.file, problem.line, problem.column if problem.line is not None else None)
    return ":".join(str(part) for part in parts if part is not None)


def catalog_age(catalog: CatalogInfo, as_of: date) -> str:
    """`catalog data of 2026-11-01, 23 days old`."""
    age = (as_of - catalog.as_of).days
    old = f", {counted(age, 'day')} old" if age > 0 else ""
    return f"catalog data of {catalog.as_of}{old}"


def catalog_line(catalog: CatalogInfo, as_of: date) -> str:
    """The name of the catalog, and its age."""
    return f"{catalog_age(catalog, as_of)} ({counted(catalog.models, 'model')}; {catalog.source})"
