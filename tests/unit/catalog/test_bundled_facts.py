"""Facts of the bundled catalog, written down a second time: a refresh that changes one has to change it here too."""

from datetime import date

import pytest

from checker.catalog import CatalogIndex, load_bundled
from checker.model.lifecycle import Notice, Stage
from checker.model.stages import guaranteed_until, stage_on

TODAY = date(2026, 11, 24)
CATALOG = load_bundled()
INDEX = CatalogIndex(CATALOG)


@pytest.mark.parametrize(
    ("identifier", "region", "stage", "eol"),
    [
        ("anthropic.claude-3-haiku-20240307-v1:0", "us-east-1", Stage.END_OF_LIFE, date(2026, 9, 10)),
        ("anthropic.claude-3-haiku-20240307-v1:0", "us-gov-west-1", Stage.END_OF_LIFE, date(2026, 9, 10)),
        ("anthropic.claude-3-haiku-20240307-v1:0", "ap-south-1", Stage.END_OF_LIFE, date(2026, 10, 17)),
        ("anthropic.claude-3-haiku-20240307-v1:0", "ap-northeast-2", Stage.END_OF_LIFE, date(2026, 10, 17)),
        # Its card says that it goes on there.
        ("anthropic.claude-3-haiku-20240307-v1:0", "eu-central-2", Stage.ACTIVE, None),
        # Nothing but a listing of August speaks for it there.
        ("anthropic.claude-3-sonnet-20240229-v1:0", "sa-east-1", Stage.UNKNOWN, None),
        ("anthropic.claude-3-sonnet-20240229-v1:0", "eu-west-2", Stage.END_OF_LIFE, date(2026, 10, 17)),
        ("anthropic.claude-3-haiku-20240307-v1:0", "af-south-1", Stage.UNKNOWN, None),
        ("anthropic.claude-3-5-sonnet-20240620-v1:0", "eu-central-2", Stage.END_OF_LIFE, date(2026, 6, 1)),
        ("anthropic.claude-3-5-sonnet-20240620-v1:0", "ap-south-1", Stage.END_OF_LIFE, date(2026, 10, 17)),
        ("anthropic.claude-3-5-sonnet-20241022-v2:0", "ap-southeast-1", Stage.END_OF_LIFE, date(2026, 10, 17)),
        ("anthropic.claude-3-7-sonnet-20250219-v1:0", "ap-south-1", Stage.END_OF_LIFE, date(2026, 10, 17)),
        ("anthropic.claude-3-7-sonnet-20250219-v1:0", "eu-west-2", Stage.END_OF_LIFE, date(2026, 10, 17)),
        # The dates name 31 Regions and leave this one out.
        ("anthropic.claude-sonnet-4-5-20250929-v1:0", "me-central-1", Stage.UNKNOWN, None),
        ("writer.palmyra-x4-v1:0", "us-west-2", Stage.LEGACY, date(2027, 3, 9)),
        ("writer.palmyra-x5-v1:0", "us-west-2", Stage.LEGACY, date(2027, 3, 21)),
        ("twelvelabs.pegasus-1-2-v1:0", "eu-west-1", Stage.LEGACY, date(2027, 3, 22)),
        ("us.anthropic.claude-fable-5-2", "us-west-2", Stage.ACTIVE, None),
        ("anthropic.claude-mythos-5-2", "us-east-1", Stage.ACTIVE, None),
        ("us.openai.gpt-6.1-terra", "us-east-1", Stage.ACTIVE, None),
        ("in.moonshotai.kimi-k3.1", "ap-south-1", Stage.ACTIVE, None),
        ("twelvelabs.pegasus-1-5-v1:0", "us-east-1", Stage.ACTIVE, None),
        ("amazon.nova-2-5-sonic", "us-east-1", Stage.ACTIVE, None),
        ("us.amazon.nova-2-pro-preview-20251202-v1:0", "us-east-1", Stage.ACTIVE, None),
        ("anthropic.claude-3-7-sonnet-20250219-v1:0", "us-gov-east-1", Stage.END_OF_LIFE, date(2026, 7, 30)),
        ("anthropic.claude-sonnet-4-20250514-v1:0", "eu-west-1", Stage.END_OF_LIFE, date(2026, 10, 14)),
        ("anthropic.claude-opus-4-1-20250805-v1:0", "us-west-2", Stage.EXTENDED_ACCESS, date(2027, 1, 8)),
        ("anthropic.claude-sonnet-4-5-20250929-v1:0", "eu-west-1", Stage.LEGACY, date(2027, 4, 8)),
        ("anthropic.claude-sonnet-4-5-20250929-v1:0", "us-gov-west-1", Stage.UNKNOWN, None),
        ("anthropic.claude-opus-4-8", "us-west-2", Stage.ACTIVE, None),
        ("anthropic.claude-opus-4-8", "us-gov-west-1", Stage.UNKNOWN, None),
        ("ai21.jamba-1-5-mini-v1:0", "us-east-1", Stage.EXTENDED_ACCESS, date(2026, 11, 26)),
        ("twelvelabs.marengo-embed-2-7-v1:0", "eu-west-1", Stage.EXTENDED_ACCESS, date(2026, 11, 30)),
        ("meta.llama3-70b-instruct-v1:0", "ca-central-1", Stage.LEGACY, date(2027, 3, 30)),
        ("meta.llama3-70b-instruct-v1:0", "us-gov-west-1", Stage.UNKNOWN, None),
        ("deepseek.r1-v1:0", "us-east-1", Stage.LEGACY, date(2027, 3, 30)),
        ("anthropic.claude-v2:1", "eu-central-1", Stage.END_OF_LIFE, date(2025, 7, 21)),
        ("stability.stable-image-core-v1:0", "us-west-2", Stage.END_OF_LIFE, date(2025, 9, 4)),
        ("stability.stable-image-core-v1:1", "us-west-2", Stage.ACTIVE, None),
        ("amazon.titan-embed-text-v2:0", "us-east-1", Stage.ACTIVE, None),
        ("amazon.nova-premier-v1:0", "us-east-1", Stage.END_OF_LIFE, date(2026, 9, 14)),
    ],
)
def test_it_says_what_its_sources_say(identifier: str, region: str, stage: Stage, eol: date | None) -> None:
    model = INDEX.lookup(identifier)
    assert model is not None
    found = stage_on(model, TODAY, region)
    assert (found.stage, found.eol_date) == (stage, eol)


def test_an_eol_read_before_it_came_is_announced() -> None:
    model = INDEX.lookup("anthropic.claude-sonnet-4-20250514-v1:0")
    assert model is not None
    stage = stage_on(model, TODAY, "us-east-1")
    assert (stage.stage, stage.eol_announced) == (Stage.END_OF_LIFE, True)


@pytest.mark.parametrize(
    ("identifier", "region", "notice", "until"),
    [
        ("moonshotai.kimi-k3", "us-east-1", Notice(45, "days"), date(2027, 1, 8)),
        ("zai.glm-5.3", "us-east-1", Notice(45, "days"), date(2027, 1, 8)),
        ("openai.gpt-6.1-sol", "us-east-1", None, TODAY),
        ("anthropic.claude-haiku-5-5", "us-east-1", Notice(6, "months"), date(2027, 10, 7)),
        ("amazon.nova-lite-v1:0", "us-east-1", Notice(6, "months"), date(2027, 5, 24)),
    ],
)
def test_what_is_guaranteed(identifier: str, region: str, notice: Notice | None, until: date) -> None:
    model = INDEX.lookup(identifier)
    assert model is not None
    assert model.legacy_notice == notice
    assert guaranteed_until(model, TODAY, region) == until


def test_the_wave_of_march_2027_has_its_end_by_cards_and_its_beginning_second_hand() -> None:
    wave = [m for m in CATALOG.models if any(row.eol_date == date(2027, 3, 30) for row in m.rows)]
    assert len(wave) == 26
    for model in wave:
        [row] = model.rows
        assert row.legacy_date == date(2026, 9, 30), model.id
        assert "/model-card-" in row.origin("eol_date").source, model.id
        assert row.origin("legacy_date").is_second_hand, model.id
        assert stage_on(model, date(2026, 9, 29), "us-east-1").stage is Stage.ACTIVE, model.id


def test_second_hand_dates_say_who_reports_them() -> None:
    model = INDEX.lookup("writer.palmyra-x4-v1:0")
    assert model is not None
    assert stage_on(model, TODAY, "us-east-1").reported_by("eol_date") == "PyPI litellm 1.110.2"


def test_govcloud_is_told_what_holds_elsewhere() -> None:
    model = INDEX.lookup("anthropic.claude-sonnet-4-5-20250929-v1:0")
    assert model is not None
    reason = stage_on(model, TODAY, "us-gov-west-1").reason
    assert reason.endswith("; EOL 2027-04-08 in the commercial Regions")
