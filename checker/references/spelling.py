"""Tells whether pieces of text, joined in any order, can spell a word.

To spell a word, one piece ends with its beginning, one begins with its end, and others may be parts of its middle. The
contribution of a piece is a set of bits, an int; `|` combines those of many pieces. Dots are assumed to be there:
formats (`%s.%s`) and functions that join write them in many ways.
"""

import re
from collections.abc import Iterable

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
