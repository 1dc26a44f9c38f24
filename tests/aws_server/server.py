"""The server itself: it gives each request to a function, and sends what that answers."""

import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from tests.aws_server.wire import Request, Response, Wire, answer, error

Answering = Callable[[Request], Mapping[str, Any] | Response]


class ServiceError(Exception):
    """An error that a service answers with."""

    def __init__(self, status: int, code: str, message: str = "made by the test") -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message


class AwsServer:
    """Serves while it is entered. `requests` counts what came in, by service and operation."""

    def __init__(self, answering: Answering, services: tuple[str, ...]) -> None:
        self._answering = answering
        self._wire = Wire(services)
        self.requests: list[Request] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Answers are small, and the client waits for them.
            disable_nagle_algorithm = True
            wbufsize = -1

            def handle_call(self) -> None:
                length = int(self.headers.get("content-length") or 0)
                headers = {name.lower(): value for name, value in self.headers.items()}
                response = outer._respond(self.command, self.path, headers, self.rfile.read(length))
                self.send_response(response.status)
                for name, value in response.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(response.body)))
                self.end_headers()
                self.wfile.write(response.body)

            do_GET = do_POST = do_PUT = do_DELETE = handle_call  # noqa: N815

            def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def url(self) -> str:
        """The address, for `AWS_ENDPOINT_URL`."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def environment(self) -> dict[str, str]:
        """The variables that lead botocore here, with credentials that nobody has."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "AKIA111122223333",
            "AWS_SECRET_ACCESS_KEY": "made-up",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def __enter__(self) -> "AwsServer":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _respond(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Response:
        try:
            request = self._wire.read(method, target, headers, body)
        except LookupError as wrong:
            return Response(404, {"content-type": "text/plain"}, str(wrong).encode())
        self.requests.append(request)
        try:
            given = self._answering(request)
            return given if isinstance(given, Response) else answer(request, given)
        except ServiceError as fault:
            return error(request, fault.status, fault.code, fault.message)
