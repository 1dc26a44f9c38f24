"""Escapes untrusted text for a terminal, for the log of a CI system, and for Markdown.

Possible markup, mentions, links, emoji and issue references are shown as code, where they have no effect. In code that
contains its own end marker, each special character becomes an entity.
"""

import re
import unicodedata
from collections.abc import Collection

# Escapes untrusted text for a terminal and for the log of a CI system.

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


# Escapes untrusted text for Markdown, as GitHub and GitLab render it.

# Longer names are cut in the middle: a single one must not fill the report.
_LONGEST_WORD = 200
_LONGEST_TEXT = 1_000
_NEEDS_ENTITIES = re.compile(r"[`|\\]")
_ENTITIES = str.maketrans({character: f"&#{ord(character)};" for character in "&<>\"'`|\\*_~[]{}()#@:$!^+-."})
# Letters of any script, digits, and characters without a meaning inside or behind a word.
_SAFE_WORD = re.compile(r"[\w.,;:'\"()/%=?\u2013\u2014⟨⟩…≠→-]+")
_MARKUP = re.compile(r"_|:[\w+-]+:|://|^www\.|^GH-\d", re.IGNORECASE)
# Ids of models, addresses and files: safe, and easier to read as code.
_DOTTED = re.compile(r"[\w/-]+(\.[\w/-]+)+(:\w+)*")
# The beginning of a list, a heading or a rule.
_BLOCK = re.compile(r"[-+=]+|\d+[.)]")
_TICKS = re.compile("`+")
_TOKENS = re.compile(r"`([^`]+)`|(\s+)|([^\s`]+|`)")
_AROUND = re.compile(r"^([(\"']*)(.*?)([.,;:!?)\"']*)$")


def code(text: str) -> str:
    """The text as code, on one line, also in a table."""
    shown = _cut(printable(text), _LONGEST_WORD)
    if not shown.strip():
        return "<code>&nbsp;</code>"
    if _NEEDS_ENTITIES.search(shown) or shown != shown.strip():
        return f"<code>{shown.translate(_ENTITIES)}</code>"
    return f"`{shown}`"


def fenced(text: str, kind: str) -> str:
    """The text as a block of code, with its lines and tabs."""
    lines = ("\t".join(map(printable, line.split("\t"))) for line in text.splitlines())
    longest = max(map(len, _TICKS.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join((f"{fence}{kind}", *lines, fence))


def prose(text: str, names: Collection[str] = ()) -> str:
    """Sentences on one line, also in a table. Words that are `names`, look like one, or look like markup become
    code.
    """
    made = []
    for found in _TOKENS.finditer(_cut(printable(text), _LONGEST_TEXT).strip()):
        quoted, space, word = found.groups()
        if space:
            made.append(" ")
        elif quoted or (not made and _BLOCK.fullmatch(word)):
            made.append(code(quoted or word))
        else:
            made.append(_word(word, names))
    return "".join(made)


def _word(word: str, names: Collection[str]) -> str:
    found = _AROUND.match(word)
    before, core, after = found.groups() if found is not None else ("", word, "")
    if core in names or _DOTTED.fullmatch(core):
        return f"{before}{code(core)}{after}"
    if _SAFE_WORD.fullmatch(word) and not _MARKUP.search(word):
        return word
    if core and _SAFE_WORD.fullmatch(before + after or "a"):
        return f"{before}{code(core)}{after}"
    return code(word)


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    half = most // 2 - 10
    return f"{text[:half]}…[{len(text) - 2 * half} characters]…{text[-half:]}"
