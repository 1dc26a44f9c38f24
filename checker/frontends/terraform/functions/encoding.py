"""The encoding functions of plain strings, and `yamlencode`; JSON and CSV are in `decoding`."""

import base64
import dataclasses
import re
import urllib.parse
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from checker.frontends.terraform.configuration.elements import unknowns_in, with_gaps
from checker.frontends.terraform.functions.calling import (
    Call,
    Evaluate,
    Function,
    InvalidCallError,
    by_piece,
    derived,
    plain,
    refused,
    string,
)
from checker.values import (
    MOST_CHARACTERS,
    Absent,
    Alternative,
    Atom,
    Bool,
    Cause,
    Json,
    List,
    Map,
    Null,
    Number,
    Piece,
    Text,
    TooLargeError,
    Unknown,
    Value,
    join,
)
from checker.values.operations import capped, concat, flat_map, known, literal, shapes, text, to_json_text

# `yamlencode`: a value as YAML in Terraform's format.


def yamlencode(call: Call) -> Value:
    """`yamlencode(value)` as text; unknown parts become holes."""
    result: list[Alternative] = []
    for one in call.args[0]:
        # A document that is one plain scalar ends with a marker, so that a parser knows where it ends.
        end = "\n...\n" if isinstance(one.atom, Number | Bool | Null) else "\n"
        block = isinstance(one.atom, Text) and "\n" in (one.atom.plain or "")
        result.extend(concat([_yaml((one,), 2 if block else 0, "yamlencode"), text(end)], "yamlencode"))
    return capped(result, "yamlencode")


def _yaml(value: Value, indent: int, subject: str) -> Value:
    """The block form of a value; a collection starts on the current line."""
    written: list[Alternative] = []
    for one in shapes(value, subject):
        atom = one.atom
        match atom:
            case List(items, ()) if items:
                parts: list[Value] = []
                for number, item in enumerate(items):
                    parts.append(text(("\n" + " " * indent if number else "") + "- "))
                    parts.append(_yaml(item, indent + 2, subject))
                made = concat(parts, subject)
            case Map(entries, ()) if entries:
                parts = []
                for number, key in enumerate(sorted(entries)):
                    parts.append(text(("\n" + " " * indent if number else "") + _yaml_quoted(key) + ":"))
                    parts.append(_yaml_entry(entries[key], indent, subject))
                made = concat(parts, subject)
            case List(rest=()):
                made = text("[]")
            case Map(rest=()):
                made = text("{}")
            case Text() | Json():
                made = _yaml_scalar(one, indent, subject)
            case Number() | Bool() | Null() | Absent():
                made = text(literal(atom) or "null")
            case Unknown():
                # It still stands for what it names; as text it is not the value itself.
                made = (Alternative(replace(atom, identity=f"yamlencode({atom.identity})")),)
            case List(items, rest):
                parts = [concat([text("- "), _yaml(item, indent + 2, subject), text("\n")], subject) for item in items]
                made = with_gaps(parts, concat([_yaml(rest, indent + 2, subject), text("\n")], subject), subject)
            case Map(entries, rest):
                parts = [
                    concat(
                        [text(f"{_yaml_quoted(key)}:"), _yaml_entry(entries[key], indent, subject), text("\n")], subject
                    )
                    for key in sorted(entries)
                ]
                made = with_gaps(parts, concat([_yaml(rest, indent + 2, subject), text("\n")], subject), subject)
        for alternative in made:
            joined = _join(one, alternative)
            if joined is not None:
                written.append(joined)
    return capped(written, subject)


def _join(outer: Alternative, inner: Alternative) -> Alternative | None:
    given = join(outer.given, inner.given)
    return None if given is None else Alternative(inner.atom, given, inner.trail + outer.trail)


def _yaml_entry(value: Value, indent: int, subject: str) -> Value:
    result: list[Alternative] = []
    for one in value:
        nested = isinstance(one.atom, List | Map) and bool(
            one.atom.items if isinstance(one.atom, List) else one.atom.entries
        )
        inner = indent if isinstance(one.atom, List) else indent + 2
        lead = text(("\n" + " " * inner) if nested else " ")
        result.extend(concat([lead, _yaml((one,), inner, subject)], subject))
    return tuple(result)


def _yaml_scalar(one: Alternative, indent: int, subject: str) -> Value:
    written = one.atom.plain if isinstance(one.atom, Text) else None
    if written is not None and _is_on_one_line(written):
        return (one._replace(atom=Text((Piece(_yaml_quoted(written)),)), given=()),)
    if written is not None and isinstance(one.atom, Text):
        # Several lines become a block, each with its own trail.
        indented = "2" if written[0] in " \n" else ""
        at_end = "+" if written.endswith("\n\n") or written == "\n" else "" if written.endswith("\n") else "-"
        pieces: list[Piece | Unknown] = [Piece(f"|{indented}{at_end}")]
        for start, line in _lines(written.removesuffix("\n")):
            pieces.append(Piece("\n" + " " * indent if line else "\n"))
            pieces += one.atom.slice(start, start + len(line)).pieces
        return (one._replace(atom=Text(tuple(pieces)), given=()),)
    return to_json_text((one._replace(given=()),))


def _is_on_one_line(content: str) -> bool:
    """True if a string is written in quotes: it has one line, or characters that a block cannot show."""
    return "\n" not in content or " \n" in content or bool(set(_YAML_ESCAPED.findall(content)) - set('\n"\\'))


def _yaml_quoted(content: str) -> str:
    return f'"{_YAML_ESCAPED.sub(_yaml_escape, content)}"'


# Everything except YAML's printable characters without line breaks, plus what has a meaning in quotes.
_YAML_ESCAPED = re.compile('[^ -~\xa0-\u2027\u202a-\ufefe\uff00-\ufffd]|["\\\\]')
_YAML_ESCAPES = dict(zip('\0\a\b\t\n\v\f\r\x1b"\\\x85\u2028\u2029', '0abtnvfre"\\NLP', strict=True))


def _yaml_escape(found: re.Match[str]) -> str:
    name = _YAML_ESCAPES.get(found[0])
    code = ord(found[0])
    if name is not None:
        return f"\\{name}"
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


def _lines(content: str) -> list[tuple[int, str]]:
    """The lines, each with its offset."""
    found = []
    start = 0
    for line in content.split("\n"):
        found.append((start, line))
        start += len(line) + 1
    return found


# The encoding functions of plain strings; JSON, YAML and CSV are in `decoding`.

# Terraform's names in lower case, and Python's names for them.
_CHARSETS = {
    "utf-8": "utf-8",
    "utf-16be": "utf-16-be",
    "utf-16le": "utf-16-le",
    "latin1": "latin-1",
    **{f"iso-8859-{part}": f"iso8859-{part}" for part in (*range(1, 12), 13, 14, 15, 16)},
    **{f"windows-{page}": f"cp{page}" for page in (874, *range(1250, 1259))},
    **{f"ibm{page}": f"cp{page}" for page in ("037", 437, 850, 852, 855, 858, 860, 862, 863, 865, 866, 1140)},
    **{f"cp{page}": f"cp{page}" for page in ("037", 437, 850, 852, 855, 860, 862, 863, 865, 866)},
    "cp936": "gbk",
    **{name: name for name in ("koi8-r", "koi8-u", "shift_jis", "euc-jp", "iso-2022-jp", "euc-kr", "gbk", "gb18030")},
    "macintosh": "mac-roman",
    "hz-gb-2312": "hz",
    "big5": "big5",
}
_BYTE_ORDER_MARK = b"\xfe\xff"


def _bytes_of(name: str, content: str) -> bytes:
    try:
        # Line breaks in it are ignored, spaces are not.
        return base64.b64decode(content.replace("\r", "").replace("\n", ""), validate=True)
    except ValueError:
        raise InvalidCallError(f'"{name}" must be base64') from None


def _decode(content: str) -> str:
    try:
        return _bytes_of("str", content).decode()
    except UnicodeDecodeError:
        raise InvalidCallError('"str" must be the base64 of a string in UTF-8') from None


def base64_of(content: Text, charset: str = "utf-8") -> Text:
    """The base64 of a text without holes; each part of it has the trail of its source."""
    pieces: list[Piece] = []
    pending = b""
    for number, piece in enumerate(content.pieces, 1):
        assert isinstance(piece, Piece)
        pending += piece.text.encode(charset)
        size = len(pending) if number == len(content.pieces) else len(pending) - len(pending) % 3
        if size:
            pieces.append(Piece(base64.b64encode(pending[:size]).decode(), piece.trail))
        pending = pending[size:]
    return Text(tuple(pieces))


def _encoded(encode: Callable[[Text, Sequence[Atom]], Atom]) -> Evaluate:
    """A function that encodes its first argument; a partly unknown result still has the known content."""

    def evaluate(call: Call) -> Value:
        def apply(atoms: Sequence[Atom]) -> Value | Atom:
            content, *others = atoms
            assert isinstance(content, Text)
            missing = next((found for atom in atoms for found in unknowns_in(atom)), None)
            try:
                atom = derived(missing, call.name, atoms) if missing is not None else encode(content, others)
            except InvalidCallError as error:
                return refused(call, str(error))
            return dataclasses.replace(atom, content=known(content)) if isinstance(atom, Unknown) else atom

        return flat_map(call.args, apply, call.name)

    return evaluate


def _base64_encode(content: Text, _others: Sequence[Atom]) -> Atom:
    return base64_of(content)


def _base64_gzip(content: Text, _others: Sequence[Atom]) -> Atom:
    # The compressed bytes depend on the library that makes them.
    return Unknown(Cause.UNSUPPORTED_FUNCTION, "base64gzip(…)", f"base64gzip({content.identity()})")


def _charset(name: str) -> str:
    found = _CHARSETS.get(name.lower())
    if found is None:
        raise InvalidCallError('"encoding" must be the IANA name of a character encoding that Terraform knows')
    return found


def _text_encode(content: Text, others: Sequence[Atom]) -> Atom:
    charset = others[0].plain or "" if isinstance(others[0], Text) else ""
    try:
        if charset.lower() == "utf-16":
            return base64_of(Text((Piece("\ufeff"), *content.pieces)), "utf-16-be")
        return base64_of(content, _charset(charset))
    except UnicodeEncodeError:
        raise InvalidCallError('"string" has characters that "encoding" lacks') from None


def _text_decode(content: str, charset: str) -> str:
    encoded = _bytes_of("source", content)
    try:
        if charset.lower() == "utf-16":
            is_little = encoded.startswith(b"\xff\xfe")
            unmarked = encoded[2:] if is_little or encoded.startswith(_BYTE_ORDER_MARK) else encoded
            return unmarked.decode("utf-16-le" if is_little else "utf-16-be")
        return encoded.decode(_charset(charset))
    except UnicodeDecodeError:
        raise InvalidCallError('"source" must be the base64 of a string in "encoding"') from None


def _gunzip(content: str) -> str:
    reader = zlib.decompressobj(wbits=31)
    try:
        unpacked = reader.decompress(_bytes_of("str", content), MOST_CHARACTERS + 1)
        if len(unpacked) > MOST_CHARACTERS:
            raise TooLargeError
        if not reader.eof:
            raise InvalidCallError('"str" must be the base64 of a whole file of gzip')
        return unpacked.decode()
    except (zlib.error, UnicodeDecodeError):
        raise InvalidCallError('"str" must be the base64 of a string that gzip has compressed') from None


def _url(content: str) -> str:
    return urllib.parse.quote_plus(content, safe="")


def _url_decode(content: str) -> str:
    if _BAD_ESCAPE.search(content):
        raise InvalidCallError('"str" must have two hexadecimal digits after each `%`')
    try:
        return urllib.parse.unquote_plus(content, errors="strict")
    except UnicodeDecodeError:
        raise InvalidCallError('"str" must stand for a string in UTF-8') from None


_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")

FUNCTIONS: Mapping[str, Function] = {
    "base64decode": plain(_decode, string("str")),
    "base64encode": Function(_encoded(_base64_encode), (string("str"),)),
    "base64gzip": Function(_encoded(_base64_gzip), (string("str"),)),
    "base64gunzip": plain(_gunzip, string("str")),
    "textdecodebase64": plain(_text_decode, string("source"), string("encoding")),
    "textencodebase64": Function(_encoded(_text_encode), (string("string"), string("encoding"))),
    "urldecode": plain(_url_decode, string("str")),
    "urlencode": by_piece(_url),
}
