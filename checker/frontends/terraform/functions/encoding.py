"""The encoding functions of plain texts; JSON, YAML and CSV are in `decoding`."""

import base64
import binascii
import gzip
import urllib.parse
from collections.abc import Mapping

from checker.frontends.terraform.functions.calling import Function, InvalidCallError, as_text, impure, plain

_CHARSETS = {
    "UTF-8": "utf-8",
    "UTF-16LE": "utf-16-le",
    "UTF-16BE": "utf-16-be",
    "UTF-16": "utf-16",
    "ISO-8859-1": "latin-1",
}


def _decode(content: str) -> str:
    try:
        return base64.b64decode(content, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise InvalidCallError("the text is not the base64 of a text") from None


def _encode(content: str) -> str:
    return base64.b64encode(content.encode()).decode()


def _charset(name: str) -> str:
    found = _CHARSETS.get(name.upper(), name)
    try:
        "".encode(found)
    except LookupError:
        raise InvalidCallError(f"the character encoding {name!r} is not known") from None
    return found


def _text_encode(content: str, charset: str) -> str:
    try:
        return base64.b64encode(content.encode(_charset(charset))).decode()
    except UnicodeEncodeError:
        raise InvalidCallError("the text cannot be written in that encoding") from None


def _text_decode(content: str, charset: str) -> str:
    try:
        return base64.b64decode(content, validate=True).decode(_charset(charset))
    except (binascii.Error, UnicodeDecodeError):
        raise InvalidCallError("the text is not base64 in that encoding") from None


def _gunzip(content: str) -> str:
    try:
        return gzip.decompress(base64.b64decode(content, validate=True)).decode()
    except (binascii.Error, OSError, EOFError, UnicodeDecodeError):
        raise InvalidCallError("the text is not the base64 of a compressed text") from None


def _url(content: str) -> str:
    return urllib.parse.quote_plus(content, safe="")


FUNCTIONS: Mapping[str, Function] = {
    "base64decode": plain(_decode, as_text),
    "base64encode": plain(_encode, as_text),
    # The bytes of the compressed form depend on the library that makes them.
    "base64gzip": impure,
    "base64gunzip": plain(_gunzip, as_text),
    "textdecodebase64": plain(_text_decode, as_text, as_text),
    "textencodebase64": plain(_text_encode, as_text, as_text),
    "urlencode": plain(_url, as_text),
}
