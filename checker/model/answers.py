"""The account's answers for names that code does not explain: parameters, exports, ARNs that do not name a model."""

import re
from dataclasses import field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from checker.immutable import immutable
from checker.source import Location
from checker.values import HOLE, Alternative, Assumption, Basis, Cause, Piece, Step, Text, Unknown, Value
from checker.values.operations import assume, literal, one_of, unknown


class AnswerKind(StrEnum):
    """The kind of name that the account was asked for."""

    PARAMETER = "SSM parameter"
    EXPORT = "export"
    RESOURCE = "resource"


@immutable
class Answer:
    """What a name stands for in an account.

    `values` holds the one string of a parameter or an export, or the ids or ARNs of the models behind a resource (an
    inference profile, a provisioned or custom model, a prompt, an agent). It is empty for a secure string. `name` is
    the ARN or the id of a resource; the name of a parameter may end with a version or a label (`/ai/model:3`).
    `region`, `account` and `asked_on` are None where they are unknown. `location` is the location of the answer in its
    file, and None for an answer that the run itself asked for. `refused` says why the account gave no answer.
    """

    kind: AnswerKind
    name: str
    values: tuple[str, ...]
    region: str | None = None
    account: str | None = None
    asked_on: date | None = None
    location: Location | None = None
    refused: str = ""

    @property
    def subject(self) -> str:
        """The question, for people: `SSM parameter /ai/model in us-east-1 on 2026-11-30`."""
        where = f" in {self.region}" if self.region is not None else ""
        when = f" on {self.asked_on}" if self.asked_on is not None else ""
        return f"{self.kind} {self.name}{where}{when}"

    def value(self) -> Value:
        """An alternative for each of the values, under the assumption that the account still answers the same."""
        if self.refused:
            cause = Cause.OPAQUE_NAME if self.kind is AnswerKind.RESOURCE else Cause.EXTERNAL_DATA
            return unknown(cause, f"{self.name} ({self.refused})", identity=self.subject)
        if not self.values:
            return unknown(Cause.SENSITIVE, f"{self.kind} {self.name}", identity=self.subject)
        trail = (Step(self.location, self.subject),)
        said = literal(Text((Piece(", ".join(self.values)),))) or ""
        given = (Assumption(self.subject, said, True, Basis.ACCOUNT),)
        return tuple(
            Alternative(Text((Piece(content, trail),) if content else ()), given, trail) for content in self.values
        )


@immutable
class Reader:
    """Who reads a name: its Regions and its account, as far as they are known.

    `region` is the identity of its Region where that is unknown.
    """

    regions: tuple[str, ...]
    account: str | None
    region: str


class Question(NamedTuple):
    """A name that nothing explains, and the Regions in which it is read, as far as they are known."""

    kind: AnswerKind
    name: str
    regions: tuple[str, ...]


@immutable
class Answers:
    """The answers of a run. Of two answers to the same question, the later one counts.

    `questions` takes in what is asked and not answered; None if nobody is to be asked.
    """

    given: tuple[Answer, ...] = ()
    questions: set[Question] | None = field(default=None, repr=False, compare=False)
    _by_name: dict[tuple[AnswerKind, str], list[Answer]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Sort the answers by name."""
        by_name: dict[tuple[AnswerKind, str], list[Answer]] = {}
        for one in {(one.kind, one.name, one.region, one.account): one for one in self.given}.values():
            by_name.setdefault((one.kind, one.name), []).append(one)
        object.__setattr__(self, "_by_name", by_name)

    def __bool__(self) -> bool:
        return bool(self.given) or self.questions is not None

    def value(self, kind: AnswerKind, name: Text, reader: Reader) -> Value | None:
        """What a name stands for where it is read; None if no answer tells it.

        Where the answers of several Regions or accounts differ, each of them is possible.
        """
        found = [
            one
            for one in self._named(kind, name)
            if (one.region is None or not reader.regions or one.region in reader.regions)
            and (one.account is None or reader.account is None or one.account == reader.account)
        ]
        if not found:
            if self.questions is not None and name.plain is not None:
                self.questions.add(Question(kind, name.plain, reader.regions))
            return None
        if len({(one.values, one.refused) for one in found}) < 2:
            return found[0].value()
        return one_of([assume(one.value(), (_chosen(one, reader),)) for one in found], f"{kind} {name.render()}")

    def names(self, kind: AnswerKind) -> tuple[str, ...]:
        """The names of which something is answered, sorted."""
        return tuple(sorted(name for known, name in self._by_name if known is kind))

    def completed(self, known: Value | None, kind: AnswerKind, name: Text, reader: Reader) -> Value | None:
        """What the run says of a name, with the account's answer in place of what it does not say.

        An unknown without assumptions says that the run only knows names that may be the same; then the answer counts.
        """
        if known is not None and not any(map(_is_outside, known)):
            return known
        answered = self.value(kind, name, reader) if self else None
        if known is None or answered is None:
            return answered or known
        result: list[Value] = []
        for one in known:
            if not _is_outside(one):
                result.append((one,))
            elif one.given:
                result.append(assume(answered, one.given))
            else:
                return answered
        return one_of(result, name.render())

    def _named(self, kind: AnswerKind, name: Text) -> list[Answer]:
        plain = name.plain
        if plain is not None:
            keys = ((kind, each) for each in _spellings(kind, plain))
            return next((self._by_name[key] for key in keys if key in self._by_name), [])
        if any(hole.shape is None for hole in name.holes):
            return []
        # The Region, the account and the partition of an ARN are often unknown.
        pattern = re.compile("[^:/]*".join(map(re.escape, name.marked().split(HOLE))))
        return [
            one
            for (known, written), group in self._by_name.items()
            if known is kind and pattern.fullmatch(written)
            for one in group
        ]


def _is_outside(alternative: Alternative) -> bool:
    """True for an alternative that only the account knows."""
    return isinstance(alternative.atom, Unknown) and alternative.atom.cause is Cause.EXTERNAL_DATA


def _spellings(kind: AnswerKind, name: str) -> tuple[str, ...]:
    """The names under which an answer may stand. The ARN of an SSM parameter `/x`, or `x`, ends with `parameter/x`."""
    prefix, separator, rest = name.partition(":parameter/")
    if kind is AnswerKind.PARAMETER and separator and prefix.startswith("arn:"):
        return name, f"/{rest}", rest
    return (name,)


def _chosen(answer: Answer, reader: Reader) -> Assumption:
    """The assumption that it is this answer which counts."""
    if answer.region is not None:
        return Assumption(reader.region, f'"{answer.region}"', True, Basis.OPEN)
    return Assumption("AWS account", f'"{answer.account}"', True, Basis.OPEN)
