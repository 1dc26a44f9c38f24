"""Reads the tags of a property: a map of names to strings, or a list of maps with a key and a value each."""

from collections.abc import Iterator

from checker.values.atoms import Absent, Alternative, List, Map, Null, Text, Unknown, Value

UNKNOWN_TAG = "⟨unknown⟩"


def tags_in(value: Value) -> tuple[tuple[str, str], ...]:
    """Every possible tag of the property as (name, value), without duplicates. Unknown parts are written
    `⟨subject⟩`.
    """
    return tuple(dict.fromkeys(pair for alternative in value for pair in _tags(alternative)))


def _tags(alternative: Alternative) -> Iterator[tuple[str, str]]:
    match alternative.atom:
        case Map(entries, rest):
            for name, inner in entries.items():
                yield from ((name, text) for text in _texts(inner))
            if rest:
                yield UNKNOWN_TAG, UNKNOWN_TAG
        case List(items, rest):
            for item in (*items, *((rest,) if rest else ())):
                for one in item:
                    yield from _pair(one)
        case Unknown(subject=subject):
            yield f"⟨{subject}⟩", f"⟨{subject}⟩"
        case _:
            pass


def _pair(alternative: Alternative) -> Iterator[tuple[str, str]]:
    match alternative.atom:
        case Map(entries):
            parts = {name.lower(): inner for name, inner in entries.items()}
            if "key" in parts:
                values = _texts(parts.get("value", ())) or ("",)
                yield from ((name, text) for name in _texts(parts["key"]) for text in values)
        case Unknown(subject=subject):
            yield f"⟨{subject}⟩", f"⟨{subject}⟩"
        case _:
            pass


def _texts(value: Value) -> tuple[str, ...]:
    texts = []
    for alternative in value:
        match alternative.atom:
            case Text() as text:
                texts.append(text.render())
            case Unknown(subject=subject):
                texts.append(f"⟨{subject}⟩")
            case Null() | Absent() | Map() | List():
                pass
            case other:
                texts.append(str(getattr(other, "value", "")).lower())
    return tuple(dict.fromkeys(texts))
