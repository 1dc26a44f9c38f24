"""Makes the calls of the table of operations in the Regions of an account."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import product
from typing import Any

from checker.account.asking import AnswerError, ask, next_page
from checker.account.calls import Answer, Call, Made, Service, at_path
from checker.account.crew import Crew, Task
from checker.account.failures import Failure
from checker.account.resources import Where, found_at, resource_of
from checker.account.sessions import Account
from checker.model.resource import Resource

# The most calls at once to one service in one Region.
_IN_LANE = 4
# Amazon ECS and the Parameter Store take this many names in one call.
_BATCH = 10
# The bound for a broken service whose pages never end.
_MOST_PAGES = 10_000

OnCalls = Callable[[int, int], None]
Found = Resource | Failure


def list_resources(
    account: Account, regions: Sequence[str], services: Iterable[Service], at_once: int, on_calls: OnCalls
) -> Iterator[Found]:
    """The resources that may name a model, and the calls that failed, as they are found.

    `on_calls` gets the number of finished steps and the number of known steps, now and then.
    """
    crew: Crew[Found] = Crew(at_once, _IN_LANE)
    tasks = []
    for service in services:
        known = account.regions_of(service.name)
        for region in regions:
            # botocore does not know the Regions of some services.
            if not known or region in known:
                walk = _Walk(account, service.name, account.where(region), is_certain=bool(known))
                tasks += [walk.task(call, ()) for call in service.calls]
    for found in crew.work(tasks):
        on_calls(crew.done, crew.known)
        if found is not None:
            yield found


class _Walk:
    """The calls of one service in one Region."""

    def __init__(self, account: Account, service: str, where: Where, *, is_certain: bool) -> None:
        self._account = account
        self._service = service
        self._where = where
        self._is_certain = is_certain

    def task(self, call: Call, items: tuple[Answer, ...]) -> Task[Found]:
        """The task for a call. `items` are those that the calls before it found, the last first."""
        return self._task(call, lambda: self._all(call, items))

    def _task(self, call: Call, steps: Callable[[], Iterator[Task[Found] | Found]]) -> Task[Found]:
        return Task((self._service, self._where), lambda: self._guarded(call, steps))

    def _guarded(self, call: Call, steps: Callable[[], Iterator[Task[Found] | Found]]) -> Iterator[Task[Found] | Found]:
        """The steps of a call, up to the first error, which becomes a failure: an answer may not fit the API."""
        try:
            yield from steps()
        except Exception as error:
            yield self._failure(call, error)

    def _all(self, call: Call, items: tuple[Answer, ...]) -> Iterator[Task[Found] | Found]:
        for arguments in _arguments(call, items):
            yield self._task(call, partial(self._page, call, items, arguments, 1))

    def _page(
        self, call: Call, items: tuple[Answer, ...], arguments: Mapping[str, Any], number: int
    ) -> Iterator[Task[Found] | Found]:
        with self._account.client(self._service, self._where.region) as client:
            answer = ask(client, call.operation, arguments)
            _check_complete(client, call, answer)
        found = _items(call, answer)
        following = next_page(answer, arguments)
        if following and number >= _MOST_PAGES:
            raise AnswerError(f"the list goes on after {_MOST_PAGES:,} pages")
        if following:
            yield self._task(call, partial(self._page, call, items, {**arguments, **following}, number + 1))
        for failed in answer.get("failures") or ():
            yield Failure(self._where, self._service, call.operation, f"{failed.get('arn')}: {failed.get('reason')}")
        used = [item for item in found if _is_used(call, item)]
        if call.made is not None:
            for item in used:
                yield from self._guarded(call, partial(_resource, call.made, (item, *items), self._where))
        for after in call.then:
            if after.batched:
                path = after.arguments[after.batched]
                names = [name for item in used for name in at_path(item, path)]
                for start in range(0, len(names), _BATCH):
                    yield self.task(after, ({path: names[start : start + _BATCH]}, *items))
            else:
                yield from (self.task(after, (item, *items)) for item in used)

    def _failure(self, call: Call, error: Exception) -> Failure:
        failure = Failure.of(self._where, self._service, call.operation, error)
        if not self._is_certain and _is_unknown_host(error):
            reason = f"{self._service} is not offered in {self._where.region}"
            return failure._replace(reason=reason, is_absent=True)
        return failure


def _resource(made: Made, items: Sequence[Answer], where: Where) -> Iterator[Task[Found] | Found]:
    yield resource_of(made, items, where)


def _arguments(call: Call, items: Sequence[Answer]) -> Iterator[dict[str, Any]]:
    """The arguments of each call to make: one call for each combination of the values found."""
    names, values = [], []
    for name, path in call.arguments.items():
        found = found_at(path, items)
        if name == call.batched:
            values.append(found)
        else:
            values.append([value for value in dict.fromkeys(found) if value not in call.skip.get(name, ())])
        names.append(name)
    if call.each is not None:
        names.append(call.each[0])
        values.append(list(call.each[1]))
    for chosen in product(*values):
        yield {**call.fixed, **dict(zip(names, chosen, strict=True))}


def _check_complete(client: Any, call: Call, answer: Mapping[str, Any]) -> None:
    """Raises AnswerError if the answer lacks a required member: botocore reads a cut-off answer as an empty one."""
    shape = client.meta.service_model.operation_model(call.operation).output_shape
    lost = [name for name in shape.required_members if name not in answer]
    if lost:
        raise AnswerError(f"the answer has no {', '.join(lost)}")


def _items(call: Call, answer: Mapping[str, Any]) -> list[Answer]:
    """The items of an answer. Raises AnswerError if the member of a single item is missing, or an item is no object."""
    found = list(at_path(answer, call.items))
    if not found and not call.items.endswith("[]"):
        raise AnswerError(f"the answer has no {call.items}")
    if call.bind:
        return [{call.bind: item} for item in found]
    if not all(isinstance(item, Mapping) for item in found):
        raise AnswerError(f"{call.items} of the answer holds something else")
    return found


def _is_used(call: Call, item: Answer) -> bool:
    return all(item.get(name) in values for name, values in call.only.items()) and not any(
        item.get(name) in values for name, values in call.skip.items()
    )


def _is_unknown_host(error: Exception) -> bool:
    """Whether a call failed because there is no such host: a service has none in Regions without the service."""
    cause = repr(getattr(error, "kwargs", {}).get("error", ""))
    return "NameResolutionError" in cause or "gaierror" in cause
