"""Policies: rules and waivers, as read and merged."""

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import date
from enum import IntEnum
from typing import NamedTuple

from checker.immutable import immutable
from checker.source import Location


class Severity(IntEnum):
    """The severity of a finding; ordered."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    def __str__(self) -> str:
        return self.name.lower()


@immutable
class Scope:
    """Where a rule applies, or what a waiver covers. Each tuple holds globs; one match is enough, and empty matches
    all.

    `paths` match the file of the use and the file where the model is written, and those of a rule also the input that
    deploys it; all are relative to the working directory, or to the top of the work tree. `base` has both, as
    absolute paths, if they differ. `tags` match `name=value`.
    """

    paths: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    frameworks: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    usages: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    certainties: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    workspaces: tuple[str, ...] = ()
    stacks: tuple[str, ...] = ()
    base: tuple[str, ...] = field(default=(), repr=False, compare=False)


@immutable
class Rule:
    """A check with parameters, a scope and a severity.

    `lowered` caps the severity for a usage or a certainty (by its value; no word is both). `origin` is the pack or file
    of the rule, with the location.
    """

    id: str
    check: str
    severity: Severity
    parameters: Mapping[str, object] = field(default_factory=dict)
    scope: Scope = Scope()
    lowered: Mapping[str, Severity] = field(default_factory=dict)
    message: str | None = None
    docs: str | None = None
    origin: str = ""

    def severity_for(self, usage: str, certainty: str | None = None) -> Severity:
        """The severity of a finding about a reference: the lowest of the rule's own and the caps that apply."""
        caps = (self.lowered.get(trait) for trait in (usage, certainty) if trait is not None)
        return min((self.severity, *(cap for cap in caps if cap is not None)))


class CodeSpot(NamedTuple):
    """The target of a waiver in code: lines as (file, number), and resources as (input, address).

    A line covers what is used or written there, and what passes there on the way.
    """

    lines: frozenset[tuple[str, int]] = frozenset()
    resources: frozenset[tuple[str, str]] = frozenset()


class Waiver(NamedTuple):
    """A finding that is accepted for a reason until a day, which is the last on which the waiver holds.

    `location` is where the waiver is written. `spot` is set for a waiver in code. `owner` decides when it ends; None if
    nobody is named.
    """

    rule: str
    match: Scope
    reason: str
    until: date
    location: Location | None
    spot: CodeSpot | None = None
    owner: str | None = None

    def has_expired(self, day: date) -> bool:
        """True if the waiver no longer holds on `day`."""
        return day > self.until


class Policy(NamedTuple):
    """The effective rules, in order, and the waivers.

    `sources` are the packs and files that were read. `known_rules` are all their rules, including disabled ones.
    """

    rules: tuple[Rule, ...]
    waivers: tuple[Waiver, ...] = ()
    sources: tuple[str, ...] = ()
    known_rules: frozenset[str] = frozenset()

    def at(self, base: tuple[str, ...]) -> "Policy":
        """The policy for a run whose paths are relative to `base`."""
        return self._replace(
            rules=tuple(replace(rule, scope=replace(rule.scope, base=base)) for rule in self.rules),
            waivers=tuple(waiver._replace(match=replace(waiver.match, base=base)) for waiver in self.waivers),
        )


class RuleDescription(NamedTuple):
    """The description of a rule for reports. The texts are paragraphs of plain Markdown; `link` is a web page."""

    id: str
    check: str
    severity: Severity
    summary: str
    finds: str
    matters: str
    fix: str
    link: str | None = None
