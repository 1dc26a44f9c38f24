"""Loads a published catalog from a file or an address that the user names, after a check of its digest."""

import hashlib
import http.client
import re
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from checker.catalog.store import parse_catalog
from checker.errors import UsageError
from checker.model.lifecycle import Catalog

LARGEST = 5_000_000

_LARGEST_DIGEST = 10_000
_TIMEOUT_SECONDS = 20
_DIGEST = re.compile(r"[0-9a-fA-F]{64}")


def take_catalog(source: str, digest: str | None) -> Catalog:
    """The catalog at `source`: an https address, or a file.

    `digest` is its SHA-256 in hexadecimal. Without it, the file of the same name with the suffix `.sha256` must contain
    it. Raises UsageError if the digest differs, or for a source that cannot be read or is no valid catalog.
    """
    if digest is not None and not _DIGEST.fullmatch(digest):
        raise UsageError(f"--sha256: {digest!r} is not a SHA-256 digest of 64 hexadecimal digits")
    content = _read(source, LARGEST)
    expected = digest or _published_digest(source)
    found = hashlib.sha256(content).hexdigest()
    if found != expected.lower():
        raise UsageError(f"{source}: this is not what was published: its SHA-256 is {found}, not {expected.lower()}")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{source}: the catalog is not UTF-8 text") from error
    return parse_catalog(text, source)


def _published_digest(source: str) -> str:
    try:
        found = _DIGEST.match(_read(f"{source}.sha256", _LARGEST_DIGEST).decode("ascii", "replace").strip())
    except UsageError as error:
        raise UsageError(f"{error}; it has to hold the digest of the catalog, or give that with --sha256") from error
    if found is None:
        raise UsageError(f"{source}.sha256: it does not begin with a SHA-256 digest of 64 hexadecimal digits")
    return found[0]


def _read(source: str, most: int) -> bytes:
    try:
        scheme = urlsplit(source).scheme
    except ValueError as error:
        raise UsageError(f"{source}: this is not an address") from error
    if len(scheme) > 1 and scheme != "https":
        raise UsageError(f"{source}: a catalog is taken from a file or an https address only")
    try:
        with open_https(source) if scheme == "https" else Path(source).open("rb") as opened:
            content: bytes = opened.read(most + 1)
    except urllib.error.HTTPError as error:
        raise UsageError(f"{source}: the server answered {error.code} {error.reason}") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise UsageError(f"{source}: it cannot be read: {getattr(error, 'reason', error)}") from error
    if len(content) > most:
        raise UsageError(f"{source}: it is larger than {most:,} bytes, which no catalog is")
    return content


class _OnlyHttps(urllib.request.HTTPRedirectHandler):
    """Follows a redirect to another https address, and to no other."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        if urlsplit(newurl).scheme != "https":
            raise urllib.error.URLError(f"it leads to {newurl}, which is not https")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def open_https(address: str) -> Any:
    """Opens a request; certificates are verified."""
    request = urllib.request.Request(address, headers={"User-Agent": "bedrock-eol"})
    return urllib.request.build_opener(_OnlyHttps).open(request, timeout=_TIMEOUT_SECONDS)
