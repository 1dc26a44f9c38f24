"""A refresh: what sources say, merged into a catalog, with an account of what changed and what was refused."""

from collections.abc import Sequence
from datetime import date

from checker.catalog.refresh.api import Listings, RegionFailure
from checker.catalog.refresh.dated_rows import Contradiction
from checker.catalog.refresh.documents import Documents
from checker.catalog.refresh.merge import merge
from checker.catalog.refresh.statements import Refusal, Statement
from checker.immutable import immutable
from checker.model.lifecycle import Catalog
from checker.model.regions import partition_of

_BEFORE = "; before that: "


@immutable
class Refreshed:
    """The new catalog. `complete` if it is current as a whole; `gone` are models no longer listed, with Regions."""

    catalog: Catalog
    complete: bool
    contradictions: tuple[Contradiction, ...]
    refusals: tuple[Refusal, ...]
    failures: tuple[RegionFailure, ...]
    gone: tuple[tuple[str, tuple[str, ...]], ...]


def refresh(
    base: Catalog, bundled: Catalog, day: date, listings: Listings | None = None, documents: Documents | None = None
) -> Refreshed:
    """`base` with what the API and the pages say, read on `day`.

    The catalog as a whole is as of `day` only if nothing was left out: every Region of partition `aws` where models are
    offered was listed, or every page was read and understood. Else its own day stays, and the new data has `day`.
    """
    statements: list[Statement] = []
    refusals: list[Refusal] = []
    said: list[str] = []
    complete = False
    if documents is not None:
        statements += documents.reading.statements
        refusals += documents.reading.refusals
        complete |= documents.complete
        said.append(f"{documents.pages} pages of AWS's documentation ({day})")
    if listings is not None:
        statements += listings.reading.statements
        refusals += listings.reading.refusals
        complete |= _lists_everything(base, listings) and not listings.reading.refusals
        said.append(f"the Bedrock API in {len(listings.regions)} Regions ({day})")
    merged = merge(base, bundled, statements, () if listings is None else listings.regions, day)
    as_of = max(base.as_of, day) if complete else base.as_of
    newest = max(base.newest, day)
    catalog = base._replace(
        as_of=as_of,
        source=_source(base, said, complete),
        models=merged.models,
        updated_on=newest if newest > as_of else None,
    )
    return Refreshed(
        catalog,
        complete,
        merged.contradictions,
        tuple(refusals),
        () if listings is None else listings.failures,
        merged.gone,
    )


def offered_regions(catalog: Catalog, partition: str = "aws") -> frozenset[str]:
    """The Regions of a partition where the catalog knows of models that are offered."""
    return frozenset(
        region for model in catalog.models for region in model.offered_regions() if partition_of(region) == partition
    )


def _lists_everything(base: Catalog, listings: Listings) -> bool:
    return not listings.failures and offered_regions(base) <= set(listings.regions)


def _source(base: Catalog, said: Sequence[str], complete: bool) -> str:
    """Where the data comes from; of earlier refreshes only the first source stays."""
    new = " and ".join(said)
    part = new if complete else f"in part {new}"
    return f"{part}{_BEFORE}{base.source.rpartition(_BEFORE)[2]}"
