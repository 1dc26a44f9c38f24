"""Reads AWS Health: AWS's announcements on Bedrock to the account or its organisation."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from checker.aws import aws_session, reason_of
from checker.catalog.refresh.pages import CellError, ids_in, is_id, parse_day
from checker.catalog.refresh.statements import (
    DOCS_NEED_NONE,
    HEALTH_SOURCE,
    Reading,
    Refusal,
    SourceKind,
    StatedRow,
    Statement,
)
from checker.errors import UsageError
from checker.model.lifecycle import GEOGRAPHIES, Origin
from checker.model.regions import REGIONS

# The API of AWS Health has one endpoint for all Regions.
_ENDPOINT_REGION = "us-east-1"
_FILTER = {"services": ["BEDROCK"], "eventTypeCategories": ["scheduledChange", "accountNotification"]}
_DETAILS_AT_ONCE = 10
_MOST_PAGES = 200
_DAY = r"((?:[A-Z][a-z]+\.? \d{1,2},? \d{4})|(?:\d{4}-\d{2}-\d{2})|(?:\d{1,2}/\d{1,2}/\d{4}))"
_EOL = re.compile(rf"(?:end[- ]of[- ]life|\bEOL\b)[^.]{{0,120}}?{_DAY}", re.IGNORECASE)
_LEGACY = re.compile(rf"\bLegacy\b(?:(?!\bEOL\b|end[- ]of[- ]life)[^.]){{0,80}}?{_DAY}")
_ENDING = re.compile(r"end[- ]of[- ]life|\bEOL\b|\blegacy\b", re.IGNORECASE)
_ADVICE = re.compile(r"recommend|migrat|replac|upgrad|instead|alternativ|newer", re.IGNORECASE)


def read_health(day: date, *, organization: bool) -> Reading:
    """The EOL and Legacy dates in Bedrock's events, each in its Region.

    An event that names no model, or no day, becomes a note: Bedrock also has other events. Raises UsageError without
    credentials, or if AWS Health does not answer the account.
    """
    import botocore.exceptions
    from botocore.config import Config

    client = aws_session(otherwise=DOCS_NEED_NONE).client(
        "health", region_name=_ENDPOINT_REGION, config=Config(connect_timeout=5, read_timeout=20)
    )
    account = _Organization(client) if organization else _Account(client)
    statements: list[Statement] = []
    notes: list[Refusal] = []
    try:
        for event, text, entities in account.events():
            try:
                statements += _statements(event, text, entities, day)
            except CellError as error:
                notes.append(Refusal(HEALTH_SOURCE, str(event.get("arn", "an event")), str(error)))
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        raise UsageError(_refused(error)) from error
    return Reading(tuple(statements), (), tuple(notes))


def _refused(error: Exception) -> str:
    reason = reason_of(error)
    if reason.startswith("SubscriptionRequiredException"):
        return (
            "AWS Health answers only accounts with the support plan Business, Enterprise On-Ramp or Enterprise, which"
            " this one has not; use `--from docs` or `--from api`"
        )
    return (
        f"AWS Health cannot be asked: {reason} (it needs health:DescribeEvents, health:DescribeEventDetails and"
        " health:DescribeAffectedEntities, or the same of the organisation)"
    )


_Event = Mapping[str, Any]


class _Account:
    """The events of one account."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def events(self) -> Iterator[tuple[_Event, str, tuple[str, ...]]]:
        """Each event with its newest description and the values of the affected entities."""
        events = list(_pages(self._client.describe_events, "events", filter=_FILTER))
        for start in range(0, len(events), _DETAILS_AT_ONCE):
            some = events[start : start + _DETAILS_AT_ONCE]
            answer = self._client.describe_event_details(eventArns=[event["arn"] for event in some])
            texts = {each["event"]["arn"]: _text(each) for each in answer.get("successfulSet", ())}
            for event in some:
                found = _pages(
                    self._client.describe_affected_entities, "entities", filter={"eventArns": [event["arn"]]}
                )
                yield event, texts.get(event["arn"], ""), _values(found)


class _Organization:
    """The events of an organisation: each once, with the affected entities of all accounts."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def events(self) -> Iterator[tuple[_Event, str, tuple[str, ...]]]:
        """Like `_Account.events`."""
        for event in _pages(self._client.describe_events_for_organization, "events", filter=_FILTER):
            arn = event["arn"]
            accounts = list(
                _pages(self._client.describe_affected_accounts_for_organization, "affectedAccounts", eventArn=arn)
            )[:_DETAILS_AT_ONCE]
            filters = [{"eventArn": arn, "awsAccountId": account} for account in accounts] or [{"eventArn": arn}]
            details = self._client.describe_event_details_for_organization(organizationEventDetailFilters=filters[:1])
            found = _pages(
                self._client.describe_affected_entities_for_organization,
                "entities",
                organizationEntityFilters=filters,
            )
            yield event, "".join(map(_text, details.get("successfulSet", ()))), _values(found)


def _pages(call: Any, name: str, **arguments: Any) -> Iterator[Any]:
    following: dict[str, str] = {}
    for _ in range(_MOST_PAGES):
        page = call(**arguments, **following)
        yield from page.get(name, ())
        if not page.get("nextToken"):
            return
        following = {"nextToken": page["nextToken"]}


def _text(details: Mapping[str, Any]) -> str:
    return str(details.get("eventDescription", {}).get("latestDescription", ""))


def _values(entities: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(each.get("entityValue", "")) for each in entities))


def _statements(event: _Event, text: str, entities: Iterable[str], day: date) -> Iterator[Statement]:
    models = tuple(dict.fromkeys(base for value in entities if (base := _model_of(value)))) or _models_in(text)
    if not models:
        raise CellError("it names no model that is going")
    eol, legacy = _day_in(_EOL, text), _day_in(_LEGACY, text)
    if eol is None and event.get("eventTypeCategory") == "scheduledChange" and _ENDING.search(text):
        # A planned lifecycle event begins on the day of the announced change.
        eol = _utc_day(event.get("startTime"))
    if eol is None and legacy is None:
        raise CellError(f"it says of {', '.join(models)} on no day that it ends")
    if eol is not None and legacy is not None and legacy >= eol:
        raise CellError(f"its Legacy date {legacy} is not before its EOL date {eol}")
    region = str(event.get("region", ""))
    if region not in REGIONS and region not in ("", "global"):
        raise CellError(f"{region!r} is not a Region")
    source = f"{HEALTH_SOURCE}, {event.get('eventTypeCode', 'event')}"
    for model in models:
        yield Statement(
            kind=SourceKind.HEALTH,
            origin=Origin(source, day),
            model=model,
            rows=(StatedRow((region,) if region in REGIONS else (), legacy, None, eol),),
        )


def _model_of(value: str) -> str | None:
    """The base model of an entity: its id, or the last part of its ARN, without a geography."""
    name = value.rpartition("/")[2]
    head, _, rest = name.partition(".")
    base = rest if head in GEOGRAPHIES else name
    return base if is_id(base) else None


def _models_in(text: str) -> tuple[str, ...]:
    """The model whose end the sentences announce; empty if they name several, since one may be the successor."""
    sentences = [each for each in re.split(r"[.;]\s", text) if _ENDING.search(each) and not _ADVICE.search(each)]
    found = dict.fromkeys(base for each in sentences for name in ids_in(each) if (base := _model_of(name)))
    return tuple(found) if len(found) == 1 else ()


def _day_in(pattern: re.Pattern[str], text: str) -> date | None:
    found = pattern.search(text)
    return None if found is None else parse_day(found[1])


def _utc_day(moment: object) -> date | None:
    return moment.astimezone(UTC).date() if isinstance(moment, datetime) else None
