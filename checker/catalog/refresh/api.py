"""Lists models by the Bedrock API of each Region."""

import os
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count
from typing import Any, NamedTuple

from checker.aws import aws_session, reason_of
from checker.catalog.lookup import CatalogIndex
from checker.catalog.refresh.pages import CellError, is_id, parse_id
from checker.catalog.refresh.statements import (
    API_SOURCE,
    DOCS_NEED_NONE,
    MANTLE_ONLY,
    Reading,
    Refusal,
    SourceKind,
    StatedProfile,
    StatedRow,
    Statement,
)
from checker.errors import UsageError
from checker.model.lifecycle import GEOGRAPHIES, Catalog, Model, Origin, Stage
from checker.model.regions import REGIONS, partition_of
from checker.model.stages import stage_on

_AT_ONCE = 40
_MOST_PAGES = 200
# A Region that does not answer costs two tries, which is less than 20 seconds.
_SILENT_TRIES = 2
_TRIES = 5
PAUSE_SECONDS = 0.5
_CONNECT_SECONDS = 5
_READ_SECONDS = 8
# A listing that lacks more than this part of the known offers is rejected.
_LOST_AT_MOST = 1 / 3
_FEW = 3
_OWN_ID = frozenset({"ON_DEMAND", "PROVISIONED"})
_MODALITIES = {"TEXT", "IMAGE", "EMBEDDING", "SPEECH", "VIDEO", "AUDIO"}
_STATUSES = ("ACTIVE", "LEGACY")
_CONTEXT = re.compile(r"(.+:\d+):(?:\d+k|mm)")
_TIMES = ("legacyTime", "publicExtendedAccessTime", "endOfLifeTime")

Progress = Callable[[str, int, int], None]


class RegionFailure(NamedTuple):
    """A Region that could not be read in full: its old rows stay."""

    region: str
    reason: str


class Listings(NamedTuple):
    """The result of the API: statements, the Regions that answered, and those that did not."""

    reading: Reading
    regions: tuple[str, ...]
    failures: tuple[RegionFailure, ...]


class AnswerError(Exception):
    """An answer that is no listing; the message says what it is."""


def list_models(regions: Sequence[str], day: date, base: Catalog, progress: Progress) -> Listings:
    """The API's listings in each Region; without `regions`, in all that offer Bedrock.

    A listing that lacks more than a third of the models that `base` knows in a Region is rejected. Raises UsageError
    without credentials, and if no Region answers.
    """
    session = aws_session(otherwise=DOCS_NEED_NONE)
    wanted = tuple(regions) or _all_regions(session)
    answers: dict[str, tuple[Statement, ...]] = {}
    failures: list[RegionFailure] = []
    refusals: list[Refusal] = []
    index = CatalogIndex(base)
    has_answered = False
    # Clients are safe to share between threads; making them is not.
    clients = {region: _client(session, region) for region in wanted}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        running = {pool.submit(_list, clients[region]): region for region in wanted}
        for number, future in enumerate(as_completed(running), 1):
            region = running[future]
            progress(f"Bedrock in {region}", number, len(wanted))
            try:
                models, profiles = future.result()
            # An answer that is not from the API makes the libraries raise all kinds of errors.
            except Exception as error:
                failures.append(RegionFailure(region, reason_of(error)))
                continue
            has_answered = True
            said, refused = _statements(region, models, profiles, day)
            doubt = _doubt(said, region, day, index)
            if doubt:
                failures.append(RegionFailure(region, doubt))
                continue
            answers[region] = said
            refusals += refused
    if not has_answered:
        raise UsageError(f"no Region answered; {failures[0].region}: {failures[0].reason}")
    reading = Reading(
        _together(statement for region in sorted(answers) for statement in answers[region]), tuple(sorted(refusals))
    )
    return Listings(reading, tuple(sorted(answers)), tuple(sorted(failures)))


def _doubt(said: Iterable[Statement], region: str, day: date, index: CatalogIndex) -> str:
    """Why a listing cannot be complete; empty if it can."""
    there = set()
    for statement in said:
        if statement.listed or statement.refused:
            model = index.lookup(statement.model)
            there.add(statement.model if model is None else model.id)
    known = {model.id for model in index.catalog.models if _is_expected(model, region, day)}
    lost = known - there
    if known and not there:
        return "the list is empty, though models are known to be offered there"
    if len(known) >= _FEW and len(lost) > len(known) * _LOST_AT_MOST:
        return f"the list lacks {len(lost)} of the {len(known)} models that are known to be offered there"
    return ""


def _is_expected(model: Model, region: str, day: date) -> bool:
    """True if a listing should have the model: it is offered, not over, and not only on another endpoint."""
    return (
        model.is_offered_in(region)
        and model.endpoints != MANTLE_ONLY
        and stage_on(model, day, region).stage not in (Stage.END_OF_LIFE, Stage.UNKNOWN)
    )


def _all_regions(session: Any) -> tuple[str, ...]:
    """The Regions with Bedrock in the partition of the configured Region; without one, in `aws`."""
    # Other SDKs read AWS_REGION, so many environments set it.
    region = session.region_name or os.environ.get("AWS_REGION")
    partition = "aws" if region is None else partition_of(region)
    return tuple(session.get_available_regions("bedrock", partition))


def _client(session: Any, region: str) -> Any:
    from botocore.config import Config

    config = Config(
        # Tries are counted here: a silent Region must not cost as many as a throttled one.
        retries={"mode": "standard", "total_max_attempts": 1},
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        user_agent_extra="bedrock-eol",
    )
    return session.client("bedrock", region_name=region, config=config)


def _list(client: Any) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    models = _entries(_patiently(client.list_foundation_models), "modelSummaries")
    profiles: list[Mapping[str, Any]] = []
    following: dict[str, str] = {}
    for _ in range(_MOST_PAGES):
        page = _patiently(client.list_inference_profiles, typeEquals="SYSTEM_DEFINED", **following)
        profiles += _entries(page, "inferenceProfileSummaries")
        if not page.get("nextToken"):
            return models, profiles
        following = {"nextToken": page["nextToken"]}
    raise AnswerError(f"the list of inference profiles goes on after {_MOST_PAGES} pages")


def _patiently(call: Callable[..., Any], **arguments: str) -> Any:
    """The answer of a call. It is repeated after a timeout and after throttling."""
    import botocore.exceptions

    for attempt in count(1):
        try:
            return call(**arguments)
        except (botocore.exceptions.ConnectionError, botocore.exceptions.HTTPClientError):
            if attempt >= _SILENT_TRIES:
                raise
        except botocore.exceptions.ClientError as error:
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            if attempt >= _TRIES or (status < 500 and status != 429):
                raise
        time.sleep(PAUSE_SECONDS * 2 ** (attempt - 1))
    return None


def _entries(answer: Any, name: str) -> list[Mapping[str, Any]]:
    entries = answer.get(name) if isinstance(answer, Mapping) else None
    if not isinstance(entries, list) or not all(isinstance(each, Mapping) for each in entries):
        raise AnswerError(f"the answer has no {name}, so it is none of the Bedrock API's (a proxy's page?)")
    return entries


def _statements(
    region: str, models: Iterable[Mapping[str, Any]], profiles: Iterable[Mapping[str, Any]], day: date
) -> tuple[tuple[Statement, ...], list[Refusal]]:
    refusals: list[Refusal] = []
    statements: list[Statement] = []
    by_model: dict[str, list[StatedProfile]] = {}
    for item in profiles:
        try:
            model, profile = _profile(region, item)
            by_model.setdefault(model, []).append(profile)
        except CellError as error:
            refusals.append(
                Refusal(f"the API in {region}", str(item.get("inferenceProfileId", "a profile")), str(error))
            )
    for item in models:
        identifier = str(item.get("modelId", "a model"))
        try:
            statement, left_out = _statement(region, item, day)
            statements.append(statement)
            refusals += (Refusal(f"the API in {region}", identifier, each) for each in left_out)
        except CellError as error:
            refusals.append(Refusal(f"the API in {region}", identifier, str(error)))
            # The model is there all the same: its known data in this Region stays.
            if is_id(base := _without_context(identifier)):
                statements.append(Statement(SourceKind.API, Origin(API_SOURCE, day), base, refused=(region,)))
    listed = {statement.model for statement in statements}
    for model, stated in by_model.items():
        # A profile is evidence of its model even where the list lacks it.
        if model in listed:
            position = next(number for number, each in enumerate(statements) if each.model == model)
            statements[position] = replace(statements[position], profiles=tuple(stated))
        else:
            statements.append(Statement(SourceKind.API, Origin(API_SOURCE, day), model, profiles=tuple(stated)))
    return tuple(statements), refusals


def _statement(region: str, item: Mapping[str, Any], day: date) -> tuple[Statement, tuple[str, ...]]:
    """The statement of an entry; says which parts are left out."""
    lifecycle = item.get("modelLifecycle") or {}
    if not isinstance(lifecycle, Mapping):
        raise CellError("its lifecycle is none")
    status = lifecycle.get("status", "ACTIVE")
    if status not in _STATUSES:
        raise CellError(f"the status {status!r} is not known")
    legacy, extended, eol = (_day(lifecycle.get(name)) for name in _TIMES)
    if legacy is not None and eol is not None and legacy >= eol:
        raise CellError(f"its lifecycle dates are not in order: {legacy}, {eol}")
    left_out: tuple[str, ...] = ()
    if extended is not None and ((legacy and legacy >= extended) or (eol and extended >= eol)):
        # Only the price changes on that day: it must not remove an end.
        left_out = (f"its extended access from {extended} does not fit its other dates, and is left out",)
        extended = None
    types = set(_texts(item.get("inferenceTypesSupported")))
    tunings = item.get("customizationsSupported")
    statement = Statement(
        kind=SourceKind.API,
        origin=Origin(API_SOURCE, day),
        model=parse_id(_without_context(str(item.get("modelId", "")))),
        name=str(item.get("modelName") or ""),
        provider=str(item.get("providerName") or ""),
        launch_date=_day(lifecycle.get("startOfLifeTime")),
        rows=(StatedRow((region,), legacy, extended, eol),) if legacy or extended or eol else (),
        offered=(region,) if types & _OWN_ID else (),
        listed=((region, status),),
        inputs=_modalities(item.get("inputModalities")),
        outputs=_modalities(item.get("outputModalities")),
        provisioned_throughput="PROVISIONED" in types if types else None,
        fine_tuning=None if tunings is None else bool({"FINE_TUNING", "CONTINUED_PRE_TRAINING"} & {*_texts(tunings)}),
    )
    return statement, left_out


def _without_context(identifier: str) -> str:
    """The id without the context of variants in the list (`:48k`)."""
    variant = _CONTEXT.fullmatch(identifier)
    return variant[1] if variant else identifier


def _texts(value: object) -> tuple[str, ...]:
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()


def _profile(region: str, item: Mapping[str, Any]) -> tuple[str, StatedProfile]:
    identifier = str(item.get("inferenceProfileId", ""))
    prefix = next((each for each in GEOGRAPHIES if identifier.startswith(f"{each}.")), None)
    if prefix is None:
        raise CellError("its geography is not known")
    model = parse_id(identifier[len(prefix) + 1 :])
    destinations = set()
    for each in item.get("models") or ():
        parts = str(each.get("modelArn", "")).split(":", 5)
        if len(parts) != 6 or parts[5] != f"foundation-model/{model}":
            raise CellError(f"it routes to {each.get('modelArn')!r}, which is another model")
        if parts[3] and parts[3] not in REGIONS:
            raise CellError(f"it routes to {parts[3]!r}, which is not a Region")
        destinations.add(parts[3])
    # An ARN without a Region stands for any Region.
    return model, StatedProfile(prefix, region, () if "" in destinations else tuple(sorted(destinations)))


def _together(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """One statement per model over all Regions; context variants belong to their model."""
    found: dict[str, Statement] = {}
    for each in statements:
        first = found.get(each.model)
        if first is None:
            found[each.model] = each
            continue
        launches = [day for day in (first.launch_date, each.launch_date) if day is not None]
        statuses = dict(first.listed)
        for region, status in each.listed:
            # Where variants differ, the worse status counts.
            statuses[region] = max(statuses.get(region, status), status)
        found[each.model] = replace(
            first,
            name=first.name or each.name,
            provider=first.provider or each.provider,
            launch_date=min(launches, default=None),
            rows=(*first.rows, *(row for row in each.rows if row not in first.rows)),
            offered=tuple(sorted({*first.offered, *each.offered})),
            listed=tuple(sorted(statuses.items())),
            refused=tuple(sorted({*first.refused, *each.refused})),
            # Something that one variant or one Region offers is offered.
            provisioned_throughput=_any(first.provisioned_throughput, each.provisioned_throughput),
            fine_tuning=_any(first.fine_tuning, each.fine_tuning),
            profiles=(*first.profiles, *each.profiles),
            inputs=first.inputs or each.inputs,
            outputs=first.outputs or each.outputs,
        )
    return tuple(found.values())


def _any(one: bool | None, other: bool | None) -> bool | None:
    return other if one is None else one or bool(other)


def _modalities(given: object) -> tuple[str, ...]:
    return tuple(sorted({each.lower() for each in _texts(given) if each in _MODALITIES}))


def _day(moment: object) -> date | None:
    """The UTC day of a time in the API."""
    if moment is None:
        return None
    if not isinstance(moment, datetime):
        raise CellError(f"{moment!r} is not a time")
    return moment.astimezone(UTC).date()
