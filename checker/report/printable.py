"""Escapes untrusted text for a terminal and for the log of a CI system."""

import re
import unicodedata

_PLAIN = re.compile(r"[ -~]*")
# CI systems read commands from logs: GitHub `::name::` at the start of a line and `##[name]` anywhere, others `##vso[`,
# `##teamcity[`. A line may start at any word, since paragraphs are wrapped.
_COMMAND = re.compile(r"(?<!\S):(?=:)|#(?=#(?:\[|vso\[|teamcity\[))")
_ESCAPED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def printable(text: str) -> str:
    """`text` on one line, with characters that could control a terminal or reorder the line as escapes (`\\x1b`).

    They are controls, format characters (bidirectional marks, zero-width), surrogates and unassigned code points.
    """
    if not _PLAIN.fullmatch(text):
        text = "".join(map(_printable_character, text))
    if "::" in text or "##" in text:
        text = _COMMAND.sub(lambda match: _escape(match[0]), text)
    return text


def ascii_only(text: str) -> str:
    """`text` for an output that only accepts ASCII."""
    if text.isascii():
        return text
    return "".join(
        character if character.isascii() else _SUBSTITUTES.get(character) or _escape(character) for character in text
    )


_SUBSTITUTES = {
    "⟨": "<",
    "⟩": ">",
    "≠": "!=",
    "≥": ">=",
    "→": "->",
    "…": "...",
    "·": "-",
    "│": "|",
    "\xa0": " ",
}


def _printable_character(character: str) -> str:
    if " " <= character <= "~":
        return character
    # Other spaces would break the layout; an ideographic one looks like indentation.
    if unicodedata.category(character) in _ESCAPED_CATEGORIES:
        return _escape(character)
    return character


def _escape(character: str) -> str:
    code = ord(character)
    named = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(character)
    if named is not None:
        return named
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
