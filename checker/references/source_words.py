"""A quick look at the bytes of a source file: whether what it says can name a model of Bedrock, or what uses one.

In code, an id may be put together from pieces. It is seen as long as

* the code writes it in one piece or in two, wherever it is cut: if not the provider and its dot, then the dot and all
  of the model's own name stand in one of them, or
* the code writes it in more, but the name of the provider (for four of them, whose names are ordinary words, that of
  the family of models, too) is whole in one of them, and the dot is not put together with a part of a name.

Letters count in any case, and every file with an escape that could stand for a letter is taken to name a model. Text in
base64 is looked into.
"""

import re
from collections.abc import Iterable

from checker.references.grammar import PROVIDERS
from checker.references.prefilter import after_provider, encodes_an_id, names_a_service
from checker.references.spelling import Spelling

# Providers whose names stand in much code that has nothing to do with them: `amazonaws.com`, `metadata`.
_ORDINARY_WORDS = frozenset({"amazon", "google", "meta", "writer"})
# A dot that is a piece of its own: nothing before and behind it, or what another text comes in place of.
_LONE_DOT = re.compile(rb"\.(?<![a-z0-9_-]\.)(?![a-z0-9_-])|\.(?:(?<=[%\]][a-z]\.)|(?<=\$[0-9]\.))(?![a-z0-9_-])")
# What an ARN names, whose service may not be known.
_KIND_OF_ARN = re.compile(rb"-(?:model/|(?<=inference-)profile/|(?<=prompt-)router/)")
_FAMILY = re.compile(r"[a-z]+")
_FAMILY_LETTERS = 4


class SourceWords:
    """The words to look for; `ids` are those that the catalog knows."""

    def __init__(self, ids: Iterable[str]) -> None:
        self.ids = tuple(ids)
        named = [(provider, name) for provider, dot, name in (each.lower().partition(".") for each in self.ids) if dot]
        heads = {_head(name) for provider, name in named if provider in PROVIDERS}
        self._around_dot = after_provider(*sorted(heads))
        words = [provider for provider in PROVIDERS if provider not in _ORDINARY_WORDS]
        words += [_family(name) for provider, name in named if provider in _ORDINARY_WORDS]
        self._with_lone_dot = _without_longer(word.encode() for word in words)

    def may_name_a_model(self, content: bytes) -> bool:
        """False if nothing in the content is written as models and their uses are, whole or in pieces."""
        lowered = content.lower()
        if _hides_letters(lowered) or names_a_service(lowered) or _names_a_variable(lowered):
            return True
        if self._around_dot.search(lowered) is not None or _KIND_OF_ARN.search(lowered) is not None:
            return True
        if _LONE_DOT.search(lowered) is not None and any(word in lowered for word in self._with_lone_dot):
            return True
        return encodes_an_id(content)


# A variable for a model. Letters may stand before the word only as in `EmbeddingModelId`, which the id tells.
_VARIABLE = re.compile(
    rb"(?<![a-z:])(?:models?|llm)(?:[_-]?names?)?(?![a-z])|models?[_-]?(?:ids?|arns?|identifiers?)(?![a-z])"
    rb"|foundation[_-]?model|inference[_-]?profile"
)


def _names_a_variable(lowered: bytes) -> bool:
    # Most files have neither of the words that the variables have.
    return any(word in lowered for word in (b"model", b"llm", b"profile")) and _VARIABLE.search(lowered) is not None


# What a text contributes that may name a model by itself; the bits above it are those of `Spelling`.
NAMES = 1


class Pieces:
    """What texts contribute to the names of models, as an int for each; texts that come together are joined by `|`."""

    def __init__(self, words: SourceWords) -> None:
        self._words = words
        # Every ARN names the service.
        self._spelling = Spelling(("bedrock", *map(_beginning, words.ids)))
        self._of_texts: dict[str, int] = {}

    def of_content(self, content: bytes) -> int:
        """What the content of a file contributes."""
        return NAMES if self._words.may_name_a_model(content) else self._spelling.contributed(content) << 1

    def of_text(self, text: str) -> int:
        """What a text contributes."""
        found = self._of_texts.get(text)
        if found is None:
            found = self._of_texts[text] = self.of_content(text.encode("utf-8", "surrogatepass"))
        return found

    def can_name(self, contributed: int) -> bool:
        """Whether texts that contribute this can make the name of a model, whatever puts them together."""
        return bool(contributed & NAMES) or self._spelling.can_spell(contributed >> 1)


# A provider of so many letters is not spelled by chance; with others, some letters of the model's own name have to be.
_LONG_NAME = 6
_LETTERS_OF_MODEL = re.compile(r"[a-z0-9]{0,3}")


def _beginning(name: str) -> str:
    """How an id begins, as far as that has to be spelled to make it."""
    provider, dot, model = name.lower().partition(".")
    is_enough = len(provider) >= _LONG_NAME and provider not in _ORDINARY_WORDS
    letters = _LETTERS_OF_MODEL.match(model)
    return provider + dot + ("" if is_enough or letters is None else letters[0])


def _hides_letters(lowered: bytes) -> bool:
    """Whether a letter may be written as an escape of HCL, JSON or YAML, or the text is in UTF-16."""
    return b"\0" in lowered or (b"\\" in lowered and (b"\\u" in lowered or b"\\x" in lowered))


def _head(name: str) -> str:
    """The model's own name without its revision, as far as every spelling has it."""
    return re.split(r"[-.:]", name, maxsplit=1)[0]


def _family(name: str) -> str:
    found = _FAMILY.match(name)
    return found[0] if found is not None and len(found[0]) >= _FAMILY_LETTERS else _head(name)


def _without_longer(words: Iterable[bytes]) -> tuple[bytes, ...]:
    """The words without those that hold another."""
    kept: list[bytes] = []
    for word in sorted(set(words), key=lambda each: (len(each), each)):
        if not any(other in word for other in kept):
            kept.append(word)
    return tuple(kept)
