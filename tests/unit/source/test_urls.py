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
        ("user:secret@example.com:o/x.git", "...@example.com:o/x.git"),
        ("s3://b/x?pat=abc&versionId=1&oauth2=d", "s3://b/x?pat=...&versionId=1&oauth2=..."),
        ("arn:aws:bedrock:us-east-1::x/y@1:z/", "arn:aws:bedrock:us-east-1::x/y@1:z/"),
        ("modules/x?token=abc", "modules/x?token=..."),
        ("var.a ? x=1 : y", "var.a ? x=1 : y"),
    ],
)  # fmt: skip
def test_what_lets_the_reader_in_is_left_out(written: str, shown: str) -> None:
    assert without_credentials(written) == shown


def test_a_text_without_end_costs_no_more_than_its_length() -> None:
    long = "x" * 300_000
    assert without_credentials(f"a://b '{long}'") == f"a://b '{long}'"
    assert without_credentials(f"{long}:{long}") == f"{long}:{long}"
