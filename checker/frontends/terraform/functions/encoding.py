"""The encoding functions of plain strings; JSON, YAML and CSV are in `decoding`."""

import base64
import dataclasses
import re
import urllib.parse
import zlib
from collections.abc import Callable, Mapping, Sequence

from checker.frontends.terraform.configuration.elements import unknowns_in
from checker.frontends.terraform.functions.calling import (
    Call,
    Evaluate,
    Function,
    InvalidCallError,
    by_piece,
    derived,
    plain,
    refused,
)
from checker.frontends.terraform.functions.parameters import string
from checker.values import MOST_CHARACTERS, Atom, Cause, Piece, Text, TooLargeError, Unknown, Value
from checker.values.operations import flat_map, known

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
