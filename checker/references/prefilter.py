"""Tells quickly whether text, code or decoded JSON can name a Bedrock model.

To spell a word, one piece ends with its beginning, one begins with its end, and others may be parts of its middle. The
contribution of a piece is a set of bits, an int; `|` combines those of many pieces. Dots are assumed to be there:
formats (`%s.%s`) and functions that join write them in many ways.

Code may build an id from pieces. The search finds it as long as

* the code writes it in one piece or in two, wherever it is cut: if not the provider and its dot, then the dot and all
  of the model's own name stand in one of them, or
* the code writes it in more pieces, one of them holds the whole name of the provider (for four whose names are
  ordinary words, also the model family), and the dot is not joined to a part of a name.

Case does not count. A file with an escape that could stand for a letter is taken to name a model. Base64 is decoded.
"""

import base64
import functools
import marshal
import re
import string
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from checker.references.grammar import PROVIDERS

# Base64 text, compressed or not. Its recipient decodes it, so a model that it names is in use.

# The shortest id has twenty characters in base64. Part of a longer text must be longer, since words use the same
# letters.
_SHORTEST = 20
_WHOLE = re.compile(rf"[A-Za-z0-9+/\s]{{{_SHORTEST},}}+={{0,2}}\s*")
_PART = re.compile(r"(?:[A-Za-z0-9+/]{4}){10,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_GZIP = b"\x1f\x8b"
_MOST_BYTES = 1 << 24


def encoded_spans(text: str) -> list[tuple[int, int]]:
    """The spans of a text that may be base64: the whole text, or parts."""
    if len(text) < _SHORTEST:
        return []
    if _WHOLE.fullmatch(text):
        return [(0, len(text))]
    return [found.span() for found in _PART.finditer(text)]


def decoded(written: str | bytes) -> tuple[bytes, str]:
    """The decoded, decompressed content and its encoding; empty if it is not base64."""
    try:
        content = base64.b64decode(written)
        if content.startswith(_GZIP):
            content = zlib.decompressobj(wbits=31).decompress(content, _MOST_BYTES)
    except (ValueError, zlib.error):
        return b"", "utf-8"
    # PowerShell takes scripts in UTF-16.
    return content, "utf-16-le" if content[1:2] == b"\0" else "utf-8"


# Tells whether pieces of text, joined in any order, can spell a word.

# A run between characters of other kinds: no word crosses such a character.
_RUN = re.compile(rb"[a-z0-9.]+")


class Spelling:
    """What texts contribute to words of lower-case letters, digits and dots."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = tuple(word.encode() for word in sorted(set(words)))
        self._longest = max(map(len, self._words))
        self._beginnings: dict[bytes, int] = {}
        self._middles: dict[bytes, int] = {}
        self._ends: dict[bytes, int] = {}
        self._number_parts()
        self._contributed: dict[bytes, int] = {}
        self._spelled: dict[int, bool] = {}

    def _number_parts(self) -> None:
        """Gives a bit to each beginning, middle and end of a word."""
        count = 0
        for word in self._words:
            for start in range(len(word)):
                for end in range(start + 1, len(word) + 1):
                    part = word[start:end]
                    tables = [self._middles]
                    tables += [self._beginnings] if start == 0 else []
                    tables += [self._ends] if end == len(word) else []
                    for table in tables:
                        if part not in table:
                            table[part] = 1 << count
                            count += 1

    def contributed(self, content: bytes) -> int:
        """The contribution of a text and of each run of letters, digits and dots in it. Case does not count."""
        found = 0
        for run in set(_RUN.findall(content.lower())):
            parts = self._contributed.get(run)
            if parts is None:
                parts = self._contributed[run] = self._of_run(run)
            found |= parts
        return found

    def _of_run(self, run: bytes) -> int:
        found = self._middles.get(run, 0)
        for length in range(1, min(len(run), self._longest) + 1):
            found |= self._beginnings.get(run[-length:], 0) | self._ends.get(run[:length], 0)
        return found

    def can_spell(self, contributed: int) -> bool:
        """True if pieces with this contribution can spell a word."""
        known = self._spelled.get(contributed)
        if known is None:
            known = self._spelled[contributed] = any(self._can_spell(word, contributed) for word in self._words)
        return known

    def _can_spell(self, word: bytes, contributed: int) -> bool:
        if word.endswith(b".") and contributed & self._beginnings[word[:-1]]:
            # The whole word is in one piece; dots are assumed to be there.
            return True
        pending = [length for length in range(1, len(word)) if contributed & self._beginnings[word[:length]]]
        reached = set(pending)
        while pending:
            position = pending.pop()
            if contributed & self._ends[word[position:]]:
                return True
            for end in range(position + 1, len(word)):
                part = word[position:end]
                if end not in reached and (part == b"." or contributed & self._middles[part]):
                    reached.add(end)
                    pending.append(end)
        return False


# Tells quickly, from the bytes of a source file, whether its code can name a Bedrock model or a user of one.

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


# Tells quickly whether decoded JSON can name a Bedrock model, or grant its use.

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


# Beginnings of base64 whose content is compressed, or UTF-16.
_OF_ANOTHER_FORM = re.compile(rb"H4[s-v]|.[AQgw][A-D]")
# Three characters that are in no id. Names of hosts end as they would at the end of the content.
_BETWEEN = base64.b64encode(b"___")


def encodes_an_id(content: bytes) -> bool:
    """True if base64 text in code may name a model."""
    plain: list[bytes] = []
    for written in set(_runs(content)):
        lines = written.split()
        for letters in {b"".join(lines), *lines}:
            # The match may include characters of the code behind it; then a group of four is incomplete.
            groups = letters[: len(letters) // 4 * 4]
            if _OF_ANOTHER_FORM.match(groups) is None:
                plain.append(groups)
            elif may_hold_an_id(*decoded(groups)):
                return True
    # To decode and search all of them at once is several times as fast.
    return may_hold_an_id(base64.b64decode(_BETWEEN.join(plain)), "utf-8")


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
