"""Requests and answers on the wire, by the shapes of botocore: rest-json, json, query, ec2 and rpc-v2-cbor."""

import io
import json
import re
import struct
from calendar import timegm
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from botocore.parsers import RpcV2CBORParser

from checker.aws import _session

_CREDENTIAL = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/aws4_request")


class Request(NamedTuple):
    """A call as it came in. `key` is the access key that signed it."""

    protocol: str
    key: str
    region: str
    service: str
    operation: str
    arguments: Mapping[str, Any]


class Response(NamedTuple):
    """What goes out."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@cache
def model(service: str) -> Any:
    """botocore's model of a service: the one that the product has loaded, as they are large."""
    return _session().get_service_model(service)


class Wire:
    """The services that are served."""

    def __init__(self, services: tuple[str, ...]) -> None:
        self._by_signature: dict[str, list[str]] = {}
        for name in services:
            self._by_signature.setdefault(model(name).signing_name, []).append(name)

    def read(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Request:
        """The call that a request of HTTP makes. Raises LookupError if no service has it."""
        found = _CREDENTIAL.search(headers.get("authorization", ""))
        if found is None:
            raise LookupError("the request is not signed")
        key, region, signature = found.groups()
        for name in self._by_signature.get(signature, ()):
            protocol = _protocol(name, headers)
            call = _call(name, protocol, method, target, headers, body)
            if call is not None:
                return Request(protocol, key, region, name, *call)
        raise LookupError(f"{signature} has no {method} {target}")


def _protocol(service: str, headers: Mapping[str, str]) -> str:
    """The protocol of a request: a service may speak several."""
    if "smithy-protocol" in headers:
        return "smithy-rpc-v2-cbor"
    if "x-amz-target" in headers:
        return "json"
    protocols: list[str] = model(service).metadata["protocols"]
    return next(each for each in protocols if each not in {"smithy-rpc-v2-cbor", "json"})


def _call(
    service: str, protocol: str, method: str, target: str, headers: Mapping[str, str], body: bytes
) -> tuple[str, Mapping[str, Any]] | None:
    if protocol == "rest-json":
        return _rest_call(service, method, target, body)
    if protocol == "json":
        operation = headers["x-amz-target"].rpartition(".")[2]
        return operation, json.loads(body or b"{}")
    if protocol == "smithy-rpc-v2-cbor":
        operation = urlsplit(target).path.rpartition("/")[2]
        shape = model(service).operation_model(operation).input_shape
        parsed = RpcV2CBORParser().parse({"status_code": 200, "headers": {}, "body": body}, shape) if body else {}
        return operation, {name: value for name, value in parsed.items() if name != "ResponseMetadata"}
    form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    form.pop("Version", None)
    return form.pop("Action"), form


@cache
def _routes(service: str) -> tuple[tuple[str, re.Pattern[str], Mapping[str, str], str], ...]:
    found = []
    for name in model(service).operation_names:
        http = model(service).operation_model(name).http
        path, _, query = http["requestUri"].partition("?")
        pattern = re.sub(r"\{(\w+)(\+?)\}", lambda label: f"(?P<{label[1]}>{'.+' if label[2] else '[^/]+'})", path)
        wanted = {part.partition("=")[0]: part.partition("=")[2] for part in query.split("&") if part}
        found.append((http["method"], re.compile(pattern.rstrip("/") + "/?$"), wanted, name))
    # What has more fixed parts comes first: `/agents/x/` before `/agents/{id}/`.
    return tuple(sorted(found, key=lambda route: route[1].pattern.count("(?P<")))


def _rest_call(service: str, method: str, target: str, body: bytes) -> tuple[str, Mapping[str, Any]] | None:
    parts = urlsplit(target)
    query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    for verb, pattern, wanted, name in _routes(service):
        labels = pattern.match(parts.path) if verb == method else None
        if labels is None or not wanted.keys() <= query.keys():
            continue
        shape = model(service).operation_model(name).input_shape
        arguments: dict[str, Any] = json.loads(body) if body else {}
        for member, inner in ({} if shape is None else shape.members).items():
            wire = inner.serialization.get("name", member)
            if wire in labels.groupdict():
                arguments[member] = unquote(labels[wire])
            elif inner.serialization.get("location") == "querystring" and wire in query:
                arguments[member] = query[wire]
        return name, arguments
    return None


def answer(request: Request, content: Mapping[str, Any]) -> Response:
    """The answer of a call, with the members of the operation's output."""
    service = model(request.service)
    shape = service.operation_model(request.operation).output_shape
    protocol = request.protocol
    if protocol == "rest-json":
        return Response(200, {"content-type": "application/json"}, _json(shape, content))
    if protocol == "json":
        return Response(
            200,
            {"content-type": f"application/x-amz-json-{service.metadata.get('jsonVersion', '1.0')}"},
            _json(shape, content),
        )
    if protocol == "smithy-rpc-v2-cbor":
        headers = {"content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
        return Response(200, headers, _cbor(_plain(shape, content, "cbor")))
    inner = "".join(_xml(shape, content))
    name = request.operation
    if protocol == "ec2":
        text = f"<{name}Response><requestId>r</requestId>{inner}</{name}Response>"
    else:
        result = f"<{name}Result>{inner}</{name}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>"
        text = f"<{name}Response>{result}</{name}Response>"
    return Response(200, {"content-type": "text/xml"}, text.encode())


def error(request: Request, status: int, code: str, message: str) -> Response:
    """An error of a service."""
    protocol = request.protocol
    if protocol in {"rest-json", "json"}:
        body = json.dumps({"__type": code, "message": message, "Message": message}).encode()
        return Response(status, {"content-type": "application/json", "x-amzn-errortype": code}, body)
    if protocol == "smithy-rpc-v2-cbor":
        headers = {"content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
        return Response(status, headers, _cbor({"__type": code, "message": message}))
    body = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    text = (
        f"<Response><Errors>{body}</Errors><RequestID>r</RequestID></Response>"
        if protocol == "ec2"
        else f"<ErrorResponse>{body}<RequestId>r</RequestId></ErrorResponse>"
    )
    return Response(status, {"content-type": "text/xml"}, text.encode())


def _json(shape: Any, content: Mapping[str, Any]) -> bytes:
    return json.dumps(_plain(shape, content, "json")).encode()


def _plain(shape: Any, value: Any, protocol: str) -> Any:
    """The value with the names and the times of the wire. Raises LookupError for a member that the shape has not."""
    if shape is None or value is None:
        return value if value is not None or shape is None else None
    match shape.type_name:
        case "structure" if not getattr(shape, "is_document_type", False):
            unknown = value.keys() - shape.members.keys()
            if unknown:
                raise LookupError(f"{shape.name} has no {sorted(unknown)}")
            return {
                shape.members[name].serialization.get("name", name): _plain(shape.members[name], inner, protocol)
                for name, inner in value.items()
            }
        case "list":
            return [_plain(shape.member, inner, protocol) for inner in value]
        case "map":
            return {name: _plain(shape.value, inner, protocol) for name, inner in value.items()}
        case "timestamp":
            return _time(shape, value, protocol)
        case _:
            return value


def _time(shape: Any, value: datetime, protocol: str) -> Any:
    if protocol == "cbor":
        return value
    if shape.serialization.get("timestampFormat") == "iso8601" or protocol == "xml":
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return timegm(value.utctimetuple())


def _xml(shape: Any, value: Any) -> Iterator[str]:
    match shape.type_name:
        case "structure":
            for name, inner in value.items():
                member = shape.members[name]
                tag = member.serialization.get("name", name)
                content = "".join(_xml(member, inner))
                is_flat = member.type_name == "list" and member.serialization.get("flattened")
                yield content if is_flat else f"<{tag}>{content}</{tag}>"
        case "list":
            tag = shape.member.serialization.get("name", "member")
            for inner in value:
                yield f"<{tag}>{''.join(_xml(shape.member, inner))}</{tag}>"
        case "timestamp":
            yield str(_time(shape, value, "xml"))
        case "boolean":
            yield "true" if value else "false"
        case _:
            yield escape(str(value))


def _cbor(value: Any) -> bytes:
    stream = io.BytesIO()
    _write_cbor(stream, value)
    return stream.getvalue()


def _write_cbor(stream: io.BytesIO, value: Any) -> None:
    match value:
        case bool():
            stream.write(b"\xf5" if value else b"\xf4")
        case None:
            stream.write(b"\xf6")
        case int():
            _head(stream, 0 if value >= 0 else 1, value if value >= 0 else -1 - value)
        case float():
            stream.write(b"\xfb" + struct.pack(">d", value))
        case str():
            content = value.encode()
            _head(stream, 3, len(content))
            stream.write(content)
        case datetime():
            stream.write(b"\xc1\xfb" + struct.pack(">d", value.timestamp()))
        case list():
            _head(stream, 4, len(value))
            for inner in value:
                _write_cbor(stream, inner)
        case dict():
            _head(stream, 5, len(value))
            for name, inner in value.items():
                _write_cbor(stream, name)
                _write_cbor(stream, inner)
        case _:
            raise TypeError(type(value).__name__)


def _head(stream: io.BytesIO, major: int, size: int) -> None:
    if size < 24:
        stream.write(bytes([major << 5 | size]))
    elif size < 1 << 8:
        stream.write(bytes([major << 5 | 24, size]))
    elif size < 1 << 16:
        stream.write(bytes([major << 5 | 25]) + struct.pack(">H", size))
    elif size < 1 << 32:
        stream.write(bytes([major << 5 | 26]) + struct.pack(">I", size))
    else:
        stream.write(bytes([major << 5 | 27]) + struct.pack(">Q", size))
