"""Reads from CloudWatch's namespace `AWS/Bedrock` how often each model was called, and when last."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from checker.account.asking import pages
from checker.account.calls import CALLED
from checker.account.failures import Failure
from checker.account.resources import Where, resource_of
from checker.account.sessions import Account
from checker.model.reference import Kind, Reference, Traffic
from checker.model.resource import Resource
from checker.references import parse_reference
from checker.values import Piece, Text

# Calls are counted this far back. CloudWatch keeps daily sums for longer.
LOOK_BACK_DAYS = 90
_DAY_SECONDS = 86_400
# GetMetricData takes this many metrics in one call.
_METRICS_AT_ONCE = 500
_NAMESPACE = "AWS/Bedrock"
_METRIC = "Invocations"


def use_in_region(
    account: Account, where: Where, references: Iterable[Reference], day: date
) -> tuple[Mapping[str, Traffic], tuple[Failure, ...]]:
    """The use of models in a Region, by the names under which they were called, and the calls to AWS that failed.

    `references` name the models to look for; CloudWatch itself lists only those with calls in the last two weeks.
    """
    since = day - timedelta(days=LOOK_BACK_DAYS)
    found: dict[str, Traffic] = {}
    operation = "ListMetrics"
    try:
        with account.client("cloudwatch", where.region) as client:
            names = sorted({*_listed(client), *(name for each in references for name in names_called(each))})
            operation = "GetMetricData"
            for start in range(0, len(names), _METRICS_AT_ONCE):
                found |= _counted(client, names[start : start + _METRICS_AT_ONCE], since, day)
    # An answer that does not fit the API can make the library raise any error.
    except Exception as error:
        return found, (Failure.of(where, "cloudwatch", operation, error),)
    return found, ()


def names_called(reference: Reference) -> frozenset[str]:
    """The names under which CloudWatch may count the calls of a reference."""
    found = {reference.address, reference.address.rpartition("/")[2]} if _is_called_itself(reference) else set()
    for candidate in reference.candidates:
        if not _is_called_itself(reference):
            found |= {candidate.text, candidate.text.rpartition("/")[2]}
        if candidate.model is not None and candidate.profile is not None:
            found.add(f"{candidate.profile}.{candidate.model}")
    return frozenset(name for name in found if name)


_CALLED_ITSELF = frozenset({Kind.INFERENCE_PROFILE, Kind.PROVISIONED_THROUGHPUT, Kind.CUSTOM_MODEL, Kind.PROMPT_ROUTER})


def _is_called_itself(reference: Reference) -> bool:
    """Whether callers name the resource, and not the model behind it."""
    return reference.site.kind in _CALLED_ITSELF


def with_traffic(references: Iterable[Reference], traffic: Mapping[str, Traffic]) -> tuple[Reference, ...]:
    """The references of a Region with the use of their models, summed over all names under which they may be called."""
    counted = tuple(_with_own_traffic(each, traffic) for each in references)
    last: dict[str, date] = {}
    for name, each in traffic.items():
        reference = parse_reference(Text((Piece(name),)))
        if reference is not None and reference.base is not None:
            _note(last, reference.base, each.last_day)
    for one in counted:
        for candidate in one.candidates if one.traffic is not None else ():
            if candidate.model is not None and one.traffic is not None:
                _note(last, candidate.model, one.traffic.last_day)
    return tuple(_with_last_day(each, last) for each in counted)


def _note(last: dict[str, date], model: str, day: date | None) -> None:
    if day is not None:
        last[model] = max(last.get(model, day), day)


def _with_own_traffic(reference: Reference, traffic: Mapping[str, Traffic]) -> Reference:
    found = [traffic[name] for name in sorted(names_called(reference)) if name in traffic]
    if not found:
        return reference
    last = max((each.last_day for each in found if each.last_day is not None), default=None)
    calls = sum(each.calls for each in found)
    return reference._replace(traffic=Traffic(last, calls, found[0].since, _is_called_itself(reference)))


def _with_last_day(reference: Reference, last: Mapping[str, date]) -> Reference:
    days = [last[each.model] for each in reference.candidates if each.model is not None and each.model in last]
    if reference.traffic is None or not days:
        return reference
    return reference._replace(traffic=reference.traffic._replace(model_last_day=max(days)))


def unnamed(where: Where, traffic: Mapping[str, Traffic], named: Collection[str]) -> Iterator[Resource]:
    """A resource for each name that was called although no listed resource names it."""
    for name, each in sorted(traffic.items()):
        if each.calls and name not in named:
            yield resource_of(CALLED, ({"ModelId": name, "arn": _arn(name, where)},), where)


def _arn(name: str, where: Where) -> str:
    """The ARN of the model or the profile that was called under a name."""
    if name.startswith("arn:"):
        return name
    reference = parse_reference(Text((Piece(name),)))
    if reference is not None and reference.base is not None and reference.geography is None:
        return f"arn:{where.partition}:bedrock:{where.region}::foundation-model/{name}"
    kind = "application-inference-profile" if reference is None or reference.base is None else "inference-profile"
    return f"arn:{where.partition}:bedrock:{where.region}:{where.account}:{kind}/{name}"


def _listed(client: Any) -> Iterator[str]:
    for answer in pages(client, "ListMetrics", {"Namespace": _NAMESPACE, "MetricName": _METRIC}):
        for metric in answer.get("Metrics", ()):
            dimensions = {each["Name"]: each["Value"] for each in metric.get("Dimensions", ())}
            # Metrics with other dimensions count the same calls again.
            if dimensions.keys() == {"ModelId"}:
                yield dimensions["ModelId"]


def _counted(client: Any, names: Sequence[str], since: date, day: date) -> dict[str, Traffic]:
    queries = [
        {
            "Id": f"m{number}",
            "MetricStat": {
                "Metric": {
                    "Namespace": _NAMESPACE,
                    "MetricName": _METRIC,
                    "Dimensions": [{"Name": "ModelId", "Value": name}],
                },
                "Period": _DAY_SECONDS,
                "Stat": "Sum",
            },
        }
        for number, name in enumerate(names)
    ]
    arguments = {"MetricDataQueries": queries, "StartTime": _start(since), "EndTime": _start(day + timedelta(days=1))}
    calls: Counter[str] = Counter()
    last: dict[str, date] = {}
    for answer in pages(client, "GetMetricData", arguments):
        for result in answer.get("MetricDataResults", ()):
            name = names[int(result["Id"][1:])]
            for moment, count in zip(result.get("Timestamps", ()), result.get("Values", ()), strict=True):
                if count > 0:
                    calls[name] += int(count)
                    on = moment.astimezone(UTC).date()
                    last[name] = max(last.get(name, on), on)
    return {name: Traffic(last.get(name), calls[name], since) for name in names}


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
