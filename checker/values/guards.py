"""Assumptions: how they are written, which of them can hold together, and which certainty they leave."""

import hashlib
import json
import re
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

from checker.kept import kept_by_identity
from checker.values.atoms import (
    Absent,
    Assumption,
    Atom,
    Basis,
    Bool,
    Given,
    Json,
    List,
    Map,
    Null,
    Number,
    Piece,
    Text,
    Unknown,
    Value,
    shortened,
)

# Assumptions: which of them can hold together, and which certainty they leave.


class Certainty(StrEnum):
    """How certain it is that a deployment uses a candidate."""

    CERTAIN = "certain"
    ACCOUNT = "account"
    DEFAULT = "default"
    POSSIBLE = "possible"
    OVERRIDE = "override"


def certainty(given: Given) -> Certainty:
    """The certainty under the given assumptions."""
    if not given:
        return Certainty.CERTAIN
    bases = {assumption.basis for assumption in given}
    if Basis.OVERRIDE in bases:
        return Certainty.OVERRIDE
    if Basis.OPEN in bases:
        return Certainty.POSSIBLE
    if Basis.DEFAULT in bases:
        return Certainty.DEFAULT
    return Certainty.ACCOUNT if Basis.ACCOUNT in bases else Certainty.CERTAIN


def contradict(one: Assumption, other: Assumption) -> bool:
    """True if the two assumptions cannot hold together."""
    if one.subject != other.subject:
        return False
    if one.holds and other.holds:
        return one.value != other.value and _as_text(one.value) != _as_text(other.value)
    return one.holds != other.holds and one.value == other.value


def _as_text(written: str) -> str:
    """The literal converted to a string: a number and the string of its digits may be the same input."""
    return written[1:-1] if written.startswith('"') else written


def join(one: Given, other: Given) -> Given | None:
    """The assumptions of both, or None if they contradict each other."""
    if not one or one is other:
        return other
    if not other:
        return one
    by_subject: dict[str, list[Assumption]] | None = None
    if len(one) > _MOST_TO_LOOK_THROUGH:
        by_subject = {}
        for known in one:
            by_subject.setdefault(known.subject, []).append(known)
    added: list[Assumption] = []
    redundant: set[Assumption] = set()
    for assumption in other:
        if by_subject is None:
            same: Sequence[Assumption] = [known for known in one if known.subject == assumption.subject]
        else:
            same = by_subject.get(assumption.subject, ())
        if not same:
            added.append(assumption)
            continue
        if assumption in same:
            continue
        if any(contradict(assumption, known) for known in same):
            return None
        if any(_implies(known, assumption) for known in same):
            continue
        redundant.update(known for known in same if _implies(assumption, known))
        added.append(assumption)
    kept = tuple(known for known in one if known not in redundant) if redundant else one
    return (*kept, *added) if added else kept


# A linear search through a few assumptions is faster than sorting them.
_MOST_TO_LOOK_THROUGH = 8


def _implies(one: Assumption, other: Assumption) -> bool:
    """True if the value of a subject already excludes the other value. An override stays visible."""
    return one.holds and not other.holds and other.basis is Basis.OPEN and _as_text(one.value) != _as_text(other.value)


def join_all(*givens: Given) -> Given | None:
    """The assumptions of all, or None if they contradict each other."""
    joined: Given = ()
    for given in givens:
        both = join(joined, given)
        if both is None:
            return None
        joined = both
    return joined


def overridden(given: Given) -> tuple[Given, ...]:
    """For each default that anything may override: the assumptions under which it is overridden."""
    return tuple(
        (
            *(kept for kept in given if kept is not assumption),
            Assumption(assumption.subject, assumption.value, False, Basis.OVERRIDE),
        )
        for assumption in given
        if assumption.basis is Basis.DEFAULT and not assumption.bounded
    )


# How atoms are written in assumptions and identities.

# Longer numbers are not written out.
_MOST_DIGITS = 1000
_MOST_BITS = 13_000


# Each look into a collection that rests on a default asks for that of the same value.
@kept_by_identity(1_000)
def digest(value: Value) -> str:
    """A short string that differs for different values."""
    written = repr([(identity_of(one.atom), _written_given(one.given)) for one in value])
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def literal(atom: Atom) -> str | None:
    """The atom as a literal in an assumption; equal for equal atoms. None if it is no plain scalar."""
    match atom:
        case Text():
            plain = atom.plain
            return None if plain is None else json.dumps(plain, ensure_ascii=False)
        case Number(value):
            return format_number(value)
        case Bool(value):
            return "true" if value else "false"
        case Null():
            return "null"
        case _:
            return None


def format_number(value: int | Decimal) -> str:
    """The number as Terraform and JSON write it: no exponent, no trailing zeros."""
    if isinstance(value, int):
        # Python refuses to write the digits of a huge number, since that takes quadratic time.
        return str(value) if value.bit_length() < _MOST_BITS else hex(value)
    if not value.is_finite() or abs(value.adjusted()) > _MOST_DIGITS:
        return str(value)
    plain = format(value, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return "0" if plain in {"-0", ""} else plain


def identity_of(atom: Atom) -> str:
    """A string that is equal for equal atoms, for use in identities. Nested alternatives are written out.

    A collection caches it. A long one is shortened, so that the cache stays small.
    """
    match atom:
        case Unknown():
            return atom.identity
        case Text():
            return json.dumps(atom.identity(), ensure_ascii=False) if atom.plain is not None else f"“{atom.identity()}”"
        case List() | Map() | Json():
            if atom.identity is None:
                object.__setattr__(atom, "identity", shortened(_identity_of_collection(atom)))
            return atom.identity or ""
        case Absent():
            return "absent"
        case _:
            return literal(atom) or ""


def _identity_of_collection(atom: List | Map | Json) -> str:
    match atom:
        case List(items, rest):
            written = [_identity_of_value(item) for item in items]
            written += [f"…{_identity_of_value(rest)}"] if rest else []
            return ("set[" if atom.is_set else "[") + ", ".join(written) + "]"
        case Map(entries, rest):
            written = [f"{json.dumps(key)}: {_identity_of_value(item)}" for key, item in entries.items()]
            written += [f"…{_identity_of_value(rest)}"] if rest else []
            return "{" + ", ".join(written) + "}"
        case Json(value):
            return f"json({_identity_of_value(value)})"


def _identity_of_value(value: Value) -> str:
    if len(value) == 1 and not value[0].given:
        return identity_of(value[0].atom)
    return "(" + " | ".join(f"{identity_of(one.atom)} if {_written_given(one.given)}" for one in value) + ")"


def _written_given(given: Given) -> list[str]:
    return [
        f"{subject} {_BITS[holds]} {value} {_BASES[basis]} {_BITS[bounded]}"
        for subject, value, holds, basis, bounded in given
    ]


# To format a boolean or a member of an enumeration takes several times as long.
_BITS = ("0", "1")
_BASES = {basis: basis.value for basis in Basis}


def assumed_to_be(holed: Text, plain: str) -> tuple[str, str] | None:
    """The subject, and the value that it must have so that a text with holes equals `plain`; None if it cannot."""
    runs = [""]
    for piece in holed.pieces:
        if isinstance(piece, Unknown):
            runs.append("")
        else:
            runs[-1] += piece.text
    first, *middle, last = runs
    if len(first) + len(last) > len(plain) or not (plain.startswith(first) and plain.endswith(last)):
        return None
    start, end = len(first), len(plain) - len(last)
    if not middle:
        # The value of the single hole follows, so that other texts around the same hole agree.
        content = plain[start:end]
        if holed.holes[0].shape is not None and _NOT_IN_SHAPE.search(content):
            return None
        return holed.holes[0].identity, json.dumps(content, ensure_ascii=False)
    for run in middle:
        found = plain.find(run, start, end)
        if found < 0:
            return None
        start = found + len(run)
    return holed.identity(), json.dumps(plain, ensure_ascii=False)


# Values that a `Shape` excludes.
_NOT_IN_SHAPE = re.compile(r"[:/.,\s]")


def known_ends(holed: Text) -> tuple[str, str]:
    first, last = holed.pieces[0], holed.pieces[-1]
    return (
        first.text if isinstance(first, Piece) else "",
        last.text if isinstance(last, Piece) else "",
    )


def digest_of_all(values: Sequence[Value]) -> str:
    return hashlib.sha256(" ".join(map(digest, values)).encode()).hexdigest()[:12]
