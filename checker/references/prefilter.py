"""A quick look at a text: whether it can hold anything that names, or grants the use of, a model of Bedrock."""

from collections.abc import Iterator, Sequence

from checker.references.grammar import PROVIDERS

# An id in free text begins with one of the providers. A statement of IAM, an ARN, a task of Step Functions and the type
# of a resource name the service; Lex and Q in Connect (once Wisdom) take models, too.
SERVICES = ("bedrock", "::lex::", "lexmodels", "lexv2models", "qconnect", "wisdom")
_NEEDLES = (*(f"{provider}." for provider in PROVIDERS), *SERVICES)
# CPython searches a text of more than 30,000 characters at half the speed.
_CHUNK = 16
# JSON escapes it, so that it stands in none of the texts that are many.
_BETWEEN = "\0"


def may_name_a_model(texts: Sequence[str]) -> Iterator[bool]:
    """For each text, false if nothing in it is written as models and their uses are; letters count in any case.

    The texts are looked at together, since most hold none of many words.
    """
    for start in range(0, len(texts), _CHUNK):
        chunk = texts[start : start + _CHUNK]
        together = _BETWEEN.join(chunk).lower()
        present = [needle for needle in _NEEDLES if needle in together]
        if not present:
            yield from [False] * len(chunk)
            continue
        lowered = together.split(_BETWEEN)
        if len(lowered) != len(chunk):
            lowered = [text.lower() for text in chunk]
        for text in lowered:
            yield any(needle in text for needle in present)
