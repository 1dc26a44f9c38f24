"""Addresses and references in plans: modules, instance keys, parts."""

import re

_KEY = r'\[(?:[0-9]+|"(?:[^"\\]|\\.)*+"|\*)\]'
_MODULE = re.compile(rf"module\.([^.\[\]\"]+)((?:{_KEY})?)(?:\.|$)")
_SEGMENT = re.compile(rf"([^.\[\]\"]+)((?:{_KEY})*)(?:\.|$)")
FIRST_KEY = re.compile(_KEY)


def split_module(address: str) -> tuple[str, str]:
    """The module part of an address (empty for the root) and the rest."""
    if not address.startswith("module."):
        return "", address
    position = 0
    while (match := _MODULE.match(address, position)) is not None and match.end() < len(address):
        position = match.end()
    return address[: max(position - 1, 0)], address[position:]


def split_module_call(module: str) -> tuple[str, str, str]:
    """The parent's address, the name of the call, and the instance key, of a module's address."""
    parent, position = "", 0
    while (match := _MODULE.match(module, position)) is not None:
        if match.end() >= len(module):
            return parent, match[1], match[2]
        parent = module[: match.end() - 1]
        position = match.end()
    return parent, module.removeprefix("module."), ""


def module_path(module: str) -> tuple[str, ...]:
    """The names of the calls to a module, without instance keys."""
    return tuple(match[1] for match in _MODULE.finditer(module)) if module else ()


def split_reference(reference: str) -> list[tuple[str, str]]:
    """The parts of a reference as (name, keys): `a.b["k"].c` is `[("a", ""), ("b", '["k"]'), ("c", "")]`."""
    return [(match[1], match[2]) for match in _SEGMENT.finditer(reference)]


def split_key(address: str) -> tuple[str, str]:
    """`type.name` and the instance key of an address within its module."""
    if address.endswith("]") and "[" in address:
        base, bracket, key = address.partition("[")
        return base, bracket + key
    return address, ""
