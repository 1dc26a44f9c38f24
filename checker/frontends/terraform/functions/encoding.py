"""The encoding functions of plain texts; JSON, YAML and CSV are in `decoding`."""

import base64
import urllib.parse
import zlib
from collections.abc import Mapping

from checker.frontends.terraform.functions.calling import Function, InvalidCallError, impure, plain
from checker.frontends.terraform.functions.parameters import string
from checker.values import MOST_CHARACTERS, TooLargeError

# The names that Terraform takes, in lower case, and Python's for them.
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
        # Line breaks within it do not count, spaces do.
        return base64.b64decode(content.replace("\r", "").replace("\n", ""), validate=True)
    except ValueError:
        raise InvalidCallError(f'"{name}" must be base64') from None


def _decode(content: str) -> str:
    try:
        return _bytes_of("str", content).decode()
    except UnicodeDecodeError:
        raise InvalidCallError('"str" must be the base64 of a string in UTF-8') from None


def _encode(content: str) -> str:
    return base64.b64encode(content.encode()).decode()


def _charset(name: str) -> str:
    found = _CHARSETS.get(name.lower())
    if found is None:
        raise InvalidCallError('"encoding" must be the IANA name of a character encoding that Terraform knows')
    return found


def _text_encode(content: str, charset: str) -> str:
    try:
        if charset.lower() == "utf-16":
            return base64.b64encode(_BYTE_ORDER_MARK + content.encode("utf-16-be")).decode()
        return base64.b64encode(content.encode(_charset(charset))).decode()
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


FUNCTIONS: Mapping[str, Function] = {
    "base64decode": plain(_decode, string("str")),
    "base64encode": plain(_encode, string("str")),
    # The bytes of the compressed form depend on the library that makes them.
    "base64gzip": Function(impure, (string("str"),)),
    "base64gunzip": plain(_gunzip, string("str")),
    "textdecodebase64": plain(_text_decode, string("source"), string("encoding")),
    "textencodebase64": plain(_text_encode, string("string"), string("encoding")),
    "urlencode": plain(_url, string("str")),
}
