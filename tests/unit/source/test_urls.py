"""URLs are shown without what lets their reader in."""

import pytest

from checker.source.urls import without_credentials


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("git::https://user:secret@example.com/x.git?ref=v1", "git::https://...@example.com/x.git?ref=v1"),
        ("https://ghp_abc@example.com/x", "https://...@example.com/x"),
        ("git@github.com:org/x.git", "git@github.com:org/x.git"),
        ("https://example.com/x.zip?token=abc&ref=1", "https://example.com/x.zip?token=...&ref=1"),
        ("https://example.com/x?ref=1&access_token=a-b_c.d", "https://example.com/x?ref=1&access_token=..."),
        ("git::ssh://git@example.com/x?sshkey=TUlJ%3D", "git::ssh://git@example.com/x?sshkey=..."),
        ("s3::https://s3.amazonaws.com/b/x?X-Amz-Signature=0f&X-Amz-Date=1", "s3::https://s3.amazonaws.com/b/x?X-Amz-Signature=...&X-Amz-Date=1"),
        ("module 'a' from 'https://e.com/x?TOKEN=abc' is gone", "module 'a' from 'https://e.com/x?TOKEN=...' is gone"),
        ("https://example.com/x?depth=1", "https://example.com/x?depth=1"),
    ],
)  # fmt: skip
def test_what_lets_the_reader_in_is_left_out(written: str, shown: str) -> None:
    assert without_credentials(written) == shown
