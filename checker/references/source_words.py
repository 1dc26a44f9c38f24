"""Tells quickly, from the bytes of a source file, whether its code can name a Bedrock model or a user of one.

Code may build an id from pieces. The search finds it as long as

* the code writes it in one piece or in two, wherever it is cut: if not the provider and its dot, then the dot and all
  of the model's own name stand in one of them, or
* the code writes it in more pieces, one of them holds the whole name of the provider (for four whose names are
  ordinary words, also the model family), and the dot is not joined to a part of a name.

Case does not count. A file with an escape that could stand for a letter is taken to name a model. Base64 is decoded.
"""

import re
from collections.abc import Iterable

from checker.references.grammar import PROVIDERS
from checker.references.prefilter import after_provider, encodes_an_id, names_a_service
from checker.references.spelling import Spelling

# Providers whose names occur in much unrelated code: `amazonaws.com`, `metadata`.
_ORDINARY_WORDS = frozenset({"amazon", "google", "meta", "writer"})
# A dot that is a piece of its own: nothing around it, or interpolations on both sides.
_LONE_DOT = re.compile(rb"\.(?<![a-z0-9_-]\.)(?![a-z0-9_-])|\.(?:(?<=[%\]][a-z]\.)|(?<=\$[0-9]\.))(?![a-z0-9_-])")
# What an ARN names if its service may be unknown.
_KIND_OF_ARN = re.compile(rb"-(?:model/|(?<=inference-)profile/|(?<=prompt-)router/)")
_FAMILY = re.compile(r"[a-z]+")
_FAMILY_LETTERS = 4
_SHORTEST_HEAD = 3


class SourceWords:
    """The words to search for. `ids` are those of the catalog."""

    def __init__(self, ids: Iterable[str]) -> None:
        self.ids = tuple(ids)
        named = [(provider, name) for provider, dot, name in (each.lower().partition(".") for each in self.ids) if dot]
        heads = {_beginning_of_name(name) for provider, name in named if provider in PROVIDERS}
        self._around_dot = after_provider(*sorted(heads))
        words = [provider for provider in PROVIDERS if provider not in _ORDINARY_WORDS]
        words += [_family(name) for provider, name in named if provider in _ORDINARY_WORDS]
        self._with_lone_dot = _without_longer(word.encode() for word in words)

    def may_name_a_model(self, content: bytes) -> bool:
        """False if nothing in the content is written like a model or its use, whole or in pieces."""
        lowered = content.lower()
        if _hides_letters(lowered) or names_a_service(lowered) or _names_a_variable(lowered):
            return True
        if self._around_dot.search(lowered) is not None or _KIND_OF_ARN.search(lowered) is not None:
            return True
        if _LONE_DOT.search(lowered) is not None and any(word in lowered for word in self._with_lone_dot):
            return True
        return encodes_an_id(content)


# A variable for a model. Letters before the word are allowed only as in `EmbeddingModelId`, where the id shows it.
# What a database pays for its licence is no model, and stands in much code.
_VARIABLE = re.compile(
    rb"(?<![a-z:])(?<!license[_-])(?:models?|llm)(?:[_-]?names?)?(?![a-z])|models?[_-]?(?:ids?|arns?|identifiers?)(?![a-z])"
    rb"|foundation[_-]?model|inference[_-]?profile"
)


def _names_a_variable(lowered: bytes) -> bool:
    # Most files have neither word of such variables.
    return any(word in lowered for word in (b"model", b"llm", b"profile")) and _VARIABLE.search(lowered) is not None


# The bit of a text that can name a model by itself; higher bits are those of `Spelling`.
NAMES = 1


class Pieces:
    """What texts contribute to names of models, one int per text. `|` combines texts that are joined."""

    def __init__(self, words: SourceWords) -> None:
        self._words = words
        # Every ARN names the service.
        self._spelling = Spelling(("bedrock", *map(_beginning, words.ids)))
        self._of_texts: dict[str, int] = {}

    def of_content(self, content: bytes) -> int:
        """The contribution of a file's content."""
        return NAMES if self._words.may_name_a_model(content) else self._spelling.contributed(content) << 1

    def of_text(self, text: str) -> int:
        """The contribution of a text."""
        found = self._of_texts.get(text)
        if found is None:
            found = self._of_texts[text] = self.of_content(text.encode("utf-8", "surrogatepass"))
        return found

    def can_name(self, contributed: int) -> bool:
        """True if texts with this contribution can form the name of a model, in any order."""
        return bool(contributed & NAMES) or self._spelling.can_spell(contributed >> 1)


# A provider with this many letters is not spelled by chance. With a shorter one, letters of the model's name must be
# there.
_LONG_NAME = 6
_LETTERS_OF_MODEL = re.compile(r"[a-z0-9]{0,3}")


def _beginning(name: str) -> str:
    """The beginning of an id that must be spelled."""
    provider, dot, model = name.lower().partition(".")
    is_enough = len(provider) >= _LONG_NAME and provider not in _ORDINARY_WORDS
    letters = _LETTERS_OF_MODEL.match(model)
    return provider + dot + ("" if is_enough or letters is None else letters[0])


def _hides_letters(lowered: bytes) -> bool:
    """True if a letter may be written as an escape of HCL, JSON or YAML, or the text is UTF-16."""
    return b"\0" in lowered or (b"\\" in lowered and (b"\\u" in lowered or b"\\x" in lowered))


def _beginning_of_name(name: str) -> str:
    """The model's own name as far as it tells a model: `.r1` and `.v3` stand in much code."""
    head = _head(name)
    return head if len(head) >= _SHORTEST_HEAD else name.partition(":")[0]


def _head(name: str) -> str:
    """The model's own name without its revision, as far as all spellings have it."""
    return re.split(r"[-.:]", name, maxsplit=1)[0]


def _family(name: str) -> str:
    found = _FAMILY.match(name)
    return found[0] if found is not None and len(found[0]) >= _FAMILY_LETTERS else _head(name)


def _without_longer(words: Iterable[bytes]) -> tuple[bytes, ...]:
    """The words without those that contain another one."""
    kept: list[bytes] = []
    for word in sorted(set(words), key=lambda each: (len(each), each)):
        if not any(other in word for other in kept):
            kept.append(word)
    return tuple(kept)
