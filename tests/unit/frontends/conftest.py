"""Values in words, for the tests of all frontends."""

from collections.abc import Callable, Iterator

import pytest

from checker.values import Alternative, Json, List, Map, Null, Text, Unknown, Value, certainty, join

Described = dict[str, list[tuple[str, str, str | None]]]


@pytest.fixture
def describe() -> Callable[[Value], Described]:
    """Gives, for each path of a value, its alternatives as (text, certainty, `file:line` where it is written)."""
    return _describe


def _describe(value: Value) -> Described:
    found: Described = {}
    for path, alternative in _leaves(value, ""):
        given = certainty(alternative.given).value
        found.setdefault(path, []).append((_words(alternative), given, _written(alternative)))
    return found


def _leaves(value: Value, path: str) -> Iterator[tuple[str, Alternative]]:
    for one in value:
        children: list[tuple[str, Value]]
        match one.atom:
            case Map(entries, rest):
                children = [(f"{path}.{key}".lstrip("."), entry) for key, entry in entries.items()]
                children += [(f"{path}{{*}}", rest)] if rest else []
            case List(items):
                children = [(f"{path}[{number}]", item) for number, item in enumerate(items)]
            case Json(inner):
                children = [(f"{path}<json>", inner)]
            case Null() if not path:
                continue
            case _:
                yield path, one
                continue
        for inner_path, child in children:
            for found_path, leaf in _leaves(child, inner_path):
                given = join(one.given, leaf.given)
                if given is not None:
                    yield found_path, leaf._replace(given=given)


def _words(one: Alternative) -> str:
    match one.atom:
        case Text() as text:
            return text.render()
        case Unknown(cause, subject, _, None):
            return f"?{cause.value} {subject}"
        case Unknown(target=target) if target is not None:
            return f"-> {target.address} {target.attribute}"
        case Null():
            return "null"
        case other:
            return str(getattr(other, "value", other)).lower()


def _written(one: Alternative) -> str | None:
    trail = one.trail
    if isinstance(one.atom, Text):
        trail = one.atom.trail_at(0, len(one.atom.marked())) or trail
    location = trail[0].location if trail else None
    return f"{location.file}:{location.line}" if location else None
