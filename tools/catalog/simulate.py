"""A year of nightly refreshes, with faults in a third of them, against a made-up AWS whose dates are known.

    python tools/catalog/simulate.py [--nights 365] [--seed 1]

Each night the made-up AWS may launch a model, announce an end in all or some Regions, move one, let Regions go, or take
a card down; then its pages and its API are read, of which one may be damaged: cut off, another page, HTML in place of
JSON, an empty or a short list, an entry that makes no sense, a card that is gone or odd, a Region that is silent. After
each night no date of the catalog may be one that AWS has never published, no date that was ever taken over may be lost,
no model may be Active on a day on which it was known to be over, and none that AWS goes on to offer may cease to be
Active; after the year, when all has been read once more
without a fault, the catalog has to be what AWS says.

What it prints for a seed is the same each time.
"""

import argparse
import random
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from checker.catalog.codec import faults
from checker.catalog.lookup import CatalogIndex
from checker.catalog.refresh import api, documents
from checker.catalog.refresh.api import list_models
from checker.catalog.refresh.documents import Document, Documents, fetch_pages
from checker.catalog.refresh.refreshed import refresh
from checker.catalog.refresh.statements import Refusal
from checker.errors import UsageError
from checker.model.lifecycle import Catalog, Stage
from checker.model.stages import stage_on

BEGIN = date(2027, 1, 1)
REGIONS = ("us-east-1", "us-west-2", "eu-west-1", "ap-south-1")
GUIDE = "https://docs.aws.amazon.com/bedrock/latest/userguide/"
_DAY = timedelta(days=1)
_LIFECYCLE = "model-lifecycle-legacy.html"
_HEADER = (
    "| Model provider | Model name | Model ID | Regions | Legacy date | EOL date | Public extended access start date |"
)


@dataclass
class Life:
    """A model of the made-up AWS: where it is, and in each Region when it becomes Legacy and ends."""

    name: str
    launch: date
    regions: set[str]
    ends: dict[str, tuple[date, date]] = field(default_factory=dict)
    has_card: bool = True
    is_odd: bool = False

    @property
    def id(self) -> str:
        """Its base model id."""
        return f"meta.{self.name}-v1:0"

    def there(self, region: str, day: date) -> bool:
        """Whether the API lists it in a Region."""
        return region in self.regions and (region not in self.ends or day < self.ends[region][1])


class Aws:
    """What AWS has published, and how its pages and its API say so on a day."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.models: list[Life] = []
        # Everything ever published: (model, Region, Legacy, EOL).
        self.published: set[tuple[str, str, date, date]] = set()
        for _ in range(20):
            self._launch(BEGIN - timedelta(days=400))

    def _launch(self, day: date) -> None:
        regions = set(self._chance.sample(REGIONS, self._chance.randint(1, len(REGIONS))))
        self.models.append(Life(f"alpha{len(self.models)}", day, regions))

    def live(self, day: date) -> None:
        """What happens on a day."""
        chance = self._chance
        if chance.random() < 0.1:
            self._launch(day)
        model = chance.choice(self.models)
        going = set(model.ends)
        if chance.random() < 0.15 and model.regions - going:
            left = sorted(model.regions - going)
            some = left if chance.random() < 0.6 else chance.sample(left, chance.randint(1, len(left)))
            legacy = day + timedelta(days=chance.randint(0, 10))
            eol = legacy + timedelta(days=chance.choice([7, 45, 90, 180]))
            model.ends.update(dict.fromkeys(some, (legacy, eol)))
        elif chance.random() < 0.05 and going:
            region = chance.choice(sorted(going))
            legacy, eol = model.ends[region]
            if day < eol:
                model.ends[region] = (legacy, eol + timedelta(days=30))
        if chance.random() < 0.02:
            model.has_card = False
        if chance.random() < 0.02:
            model.is_odd = True
        for each in self.models:
            self.published |= {(each.id, region, *dates) for region, dates in each.ends.items()}

    def pages(self) -> Mapping[str, str]:
        """The lifecycle page and the cards, by name."""
        rows = [
            f"| Meta | {each.name} | {each.id} | {region} | {_words(legacy)} | {_words(eol)} | — |"
            for each in self.models
            for region, (legacy, eol) in sorted(each.ends.items())
        ]
        pages = {
            _LIFECYCLE: "\n".join(["# Model lifecycle (Legacy)", "", _HEADER, "|---" * 7 + "|", *rows, ""]),
            "model-lifecycle.html": "# Model lifecycle\nSee [Model lifecycle (Legacy)](model-lifecycle-legacy.md).\n",
        }
        for each in self.models:
            if each.has_card:
                pages[f"model-card-{each.name}.html"] = self._card(each)
        links = " ".join(f"[{name}]({name})" for name in pages if name.startswith("model-card-"))
        pages["model-lifecycle.html"] += links
        return pages

    def _card(self, model: Life) -> str:
        ends = {eol for _, eol in model.ends.values()}
        is_whole = len(ends) == 1 and set(model.ends) == model.regions
        state = "Active" if not ends else "Legacy" if is_whole else f"EOL: {max(ends)} (certain Regions)"
        launch = "November 1, 2022" if model.is_odd else _words(model.launch)
        said = _words(max(ends)) if is_whole else "N/A"
        return (
            f"# {model.name}\n+ **Model launch date:** {launch}\n+ **Model EOL date:** {said}\n"
            f"+ **Model lifecycle:** {state}\n\nCall `{model.id}`.\n"
        )

    def listing(self, region: str, day: date) -> list[dict[str, Any]]:
        """What the API lists in a Region."""
        return [_entry(each, region, day) for each in self.models if each.there(region, day)]


def _entry(model: Life, region: str, day: date) -> dict[str, Any]:
    lifecycle: dict[str, Any] = {"status": "ACTIVE"}
    if region in model.ends and model.ends[region][0] <= day:
        legacy, eol = (datetime.combine(each, time(8), UTC) for each in model.ends[region])
        lifecycle = {"status": "LEGACY", "legacyTime": legacy, "endOfLifeTime": eol}
    return {
        "modelId": model.id,
        "modelName": model.name,
        "providerName": "Meta",
        "inferenceTypesSupported": ["ON_DEMAND"],
        "modelLifecycle": lifecycle,
    }


def _words(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


# Faults: each takes what would be read, and gives what is read in its place.


def _cut(chance: random.Random, pages: dict[str, str]) -> None:
    name = chance.choice(sorted(pages))
    pages[name] = pages[name][: chance.randrange(len(pages[name]))]


def _other_page(chance: random.Random, pages: dict[str, str]) -> None:
    pages[chance.choice(sorted(pages))] = "<html><body><h1>Sorry</h1>Try again later.</body></html>"


def _gone(chance: random.Random, pages: dict[str, str]) -> None:
    del pages[chance.choice(sorted(pages))]


def _shifted_row(_: random.Random, pages: dict[str, str]) -> None:
    shifted = "| Meta | meta.alpha0-v1:0 | us-east-1 | May 1, 2027 | May 9, 2027 | x | — |"
    pages[_LIFECYCLE] += f"{shifted}\n"


PAGE_FAULTS = (_cut, _other_page, _gone, _shifted_row)
API_FAULTS = ("html", "empty", "short", "silent", "odd")


class _Client:
    """Bedrock in one Region, with or without a fault."""

    def __init__(self, models: list[dict[str, Any]], fault: str, chance: random.Random) -> None:
        self._models, self._fault, self._chance = models, fault, chance

    def list_foundation_models(self) -> Any:
        models = self._models
        match self._fault:
            case "html":
                return {"ResponseMetadata": {}}
            case "empty":
                models = []
            case "short":
                models = models[: len(models) // 2]
            case "silent":
                raise TimeoutError("read timed out")
            case "odd" if models:
                at = self._chance.randrange(len(models))
                models = [*models[:at], {**models[at], "modelLifecycle": {"status": "SUNSET"}}, *models[at + 1 :]]
        return {"modelSummaries": models}

    def list_inference_profiles(self, **_: str) -> Any:
        return {"inferenceProfileSummaries": []}


@dataclass
class Year:
    """What came of the nights."""

    nights: int = 0
    with_faults: int = 0
    not_whole: int = 0
    wrong: list[str] = field(default_factory=list)


def simulate(nights: int, seed: int) -> Year:
    """The nights one after another, with what was wrong after each."""
    chance = random.Random(seed)
    aws = Aws(chance)
    bundled = Catalog(BEGIN - _DAY, "invented", ())
    catalog = bundled
    year = Year()
    seen: set[tuple[str, str]] = set()
    active: set[tuple[str, str]] = set()
    for night in range(nights + 1):
        day = BEGIN + night * _DAY
        aws.live(day)
        # The last night is without a fault.
        has_fault = chance.random() < 1 / 3 and night < nights
        catalog = _refreshed(catalog, bundled, aws, day, chance, has_fault=has_fault)
        year.nights += 1
        year.with_faults += has_fault
        year.not_whole += catalog.as_of != day
        year.wrong += (f"night {night}: {each}" for each in _wrong(catalog, aws, day, seen, active))
    if catalog.as_of != BEGIN + nights * _DAY:
        year.wrong.append("the last night, without a fault, did not make the catalog current")
    year.wrong += (f"at the end: {each}" for each in _differences(catalog, aws, BEGIN + nights * _DAY))
    return year


def _refreshed(
    catalog: Catalog, bundled: Catalog, aws: Aws, day: date, chance: random.Random, *, has_fault: bool
) -> Catalog:
    pages = dict(aws.pages())
    listings = {region: aws.listing(region, day) for region in REGIONS}
    broken: dict[str, str] = {}
    if has_fault:
        which = chance.choice(("pages", "api", "both"))
        if which != "api":
            chance.choice(PAGE_FAULTS)(chance, pages)
        if which != "pages":
            broken[chance.choice(REGIONS)] = chance.choice(API_FAULTS)
    found: Documents | None
    try:
        found = _read_pages(pages, day, catalog)
    except UsageError:
        found = None
    clients = {region: _Client(listings[region], broken.get(region, ""), chance) for region in REGIONS}
    listed = _listed(clients, day, catalog)
    return refresh(catalog, bundled, day, listed, found).catalog


def _read_pages(pages: Mapping[str, str], day: date, catalog: Catalog) -> Documents:
    def fetch(address: str) -> Document | Refusal:
        name = address.rpartition("/")[2]
        if name not in pages:
            return Refusal(address, "", "the server answered 404 Not Found")
        return Document(address, address, pages[name])

    before = documents._fetch
    documents._fetch = fetch
    try:
        return fetch_pages(GUIDE, day, catalog, lambda *_: None)
    finally:
        documents._fetch = before


def _listed(clients: Mapping[str, _Client], day: date, catalog: Catalog) -> api.Listings:
    before = api.aws_session, api._client
    api.aws_session, api._client = (lambda **_: None), (lambda _, region: clients[region])
    try:
        return list_models(REGIONS, day, catalog, lambda *_: None)
    finally:
        api.aws_session, api._client = before


def _wrong(
    catalog: Catalog, aws: Aws, day: date, seen: set[tuple[str, str]], active: set[tuple[str, str]]
) -> Iterator[str]:
    yield from (f"the catalog contradicts itself: {reason}" for _, reason in faults(catalog))
    index = CatalogIndex(catalog)
    eols = {(model, region, eol) for model, region, _, eol in aws.published}
    for model in catalog.models:
        for row in model.rows:
            for region in row.regions:
                if row.eol_date is not None and (model.id, region, row.eol_date) not in eols:
                    yield f"{model.id} in {region}: EOL {row.eol_date}, which AWS has never published"
                if row.eol_date is not None:
                    seen.add((model.id, region))
    for identifier, region in sorted(seen):
        known = index.lookup(identifier)
        stage = None if known is None else stage_on(known, day, region)
        if stage is None or (stage.eol_date is None and stage.stage is not Stage.UNKNOWN):
            yield f"{identifier} in {region}: its EOL was lost"
    for life in aws.models:
        for region, (_, eol) in life.ends.items():
            known = index.lookup(life.id)
            is_known = known is not None and eol <= day and (life.id, region) in seen
            if is_known and stage_on(known, day, region).stage is Stage.ACTIVE:
                yield f"{life.id} in {region}: Active, though it ended on {eol}"

    for life in aws.models:
        for region in life.regions - set(life.ends):
            known = index.lookup(life.id)
            stage = None if known is None else stage_on(known, day, region).stage
            if stage is Stage.ACTIVE:
                active.add((life.id, region))
            elif (life.id, region) in active:
                yield f"{life.id} in {region}: {stage}, though AWS goes on to offer it"


def _differences(catalog: Catalog, aws: Aws, day: date) -> Iterator[str]:
    index = CatalogIndex(catalog)
    for life in aws.models:
        known = index.lookup(life.id)
        for region in sorted(life.regions):
            stage = None if known is None else stage_on(known, day, region)
            eol = None if region not in life.ends else life.ends[region][1]
            if stage is None or stage.eol_date != eol:
                yield f"{life.id} in {region}: EOL {None if stage is None else stage.eol_date}, but AWS says {eol}"


def main() -> int:
    """0 if nothing was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nights", type=int, default=365)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    year = simulate(arguments.nights, arguments.seed)
    for each in year.wrong[:50]:
        print(each, file=sys.stderr)
    print(
        f"{year.nights} nights, {year.with_faults} with a fault, {year.not_whole} in which the catalog did not become"
        f" current; {len(year.wrong)} things wrong"
    )
    return 1 if year.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
