"""Fingerprints: they identify the same finding in another run, commit or framework."""

import hashlib
import re
from collections.abc import Container, Sequence
from json.encoder import encode_basestring_ascii

from checker.model.finding import Identity, Root
from checker.model.reference import Reference
from checker.model.resource import Move

# Terraform itself moves `x` to `x[0]` when a resource or a module gets a `count`, and back.
_TEXT_OR_FIRST = re.compile(r'("(?:[^"\\]|\\.)*")|\[0\]')
_KEY = r'(?:\[(?:[^"\]]|"(?:[^"\\]|\\.)*")*\])?'
_MOST_MOVES = 100


def identity_of(rule: str, reference: Reference, root: Root, *, model: str = "", stage: str = "") -> Identity:
    """The fingerprints of a finding about a reference."""

    def under(address: str, path: str, property_: str = reference.path) -> str:
        return _hash(rule, path, address, property_, model, stage)

    addresses = tuple(map(_without_first_keys, (*reference.moved_from, reference.address)))
    # An element of a list may have another index in another run. Its name comes last, since it tells more.
    properties = (reference.path, reference.named_path) if reference.named_path else (reference.path,)
    first, *others = dict.fromkeys(under(each, root.path, one) for each in addresses for one in properties)
    by_index = [under(each, root.path) for each in addresses] if reference.named_path else []
    anywhere = under(addresses[0], "", properties[-1])
    return Identity(first, tuple(others), anywhere, under(reference.address, root.before), tuple(by_index))


def addresses_before(address: str, moves: Sequence[Move], present: Container[str] = ()) -> tuple[str, ...]:
    """The earlier addresses of a resource by the moves in the code, the first one first.

    What is still `present` has not moved: Terraform refuses such a move.
    """
    found = [address]
    while len(found) <= _MOST_MOVES:
        before = next((each for move in moves if (each := _before(found[-1], move)) and each not in found), None)
        if before is None or before in present:
            break
        found.append(before)
    return tuple(reversed(found[1:]))


def _before(address: str, move: Move) -> str | None:
    # The move applies to all instances of its module.
    module = "".join(rf"module\.{re.escape(name)}{_KEY}\." for name in move.calls)
    found = re.match(rf"({module}){re.escape(move.after)}(?=$|[.\[])", address)
    return None if found is None else f"{found[1]}{move.before}{address[found.end() :]}"


def identity_of_run(rule: str, subject: str, stage: str) -> Identity:
    """The fingerprints of a finding about the run as a whole."""
    found = _hash(rule, "", subject, "", "", stage)
    return Identity(found, before=found)


def _without_first_keys(address: str) -> str:
    return _TEXT_OR_FIRST.sub(lambda match: match[1] or "", address)


def _hash(*parts: str) -> str:
    # As a list in JSON, the parts stay apart, whatever their content.
    return hashlib.sha256(f"[{', '.join(map(encode_basestring_ascii, parts))}]".encode()).hexdigest()[:32]
