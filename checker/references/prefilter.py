"""A quick look at decoded JSON: whether it can hold anything that names, or grants the use of, a model of Bedrock."""

import functools
import marshal
import re
from collections.abc import Iterator, Sequence
from typing import Any

from checker.references.grammar import PROVIDERS

# An id in free text begins with one of the providers. A statement of IAM, an ARN, a task of Step Functions and the type
# of a resource name the service; Lex and Q in Connect (once Wisdom) take models, too.
SERVICES = ("bedrock", "::lex::", "lexmodels", "lexv2models", "qconnect", "wisdom")
_SERVICES = tuple(service.encode() for service in SERVICES)
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
        written = marshal.dumps(value).lower()
    except ValueError:
        # Nested too deep to be written.
        return True
    return _provider().search(written) is not None or any(service in written for service in _SERVICES)


@functools.cache
def _provider() -> re.Pattern[bytes]:
    # What begins with one character is searched several times as fast as an alternation.
    endings = "|".join(rf"(?<={provider}\.)" for provider in PROVIDERS)
    return re.compile(rf"\.(?:{endings})".encode())
