"""A quick look at decoded JSON: whether it can hold anything that names, or grants the use of, a model of Bedrock."""

import functools
import marshal
import re
from collections.abc import Iterator, Sequence
from typing import Any

from checker.references.encoded import decoded, encoded_spans
from checker.references.grammar import PROVIDERS

# A statement of IAM, an ARN, a task of Step Functions and the type of a resource name the service; Lex and Q in Connect
# (once Wisdom) take models, too, and a stack of CloudFormation may have a template anywhere. Words that begin alike are
# one pattern, which is searched as fast as one of them.
_SERVICES = (b"bedrock", b"qconnect", b"wisdom", b"cloudformation_stack")
_LEX = re.compile(rb"lex(?:models|v2models|(?<=::lex)::)")
_CHUNK = 16


def may_name_a_model(values: Sequence[object]) -> Iterator[bool]:
    """For each value (as `json.loads` gives it), false if none of its texts is written as models and their uses are.

    Letters count in any case. The values are looked at together, since most hold none of the words.
    """
    for start in range(0, len(values), _CHUNK):
        chunk = values[start : start + _CHUNK]
        if _has_words(chunk):
            yield from map(_has_words, chunk)
        else:
            yield from [False] * len(chunk)


def _has_words(value: Any) -> bool:
    try:
        # It writes each text as it is, and much faster than JSON.
        written = marshal.dumps(value)
    except ValueError:
        # Nested too deep to be written.
        return True
    lowered = written.lower()
    if names_a_service(lowered) or after_provider().search(lowered) is not None:
        return True
    return any(name in lowered for name in _ENCODED_UNDER) and any(map(_has_words_inside, _strings(value)))


def _strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for item in value.values():
                yield from _strings(item)
        case list() | tuple():
            for item in value:
                yield from _strings(item)


def _has_words_inside(written: str) -> bool:
    return any(may_hold_an_id(*decoded(written[start:end])) for start, end in encoded_spans(written))


def may_hold_an_id(content: bytes, charset: str) -> bool:
    """Whether decoded text may name a model."""
    if charset != "utf-8":
        content = content.decode(charset, "replace").encode()
    return after_provider().search(content.lower()) is not None


# What may be text in base64 in code: a run of its letters, or lines of them.
_ENCODED_IN_CODE = re.compile(rb"[A-Za-z0-9+/]{20,}(?:\s+[A-Za-z0-9+/]+)*")


def encodes_an_id(content: bytes) -> bool:
    """Whether text in base64 that is written in code may name a model."""
    for written in set(_ENCODED_IN_CODE.findall(content)):
        lines = written.split()
        for letters in {b"".join(lines), *lines}:
            # What follows in the code may be taken along, and leaves a part of four letters.
            if may_hold_an_id(*decoded(letters[: len(letters) // 4 * 4])):
                return True
    return False


# Parts of the names of properties that hold text in base64.
_ENCODED_UNDER = (b"base64", b"user_data", b"userdata", b"custom_data", b"_binary")


def names_a_service(lowered: bytes) -> bool:
    """Whether a text in lower case names one of the services that take models, or what may bring such in."""
    return any(service in lowered for service in _SERVICES) or _LEX.search(lowered) is not None


@functools.cache
def after_provider(*heads: str) -> re.Pattern[bytes]:
    """The dot after a provider, with which each id begins; and, of `heads`, the dot before one of them."""
    by_length: dict[int, list[str]] = {}
    for provider in PROVIDERS:
        by_length.setdefault(len(provider), []).append(provider)
    # What begins with one character is searched several times as fast as an alternation.
    endings = [rf"(?<=(?:{'|'.join(providers)})\.)" for providers in by_length.values()]
    return re.compile(rf"\.(?:{'|'.join([*endings, *map(re.escape, heads)])})".encode())
