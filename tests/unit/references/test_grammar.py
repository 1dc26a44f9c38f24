"""The grammar on texts with holes, wildcards, and every form."""

import pytest

from checker.catalog import CatalogIndex, load_bundled
from checker.model.reference import Form
from checker.references import ModelReference, find_ids, parse_reference, written_ids
from checker.source import Location
from checker.values import HOLE, Cause, Piece, Step, Text, Unknown

HAIKU = "anthropic.claude-3-haiku-20240307-v1:0"
FORMS = {
    "foundation-model/anthropic.claude-v2:1": (Form.FOUNDATION_MODEL_ARN, "anthropic.claude-v2:1"),
    "inference-profile/us.anthropic.claude-v2:1": (Form.INFERENCE_PROFILE_ARN, "anthropic.claude-v2:1"),
    "application-inference-profile/abc123": (Form.APPLICATION_INFERENCE_PROFILE_ARN, None),
    "provisioned-model/abc123": (Form.PROVISIONED_MODEL_ARN, None),
    "custom-model/amazon.nova-lite-v1:0:300k/abc123": (Form.CUSTOM_MODEL_ARN, "amazon.nova-lite-v1:0"),
    "custom-model/abc123": (Form.CUSTOM_MODEL_ARN, None),
    "custom-model/imported/abc123": (Form.IMPORTED_MODEL_ARN, None),
    "custom-model-deployment/abc123": (Form.CUSTOM_MODEL_DEPLOYMENT_ARN, None),
    "imported-model/abc123": (Form.IMPORTED_MODEL_ARN, None),
    "prompt-router/abc123": (Form.PROMPT_ROUTER_ARN, None),
    "default-prompt-router/anthropic.claude:1": (Form.PROMPT_ROUTER_ARN, None),
    "prompt/ABC:3": (Form.PROMPT_ARN, None),
    "model-customization-job/amazon.nova-lite-v1:0/abc": (Form.JOB_ARN, "amazon.nova-lite-v1:0"),
    "model-invocation-job/abc": (Form.JOB_ARN, None),
    "evaluation-job/abc": (Form.JOB_ARN, None),
}
PARTITIONS = ("aws", "aws-cn", "aws-us-gov", "aws-eusc", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f")


def holed(content: str) -> Text:
    """The text, with a hole for each `⟨name⟩`."""
    pieces: list[Piece | Unknown] = []
    for number, part in enumerate(content.replace("⟩", "⟨").split("⟨")):
        if number % 2:
            pieces.append(Unknown(Cause.INPUT_NOT_SET, part, part))
        elif part:
            pieces.append(Piece(part))
    return Text(tuple(pieces))


def parsed(content: str) -> ModelReference:
    reference = parse_reference(holed(content))
    assert reference is not None
    return reference


def spanned(reference: ModelReference) -> str:
    return reference.text.slice(*reference.span).render()


@pytest.mark.parametrize("partition", PARTITIONS)
@pytest.mark.parametrize("resource", FORMS)
def test_every_form_in_every_partition(partition: str, resource: str) -> None:
    reference = parsed(f"arn:{partition}:bedrock:us-east-1:123456789012:{resource}")

    assert (reference.form, reference.base) == FORMS[resource]
    assert reference.resource_type == resource.partition("/")[0]
    assert (reference.partition, reference.region) == (partition, "us-east-1")


def test_a_sagemaker_endpoint_is_a_form_of_its_own() -> None:
    assert parsed("arn:aws:sagemaker:us-east-1:123456789012:endpoint/x").form is Form.SAGEMAKER_ENDPOINT_ARN
    assert parse_reference(holed("arn:aws:sagemaker:us-east-1:123456789012:model/x")) is None


def test_a_name_is_a_reference_that_tells_no_model() -> None:
    reference = parsed("my-throughput")

    assert (reference.form, reference.base, reference.hole) == (Form.OTHER, None, None)


@pytest.mark.parametrize("content", ["", "arn:aws:s3:::bucket", "arn:aws:bedrock", "us.guardrail.v1:0"])
def test_what_is_no_reference(content: str) -> None:
    assert parse_reference(holed(content)) is None


def test_holes_for_partition_region_and_account_leave_the_model_known() -> None:
    reference = parsed(f"arn:⟨AWS::Partition⟩:bedrock:⟨AWS::Region⟩:⟨AWS::AccountId⟩:inference-profile/us.{HAIKU}")

    assert (reference.base, reference.geography) == (HAIKU, "us")
    assert (reference.partition, reference.region, reference.account) == (None, None, None)
    assert reference.hole is None


@pytest.mark.parametrize("geography", ["⟨geo⟩.", "⟨geo⟩", "⟨geo⟩⟨dot⟩"])
def test_a_geography_that_is_not_known_leaves_the_model_known(geography: str) -> None:
    alone = parsed(f"{geography}{HAIKU}")
    in_arn = parsed(f"arn:aws:bedrock:eu-west-1:123456789012:inference-profile/{geography}{HAIKU}")

    assert (alone.base, alone.geography, alone.form) == (HAIKU, None, Form.INFERENCE_PROFILE_ID)
    assert (in_arn.base, in_arn.geography, in_arn.form) == (HAIKU, None, Form.INFERENCE_PROFILE_ARN)
    assert spanned(alone) == spanned(in_arn) == HAIKU


@pytest.mark.parametrize(
    "content",
    [
        "anthropic.claude-⟨version⟩",
        "anthropic.⟨name⟩",
        "us.⟨id⟩",
        "anthropic.claude-v2:⟨revision⟩",
        "arn:aws:bedrock:us-east-1::foundation-model/⟨id⟩",
        "arn:aws:bedrock:us-east-1::foundation-model/anthropic.⟨id⟩-v1:0",
        "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/⟨id⟩",
        "arn:aws:bedrock:us-east-1::⟨resource⟩",
        "⟨arn⟩",
        "⟨prefix⟩-suffix",
    ],
)
def test_an_id_of_which_a_part_is_not_known_is_a_hole(content: str) -> None:
    reference = parsed(content)

    assert reference.base is None
    assert reference.hole == reference.text.holes[0]


@pytest.mark.parametrize(
    "content",
    [
        f"⟨prefix⟩foundation-model/{HAIKU}",
        f"⟨prefix⟩:foundation-model/{HAIKU}",
        f"⟨prefix⟩/{HAIKU}",
        f"arn:aws:bedrock:⟨rest⟩/{HAIKU}",
        f"arn:⟨prefix⟩:foundation-model/{HAIKU}",
        f"arn:⟨prefix⟩/{HAIKU}:200k",
    ],
)
def test_an_arn_whose_beginning_is_not_known_names_its_model(content: str) -> None:
    reference = parsed(content)

    assert (reference.base, reference.form) == (HAIKU, Form.FOUNDATION_MODEL_ARN)
    assert (reference.partition, reference.region) == (None, None)


def test_an_arn_of_something_else_after_an_unknown_beginning_is_a_hole() -> None:
    assert parsed("⟨prefix⟩knowledge-base/ABC").hole is not None


@pytest.mark.parametrize(
    ("content", "pattern", "core"),
    [
        (f"arn:aws:bedrock:*:*:inference-profile/*.{HAIKU}", f"*.{HAIKU}", HAIKU),
        (f"arn:aws:bedrock:*::foundation-model/*{HAIKU}", f"*{HAIKU}", HAIKU),
        (f"arn:aws:bedrock:*::foundation-model/{HAIKU}*", f"{HAIKU}*", HAIKU),
        (f"arn:aws:bedrock:*::foundation-model/us.{HAIKU}:*", f"us.{HAIKU}:*", HAIKU),
        (f"{HAIKU}*", f"{HAIKU}*", HAIKU),
        ("arn:aws:bedrock:*::foundation-model/*", "*", None),
        ("arn:aws:bedrock:*::foundation-model/anthropic.*", "anthropic.*", None),
        ("arn:aws:bedrock:*::foundation-model/us.*", "us.*", None),
        ("arn:aws:bedrock:*::foundation-model/anthropic.claude-?-haiku", "anthropic.claude-?-haiku", None),
        ("arn:aws:bedrock:*:*:*", "*", None),
        ("arn:aws:bedrock:*:*:custom-model/*", "*", None),
    ],
)
def test_a_wildcard_and_the_id_that_it_is_written_around(content: str, pattern: str, core: str | None) -> None:
    reference = parsed(content)

    assert (reference.form, reference.base) == (Form.WILDCARD, None)
    assert (reference.pattern, reference.core) == (pattern, core)


@pytest.mark.parametrize(
    ("content", "base", "region"),
    [
        (f"bedrock/us.{HAIKU}", HAIKU, None),
        (f"bedrock/converse/{HAIKU}", HAIKU, None),
        (f"bedrock/us-west-2/{HAIKU}", HAIKU, "us-west-2"),
        (f"bedrock/invoke/us-gov-west-1/{HAIKU}", HAIKU, "us-gov-west-1"),
        (f"bedrock/arn:aws:bedrock:us-east-1::foundation-model/{HAIKU}", HAIKU, "us-east-1"),
        (f"bedrock/⟨geo⟩.{HAIKU}", HAIKU, None),
    ],
)
def test_the_spelling_of_litellm(content: str, base: str, region: str | None) -> None:
    reference = parsed(content)

    assert (reference.base, reference.region, reference.form) == (base, region, Form.PROVIDER_MODEL_ID)
    assert reference.text == holed(content)
    assert spanned(reference) == HAIKU


def test_litellm_with_a_name_that_tells_no_model() -> None:
    reference = parsed("bedrock/arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc")

    assert (reference.base, reference.form) == (None, Form.APPLICATION_INFERENCE_PROFILE_ARN)


def test_ids_in_free_text_come_with_the_arn_around_them() -> None:
    content = holed(
        f"first arn:⟨AWS::Partition⟩:bedrock:⟨AWS::Region⟩::foundation-model/{HAIKU}, then us.{HAIKU} and ⟨geo⟩.{HAIKU}"
    )

    found = list(find_ids(content))

    assert [one.text.render() for one in found] == [
        f"arn:⟨AWS::Partition⟩:bedrock:⟨AWS::Region⟩::foundation-model/{HAIKU}",
        f"us.{HAIKU}",
        f"⟨geo⟩.{HAIKU}",
    ]
    assert [one.base for one in found] == [HAIKU] * 3
    assert [one.form for one in found] == [
        Form.FOUNDATION_MODEL_ARN,
        Form.INFERENCE_PROFILE_ID,
        Form.INFERENCE_PROFILE_ID,
    ]


@pytest.mark.parametrize(
    ("content", "models"),
    [
        (f"/model/{HAIKU}/invoke", [HAIKU]),
        (f"`/model/us.{HAIKU}/converse-stream`", [f"us.{HAIKU}"]),
        (f"https://bedrock-runtime.us-east-1.amazonaws.com/model/{HAIKU}/invoke-with-response-stream", [HAIKU]),
        (f"arn:aws:apigateway:us-east-1:bedrock-runtime:path/model/{HAIKU}/invoke", [HAIKU]),
        (f"/model/⟨geo⟩.{HAIKU}/invoke", [f"⟨geo⟩.{HAIKU}"]),
        (f"/model/{HAIKU.replace(':', '%3A')}/invoke", [HAIKU]),
        (f"/model/⟨geo⟩.{HAIKU.replace(':', '%3a')}/converse", [f"⟨geo⟩.{HAIKU}"]),
        (
            f"/model/arn%3Aaws%3Abedrock%3A⟨region⟩%3A%3Afoundation-model%2F{HAIKU.replace(':', '%3A')}/invoke",
            [f"arn:aws:bedrock:⟨region⟩::foundation-model/{HAIKU}"],
        ),
        (f"s3://bucket/model/{HAIKU}/weights", []),
        (f"s3://bucket/model/{HAIKU}/invoked", []),
    ],
)
def test_the_path_of_a_call_of_the_runtime(content: str, models: list[str]) -> None:
    assert [one.text.render() for one in find_ids(holed(content))] == models


@pytest.mark.parametrize(
    ("before", "region"),
    [
        ("https://bedrock-runtime.eu-west-1.amazonaws.com/model/", "eu-west-1"),
        ("https://bedrock-runtime-fips.us-gov-west-1.api.aws/model/", "us-gov-west-1"),
        ("arn:aws:apigateway:us-east-1:bedrock-runtime:path/model/", "us-east-1"),
        ("https://bedrock-runtime.⟨AWS::Region⟩.amazonaws.com/model/", None),
        ("https://vpce-1.bedrock-runtime.us-east-1.vpce.amazonaws.com/model/", "us-east-1"),
        ("/model/", None),
    ],
)
def test_the_url_of_a_call_tells_its_region(before: str, region: str | None) -> None:
    (found,) = find_ids(holed(f"{before}{HAIKU}/invoke"))

    assert (found.base, found.region, found.form) == (HAIKU, region, Form.MODEL_ID)


def test_the_trail_of_an_encoded_id_is_that_of_its_piece() -> None:
    first, second = Step(Location("a.tf", 1, 1), "written here"), Step(Location("a.tf", 9, 3), "written here")
    content = Text((Piece("/model/", (first,)), Piece(f"{HAIKU.replace(':', '%3A')}/invoke", (second,))))

    (found,) = find_ids(content)

    assert found.text.trail_at(*found.span) == (second,)


def test_an_id_in_an_arn_in_free_text_whose_geography_is_not_known() -> None:
    arn = f"arn:aws:bedrock:eu-west-1:123456789012:inference-profile/⟨geo⟩.{HAIKU}"

    (found,) = find_ids(holed(f"use {arn}."))

    assert (found.text.render(), found.base, found.region) == (arn, HAIKU, "eu-west-1")


@pytest.mark.parametrize(
    ("content", "region"),
    [
        (f"arn:aws:bedrock:us-east-1::foundation-models/{HAIKU}", "us-east-1"),
        (f"arn:aws:bedrock:⟨region⟩::foundation_model/{HAIKU}", None),
        (f"arn:aws:bedrock:eu-west-1:123456789012:model/{HAIKU} now", "eu-west-1"),
        (f"zz.{HAIKU}", None),
    ],
)
def test_an_id_behind_a_kind_or_a_geography_that_there_is_not(content: str, region: str | None) -> None:
    (found,) = find_ids(holed(content), any_geography=True)

    assert (found.base, found.region) == (HAIKU, region)


def test_the_name_of_a_package_is_no_id_unless_the_catalog_is_asked() -> None:
    package = holed("com.amazon.deequ-2")

    assert not any(find_ids(package))
    assert [found.base for found in find_ids(package, any_geography=True)] == ["amazon.deequ-2"]


@pytest.mark.parametrize("before", ["arn:aws:s3:::bucket/", "api.vendor.", "https://zz."])
def test_an_id_in_another_name_is_not_found_in_free_text(before: str) -> None:
    assert list(find_ids(holed(f"{before}{HAIKU}"))) == []


def test_an_id_of_which_the_end_is_not_known_is_not_found_in_free_text() -> None:
    assert list(find_ids(holed("anthropic.claude-3-⟨rest⟩ anthropic.claude-3.⟨rest⟩"))) == []


def test_the_trail_of_an_id_in_free_text_is_that_of_its_piece() -> None:
    first, second = Step(Location("a.tf", 1, 1), "written here"), Step(Location("a.tf", 9, 3), "written here")
    content = Text((Piece("use ", (first,)), Piece(f"{HAIKU} now", (second,))))

    (found,) = find_ids(content)

    assert found.text.trail_at(*found.span) == (second,)


def test_a_private_character_in_the_text_is_no_hole() -> None:
    reference = parse_reference(Text((Piece(f"anthropic.claude-{HOLE}"),)))

    assert reference is not None
    assert (reference.base, reference.hole) == (None, None)


@pytest.mark.parametrize(
    "text", ["anthropic.claude-v2:", "anthropic.claude-v2: x", "anthropic.claude-v2.", '"anthropic.claude-v2": 1']
)
def test_what_stands_behind_an_id_is_no_part_of_it(text: str) -> None:
    """With the colon of a key of YAML, it was taken for anthropic.claude-v2:1, the one revision of its family."""
    knows = CatalogIndex(load_bundled()).knows
    assert [written for _, written in written_ids(text, knows)] == ["anthropic.claude-v2"]
