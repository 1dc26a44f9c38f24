"""A run over AWS accounts: what is deployed there, judged as code is."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from checker.account.inventory import take_inventory
from checker.account.services import INCLUDES, sites_of
from checker.account.sessions import Asked
from checker.catalog.lookup import CatalogIndex
from checker.errors import UsageError
from checker.extract import extract
from checker.extract.sites import Sites
from checker.immutable import immutable
from checker.model.answers import Answers
from checker.model.options import Options
from checker.model.reference import Reference
from checker.model.resource import Resource
from checker.model.scan import Scan
from checker.model.settings import Settings
from checker.pipeline import Listed, scan_listed
from checker.source.suggest import did_you_mean

_AT_ONCE = 32
Progress = Callable[[str, int, int], None]


@immutable
class AccountSettings:
    """What to list. `role` is the name of a role in each account of an organization; empty without one.

    `day` is the day on which the account is asked; by which it is judged, the settings of the run say.
    """

    day: date
    profile: str | None = None
    role_arn: str | None = None
    role: str = ""
    regions: tuple[str, ...] = ()
    include: tuple[str, ...] = ()


def scan_account(account: AccountSettings, settings: Settings, *, cwd: Path, progress: Progress) -> Scan:
    """Everything that a report shows of the accounts.

    `progress` is told what is asked, how many steps are done, and how many are known. Raises UsageError if the policy
    or the catalog is not valid, or if the account cannot be asked at all; what of it is refused is in the scan.
    """
    for name in account.include:
        if name not in INCLUDES:
            alike = did_you_mean(name, INCLUDES) or f"; it takes {' and '.join(INCLUDES)}"
            raise UsageError(f"--include {name}: there is no such group{alike}")
    asked = Asked(account.profile, account.role_arn, account.role, account.regions, _AT_ONCE)

    def read(index: CatalogIndex) -> Listed:
        def references_of(resources: Sequence[Resource], answers: Answers) -> tuple[Reference, ...]:
            return extract(resources, index.model_id, answers=answers, sites=lambda name: Sites.of(sites_of(name)))

        taken = take_inventory(asked, account.include, account.day, references_of, progress)
        return Listed(taken.inputs, taken.references, taken.problems)

    # What is supplied for code says nothing of an account.
    settings = replace(settings, options=Options(), own_options=(), excluded=())
    return scan_listed(settings, read, cwd)
