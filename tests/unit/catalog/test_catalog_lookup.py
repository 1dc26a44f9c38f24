"""How an id finds its model, and what is not guessed."""

from pathlib import Path

import pytest

from checker.catalog import CatalogIndex, load_bundled, load_file
from checker.catalog.lookup import split_geography

BUNDLED = CatalogIndex(load_bundled())
SYNTHETIC = CatalogIndex(load_file(Path(__file__).parents[2] / "catalog.json"))


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("amazon.nova-lite-v1:0", "amazon.nova-lite-v1:0"),
        ("amazon.nova-lite-v1:0:24k", "amazon.nova-lite-v1:0"),
        ("amazon.nova-lite-v1", "amazon.nova-lite-v1:0"),
        ("amazon.titan-embed-text-v1", "amazon.titan-embed-text-v1"),
        ("amazon.titan-embed-text-v1:2:8k", "amazon.titan-embed-text-v1"),
        ("amazon.titan-embed-text-v1:9:8k", "amazon.titan-embed-text-v1"),
        ("cohere.embed-english-v3:0:512", "cohere.embed-english-v3"),
        ("amazon.titan-embed-image-v1:0", "amazon.titan-embed-image-v1"),
        ("amazon.titan-text-express-v1:0:8k", "amazon.titan-text-express-v1"),
        ("anthropic.claude-v2", "anthropic.claude-v2"),
        ("anthropic.claude-v2:1", "anthropic.claude-v2:1"),
        ("anthropic.claude-v2:1:18k", "anthropic.claude-v2:1"),
        ("anthropic.claude-v2:0:100k", "anthropic.claude-v2"),
        ("anthropic.claude-instant-v1:2:100k", "anthropic.claude-instant-v1"),
        ("ai21.j2-ultra-v1:0:8k", "ai21.j2-ultra-v1"),
        ("ai21.j2-mid", "ai21.j2-mid-v1"),
        ("meta.llama3-1-8b-instruct-v1", "meta.llama3-1-8b-instruct-v1:0"),
        ("stability.stable-diffusion-xl", "stability.stable-diffusion-xl-v0"),
        ("stability.stable-diffusion-xl-v1", "stability.stable-diffusion-xl-v1:0"),
        ("deepseek.v3.1", "deepseek.v3-v1:0"),
        ("deepseek.v3.2", "deepseek.v3.2"),
        ("anthropic.claude-haiku-4-5", "anthropic.claude-haiku-4-5-20251001-v1:0"),
        ("qwen.qwen3-32b", "qwen.qwen3-32b-v1:0"),
        ("qwen.qwen3-next-80b-a3b-instruct", "qwen.qwen3-next-80b-a3b"),
        ("openai.gpt-oss-120b", "openai.gpt-oss-120b-1:0"),
        ("moonshot.kimi-k2-thinking", "moonshot.kimi-k2-thinking"),
        ("moonshotai.kimi-k2-thinking", "moonshot.kimi-k2-thinking"),
        ("moonshot.kimi-k2.5", "moonshotai.kimi-k2.5"),
    ],
)
def test_an_id_and_its_other_spellings(identifier: str, expected: str) -> None:
    match = BUNDLED.match(identifier)
    assert match is not None
    assert (match.model.id, match.geography, match.profile) == (expected, None, None)
    assert BUNDLED.lookup(identifier) is match.model
    assert BUNDLED.knows(identifier)


@pytest.mark.parametrize(
    ("identifier", "model", "geography", "is_listed"),
    [
        ("us.anthropic.claude-sonnet-4-6", "anthropic.claude-sonnet-4-6", "us", True),
        ("global.cohere.embed-v4:0", "cohere.embed-v4:0", "global", True),
        ("us-gov.nvidia.nemotron-nano-9b-v2", "nvidia.nemotron-nano-9b-v2", "us-gov", True),
        ("ca.amazon.nova-lite-v1:0", "amazon.nova-lite-v1:0", "ca", False),
        (
            "us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0",
            "anthropic.claude-sonnet-4-5-20250929-v1:0",
            "us-gov",
            False,
        ),
        ("us.anthropic.claude-haiku-4-5", "anthropic.claude-haiku-4-5-20251001-v1:0", "us", True),
    ],
)
def test_a_profile_id_gives_the_base_model_and_the_geography(
    identifier: str, model: str, geography: str, is_listed: bool
) -> None:
    match = BUNDLED.match(identifier)
    assert match is not None
    assert (match.model.id, match.geography) == (model, geography)
    assert (match.profile is not None) == is_listed
    if match.profile is not None:
        assert match.profile.prefix == geography


@pytest.mark.parametrize(
    "identifier",
    [
        "anthropic.claude-99",
        "amazon.nova-lite-v1:7",
        "stability.stable-diffusion-xl-v1:3",
        "amazon.nova-reel-v1",
        "stability.stable-image-core-v1",
        "lambda.amazonaws.com",
        "amazon.ion-v1",
        "us.guardrail.v1:0",
        "v3.1",
        "sa.anthropic.claude-sonnet-4-6",
        "us.us.anthropic.claude-sonnet-4-6",
        "us.",
        "",
        " amazon.nova-lite-v1:0",
        "Amazon.nova-lite-v1:0",
    ],
)
def test_what_is_not_known_is_not_guessed(identifier: str) -> None:
    assert BUNDLED.match(identifier) is None
    assert BUNDLED.lookup(identifier) is None
    assert not BUNDLED.knows(identifier)


def test_every_id_of_the_catalog_is_found() -> None:
    for model in BUNDLED.catalog.models:
        for identifier in (model.id, *model.aliases, *(profile.id for profile in model.profiles)):
            assert BUNDLED.lookup(identifier) is model, identifier


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("anthropic.claude-sonet-4-6", "anthropic.claude-sonnet-4-6"),
        ("us.anthropic.claude-sonet-4-6", "us.anthropic.claude-sonnet-4-6"),
        ("amazon.nova-lite-v1:7", "amazon.nova-lite-v1:0"),
        ("Anthropic.Claude-Opus-4-8", "anthropic.claude-opus-4-8"),
        ("qwen.qwen3-32", "qwen.qwen3-32b"),
    ],
)
def test_a_suggestion_for_a_slip_of_the_pen(identifier: str, expected: str) -> None:
    assert BUNDLED.suggest(identifier)[0] == expected


def test_all_revisions_are_suggested_where_one_is_missing() -> None:
    assert BUNDLED.suggest("amazon.nova-reel-v1")[:2] == ("amazon.nova-reel-v1:0", "amazon.nova-reel-v1:1")
    assert SYNTHETIC.suggest("amazon.test-revised-v1")[:2] == ("amazon.test-revised-v1:0", "amazon.test-revised-v1:1")


def test_nothing_is_suggested_for_what_is_unlike_everything() -> None:
    assert BUNDLED.suggest("mycompany.internal-thing") == ()


@pytest.mark.parametrize(
    ("identifier", "parts"),
    [
        ("us-gov.amazon.x-1", ("us-gov", "amazon.x-1")),
        ("us.amazon.x-1", ("us", "amazon.x-1")),
        ("deepseek.v3.1", (None, "deepseek.v3.1")),
        ("usual.thing", (None, "usual.thing")),
    ],
)
def test_the_geography_is_split_off(identifier: str, parts: tuple[str | None, str]) -> None:
    assert split_geography(identifier) == parts
