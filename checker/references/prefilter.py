"""Tells quickly whether decoded JSON can name a Bedrock model, or grant its use."""

import functools
import marshal
import re
import string
from collections.abc import Iterator, Sequence
from typing import Any

from checker.references.encoded import decoded, encoded_spans
from checker.references.grammar import PROVIDERS

# An IAM statement, an ARN, a Step Functions task and a resource type name the service. Lex and Q in Connect (once
# Wisdom) also take models, and a CloudFormation stack may have a template anywhere. Words with a common beginning are
# one pattern, which costs no more to search than one word.
_SERVICES = (b"bedrock", b"qconnect", b"wisdom", b"cloudformation_stack")
_LEX = re.compile(rb"lex(?:models|v2models|(?<=::lex)::)")
_CHUNK = 16


def may_name_a_model(values: Sequence[object]) -> Iterator[bool]:
    """For each value (as `json.loads` returns it): False if none of its strings is written like a model or its use.

    Case does not count. The values are searched together, since most hold none of the words.
    """
    for start in range(0, len(values), _CHUNK):
        chunk = values[start : start + _CHUNK]
        if _has_words(chunk):
            yield from map(_has_words, chunk)
        else:
            yield from [False] * len(chunk)


def _has_words(value: Any) -> bool:
    try:
        # It writes each string unescaped, and is much faster than JSON.
        written = marshal.dumps(value)
    except ValueError:
        # Nested too deeply to be written.
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
    """True if decoded text may name a model."""
    if charset != "utf-8":
        content = content.decode(charset, "replace").encode()
    lowered = content.lower()
    return after_provider().search(lowered) is not None or b":bedrock:" in lowered


def may_hold_a_name(content: bytes) -> bool:
    """False if the bytes of a file contain neither an id nor a constant that stands for one."""
    return after_provider().search(content) is not None or b"Model" in content or b"\0" in content


# What may be base64 in code: a run of its letters, or lines of them.
_ENCODED_IN_CODE = re.compile(rb"[A-Za-z0-9+/]{20,}(?:\s+[A-Za-z0-9+/]+)*")
# A search for this pattern would try each word of the code again from each of its letters. It is faster to find the
# runs in a copy where the letters of base64 are all alike.
_LETTERS = (string.ascii_letters + string.digits + "+/").encode()
_ALIKE = bytes.maketrans(_LETTERS, b"A" * len(_LETTERS))
_SHORTEST_RUN = b"A" * 20


def encodes_an_id(content: bytes) -> bool:
    """True if base64 text in code may name a model."""
    for written in set(_runs(content)):
        lines = written.split()
        for letters in {b"".join(lines), *lines}:
            # The match may include characters of the code behind it; then a group of four is incomplete.
            if may_hold_an_id(*decoded(letters[: len(letters) // 4 * 4])):
                return True
    return False


def _runs(content: bytes) -> Iterator[bytes]:
    """What may be base64, from its first letter on."""
    letters = content.translate(_ALIKE)
    end = 0
    while (start := letters.find(_SHORTEST_RUN, end)) >= 0 and (run := _ENCODED_IN_CODE.match(content, start)):
        yield run[0]
        end = run.end()


# Parts of the names of properties that hold base64.
_ENCODED_UNDER = (b"base64", b"user_data", b"userdata", b"custom_data", b"_binary")


def names_a_service(lowered: bytes) -> bool:
    """True if lower-case text names a service that takes models, or something that may include such text."""
    return any(service in lowered for service in _SERVICES) or _LEX.search(lowered) is not None


@functools.cache
def after_provider(*heads: str) -> re.Pattern[bytes]:
    """The dot after a provider, with which each id begins. `heads`: also the dot before one of them.

    The names of hosts (`docs.aws.amazon.com`) do not count.
    """
    by_length: dict[int, list[str]] = {}
    for provider in PROVIDERS:
        by_length.setdefault(len(provider), []).append(provider)
    # A pattern that begins with one character is searched several times as fast as an alternation.
    endings = [rf"(?<=(?:{'|'.join(providers)})\.)" for providers in by_length.values()]
    return re.compile(rf"\.(?!com[^a-z0-9_-])(?:{'|'.join([*endings, *map(re.escape, heads)])})".encode())
