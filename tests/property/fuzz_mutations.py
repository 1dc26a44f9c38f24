"""Mutations that keep the structure of a text: a byte more or less mostly makes what no parser takes, and gets no
farther than it.
"""

import copy
import json
import re
from collections.abc import Iterator
from random import Random
from typing import Any

_ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 3, 1.5, -1e308, 10**40, "", "x", "\ud83d", "\0", "a.b[0]", "${x}", "*", "⟨x⟩"),
    *([], {}, [None], [[]], [{}], ["x", 1], {"": None}, {"x": []}, {"Ref": "x"}, {"Fn::Sub": ["${x}", {}]}),
    *({"constant_value": {}}, {"references": [1]}),
)
_ODD_TOKENS = (b"null", b"1", b"-1", b"1e99", b'""', b'"${x}"', b"[]", b"{}", b"true", b"x", b"*", b"!Ref x", b"[1]")
# The parts of an input that stands for several files.
_HEADING = re.compile(rb"(^=== .*\n)", re.MULTILINE)
_TOKEN = re.compile(rb"[A-Za-z_][\w:-]*|[0-9][\w.]*|\"[^\"\n]*\"|\s+|.", re.DOTALL)
_BRACKETS = {b"(": b")", b"[": b"]", b"{": b"}"}


def rewritten(content: bytes, chosen: Random) -> bytes:
    """The text with a few of its parts replaced by others of it, or by odd ones: values of JSON, tokens, lines."""
    parts = _HEADING.split(content)
    location = chosen.randrange(0, len(parts), 2)
    part = parts[location]
    restructured = _restructured(part, chosen) if chosen.random() < 0.7 else None
    if restructured is None:
        restructured = _lines_moved(part, chosen) if chosen.random() < 0.2 else _tokens_replaced(part, chosen)
    parts[location] = restructured
    return b"".join(parts)


def _restructured(content: bytes, chosen: Random) -> bytes | None:
    """JSON with a few of its values replaced, moved, wrapped, taken out or renamed; None for what is not JSON."""
    try:
        document = [json.loads(content)]
    except (ValueError, RecursionError):
        return None
    for _ in range(chosen.choice((1, 1, 1, 2, 3, 5))):
        spots = list(_spots(document))
        holder, key = chosen.choice(spots)
        _change(holder, key, spots, chosen)
        if not document:
            document = [None]
    return json.dumps(document[0], separators=(",", ":")).encode() + b"\n"


def _spots(holder: Any) -> Iterator[tuple[Any, Any]]:
    """Where each value of the tree is held."""
    pending = [holder]
    while pending:
        holder = pending.pop()
        for key, value in holder.items() if isinstance(holder, dict) else enumerate(holder):
            yield holder, key
            if isinstance(value, dict | list):
                pending.append(value)


def _change(holder: Any, key: Any, spots: list[tuple[Any, Any]], chosen: Random) -> None:
    value = holder[key]
    match chosen.randrange(8):
        case 0 | 1 | 2:
            holder[key] = copy.deepcopy(chosen.choice(_ODD))
        case 3:
            other, name = chosen.choice(spots)
            holder[key] = copy.deepcopy(other[name])
        case 4:
            holder[key] = [value] if chosen.random() < 0.5 else {"x": value}
        case 5 if isinstance(value, dict | list) and value:
            holder[key] = chosen.choice(list(value.values()) if isinstance(value, dict) else value)
        case 6 if isinstance(holder, dict):
            names = [name for _, name in spots if isinstance(name, str)]
            holder[chosen.choice(names)] = holder.pop(key)
        case _:
            del holder[key]


def _tokens_replaced(content: bytes, chosen: Random) -> bytes:
    """Tokens, or what stands in brackets, replaced by others of the text that begin alike, or by odd ones."""
    tokens = _TOKEN.findall(content)
    spots = [index for index, token in enumerate(tokens) if not token.isspace()]
    for _ in range(chosen.choice((1, 1, 2, 4))):
        if not spots:
            break
        start = chosen.choice(spots)
        end = _end_of_group(tokens, start)
        alike = [each for each in spots if _kind(tokens[each]) == _kind(tokens[start])]
        other = chosen.choice(alike)
        if chosen.random() < 0.3:
            new = chosen.choice(_ODD_TOKENS)
        else:
            new = b"".join(tokens[other : _end_of_group(tokens, other)])
        # The length of the list stays, so that the locations that were found hold.
        tokens[start:end] = [new, *[b""] * (end - start - 1)]
    return b"".join(tokens)


def _kind(token: bytes) -> str:
    first = token[:1]
    if first.isalpha() or first == b"_":
        return "name"
    if first.isdigit() or first in (b'"', b"(", b"[", b"{"):
        return "value"
    return "mark"


def _end_of_group(tokens: list[bytes], start: int) -> int:
    """Where the brackets that open at `start` are closed; the next token for everything else."""
    closers: list[bytes] = []
    for index in range(start, len(tokens)):
        token = tokens[index]
        if token in _BRACKETS:
            closers.append(_BRACKETS[token])
        elif closers and token == closers[-1]:
            closers.pop()
        if not closers:
            return index + 1
    return start + 1


def _lines_moved(content: bytes, chosen: Random) -> bytes:
    lines = content.splitlines(keepends=True)
    if len(lines) < 2:
        return content + content
    start = chosen.randrange(len(lines))
    moved = lines[start : start + chosen.randint(1, 4)]
    if chosen.random() < 0.6:
        del lines[start : start + len(moved)]
    location = chosen.randint(0, len(lines))
    return b"".join([*lines[:location], *moved, *lines[location:]])
