"""Findings put together for reading: what is written on the same line is one block."""

from collections.abc import Iterable
from itertools import groupby

from checker.immutable import immutable
from checker.model.finding import Finding
from checker.model.policy import Severity
from checker.model.reference import Usage
from checker.model.scan import Scan
from checker.report.uses import Use, use_of
from checker.source import Place


@immutable
class Uses:
    """Uses that share their severity, their advice and what they do with the model."""

    severity: Severity
    usage: Usage | None
    advice: str
    uses: tuple[Use, ...]


@immutable
class Section:
    """Uses that share a message, and with it the dates."""

    message: str
    groups: tuple[Uses, ...]

    @property
    def first(self) -> Use:
        """The first of its uses."""
        return self.groups[0].uses[0]


@immutable
class Block:
    """One rule, one model, one line where it is written; the gravest severity of its findings."""

    severity: Severity
    rule: str
    place: Place | None
    sections: tuple[Section, ...]

    @property
    def first(self) -> Use:
        """The first of its uses, one of the gravest."""
        return self.sections[0].first


def is_about_resolution(finding: Finding) -> bool:
    """Whether a finding is about a reference and none of its candidates: about what is not known of it."""
    return finding.reference is not None and finding.candidate is None


def blocks(scan: Scan, findings: Iterable[Finding]) -> tuple[Block, ...]:
    """The findings as blocks, the gravest first, then by place. What is about resolution is left out."""
    made: dict[tuple[object, ...], list[Use]] = {}
    for finding in findings:
        if is_about_resolution(finding):
            continue
        use = use_of(scan, finding)
        written = use.written_at
        line = None if written is None else (written.file, written.line)
        # What has no place is one block for each message.
        made.setdefault((finding.rule, finding.model, line, finding.message if line is None else None), []).append(use)
    return tuple(sorted((_block(uses) for uses in made.values()), key=_order))


def _block(uses: list[Use]) -> Block:
    uses = sorted(uses, key=lambda use: -use.finding.severity)
    by_message: dict[str, list[Use]] = {}
    for use in uses:
        by_message.setdefault(use.message, []).append(use)
    sections = tuple(Section(message, _groups(shared)) for message, shared in by_message.items())
    first = uses[0]
    return Block(first.finding.severity, first.finding.rule, first.written_at, sections)


def _groups(uses: list[Use]) -> tuple[Uses, ...]:
    def traits(use: Use) -> tuple[int, str, str]:
        usage = "" if use.reference is None else use.reference.site.usage
        return -use.finding.severity, usage, use.finding.advice

    made = []
    for _, shared in groupby(sorted(uses, key=traits), key=traits):
        group = tuple(shared)
        first = group[0]
        usage = None if first.reference is None else first.reference.site.usage
        made.append(Uses(first.finding.severity, usage, first.finding.advice, group))
    return tuple(made)


def _order(block: Block) -> tuple[object, ...]:
    return -block.severity, block.place or Place("", 0, 0), block.rule
