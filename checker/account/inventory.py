"""Takes an inventory of accounts: the references of all listed resources, with their tags and their use."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import groupby
from typing import NamedTuple

from checker.account.crew import Crew, Task
from checker.account.failures import Failure, problems_of
from checker.account.listing import list_resources
from checker.account.names import models_behind
from checker.account.resources import Where
from checker.account.services import kinds_of_resources, wanted_services
from checker.account.sessions import Account, Asked, accounts
from checker.account.tags import Tags, tags_in_region
from checker.account.use import names_called, unnamed, use_in_region, with_traffic
from checker.aws import reason_of
from checker.immutable import immutable
from checker.model.answers import Answer, AnswerKind, Answers
from checker.model.problem import Problem
from checker.model.reference import Reference, Traffic
from checker.model.resource import Input, InputKind, Resource
from checker.values import Cause, Certainty

Read = Callable[[Sequence[Resource], Answers], tuple[Reference, ...]]
Progress = Callable[[str, int, int], None]


@immutable
class Inventory:
    """What the accounts have. Each input is an account in a Region."""

    inputs: tuple[Input, ...]
    references: tuple[Reference, ...]
    problems: tuple[Problem, ...]


def take_inventory(asked: Asked, include: Collection[str], day: date, read: Read, progress: Progress) -> Inventory:
    """The references of all resources of the accounts, each with its tags and its use.

    `read` returns the references of resources; its answers explain names that do not tell their model. `progress` gets
    the current step, the number of finished steps, and the number of known steps. Raises UsageError as `accounts` does.
    """
    inputs: list[Input] = []
    references: dict[str, Reference] = {}
    failures: list[Failure] = []
    for account in accounts(asked):
        if isinstance(account, Failure):
            failures.append(account)
            continue
        regions, left_out = account.regions(asked.regions)
        failures += left_out
        inputs += (Input(account.where(region).input, InputKind.AWS, ()) for region in regions)
        taken = _AccountInventory(account, regions, asked.at_once, day, read, progress)
        taken.list(include)
        failures += taken.failures
        references |= {each.id: each for each in taken.references}
    return Inventory(
        tuple(inputs),
        tuple(sorted(references.values(), key=lambda each: each.id)),
        tuple(problems_of(failures)),
    )


_STAND_FOR_MODELS = frozenset(made.type for made in kinds_of_resources() if made.stands_for)


class _RegionFacts(NamedTuple):
    where: Where
    tags: Mapping[str, Tags]
    traffic: Mapping[str, Traffic]
    failures: tuple[Failure, ...]


class _AccountInventory:
    """Lists one account in several Regions."""

    def __init__(
        self, account: Account, regions: Sequence[str], at_once: int, day: date, read: Read, progress: Progress
    ) -> None:
        self._account = account
        self._regions = regions
        self._at_once = at_once
        self._day = day
        self._read = read
        self._progress = progress
        self._named: dict[str, Answer] = {}
        self.references: list[Reference] = []
        self.failures: list[Failure] = []

    def list(self, include: Collection[str]) -> None:
        """Lists everything, follows names to their models, and adds tags and use."""
        name = f"account {self._account.id}"
        later: list[Resource] = []
        found = list_resources(
            self._account,
            self._regions,
            wanted_services(include),
            self._at_once,
            lambda done, known: self._progress(name, done, known),
        )
        for each in found:
            if isinstance(each, Failure):
                self.failures.append(each)
                continue
            references = self._references(each, Answers())
            if each.type in _STAND_FOR_MODELS:
                self._note(each, references)
            if any(_is_opaque(reference) for reference in references):
                # The resource that it names may be listed later.
                later.append(each)
            else:
                self.references += references
        self._follow(later)
        self._add_facts(name)

    def _references(self, resource: Resource, answers: Answers) -> tuple[Reference, ...]:
        return tuple(_of_account(each) for each in self._read((resource,), answers))

    def _note(self, resource: Resource, references: Iterable[Reference]) -> None:
        """Remembers the models behind the ARN of a resource."""
        models = [candidate.text for each in references for candidate in each.candidates]
        models += [each.unresolved.subject for each in references if each.unresolved is not None]
        if models:
            self._answer(resource.address, tuple(dict.fromkeys(models)), resource.input.rpartition(":")[2])

    def _answer(self, name: str, models: tuple[str, ...], region: str) -> None:
        self._named[name] = Answer(
            AnswerKind.RESOURCE, name, models, region=region, account=self._account.id, asked_on=self._day
        )

    def _follow(self, resources: Sequence[Resource]) -> None:
        """Reads resources that name others, whose models are known now; asks the account about names not listed."""
        asked: set[str] = set()
        waiting = list(resources)
        while waiting:
            answers = Answers(tuple(self._named.values()))
            again: list[Resource] = []
            unknown: dict[str, str] = {}
            for resource in waiting:
                references = self._references(resource, answers)
                names = {each.unresolved.subject for each in references if each.unresolved and _is_opaque(each)} - asked
                if names:
                    again.append(resource)
                    unknown |= dict.fromkeys(names, resource.input.rpartition(":")[2])
                else:
                    self.references += references
            for name, region in sorted(unknown.items()):
                asked.add(name)
                try:
                    self._answer(name, models_behind(self._account, name, region), region)
                # An answer that does not fit the API can make the library raise any error.
                except Exception as error:
                    reason = f"{name}: {reason_of(error)}"
                    self.failures.append(Failure(self._account.where(region), "bedrock", "look-up", reason))
            waiting = again

    def _add_facts(self, name: str) -> None:
        by_input: dict[str, tuple[Reference, ...]] = {
            name: tuple(group) for name, group in groupby(sorted(self.references, key=_input), key=_input)
        }
        self.references = []
        crew: Crew[_RegionFacts] = Crew(self._at_once, 1)
        locations = map(self._account.where, self._regions)
        tasks = [Task(where, partial(self._facts, where, by_input.get(where.input, ()))) for where in locations]
        for facts in crew.work(tasks):
            self._progress(f"{name}: tags and use", crew.done, crew.known)
            if facts is None:
                continue
            self.failures += facts.failures
            known = by_input.get(facts.where.input, ())
            named = frozenset(called for each in known for called in names_called(each))
            answers = Answers(tuple(self._named.values()))
            more = [
                reference
                for resource in unnamed(facts.where, facts.traffic, named)
                for reference in self._references(resource, answers)
            ]
            tagged = (each._replace(tags=facts.tags.get(each.address, ())) for each in known)
            self.references += with_traffic((*tagged, *more), facts.traffic)

    def _facts(self, where: Where, known: Sequence[Reference]) -> Iterator[_RegionFacts]:
        tags, no_tags = tags_in_region(self._account, where, frozenset(each.address for each in known))
        traffic, no_traffic = use_in_region(self._account, where, known, self._day)
        yield _RegionFacts(where, tags, traffic, (*no_tags, *no_traffic))


def _input(reference: Reference) -> str:
    return reference.input


def _is_opaque(reference: Reference) -> bool:
    return reference.unresolved is not None and reference.unresolved.cause is Cause.OPAQUE_NAME


def _of_account(reference: Reference) -> Reference:
    """The reference with certainty `account`, and without assumptions: the account says all of it."""
    return reference._replace(
        candidates=tuple(each._replace(certainty=Certainty.ACCOUNT, given=()) for each in reference.candidates)
    )
