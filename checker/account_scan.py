"""A run over AWS accounts: lists what is deployed there and judges it like code."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

from checker.account.comparison import compare
from checker.account.inventory import take_inventory
from checker.account.questions import answers_to
from checker.account.services import INCLUDES, sites_of
from checker.account.sessions import Account, Asked, accounts
from checker.catalog.lookup import CatalogIndex
from checker.errors import UsageError
from checker.extract import extract
from checker.extract.sites import Sites
from checker.immutable import immutable
from checker.model.answers import Answer, Answers, Question
from checker.model.reference import Reference
from checker.model.resource import Resource
from checker.model.scan import Scan
from checker.model.settings import Options, Settings
from checker.pipeline import Listed, read_code, scan, scan_listed
from checker.source.validation import did_you_mean

_AT_ONCE = 96
Progress = Callable[[str, int, int], None]


@immutable
class AccountSettings:
    """What to list in accounts. `role` is the name of a role in each account of an organization; empty without one.

    `day` is the day on which the account is asked; the day to judge by is in the settings of the run.
    """

    day: date
    profile: str | None = None
    role_arn: str | None = None
    role: str = ""
    regions: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    against: tuple[str, ...] = ()


def scan_account(
    account: AccountSettings,
    settings: Settings,
    *,
    standard_input: Callable[[], bytes],
    cwd: Path,
    progress: Progress,
) -> Scan:
    """Everything that a report shows of the accounts, compared with the code in `against`.

    `progress` gets the current step, the number of finished steps, and the number of known steps. Raises UsageError if
    the policy or the catalog is not valid, or if the account cannot be asked at all; refused calls are in the scan.
    """
    for name in account.include:
        if name not in INCLUDES:
            alike = did_you_mean(name, INCLUDES) or f"; it takes {' and '.join(INCLUDES)}"
            raise UsageError(f"--include {name}: there is no such group{alike}")
    asked = Asked(account.profile, account.role_arn, account.role, account.regions, _AT_ONCE)

    def read(index: CatalogIndex) -> Listed:
        def references_of(resources: Sequence[Resource], answers: Answers) -> tuple[Reference, ...]:
            return extract(resources, index.model_id, answers=answers, sites=lambda name: Sites.of(sites_of(name)))

        code = None
        if account.against:
            code = read_code(account.against, settings, index, standard_input=standard_input, cwd=cwd)
        taken = take_inventory(asked, account.include, account.day, references_of, progress)
        if code is None:
            return Listed(taken.inputs, taken.references, taken.problems)
        references, resources, problems = code
        compared = compare(taken.references, references, resources)
        return Listed(taken.inputs, taken.references, (*taken.problems, *problems), compared)

    # The settings for inputs of code do not apply to an account.
    of_account = replace(settings, options=Options(), own_options=(), excluded=())
    return scan_listed(of_account, read, cwd)


class Resolved(NamedTuple):
    """A scan, the answers that it uses, and the number of calls for them."""

    scan: Scan
    answers: Answers
    calls: int


# A name may lead to another one: a parameter to a profile, a profile to a custom model.
_MOST_ROUNDS = 8


def scan_resolved(
    paths: Sequence[str],
    settings: Settings,
    account: AccountSettings,
    *,
    standard_input: Callable[[], bytes],
    cwd: Path,
    on_input: Progress,
) -> Resolved:
    """Everything that a report shows of `paths`, with the account's answers on names that the code does not explain.

    Each name is asked once. Raises UsageError like `scan`, and if the account cannot be asked at all.
    """
    read_once = cache(standard_input)
    # Until all names are answered, only the questions matter.
    reading = replace(
        settings, judge=False, changed=False, diff_base=None, baseline=None, write_baseline=None, prune_baseline=False
    )
    given = settings.options.answers.given
    asked: set[Question] = set()
    found: tuple[Answer, ...] = ()
    session: Account | None = None
    for _ in range(_MOST_ROUNDS):
        questions: set[Question] = set()
        options = replace(settings.options, answers=Answers((*given, *found), questions))
        scan(paths, replace(reading, options=options), standard_input=read_once, cwd=cwd, on_input=on_input)
        new = questions - asked
        if not new:
            break
        session = session or _account(account)
        on_input(f"{len(new)} names in account {session.id}", len(asked), len(asked) + len(new))
        asked |= new
        regions = settings.options.regions or tuple(filter(None, (session.region,)))
        found += answers_to(session, new, regions, account.day)
    answers = Answers((*given, *found))
    settings = replace(settings, options=replace(settings.options, answers=answers))
    judged = scan(paths, settings, standard_input=read_once, cwd=cwd, on_input=on_input)
    return Resolved(judged, answers, 0 if session is None else session.calls)


def _account(settings: AccountSettings) -> Account:
    """The account to ask. Raises UsageError if it cannot be asked."""
    (account,) = accounts(Asked(settings.profile, settings.role_arn, "", settings.regions, _AT_ONCE))
    assert isinstance(account, Account)
    return account
