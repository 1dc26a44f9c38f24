"""Base64 text, compressed or not. Its recipient decodes it, so a model that it names is in use."""

import base64
import re
import zlib

# The shortest id has twenty characters in base64. Part of a longer text must be longer, since words use the same
# letters.
_SHORTEST = 20
_WHOLE = re.compile(rf"[A-Za-z0-9+/\s]{{{_SHORTEST},}}={{0,2}}\s*")
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
