"""Organisations on GitHub and groups on GitLab, by servers on this machine that answer as theirs do."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest

from checker.errors import UsageError
from checker.fleet.hosts import list_host


class Service(BaseHTTPRequestHandler):
    """Pages of two repositories; the second page has an archived one."""

    asked: ClassVar[list[tuple[str, str]]] = []

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(url.query).items()}
        self.asked.append((self.path, self.headers.get("Authorization") or self.headers.get("PRIVATE-TOKEN") or ""))
        if "nobody" in url.path:
            return self._answer({"message": "Not Found"}, status=404)
        if url.path == "/orgs/acme":
            return self._answer({"login": "acme", "url": self._url("/orgs/acme")})
        if url.path == "/api/v4/groups/acme":
            return self._answer({"id": 7, "full_path": "acme"})
        page = int(query.get("page", "1"))
        numbers = (1, 2) if page == 1 else (3,)
        following = None if page == 2 else self._url(f"{url.path}?page=2")
        if url.path == "/orgs/acme/repos":
            return self._answer([self._on_github(number) for number in numbers], following)
        found = [self._on_gitlab(number) for number in numbers]
        if query.get("archived") == "False":
            found = [each for each in found if not each["archived"]]
        return self._answer(found, following)

    def log_message(self, *arguments: object) -> None:
        pass

    def _on_github(self, number: int) -> dict[str, object]:
        return {
            "full_name": f"acme/r{number}",
            "clone_url": f"https://github.example/acme/r{number}.git",
            "archived": number == 3,
            "topics": ["tf", "aws"] if number == 1 else [],
            "visibility": "private",
        }

    def _on_gitlab(self, number: int) -> dict[str, object]:
        return {
            "id": number,
            "path_with_namespace": f"acme/team/r{number}",
            "http_url_to_repo": f"https://gitlab.example/acme/team/r{number}.git",
            "archived": number == 3,
            "topics": [],
            "visibility": "internal",
        }

    def _url(self, path: str) -> str:
        host, port = self.server.server_address[:2]
        return f"http://{host!s}:{port}{path}"

    def _answer(self, data: object, following: str | None = None, status: int = 200) -> None:
        body = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if following is not None:
            self.send_header("Link", f'<{following}>; rel="next"')
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Service]]:
    Service.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}"
        for name in ("GITHUB_TOKEN", "GH_TOKEN", "GITLAB_TOKEN"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("GITHUB_API_URL", address)
        monkeypatch.setenv("GITLAB_URL", address)
        yield Service
        server.shutdown()


@pytest.mark.parametrize(
    ("host", "variable", "prefix", "tags"),
    [
        ("github", "GITHUB_TOKEN", "https://github.example/acme", (("topics", "aws,tf"), ("visibility", "private"))),
        ("gitlab", "GITLAB_TOKEN", "https://gitlab.example/acme/team", (("visibility", "internal"),)),
    ],
)
def test_every_page_is_read_with_the_token(
    service: type[Service],
    monkeypatch: pytest.MonkeyPatch,
    host: str,
    variable: str,
    prefix: str,
    tags: tuple[tuple[str, str], ...],
) -> None:
    monkeypatch.setenv(variable, "secret-token")
    found = list_host(host, "acme", archived=True)
    assert [each.location for each in found] == [f"{prefix}/r{number}.git" for number in (1, 2, 3)]
    assert (found[0].owner, found[0].tags) == ("acme", tags)
    assert all("secret-token" in told for _, told in service.asked)
    assert [each.location for each in list_host(host, "acme", archived=False)] == [
        f"{prefix}/r{number}.git" for number in (1, 2)
    ]


@pytest.mark.parametrize("host", ["github", "gitlab"])
def test_what_the_service_refuses_is_an_error_with_a_hint(service: type[Service], host: str) -> None:
    with pytest.raises(UsageError, match=rf"{host}:nobody: Git(Hub|Lab) answers 404: .*set GIT(HUB|LAB)_TOKEN"):
        list_host(host, "nobody", archived=False)


def test_a_service_that_is_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITLAB_URL", "http://127.0.0.1:9")
    with pytest.raises(UsageError, match="gitlab:acme: GitLab does not answer"):
        list_host("gitlab", "acme", archived=False)
