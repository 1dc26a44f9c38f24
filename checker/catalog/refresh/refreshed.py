"""A refresh: merges the sources into a catalog, compares it with third parties, and reports what changed.

The data of third parties comes from packages that the user has installed. Their code does not run, and nothing of them
is shipped.
"""

import importlib.metadata
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from checker.catalog.lookup import CatalogIndex
from checker.catalog.refresh.api import Listings, RegionFailure
from checker.catalog.refresh.documents import Documents
from checker.catalog.refresh.merge import merge
from checker.catalog.refresh.statements import API_SOURCE, HEALTH_SOURCE, Contradiction, Reading, Refusal
from checker.errors import UsageError
from checker.immutable import immutable
from checker.model.lifecycle import Catalog, Model, SourceDay, Stage
from checker.model.regions import partition_of
from checker.model.stages import worst_stage

# Compares a catalog with data of third parties. A difference is reported as a contradiction and never adopted.

_CDK_MARK = re.compile(r'\(deprecated\)[^"\n]*"([a-z0-9]+\.[a-z0-9][a-z0-9.:-]*)"')


class _Said(NamedTuple):
    """The end of a model: on a day, or on an unknown one."""

    model: str
    eol_date: date | None


@immutable
class CrossCheck:
    """Third-party data: its source, its license, and the ends of models in it."""

    name: str
    licence: str
    said: tuple[_Said, ...]

    def contradictions(self, catalog: Catalog) -> Iterator[str]:
        """The contradictions to the catalog, one line each, each model once."""
        index = CatalogIndex(catalog)
        seen: set[tuple[str, date | None]] = set()
        for each in self.said:
            model = index.lookup(each.model)
            if model is None or (model.id, each.eol_date) in seen:
                continue
            seen.add((model.id, each.eol_date))
            ours = _contradicts(model, each.eol_date, catalog.newest)
            if ours:
                theirs = "it is deprecated" if each.eol_date is None else f"EOL {each.eol_date}"
                yield f"{model.id}: {ours}; but {self.name} ({self.licence}) says that {theirs}"


def _contradicts(model: Model, eol: date | None, day: date) -> str:
    """The catalog's statement that contradicts an end; empty if it agrees."""
    if eol is None:
        return "Active" if worst_stage(model, day).worst.stage is Stage.ACTIVE else ""
    days = {row.eol_date for row in model.rows if row.eol_date is not None}
    # Some take the promise for the date itself.
    if eol in days or eol == model.eol_no_sooner_than:
        return ""
    return f"EOL {', '.join(sorted(map(str, days)))}" if days else "no EOL known"


def cross_check(name: str) -> CrossCheck:
    """The data named `name` in `CROSS_CHECKS`. Raises UsageError if its package is not installed."""
    source = CROSS_CHECKS[name]
    try:
        distribution = importlib.metadata.distribution(source.package)
    except importlib.metadata.PackageNotFoundError:
        raise UsageError(f"--cross-check {name}: install the package first: pip install {source.package}") from None
    file = Path(str(distribution.locate_file(source.file)))
    try:
        said = tuple(source.read(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            f"--cross-check {name}: {source.package} {distribution.version} cannot be read: {error}"
        ) from error
    return CrossCheck(f"{source.package} {distribution.version}", source.licence, said)


def _of_litellm(text: str) -> Iterator[_Said]:
    for key, entry in json.loads(text).items():
        if str(entry.get("litellm_provider", "")).startswith("bedrock") and entry.get("deprecation_date"):
            yield _Said(key.rpartition("/")[2], date.fromisoformat(entry["deprecation_date"]))


def _of_model_retire(text: str) -> Iterator[_Said]:
    document: dict[str, Any] = json.loads(text)
    for entry in document["models"]:
        if "/bedrock/" in entry["source"] and entry.get("retires_on"):
            yield _Said(entry["id"], date.fromisoformat(entry["retires_on"]))


def _of_cdk(text: str) -> Iterator[_Said]:
    for found in _CDK_MARK.finditer(text):
        yield _Said(found[1], None)


class _Source(NamedTuple):
    package: str
    licence: str
    file: str
    read: Callable[[str], Iterator[_Said]]


CROSS_CHECKS = {
    "litellm": _Source("litellm", "MIT", "litellm/model_prices_and_context_window_backup.json", _of_litellm),
    "model-retire": _Source("bydtech-model-retire", "MIT", "model_retire/models.json", _of_model_retire),
    "cdk": _Source("aws-cdk-lib", "Apache-2.0", "aws_cdk/aws_bedrock/__init__.py", _of_cdk),
}


# A refresh: merges the sources into a catalog, and reports what changed and what was refused.

LIFECYCLE_PAGE = "AWS's lifecycle page"
MODEL_CARDS = "AWS's model cards"

_BEFORE = "; before that: "


@immutable
class Refreshed:
    """The new catalog and the events of the refresh. `gone` are models that are no longer listed, with Regions.

    Old data stays in place of what was refused or not read. `notes` concern one card or one detail.
    """

    catalog: Catalog
    contradictions: tuple[Contradiction, ...]
    refusals: tuple[Refusal, ...]
    notes: tuple[Refusal, ...]
    failures: tuple[RegionFailure, ...]
    gone: tuple[tuple[str, tuple[str, ...]], ...]


def refresh(
    base: Catalog,
    bundled: Catalog,
    day: date,
    listings: Listings | None = None,
    documents: Documents | None = None,
    health: Reading | None = None,
) -> Refreshed:
    """`base` with the statements of the API, the pages and AWS Health, read on `day`.

    The catalog as a whole is as of `day` if the lifecycle page was read, or if every Region of partition `aws` that
    offers models was listed. Otherwise it keeps its own day, and only the new data has `day`.
    """
    readings: list[Reading] = []
    said: list[str] = []
    is_whole = False
    if documents is not None:
        readings.append(documents.reading)
        is_whole |= documents.is_whole
        said.append(f"{documents.pages} page{'' if documents.pages == 1 else 's'} of AWS's documentation ({day})")
    if listings is not None:
        readings.append(listings.reading)
        is_whole |= offered_regions(base) <= set(listings.regions)
        said.append(f"the Bedrock API in {len(listings.regions)} Regions ({day})")
    if health is not None:
        readings.append(health)
        said.append(f"AWS Health ({day})")
    statements = [statement for reading in readings for statement in reading.statements]
    merged = merge(base, bundled, statements, () if listings is None else listings.regions, day)
    as_of = max(base.as_of, day) if is_whole else base.as_of
    newest = max(base.newest, day)
    catalog = base._replace(
        as_of=as_of,
        source=_source(base, said, is_whole),
        models=merged.models,
        updated_on=newest if newest > as_of else None,
        read=tuple(_days(base, day, listings, documents, health)),
    )
    return Refreshed(
        catalog,
        merged.contradictions,
        tuple(refusal for reading in readings for refusal in reading.refusals),
        tuple(note for reading in readings for note in reading.notes),
        () if listings is None else listings.failures,
        merged.gone,
    )


def _days(
    base: Catalog, day: date, listings: Listings | None, documents: Documents | None, health: Reading | None
) -> Iterator[SourceDay]:
    """The day of each source: the lifecycle page, the cards with another day than the page, and the API in each
    Region.
    """
    days = {(each.source, region): each.read_on for each in base.read for region in each.regions or ("",)}
    if documents is not None:
        if documents.is_whole:
            days[LIFECYCLE_PAGE, ""] = day
        days.update(_card_days(base, days, day, documents.cards))
    for region in () if listings is None else listings.regions:
        days[API_SOURCE, region] = day
    if health is not None:
        days[HEALTH_SOURCE, ""] = day
    grouped: dict[tuple[str, date], list[str]] = {}
    for (source, region), each in days.items():
        grouped.setdefault((source, each), []).append(region)
    for (source, each), regions in sorted(grouped.items()):
        yield SourceDay(source, each, tuple(sorted(region for region in regions if region)))


def _card_days(
    base: Catalog, days: dict[tuple[str, str], date], day: date, read: frozenset[str]
) -> Mapping[tuple[str, str], date]:
    if not read:
        return {}
    before = days.get((MODEL_CARDS, ""), base.as_of)
    known = {source for model in base.models for source in model.sources if "/model-card-" in source}
    if len(known - read) > len(known) / 2:
        # Only a few cards were read, so they have their own day.
        return {(card, ""): day for card in read}
    for card in read:
        days.pop((card, ""), None)
    return {(card, ""): days.get((card, ""), before) for card in known - read} | {(MODEL_CARDS, ""): day}


def offered_regions(catalog: Catalog, partition: str = "aws") -> frozenset[str]:
    """The Regions of a partition that offer models, by the catalog."""
    return frozenset(
        region for model in catalog.models for region in model.offered_regions() if partition_of(region) == partition
    )


def _source(base: Catalog, said: Sequence[str], is_whole: bool) -> str:
    """The source of the data; of earlier refreshes only the first source stays."""
    new = " and ".join(said)
    part = new if is_whole else f"in part {new}"
    return f"{part}{_BEFORE}{base.source.rpartition(_BEFORE)[2]}"
