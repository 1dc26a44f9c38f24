"""Ids that are offered where a model is expected: in the form of the property, and from the Region."""

import pytest
from lsprotocol import types

from checker.lsp.completion import completions
from tests.unit.fix.conftest import EMBEDDING, NEW, NEW_EMBEDDING, NEW_NEAR, NEW_TITLES, OLD, OLD_TITLES
from tests.unit.lsp.conftest import CURSOR, GOV, IN_GOV, Editor

PROVIDER = 'provider "aws" {\n  region = "REGION"\n}\n'
AGENT = 'resource "aws_bedrockagent_agent" "a" {\n  foundation_model = "‸"\n}\n'
KNOWLEDGE = (
    'resource "aws_bedrockagent_knowledge_base" "k" {\n  knowledge_base_configuration {\n    type = "VECTOR"\n'
    '    vector_knowledge_base_configuration {\n      embedding_model_arn = "‸"\n    }\n  }\n}\n'
)


def offered(
    editor: Editor, text: str, name: str = "main.tf", regions: tuple[str, ...] = ()
) -> list[types.CompletionItem]:
    # An editor asks while somebody types, so that there was a text before.
    editor.type(name, text.replace(CURSOR, NEW))
    location = editor.at_cursor(name, text)
    models = editor.session().configured.index.catalog.models
    return completions(location, editor.answer(name), models, regions, editor.texts())


def labels(items: list[types.CompletionItem]) -> list[str]:
    return [item.label for item in sorted(items, key=lambda item: item.sort_text or "")]


@pytest.mark.parametrize(("region", "geography"), [("eu-west-1", "eu"), ("us-east-1", "us")])
def test_what_can_be_called_from_the_region_is_offered(editor: Editor, region: str, geography: str):
    items = offered(editor, PROVIDER.replace("REGION", region) + AGENT.replace('a" {\n  f', 'a" {\n  f'))
    found = labels(items)
    assert {NEW, f"{geography}.{NEW}", f"{geography}.{NEW_NEAR}", f"{geography}.{NEW_TITLES}"} <= set(found)
    assert NEW_TITLES not in found
    other = "us" if geography == "eu" else "eu"
    assert not any(label.startswith(f"{other}.") for label in found)
    assert EMBEDDING not in found


def test_what_is_ending_comes_last_and_is_marked(editor: Editor):
    items = offered(editor, PROVIDER.replace("REGION", "us-east-1") + AGENT)
    going = [types.CompletionItemTag.Deprecated]
    found = labels(items)
    marked = [item.label for item in items if item.tags == going]
    assert OLD in marked
    assert OLD_TITLES in marked
    assert NEW not in marked
    assert found[-len(marked) :] == sorted(marked, key=found.index)
    assert (
        next(item.detail for item in items if item.label == OLD) == "legacy in us-east-1, EOL 2026-12-15 (in 21 days)"
    )


def test_the_rest_of_the_old_id_is_replaced(editor: Editor):
    text = PROVIDER.replace("REGION", "us-east-1") + AGENT.replace("‸", f"anthropic.{CURSOR}claude-chat-1-v1:0")
    item = next(item for item in offered(editor, text) if item.label == NEW)
    assert isinstance(item.text_edit, types.TextEdit)
    start = item.text_edit.range.start.character
    assert (start, item.text_edit.range.end.character) == (22, 22 + len(OLD))


def test_a_property_that_takes_an_arn_is_offered_one(editor: Editor):
    provider = PROVIDER.replace("REGION", "eu-west-1")
    found = labels(offered(editor, provider + KNOWLEDGE, regions=("eu-west-1",)))
    assert found == [f"arn:aws:bedrock:eu-west-1::foundation-model/{each}" for each in (NEW_EMBEDDING, EMBEDDING)]
    begun = KNOWLEDGE.replace("‸", "arn:aws:bedrock:eu-west-1::foundation-model/am‸")
    assert labels(offered(editor, provider + begun, regions=("eu-west-1",))) == [NEW_EMBEDDING, EMBEDDING]


def test_an_arn_has_the_partition_of_its_region(editor: Editor):
    provider = PROVIDER.replace("REGION", GOV)
    found = labels(offered(editor, provider + KNOWLEDGE, regions=(GOV,)))
    assert found == [f"arn:aws-us-gov:bedrock:{GOV}::foundation-model/{IN_GOV}"]


def test_templates_are_completed_by_their_types(editor: Editor):
    template = "Resources:\n  A:\n    Type: AWS::Bedrock::Agent\n    Properties:\n      FoundationModel: ‸\n"
    found = labels(offered(editor, template, "stack.yaml", regions=("us-east-1",)))
    assert found[0] == f"us.{NEW}" or NEW in found
    assert not any(label.startswith("eu.") for label in found)


def test_a_default_that_a_property_reads_is_completed_like_it(editor: Editor):
    text = (
        PROVIDER.replace("REGION", "eu-west-1")
        + 'variable "m" {\n  default = "‸"\n}\nresource "aws_bedrockagent_agent" "a" {\n  foundation_model = var.m\n}\n'
    )
    assert f"eu.{NEW_NEAR}" in labels(offered(editor, text.replace("‸", "anthropic.c‸")))


@pytest.mark.parametrize(
    ("text", "is_offered"),
    [
        ('locals {\n  x = "‸"\n}\n', False),
        ('locals {\n  x = "anthropic.‸"\n}\n', True),
        ('resource "aws_sqs_queue" "q" {\n  name = "‸"\n}\n', False),
        ("‸", False),
    ],
)
def test_elsewhere_a_provider_has_to_be_typed(editor: Editor, text: str, is_offered: bool):
    assert bool(offered(editor, text.replace(NEW, ""))) is is_offered
