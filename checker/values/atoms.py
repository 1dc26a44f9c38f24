"""What one alternative of an expression can be.

Atoms are dataclasses, since `Bool(True)` and `Number(1)` must differ; what is made in great numbers and only ever
compared with its like is a named tuple.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from decimal import Decimal
from enum import StrEnum
from itertools import accumulate
from typing import ClassVar, NamedTuple

from checker.immutable import immutable
from checker.source import Place

# What a value may hold, nested values counted as often as they occur; more is only written to exhaust who reads it.
MOST_NODES = 500_000
MOST_CHARACTERS = 1 << 24
# Identities are built by nesting (`lower(trim(var.x))`); past this length a digest stands for the rest.
_LONGEST_IDENTITY = 200
_LONGEST_SHOWN = 1000


class TooLargeError(Exception):
    """A value that would have more nodes or characters than a value may have: to whoever evaluates, it is unknown."""


class Cause(StrEnum):
    """Why something cannot be known. `ADVICE` has a sentence for each."""

    INPUT_NOT_SET = "input-not-set"
    DEPLOY_TIME = "deploy-time"
    EXTERNAL_DATA = "external-data"
    REMOTE_MODULE = "remote-module"
    UNSUPPORTED_FUNCTION = "unsupported-function"
    RUN_TIME = "run-time"
    SENSITIVE = "sensitive"
    OUTSIDE_BOUNDARY = "outside-boundary"
    INVALID = "invalid-expression"
    CYCLE = "cycle"
    TOO_MANY = "too-many"
    OVER_BUDGET = "over-budget"
    PARSE_FAILED = "parse-failed"
    OPAQUE_NAME = "opaque-name"


ADVICE: Mapping[Cause, str] = {
    Cause.INPUT_NOT_SET: "Supply the value (--var, --var-file or --parameters), or check a plan.",
    Cause.DEPLOY_TIME: "The value exists only after deployment; check a plan or a state, which hold it.",
    Cause.EXTERNAL_DATA: "The value is read from outside the code; check a plan, which holds what was read.",
    Cause.REMOTE_MODULE: "Run `terraform init`, so that the module's code is in .terraform, or check a plan.",
    Cause.UNSUPPORTED_FUNCTION: "The function cannot be evaluated without a deployment; check a plan.",
    Cause.RUN_TIME: "The model is chosen while the workload runs; check what its callers may pass.",
    Cause.SENSITIVE: "The value is marked sensitive and is not read; a model id need not be marked so.",
    Cause.OUTSIDE_BOUNDARY: "The file lies outside the work tree; pass --allow-outside to read it.",
    Cause.INVALID: "The expression would fail when evaluated; correct it.",
    Cause.CYCLE: "The value depends on itself; break the cycle.",
    Cause.TOO_MANY: "More alternatives than can be followed; supply the inputs that decide between them.",
    Cause.OVER_BUDGET: "Supply the inputs that decide it (--var, --workspace), check a plan, or make the code simpler.",
    Cause.OPAQUE_NAME: "The name does not tell its base model; look it up in the account, or define it in this code.",
    Cause.PARSE_FAILED: "The file that holds the value could not be parsed; correct it.",
}


class Step(NamedTuple):
    """One step on the way from a literal to its use. The place is None for what came from the command line."""

    place: Place | None
    text: str


Trail = tuple[Step, ...]


class Target(NamedTuple):
    """The resource of the same input that makes a value, and the attribute (dotted path) that holds it."""

    address: str
    attribute: str


class Shape(StrEnum):
    """What is known of an unknown text: it never holds `:`, `/`, `.`, a comma or white space."""

    REGION = "region"
    PARTITION = "partition"
    ACCOUNT = "account"


@immutable
class Unknown:
    """Something that cannot be known: alone an opaque value, inside a text a hole.

    `content` is what is known of it all the same, to look for models in: what is only marked as sensitive, or stands
    encoded. `holds` are names of models in what it was made of, which it may hold.

    `subject` is what the user has to look at (`var.model`). Two unknowns are the same value exactly when their
    `identity` is the same (`lower(var.model)` has another identity than `var.model`, and the same subject).
    """

    cause: Cause
    subject: str
    identity: str
    target: Target | None = None
    shape: Shape | None = None
    content: "Value" = field(default=(), repr=False, compare=False)
    holds: tuple["Text", ...] = field(default=(), repr=False, compare=False)
    weight: ClassVar[int] = 1

    def derived(self, identity: str) -> "Unknown":
        """What a function makes of this unknown: the same cause and subject, another identity."""
        return Unknown(self.cause, self.subject, shortened(identity), holds=self.holds)


def shortened(identity: str) -> str:
    """The identity, or, if it is long, its beginning and a digest of all of it."""
    if len(identity) <= _LONGEST_IDENTITY:
        return identity
    return identity[:80] + "#" + hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class Piece(NamedTuple):
    """A run of known text, with the trail from where it is written to where the text was put together."""

    text: str
    trail: Trail = ()


# A hole in `Text.marked()`; the first private-use character, so that no ordinary pattern matches it.
HOLE = "\ue000"


def _without_hole(content: str) -> str:
    return content.replace(HOLE, "\ufffd") if HOLE in content else content


@immutable
class Text:
    """Text with holes: known pieces around unknown ones."""

    pieces: tuple[Piece | Unknown, ...]

    @property
    def weight(self) -> int:
        """How many nodes it counts for."""
        return 1 + len(self.pieces) // 16

    @property
    def plain(self) -> str | None:
        """The text, if it has no holes."""
        if len(self.pieces) == 1 and isinstance(self.pieces[0], Piece):
            return self.pieces[0].text
        parts = []
        for piece in self.pieces:
            if isinstance(piece, Unknown):
                return None
            parts.append(piece.text)
        return "".join(parts)

    @property
    def holes(self) -> tuple[Unknown, ...]:
        """The unknown pieces, in order."""
        return tuple(piece for piece in self.pieces if isinstance(piece, Unknown))

    def marked(self) -> str:
        """The text with the character `HOLE` for each hole; offsets in it are those that `slice` takes.

        A `HOLE` that is written in the text itself is U+FFFD here, so that it is not taken for one.
        """
        return "".join(HOLE if isinstance(piece, Unknown) else _without_hole(piece.text) for piece in self.pieces)

    def render(self) -> str:
        """The text for people: `arn:⟨AWS::Partition⟩:bedrock`."""
        return "".join(f"⟨{piece.subject}⟩" if isinstance(piece, Unknown) else piece.text for piece in self.pieces)

    def identity(self) -> str:
        """Equal for two texts exactly when they are the same value; that of the hole, if the text is nothing else."""
        pieces = [piece for piece in self.pieces if isinstance(piece, Unknown) or piece.text]
        if len(pieces) == 1 and isinstance(pieces[0], Unknown):
            return pieces[0].identity
        return "".join(
            f"⟨{piece.identity}⟩" if isinstance(piece, Unknown) else piece.text.replace("⟨", "⟨⟨") for piece in pieces
        )

    def slice(self, start: int, end: int) -> "Text":
        """The part between two offsets of `marked()`; pieces keep their trails."""
        return Text(tuple(Slices.of(self).pieces(start, end)) if start < end else ())

    def trail_at(self, start: int, end: int) -> Trail:
        """The trail of the piece that covers most of a span of `marked()`; of the first such, if several do."""
        best: Trail = ()
        covered = 0
        offset = 0
        for piece in self.pieces:
            length = 1 if isinstance(piece, Unknown) else len(piece.text)
            overlap = min(end, offset + length) - max(start, offset)
            if not isinstance(piece, Unknown) and overlap > covered:
                best, covered = piece.trail, overlap
            offset += length
        return best


class Slices(NamedTuple):
    """Where each piece of a text starts in `marked()`, to cut many parts out of a text of many pieces."""

    text: Text
    starts: list[int]

    @classmethod
    def of(cls, text: Text) -> "Slices":
        """Those of a text."""
        lengths = (1 if isinstance(piece, Unknown) else len(piece.text) for piece in text.pieces)
        return cls(text, [0, *accumulate(lengths)])

    def pieces(self, start: int, end: int) -> Iterator[Piece | Unknown]:
        """The pieces of what `Text.slice` gives, found without going through those before."""
        if start >= end:
            return
        for number in range(bisect_right(self.starts, start) - 1, len(self.text.pieces)):
            offset = self.starts[number]
            if offset >= end:
                return
            piece = self.text.pieces[number]
            if isinstance(piece, Unknown):
                yield piece
            elif piece.text:
                yield Piece(piece.text[max(start - offset, 0) : end - offset], piece.trail)


@immutable
class Number:
    """A number; exact, as Terraform's are."""

    value: int | Decimal
    weight: ClassVar[int] = 1


@immutable
class Bool:
    """A truth value."""

    value: bool
    weight: ClassVar[int] = 1


@immutable
class Null:
    """Terraform's null, CloudFormation's `AWS::NoValue`, a property that is not there."""

    weight: ClassVar[int] = 1


@immutable
class Absent:
    """An element that is not there: only among the alternatives of an item of a list or of an entry of a map.

    Its assumptions are the guard of the element: what says under which it is there says under which it is not.
    """

    weight: ClassVar[int] = 1


@immutable
class Kind:
    """What a collection is in Terraform, where that is known: two of different kinds are never equal.

    `element` is the type of the elements of a list, set or map, where it is declared; "" if there are none whose type
    could be told.
    """

    name: str
    element: str | None = None

    LIST: ClassVar["Kind"]
    SET: ClassVar["Kind"]
    TUPLE: ClassVar["Kind"]
    MAP: ClassVar["Kind"]
    OBJECT: ClassVar["Kind"]

    @property
    def is_of_one_type(self) -> bool:
        """Whether all elements have one type."""
        return self.name in {"list", "set", "map"}


Kind.LIST, Kind.SET, Kind.TUPLE, Kind.MAP, Kind.OBJECT = map(Kind, ("list", "set", "tuple", "map", "object"))


@immutable
class List:
    """A list, tuple or set. `rest` is what further elements, of unknown number and place, may be; usually empty.

    Items may be absent under some assumptions; those that follow then move up. `identity` is what `identity_of` has
    worked out, once.
    """

    items: tuple["Value", ...]
    rest: "Value" = ()
    kind: Kind | None = None
    weight: int = field(init=False, repr=False, compare=False)
    identity: str | None = field(init=False, repr=False, compare=False, default=None)

    def __post_init__(self) -> None:
        """Raises TooLargeError if there is too much in it."""
        object.__setattr__(self, "weight", _weight((*self.items, self.rest)))

    @property
    def is_set(self) -> bool:
        """Whether it is surely a set."""
        return self.kind is not None and self.kind.name == "set"


@immutable
class Map:
    """A map or object, in order. `rest` is what keys that are not known may hold; usually empty.

    Entries may be absent under some assumptions. `identity` is what `identity_of` has worked out, once.
    """

    entries: Mapping[str, "Value"]
    rest: "Value" = ()
    kind: Kind | None = None
    weight: int = field(init=False, repr=False, compare=False)
    identity: str | None = field(init=False, repr=False, compare=False, default=None)

    def __post_init__(self) -> None:
        """Raises TooLargeError if there is too much in it."""
        # Entries that are made when they are asked for are as many as the input has written.
        entries = self.entries.values() if type(self.entries) is dict else ()
        object.__setattr__(self, "weight", _weight((*entries, self.rest)))


@immutable
class Json:
    """Text that is the JSON of a value, kept unwritten, since writing it would multiply the alternatives inside.

    `identity` is what `identity_of` has worked out, once.
    """

    value: "Value"
    weight: int = field(init=False, repr=False, compare=False)
    identity: str | None = field(init=False, repr=False, compare=False, default=None)

    def __post_init__(self) -> None:
        """Raises TooLargeError if there is too much in it."""
        object.__setattr__(self, "weight", _weight((self.value,)))


def _weight(values: Iterable["Value"]) -> int:
    weight = 1
    for value in values:
        for alternative in value:
            weight += alternative[0].weight
    if weight > MOST_NODES:
        raise TooLargeError
    return weight


Atom = Text | Number | Bool | Null | Absent | List | Map | Json | Unknown


class Basis(StrEnum):
    """Why an assumption may hold.

    `DEFAULT`: an input is left at its default. `OVERRIDE`: a default is overridden. `OPEN`: nothing decides it.
    """

    DEFAULT = "default"
    OVERRIDE = "override"
    OPEN = "open"


class Assumption(NamedTuple):
    """`subject` has (or, if not `holds`, has not) the value that `value` writes as a literal.

    `bounded` says that every other value that the subject can have is an alternative of its own; else overriding a
    default may bring any value.
    """

    subject: str
    value: str
    holds: bool
    basis: Basis
    bounded: bool = False

    def __str__(self) -> str:
        # The default of a list can be as long as a file, and many references rest on it.
        value = self.value if len(self.value) <= _LONGEST_SHOWN else f"{self.value[: _LONGEST_SHOWN // 2]}…"
        match self.basis:
            case Basis.DEFAULT:
                return f"{self.subject} is left at its default, {value}"
            case Basis.OVERRIDE | Basis.OPEN:
                return f"{self.subject} {'=' if self.holds else '≠'} {value}"


Given = tuple[Assumption, ...]


class Alternative(NamedTuple):
    """One of the things that a value can be, under which assumptions, and by which steps it came here."""

    atom: Atom
    given: Given = ()
    trail: Trail = ()


Value = tuple[Alternative, ...]
