"""Every vector of the grammar: ids, ARNs that are and are not models, and free text."""

import json
from pathlib import Path
from typing import Any

import pytest

from checker.model.reference import Form
from checker.references import ModelReference, find_ids, parse_reference
from checker.values import Piece, Text

VECTORS: dict[str, Any] = json.loads(Path(__file__).with_name("grammar_vectors.json").read_text(encoding="utf-8"))
PARTITIONS = ("aws", "aws-cn", "aws-us-gov", "aws-eusc", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f")
OPAQUE_FORMS = {
    "aip": Form.APPLICATION_INFERENCE_PROFILE_ARN,
    "pt": Form.PROVISIONED_MODEL_ARN,
    "cmi": Form.IMPORTED_MODEL_ARN,
    "cmd": Form.CUSTOM_MODEL_DEPLOYMENT_ARN,
    "im": Form.IMPORTED_MODEL_ARN,
    "router": Form.PROMPT_ROUTER_ARN,
    "prompt": Form.PROMPT_ARN,
}


def parsed(content: str) -> ModelReference | None:
    return parse_reference(Text((Piece(content),)))


def _by_text(vectors: list[dict[str, Any]]) -> Any:
    return pytest.mark.parametrize("vector", vectors, ids=[vector["text"] for vector in vectors])


@_by_text(VECTORS["model_ids"])
def test_an_id_has_its_parts(vector: dict[str, Any]) -> None:
    reference = parsed(vector["text"])

    assert reference is not None
    revision = f":{vector['rev']}" if vector["rev"] else ""
    assert reference.base == f"{vector['provider']}.{vector['name']}{revision}"
    assert (reference.geography, reference.provider, reference.context) == (
        vector["geo"],
        vector["provider"],
        vector["ctx"],
    )
    assert reference.form is (Form.INFERENCE_PROFILE_ID if vector["geo"] else Form.MODEL_ID)


# A test of its own for each of 2,752 pairs would take far longer than what is tested.
@_by_text(VECTORS["model_ids"])
def test_an_id_has_its_parts_in_an_arn_of_every_partition(vector: dict[str, Any]) -> None:
    kind, account = ("inference-profile", "123456789012") if vector["geo"] else ("foundation-model", "")
    alone = parsed(vector["text"])
    assert alone is not None

    for partition in PARTITIONS:
        reference = parsed(f"arn:{partition}:bedrock:xx-y-1:{account}:{kind}/{vector['text']}")

        assert reference is not None, partition
        assert reference[3:7] == alone[3:7], partition
        assert (reference.partition, reference.region, reference.account) == (partition, "xx-y-1", account)
        assert reference.form is (Form.INFERENCE_PROFILE_ARN if vector["geo"] else Form.FOUNDATION_MODEL_ARN), partition


@_by_text(VECTORS["model_ids"])
def test_an_id_is_found_in_free_text(vector: dict[str, Any]) -> None:
    provider_is_known = [found.base for found in find_ids(Text((Piece(f'model = "{vector["text"]}", then'),)))]

    alone = parsed(vector["text"])
    assert alone is not None
    assert provider_is_known == [alone.base]


@_by_text(VECTORS["bedrock_arns"])
def test_an_arn_has_its_parts(vector: dict[str, Any]) -> None:
    parts = vector["parts"]

    reference = parsed(vector["text"])

    assert reference is not None
    assert (reference.partition, reference.region, reference.account) == (
        parts["partition"],
        parts["region"],
        parts["account"],
    )
    named = next((parts[name] for name in ("fm", "profile", "cmbase", "jobbase") if parts.get(name)), None)
    start, end = reference.span
    if named is None:
        assert (reference.base, reference.pattern, reference.hole) == (None, None, None)
        assert reference.form is next(form for name, form in OPAQUE_FORMS.items() if name in parts)
    elif set(named) & {"*", "?"}:
        assert (reference.base, reference.form, reference.pattern) == (None, Form.WILDCARD, named)
        assert vector["text"][start:end] == named
    else:
        alone = parsed(named)
        assert alone is not None
        assert (reference.base, reference.geography, reference.context) == (
            alone.base,
            alone.geography,
            alone.context,
        )
        assert vector["text"][start:end] == named.removeprefix(f"{alone.geography}.")


@pytest.mark.parametrize("content", VECTORS["not_model_arns"])
def test_an_arn_of_something_else_names_no_model(content: str) -> None:
    reference = parsed(content)

    assert reference is None or (reference.base is None and reference.pattern is None)


@_by_text(VECTORS["free_text"])
def test_free_text_yields_what_it_names(vector: dict[str, Any]) -> None:
    found = [reference.base for reference in find_ids(Text((Piece(vector["text"]),)))]

    wanted = [reference.base for reference in map(parsed, vector["ids"]) if reference is not None]
    assert found == wanted
