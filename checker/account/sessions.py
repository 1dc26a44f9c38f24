"""Opens the accounts to ask, with their Regions and their clients."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from checker.account.failures import Failure
from checker.account.resources import Where
from checker.aws import aws_session, reason_of, with_role
from checker.errors import UsageError
from checker.immutable import immutable

_CONNECT_SECONDS = 5
_READ_SECONDS = 30
_TRIES = 8
# The Regions of this service are asked.
_BEDROCK = "bedrock"


@immutable
class Asked:
    """The accounts and Regions to ask.

    Empty `regions` means all Regions with Bedrock. `role` is the name of a role to assume in each account of the
    organization; empty without an organization.
    """

    profile: str | None = None
    role_arn: str | None = None
    role: str = ""
    regions: tuple[str, ...] = ()
    at_once: int = 32


class Account:
    """An account and its clients, which are made when they are first needed."""

    def __init__(self, session: Any, identifier: str, partition: str) -> None:
        self.id = identifier
        self.partition = partition
        self.calls = 0
        self._session = session
        self._idle: dict[tuple[str, str], list[Any]] = {}
        self._lock = threading.Lock()

    @property
    def region(self) -> str | None:
        """The Region of the configuration, if it has one."""
        region: str | None = self._session.region_name
        return region

    @contextmanager
    def client(self, service: str, region: str) -> Iterator[Any]:
        """A client of a service in a Region; no other thread uses it at the same time.

        A throttled client slows itself down, so threads that shared one would all wait for the slowest. Raises an error
        of botocore if no client can be made.
        """
        with self._lock:
            idle = self._idle.setdefault((service, region), [])
            # botocore cannot make clients in several threads at once.
            client = idle.pop() if idle else self._new_client(service, region)
        try:
            yield client
        finally:
            with self._lock:
                idle.append(client)

    def _new_client(self, service: str, region: str) -> Any:
        client = _client(self._session, service, region)
        client.meta.events.register("before-call", self._count)
        return client

    def _count(self, **_: Any) -> None:
        with self._lock:
            self.calls += 1

    def where(self, region: str) -> Where:
        """The location of calls in a Region of the account."""
        return Where(self.id, self.partition, region)

    def regions_of(self, service: str) -> tuple[str, ...]:
        """The Regions with a service; empty if botocore does not know them."""
        return tuple(self._session.get_available_regions(service, self.partition))

    def regions(self, asked: Sequence[str]) -> tuple[tuple[str, ...], tuple[Failure, ...]]:
        """The Regions to ask: of those in `asked`, or else of those with Bedrock, the ones enabled for the account.

        There is a failure for each Region in `asked` that is not enabled. If AWS does not tell what is enabled, all
        Regions are asked, and there is one failure. Raises UsageError if no Region is known.
        """
        wanted = tuple(asked) or self.regions_of(_BEDROCK)
        if not wanted:
            raise UsageError(
                f"botocore knows no Region of the partition {self.partition} with Bedrock; name Regions with --regions"
            )
        try:
            with self.client("ec2", wanted[0]) as client:
                answer = client.describe_regions(AllRegions=True)
            status = {each["RegionName"]: each.get("OptInStatus") for each in answer["Regions"]}
        # An answer that does not fit the API can make the library raise any error.
        except Exception as error:
            where = self.where(wanted[0])
            return wanted, (Failure.of(where, "ec2", "DescribeRegions", error),)
        enabled = tuple(region for region in wanted if status.get(region) != "not-opted-in")
        left_out = tuple(
            Failure(self.where(region), "ec2", "DescribeRegions", "the Region is not enabled", is_absent=True)
            for region in wanted
            if region not in enabled and asked
        )
        return enabled, left_out


def accounts(asked: Asked) -> Iterator[Account | Failure]:
    """The accounts to ask, one by one; a failure for each member account that cannot be asked.

    Raises UsageError if there are no credentials, or if AWS does not accept them, or cannot list the organization.
    """
    session = aws_session(asked.profile)
    region = (*asked.regions, session.region_name, "us-east-1")
    home = next(each for each in region if each)
    if asked.role_arn is not None:
        session = with_role(session, asked.role_arn, home)
    try:
        caller = _client(session, "sts", home).get_caller_identity()
        own, partition = str(caller["Account"]), str(caller["Arn"]).split(":")[1]
    except Exception as error:
        raise UsageError(f"AWS does not accept the credentials: {reason_of(error)}") from error
    if not asked.role:
        yield Account(session, own, partition)
        return
    for member in _members(session, home):
        if member == own:
            yield Account(session, own, partition)
            continue
        arn = f"arn:{partition}:iam::{member}:role/{asked.role}"
        other = with_role(session, arn, home)
        try:
            _client(other, "sts", home).get_caller_identity()
        except Exception as error:
            yield Failure.of(Where(member, partition, home), "sts", "AssumeRole", error)
            continue
        yield Account(other, member, partition)


def _members(session: Any, home: str) -> list[str]:
    """The ids of the organization's active accounts, sorted. Raises UsageError if they cannot be listed."""
    try:
        client = _client(session, "organizations", home)
        pages = client.get_paginator("list_accounts").paginate()
        found = [each for page in pages for each in page["Accounts"]]
    except Exception as error:
        raise UsageError(f"the accounts of the organization cannot be listed: {reason_of(error)}") from error
    states = ((each["Id"], each.get("State") or each.get("Status")) for each in found)
    return sorted(identifier for identifier, state in states if state in (None, "ACTIVE"))


def _client(session: Any, service: str, region: str) -> Any:
    from botocore.config import Config

    config = Config(
        retries={"mode": "adaptive", "total_max_attempts": _TRIES},
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        user_agent_extra="bedrock-eol",
    )
    return session.client(service, region_name=region, config=config)
