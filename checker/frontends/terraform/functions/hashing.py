"""The hash and crypto functions."""

import base64
import hashlib
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from checker.frontends.terraform.functions.calling import Function, InvalidCallError, impure, integer, plain, string
from checker.frontends.terraform.functions.filesystem import of_file

_NAMESPACES = {
    "dns": uuid.NAMESPACE_DNS,
    "oid": uuid.NAMESPACE_OID,
    "url": uuid.NAMESPACE_URL,
    "x500": uuid.NAMESPACE_X500,
}
_Hash = Callable[[bytes], Any]


def _hex(make: _Hash) -> Callable[[bytes], str]:
    return lambda content: str(make(content).hexdigest())


def _base64(make: _Hash) -> Callable[[bytes], str]:
    return lambda content: base64.b64encode(make(content).digest()).decode()


def _of_text(digest: Callable[[bytes], str]) -> Function:
    return plain(lambda content: digest(content.encode()), string("str"), forgets=True)


def _uuidv5(namespace: str, name: str) -> str:
    known = _NAMESPACES.get(namespace)
    if known is None and not _UUID.fullmatch(namespace):
        raise InvalidCallError('"namespace" must be a UUID, or one of dns, oid, url and x500')
    return str(uuid.uuid5(known or uuid.UUID(namespace), name))


_DASHED = "-".join(f"[0-9a-f]{{{count}}}" for count in (8, 4, 4, 4, 12))
_UUID = re.compile(rf"(?:urn:uuid:)?{_DASHED}|\{{{_DASHED}\}}|[0-9a-f]{{32}}", re.IGNORECASE)


def _md5(content: bytes) -> Any:
    return hashlib.md5(content, usedforsecurity=False)


def _sha1(content: bytes) -> Any:
    return hashlib.sha1(content, usedforsecurity=False)


_HEX: Mapping[str, Callable[[bytes], str]] = {
    "md5": _hex(_md5),
    "sha1": _hex(_sha1),
    "sha256": _hex(hashlib.sha256),
    "sha512": _hex(hashlib.sha512),
}
_BASE64: Mapping[str, Callable[[bytes], str]] = {
    "base64sha256": _base64(hashlib.sha256),
    "base64sha512": _base64(hashlib.sha512),
}
_DIGESTS: Mapping[str, Callable[[bytes], str]] = {**_HEX, **_BASE64}

FUNCTIONS: Mapping[str, Function] = {
    **{name: _of_text(digest) for name, digest in _DIGESTS.items()},
    **{f"file{name}": of_file(digest) for name, digest in _DIGESTS.items()},
    "bcrypt": Function(impure, (string("str"),), integer("cost"), most=2, forgets=True),
    "rsadecrypt": Function(impure, (string("ciphertext"), string("privatekey"))),
    "uuid": Function(impure),
    "uuidv5": plain(_uuidv5, string("namespace"), string("name"), forgets=True),
}
