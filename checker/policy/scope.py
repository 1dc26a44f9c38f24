"""Whether a scope covers a reference, a candidate, a Region. An empty list of a scope covers all."""

from collections.abc import Iterable

from checker.model.assessment import Assessment
from checker.model.lifecycle import StageOn
from checker.model.policy import Scope
from checker.model.reference import Reference
from checker.policy.globs import matches, matches_path
from checker.source import Place


def covers_reference(scope: Scope, reference: Reference) -> bool:
    """Whether `scope` covers what does not depend on a candidate, but for `paths`."""
    return (
        _any(scope.addresses, (reference.address,))
        and _any(scope.frameworks, (reference.framework.value,))
        and _any(scope.kinds, (reference.site.kind.value,))
        and _any(scope.roles, (reference.site.role.value,))
        and _any(scope.usages, (reference.site.usage.value,))
        and (not scope.changes or (reference.change is not None and _any(scope.changes, (reference.change.value,))))
    )


def covers_candidate(scope: Scope, assessment: Assessment) -> bool:
    """Whether `scope` covers a candidate, in some Region."""
    candidate, model = assessment.candidate, assessment.model
    names = (candidate.text, *((candidate.model,) if candidate.model else ()), *((model.id,) if model else ()))
    return (
        covers_reference(scope, assessment.reference)
        and _any_path(scope.paths, (assessment.reference.location, candidate.written_at))
        and _any(scope.models, names)
        and _any(scope.providers, _providers(assessment))
        and _any(scope.certainties, (candidate.certainty.value,))
    )


def covers_unresolved(scope: Scope, reference: Reference) -> bool:
    """Whether `scope` covers what is not known of a reference. A scope that names models or certainties does not."""
    return (
        covers_reference(scope, reference)
        and _any_path(scope.paths, (reference.location,))
        and not (scope.models or scope.providers or scope.certainties)
    )


def may_cover_region(scope: Scope, stage: StageOn) -> bool:
    """Whether the Region of `stage` is, or may be, in `scope`: a Region that is not known may be any."""
    return stage.region is None or _any(scope.regions, (stage.region,))


def surely_covers_regions(scope: Scope, regions: Iterable[str | None]) -> bool:
    """Whether `scope` covers each of `regions`; an unknown Region (None) only if the scope covers all."""
    return not scope.regions or all(region is not None and _any(scope.regions, (region,)) for region in regions)


def _any(globs: tuple[str, ...], names: Iterable[str]) -> bool:
    return not globs or any(matches(glob, name) for name in names for glob in globs)


def _any_path(globs: tuple[str, ...], places: Iterable[Place | None]) -> bool:
    if not globs:
        return True
    files = {place.file for place in places if place is not None}
    return any(matches_path(glob, file) for file in files for glob in globs)


def _providers(assessment: Assessment) -> tuple[str, ...]:
    if assessment.model is not None:
        # Ids begin with the provider's short name (`amazon`), the catalog has its full one (`Amazon`).
        return (assessment.model.provider, assessment.model.id.partition(".")[0])
    return () if assessment.candidate.model is None else (assessment.candidate.model.partition(".")[0],)
