"""The Bedrock API in each Region. The only module that knows boto3, which it imports when it is used."""

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any, NamedTuple

from checker.catalog.refresh.cells import CellError, parse_id
from checker.catalog.refresh.merge import API_SOURCE
from checker.catalog.refresh.statements import Reading, Refusal, SourceKind, StatedProfile, StatedRow, Statement
from checker.errors import UsageError
from checker.model.lifecycle import GEOGRAPHIES, Origin
from checker.model.regions import REGIONS, partition_of

_AT_ONCE = 8
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
    """What the API said: statements, the Regions that answered, and those that did not."""

    reading: Reading
    regions: tuple[str, ...]
    failures: tuple[RegionFailure, ...]


def list_models(regions: Sequence[str], day: date, is_expected: Callable[[str], bool], progress: Progress) -> Listings:
    """What the API lists in each Region; without `regions`, in all that offer Bedrock.

    `is_expected` says whether models are known in a Region, so that an empty list there is no answer. Raises UsageError
    without credentials, and if no Region answered.
    """
    import boto3.session
    import botocore.exceptions

    try:
        session = boto3.session.Session()
        if session.get_credentials() is None:
            raise UsageError(
                "there are no AWS credentials: set AWS_PROFILE or the like, or use `--from docs`, which needs none"
            )
        wanted = tuple(regions) or _all_regions(session)
    except botocore.exceptions.BotoCoreError as error:
        raise UsageError(f"the AWS configuration cannot be used: {error}") from error
    answers: dict[str, tuple[Statement, ...]] = {}
    failures: list[RegionFailure] = []
    refusals: list[Refusal] = []
    # Clients are safe to share between threads, making them is not.
    clients = {region: _client(session, region) for region in wanted}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        running = {pool.submit(_list, clients[region]): region for region in wanted}
        for number, future in enumerate(as_completed(running), 1):
            region = running[future]
            progress(f"Bedrock in {region}", number, len(wanted))
            try:
                models, profiles = future.result()
            except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
                failures.append(RegionFailure(region, _reason(error)))
                continue
            if not models and is_expected(region):
                failures.append(RegionFailure(region, "the list is empty, though models are known to be offered there"))
                continue
            said, refused = _statements(region, models, profiles, day)
            answers[region] = said
            refusals += refused
    if not answers:
        raise UsageError(f"no Region answered; {failures[0].region}: {failures[0].reason}")
    reading = Reading(
        _together(statement for region in sorted(answers) for statement in answers[region]), tuple(sorted(refusals))
    )
    return Listings(reading, tuple(sorted(answers)), tuple(sorted(failures)))


def _all_regions(session: Any) -> tuple[str, ...]:
    """The Regions with Bedrock in the partition of the configured Region; in `aws` without one."""
    # Other SDKs read AWS_REGION, so that it is what many environments set.
    region = session.region_name or os.environ.get("AWS_REGION")
    partition = "aws" if region is None else partition_of(region)
    return tuple(session.get_available_regions("bedrock", partition))


def _client(session: Any, region: str) -> Any:
    from botocore.config import Config

    config = Config(
        retries={"mode": "adaptive", "max_attempts": 6},
        connect_timeout=10,
        read_timeout=30,
        user_agent_extra="bedrock-eol",
    )
    return session.client("bedrock", region_name=region, config=config)


def _list(client: Any) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    models = client.list_foundation_models()["modelSummaries"]
    profiles: list[Mapping[str, Any]] = []
    for page in client.get_paginator("list_inference_profiles").paginate(typeEquals="SYSTEM_DEFINED"):
        profiles += page["inferenceProfileSummaries"]
    return models, profiles


def _reason(error: Exception) -> str:
    response = getattr(error, "response", None)
    if isinstance(response, dict):
        said = response.get("Error", {})
        return f"{said.get('Code', 'error')}: {said.get('Message', '')}".strip(": ")
    return str(error)


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
        try:
            statements.append(_statement(region, item, day))
        except CellError as error:
            refusals.append(Refusal(f"the API in {region}", str(item.get("modelId", "a model")), str(error)))
    listed = {statement.model for statement in statements}
    for model, stated in by_model.items():
        # A profile tells of its model even where the list does not.
        if model in listed:
            position = next(number for number, each in enumerate(statements) if each.model == model)
            statements[position] = replace(statements[position], profiles=tuple(stated))
        else:
            statements.append(Statement(SourceKind.API, Origin(API_SOURCE, day), model, profiles=tuple(stated)))
    return tuple(statements), refusals


def _statement(region: str, item: Mapping[str, Any], day: date) -> Statement:
    lifecycle = item.get("modelLifecycle") or {}
    status = lifecycle.get("status", "ACTIVE")
    if status not in _STATUSES:
        raise CellError(f"the status {status!r} is not known")
    identifier = str(item.get("modelId", ""))
    variant = _CONTEXT.fullmatch(identifier)
    legacy, extended, eol = (_day(lifecycle.get(name)) for name in _TIMES)
    days = [each for each in (legacy, extended, eol) if each is not None]
    if any(earlier >= later for earlier, later in pairwise(days)):
        raise CellError(f"its lifecycle dates are not in order: {', '.join(map(str, days))}")
    types = set(item.get("inferenceTypesSupported") or ())
    return Statement(
        kind=SourceKind.API,
        origin=Origin(API_SOURCE, day),
        model=parse_id(variant[1] if variant else identifier),
        name=str(item.get("modelName") or ""),
        provider=str(item.get("providerName") or ""),
        launch_date=_day(lifecycle.get("startOfLifeTime")),
        rows=(StatedRow((region,), legacy, extended, eol),) if days else (),
        offered=(region,) if types & _OWN_ID else (),
        listed=((region, status),),
        inputs=_modalities(item.get("inputModalities")),
        outputs=_modalities(item.get("outputModalities")),
    )


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
    """One statement for each model, of all Regions; variants of a model for a context are the model."""
    found: dict[str, Statement] = {}
    for each in statements:
        first = found.get(each.model)
        if first is None:
            found[each.model] = each
            continue
        launches = [day for day in (first.launch_date, each.launch_date) if day is not None]
        statuses = dict(first.listed)
        for region, status in each.listed:
            # Where variants differ, the graver status.
            statuses[region] = max(statuses.get(region, status), status)
        found[each.model] = replace(
            first,
            name=first.name or each.name,
            provider=first.provider or each.provider,
            launch_date=min(launches, default=None),
            rows=(*first.rows, *(row for row in each.rows if row not in first.rows)),
            offered=tuple(sorted({*first.offered, *each.offered})),
            listed=tuple(sorted(statuses.items())),
            profiles=(*first.profiles, *each.profiles),
            inputs=first.inputs or each.inputs,
            outputs=first.outputs or each.outputs,
        )
    return tuple(found.values())


def _modalities(given: Iterable[str] | None) -> tuple[str, ...]:
    return tuple(sorted({each.lower() for each in given or () if each in _MODALITIES}))


def _day(moment: object) -> date | None:
    """The UTC day of a time of the API."""
    if moment is None:
        return None
    if not isinstance(moment, datetime):
        raise CellError(f"{moment!r} is not a time")
    return moment.astimezone(UTC).date()
