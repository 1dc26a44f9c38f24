"""The domain of values: atoms, assumptions, trails, alternatives.

Atoms are dataclasses, since `Bool(True)` and `Number(1)` must differ. Types with many instances that are compared only
with their own kind are named tuples.
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
from checker.source import Location

# The most that a value may hold; nested values count as often as they occur. Only hostile input is larger.
MOST_NODES = 500_000
MOST_CHARACTERS = 1 << 24
# Nesting builds identities (`lower(trim(var.x))`); a longer one is replaced by its beginning and a digest.
_LONGEST_IDENTITY = 200
_LONGEST_SHOWN = 1000


class TooLargeError(Exception):
    """The value has more nodes or characters than allowed. Evaluators treat it as unknown."""


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
    Cause.EXTERNAL_DATA: "The value is read from outside the code; check a plan, which holds what was read, or supply"
    " what an account says (--answers).",
    Cause.REMOTE_MODULE: "Run `terraform init`, so that the module's code is in .terraform, or check a plan.",
    Cause.UNSUPPORTED_FUNCTION: "The function cannot be evaluated without a deployment; check a plan.",
    Cause.RUN_TIME: "The model is chosen while the workload runs; check what its callers may pass.",
    Cause.SENSITIVE: "The value is marked sensitive and is not read; a model id need not be marked so.",
    Cause.OUTSIDE_BOUNDARY: "The file lies outside the work tree; pass --allow-outside to read it.",
    Cause.INVALID: "The expression would fail when evaluated; correct it.",
    Cause.CYCLE: "The value depends on itself; break the cycle.",
    Cause.TOO_MANY: "More alternatives than can be followed; supply the inputs that decide between them.",
    Cause.OVER_BUDGET: "Supply the inputs that decide it (--var, --workspace), check a plan, or make the code simpler.",
    Cause.OPAQUE_NAME: "The name does not tell its base model; supply what it stands for (--answers), ask the account"
    " (--resolve account), or define it in this code.",
    Cause.PARSE_FAILED: "The file that holds the value could not be parsed; correct it.",
}


class Step(NamedTuple):
    """One step on the way from a literal to its use. The location is None for a value from the command line."""

    location: Location | None
    text: str


Trail = tuple[Step, ...]


class Target(NamedTuple):
    """The resource of the same input that sets a value, and the attribute (dotted path) that holds it."""

    address: str
    attribute: str


class Shape(StrEnum):
    """What is known of an unknown string: it contains no `:`, `/`, `.`, comma or white space."""

    REGION = "region"
    PARTITION = "partition"
    ACCOUNT = "account"


@immutable
class Unknown:
    """A value that cannot be known. Alone it is opaque; inside a text it is a hole.

    `content` is the part that is known, where models are searched: a value that is only marked as sensitive, or that is
    encoded. `holds` are names of models in the operands, which the result may contain.

    `subject` is what the user has to look at (`var.model`). Two unknowns are the same value exactly if their `identity`
    is the same. `lower(var.model)` and `var.model` have one subject and two identities.
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
        """The result of a function of this unknown: same cause and subject, another identity."""
        return Unknown(self.cause, self.subject, shortened(identity), holds=self.holds)


def shortened(identity: str) -> str:
    """The identity. If it is long: its beginning and a digest of the whole."""
    if len(identity) <= _LONGEST_IDENTITY:
        return identity
    return identity[:80] + "#" + hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class Piece(NamedTuple):
    """A run of known text, with the trail from where it is written to where the text was built."""

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
        """Number of nodes that it counts as."""
        return 1 + len(self.pieces) // 16

    @property
    def plain(self) -> str | None:
        """The string, if it has no holes."""
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
        if len(self.pieces) == 1 and isinstance(self.pieces[0], Piece):
            return ()
        return tuple(piece for piece in self.pieces if isinstance(piece, Unknown))

    def marked(self) -> str:
        """The string with the character `HOLE` for each hole. `slice` takes offsets in this string.

        A `HOLE` in the text itself becomes U+FFFD, so that it is not taken for a hole.
        """
        plain = self.plain
        if plain is not None:
            return _without_hole(plain)
        return "".join(HOLE if isinstance(piece, Unknown) else _without_hole(piece.text) for piece in self.pieces)

    def render(self) -> str:
        """The text for people: `arn:⟨AWS::Partition⟩:bedrock`."""
        plain = self.plain
        if plain is not None:
            return plain
        return "".join(f"⟨{piece.subject}⟩" if isinstance(piece, Unknown) else piece.text for piece in self.pieces)

    def identity(self) -> str:
        """Equal for two texts exactly if they are the same value. A text that is one hole has the identity of the
        hole.
        """
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
        """The trail of the piece that covers most of a span of `marked()`; the first one if several cover as much."""
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
    """The offset in `marked()` at which each piece starts, for cutting many parts out of a long text."""

    text: Text
    starts: list[int]

    @classmethod
    def of(cls, text: Text) -> "Slices":
        """The offsets of the pieces of `text`."""
        lengths = (1 if isinstance(piece, Unknown) else len(piece.text) for piece in text.pieces)
        return cls(text, [0, *accumulate(lengths)])

    def pieces(self, start: int, end: int) -> Iterator[Piece | Unknown]:
        """The pieces that `Text.slice` returns, found by binary search."""
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
    """An exact number, as in Terraform."""

    value: int | Decimal
    weight: ClassVar[int] = 1


@immutable
class Bool:
    """A boolean."""

    value: bool
    weight: ClassVar[int] = 1


@immutable
class Null:
    """Terraform's null, CloudFormation's `AWS::NoValue`, or a property that is not set."""

    weight: ClassVar[int] = 1


@immutable
class Absent:
    """A missing element. It is only among the alternatives of a list item or a map entry.

    Its assumptions are the guard of the element: they exclude those under which the element exists.
    """

    weight: ClassVar[int] = 1


@immutable
class Kind:
    """The Terraform type of a collection, where it is known. Collections of different types are never equal.

    `element` is the declared type of the elements of a list, set or map; "" if there are none whose type can be told.
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
        """True if all elements have one type."""
        return self.name in {"list", "set", "map"}


Kind.LIST, Kind.SET, Kind.TUPLE, Kind.MAP, Kind.OBJECT = map(Kind, ("list", "set", "tuple", "map", "object"))


@immutable
class List:
    """A list, tuple or set. `rest` are possible further elements, of unknown number and position; usually empty.

    Items may be absent under some assumptions; the later items then move up. `identity` caches the result of
    `identity_of`.
    """

    items: tuple["Value", ...]
    rest: "Value" = ()
    kind: Kind | None = None
    weight: int = field(init=False, repr=False, compare=False)
    identity: str | None = field(init=False, repr=False, compare=False, default=None)

    def __post_init__(self) -> None:
        """Raises TooLargeError if it holds too much."""
        object.__setattr__(self, "weight", _weight((*self.items, self.rest)))

    @property
    def is_set(self) -> bool:
        """True if it is certainly a set."""
        return self.kind is not None and self.kind.name == "set"


class LocatedKey(str):
    """A key of a map, with the steps from where it is written. It equals the string without them."""

    __slots__ = ("trail",)
    trail: Trail

    def __new__(cls, written: str, trail: Trail) -> "LocatedKey":
        """The key, as a string that has a trail."""
        key = super().__new__(cls, written)
        key.trail = trail
        return key


@immutable
class Map:
    """A map or object, in order. `rest` are the possible values of unknown keys; usually empty.

    Entries may be absent under some assumptions. `identity` caches the result of `identity_of`.
    """

    entries: Mapping[str, "Value"]
    rest: "Value" = ()
    kind: Kind | None = None
    weight: int = field(init=False, repr=False, compare=False)
    identity: str | None = field(init=False, repr=False, compare=False, default=None)

    def __post_init__(self) -> None:
        """Raises TooLargeError if it holds too much."""
        # Lazy entries are not counted: there are only as many as the input has written.
        entries = self.entries.values() if type(self.entries) is dict else ()
        object.__setattr__(self, "weight", _weight((*entries, self.rest)))


@immutable
class Json:
    """The JSON encoding of a value. It is not written out, since that would multiply the alternatives inside.

    `identity` caches the result of `identity_of`.
    """

    value: "Value"
    weight: int = field(init=False, repr=False, compare=False)
    identity: str | None = field(init=False, repr=False, compare=False, default=None)

    def __post_init__(self) -> None:
        """Raises TooLargeError if it holds too much."""
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

    `DEFAULT`: an input keeps its default. `OVERRIDE`: a default is overridden. `OPEN`: nothing decides it. `ACCOUNT`:
    an AWS account says so. `EACH`: it holds for one of several deployments, all of which exist.
    """

    DEFAULT = "default"
    OVERRIDE = "override"
    OPEN = "open"
    ACCOUNT = "account"
    EACH = "each"


# Values of assumptions that are no literals but say how their subject is.
_STATES = frozenset(
    {
        "1 or more",
        "an error",
        "as written",
        "created",
        "left as it is",
        "left out",
        "set",
        "the default",
        "there",
        "there twice",
    }
)


class Assumption(NamedTuple):
    """`subject` has the value whose literal is `value`, or is so; if not `holds`, it has another value.

    `bounded`: every other value that the subject can have is an alternative of its own. Otherwise an override of the
    default may bring any value.
    """

    subject: str
    value: str
    holds: bool
    basis: Basis
    bounded: bool = False

    def __str__(self) -> str:
        # The default of a list can be as long as a file, and many references depend on it.
        value = self.value if len(self.value) <= _LONGEST_SHOWN else f"{self.value[: _LONGEST_SHOWN // 2]}…"
        match self.basis:
            case Basis.DEFAULT:
                return f"{self.subject} is left at its default, {value}"
            case Basis.OVERRIDE | Basis.OPEN | Basis.ACCOUNT | Basis.EACH:
                equals, differs = ("is", "is not") if value in _STATES else ("=", "≠")
                return f"{self.subject} {equals if self.holds else differs} {value}"


Given = tuple[Assumption, ...]


class Alternative(NamedTuple):
    """One possible value, the assumptions under which it holds, and the steps from its literal."""

    atom: Atom
    given: Given = ()
    trail: Trail = ()


Value = tuple[Alternative, ...]
