"""A published catalog is taken if its digest is right, it is valid, and it comes by https or from a file."""

import hashlib
import io
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from checker.catalog import encode, load_file, published
from checker.catalog.published import LARGEST, take_catalog
from checker.cli import run
from checker.errors import UsageError

CATALOG = Path(__file__).parents[2] / "catalog.json"
CONTENT = CATALOG.read_bytes()
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    copy = tmp_path / "catalog.json"
    copy.write_bytes(CONTENT)
    return copy


@pytest.mark.parametrize("given", [DIGEST, DIGEST.upper(), None])
def test_a_file_with_its_digest(file: Path, given: str | None) -> None:
    if given is None:
        Path(f"{file}.sha256").write_text(f"{DIGEST}  catalog.json\n", encoding="utf-8")
    assert take_catalog(str(file), given) == load_file(CATALOG)


@pytest.mark.parametrize(
    ("content", "digest", "beside", "words"),
    [
        (CONTENT + b"\n", DIGEST, None, "this is not what was published"),
        (CONTENT, None, None, "give that with --sha256"),
        (CONTENT, None, "<html>", "does not begin with a SHA-256 digest"),
        (CONTENT, "12ab", None, "is not a SHA-256 digest"),
        (b"{}", hashlib.sha256(b"{}").hexdigest(), None, "not a valid catalog"),
        (b"\xff", hashlib.sha256(b"\xff").hexdigest(), None, "not UTF-8"),
        (b" " * (LARGEST + 1), DIGEST, None, "is larger than 5,000,000 bytes"),
    ],
)
def test_what_is_not_taken(file: Path, content: bytes, digest: str | None, beside: str | None, words: str) -> None:
    file.write_bytes(content)
    if beside is not None:
        Path(f"{file}.sha256").write_text(beside, encoding="utf-8")
    with pytest.raises(UsageError, match=words):
        take_catalog(str(file), digest)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1/catalog.json", "ftp://x/c", "file:///etc/passwd", "https://[x/c"]
)
def test_other_addresses_than_https_are_refused(address: str) -> None:
    with pytest.raises(UsageError, match=r"https address only|not an address"):
        take_catalog(address, DIGEST)


def test_an_address_is_read_with_its_digest_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {"https://example.com/c.json": CONTENT, "https://example.com/c.json.sha256": f"{DIGEST}  c.json".encode()}
    monkeypatch.setattr(published, "open_https", lambda address: io.BytesIO(answers[address]))
    assert take_catalog("https://example.com/c.json", None) == load_file(CATALOG)


def test_a_redirect_to_something_else_than_https_is_not_followed() -> None:
    request = urllib.request.Request("https://example.com/c.json")
    headers: Any = {}
    with pytest.raises(urllib.error.URLError, match="not https"):
        published._OnlyHttps().redirect_request(request, io.BytesIO(), 302, "", headers, "http://example.com/c.json")
    followed = published._OnlyHttps().redirect_request(request, io.BytesIO(), 302, "", headers, "https://e.com/c.json")
    assert followed is not None


def test_the_command_takes_what_is_newer(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BEDROCK_EOL_CACHE_DIR", str(tmp_path / "cache"))
    base = load_file(CATALOG)
    used = tmp_path / "used.json"
    used.write_bytes(CONTENT)
    assert run(["models", "update", str(file), "--sha256", DIGEST, "--output", str(used)]) == 0
    assert "is not newer than the data in use" in capsys.readouterr().err
    newer = encode(base._replace(as_of=base.as_of.replace(day=20), models=base.models[1:]))
    file.write_text(newer, encoding="utf-8")
    digest = hashlib.sha256(newer.encode()).hexdigest()
    assert run(["models", "update", str(file), "--sha256", digest, "--output", str(used)]) == 0
    assert f"- {base.models[0].id}" in capsys.readouterr().out
    assert used.read_text(encoding="utf-8") == newer
    assert run(["models", "update", str(file), "--sha256", DIGEST, "--output", str(used)]) == 2
