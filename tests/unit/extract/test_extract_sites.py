"""Sites whose whole value names a model."""

import json
from collections.abc import Callable, Sequence
from importlib.resources import files
from typing import Any

import pytest

from checker.model.reference import Cost, Form, Kind, Reference, Role, Usage
from checker.model.resource import Change, Framework, Resource
from checker.source import Location
from checker.values import (
    Alternative,
    Assumption,
    Basis,
    Cause,
    Certainty,
    List,
    Map,
    Null,
    Piece,
    Shape,
    Step,
    Text,
    Value,
)
from checker.values.operations import after, assume, concat, from_python, known, one_of, text, unknown

Make = Callable[..., Resource]
One = Callable[..., Reference]
Many = Callable[..., tuple[Reference, ...]]
Models = Callable[..., dict[str, list[str | None]]]

ACTIVE, LEGACY, EMBED = "anthropic.test-active-v1:0", "anthropic.test-legacy-v1:0", "amazon.test-embed-v1"
ROWS: list[dict[str, Any]] = [
    row
    for row in json.loads(files("checker.extract").joinpath("data/sites.json").read_text(encoding="utf-8"))
    if row["accepts"]
]


def _nested(path: str, content: object) -> Any:
    """The properties that have `content` at a path of the table; each list has one element."""
    name, dot, further = path.partition(".")
    inner = _nested(further, content) if dot else content
    return {name.removesuffix("[]"): [inner] if name.endswith("[]") else inner}


@pytest.mark.parametrize("row", ROWS, ids=[f"{row['type']} {row['path']}" for row in ROWS])
def test_every_row_of_the_table_is_read(row: dict[str, Any], made: Make, one: One) -> None:
    prefix = "bedrock/" if "provider-model-id" in row["accepts"] else ""

    reference = one(made(row["type"], _nested(row["path"], f"{prefix}{ACTIVE}")))

    assert [candidate.model for candidate in reference.candidates] == [ACTIVE]
    assert (reference.site.path, reference.path) == (row["path"], row["path"].replace("[]", "[0]"))
    assert (reference.site.role, reference.site.kind, reference.site.usage, reference.site.cost) == (
        Role(row["role"]),
        Kind(row["kind"]),
        Usage(row["usage"]),
        Cost(row["cost"]),
    )
    assert reference.unresolved is None


@pytest.mark.parametrize("row", ROWS, ids=[f"{row['type']} {row['path']}" for row in ROWS])
def test_every_row_that_is_not_known_is_unresolved(row: dict[str, Any], made: Make, references: Many) -> None:
    properties = from_python(_nested(row["path"], "@"))
    properties = _replaced(properties, unknown(Cause.INPUT_NOT_SET, "var.model"))

    found = references(made(row["type"], properties))

    if row["accepts"] == ["provider-model-id"] and "lite" not in row["path"].lower():
        # What these vendors offer is never Bedrock's.
        assert found == ()
    else:
        (reference,) = found
        assert reference.unresolved is not None
        assert (reference.unresolved.cause, reference.unresolved.subject) == (Cause.INPUT_NOT_SET, "var.model")


def _replaced(value: Value, leaf: Value) -> Value:
    """The value with `leaf` in place of every text."""
    (alternative,) = value
    match alternative.atom:
        case Map(entries):
            return known(Map({key: _replaced(entry, leaf) for key, entry in entries.items()}))
        case List(items):
            return known(List(tuple(_replaced(item, leaf) for item in items)))
        case _:
            return leaf


def test_the_reference_says_where_and_what(made: Make, one: One) -> None:
    written = after(text(ACTIVE, Location("locals.tf", 3, 11)), Step(Location("main.tf", 7, 22), "local.model"))

    reference = one(
        made(
            "aws_bedrockagent_agent",
            known(Map({"foundation_model": written})),
            name="chat",
            change=Change.CREATE,
            tags=(("team", "x"),),
        )
    )

    (candidate,) = reference.candidates
    assert reference.id == "envs/prod#aws_bedrockagent_agent.chat#foundation_model"
    assert (reference.location, candidate.written_at) == (Location("main.tf", 7, 22), Location("locals.tf", 3, 11))
    assert [step.text for step in candidate.trail] == ["written here", "local.model"]
    assert (candidate.text, candidate.form, candidate.certainty) == (ACTIVE, Form.MODEL_ID, Certainty.CERTAIN)
    assert (reference.change, reference.tags, reference.framework) == (
        Change.CREATE,
        (("team", "x"),),
        Framework.TERRAFORM,
    )


def test_the_model_is_written_where_the_id_is_not_where_the_arn_starts(made: Make, one: One) -> None:
    arn = Text(
        (
            Piece("arn:aws:bedrock:us-east-1::foundation-model/", (Step(Location("a.tf", 1, 1), "written here"),)),
            Piece(EMBED, (Step(Location("b.tf", 2, 2), "written here"),)),
        )
    )
    block = {"vector_knowledge_base_configuration": known(List((known(Map({"embedding_model_arn": known(arn)})),)))}

    reference = one(
        made("aws_bedrockagent_knowledge_base", known(Map({"knowledge_base_configuration": known(Map(block))})))
    )

    assert reference.candidates[0].written_at == Location("b.tf", 2, 2)


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ([{"copy_from": ACTIVE}], "model_source[0].copy_from"),
        ({"copy_from": ACTIVE}, "model_source.copy_from"),
        (json.dumps({"copy_from": ACTIVE}), "model_source.copy_from"),
    ],
)
def test_a_block_an_attribute_and_json_stand_for_each_other(source: object, path: str, made: Make, one: One) -> None:
    reference = one(made("aws_bedrock_inference_profile", {"model_source": source}))

    assert (reference.path, reference.candidates[0].model) == (path, ACTIVE)


def test_each_block_is_a_reference_of_its_own(made: Make, models: Models) -> None:
    variants = [{"name": "a", "model_id": ACTIVE}, {"name": "b", "model_id": LEGACY}, {"name": "c"}]

    assert models(made("aws_bedrockagent_prompt", {"variant": variants})) == {
        "aws_bedrockagent_prompt.this variant[0].model_id": [ACTIVE],
        "aws_bedrockagent_prompt.this variant[1].model_id": [LEGACY],
    }


def test_blocks_of_unknown_number_are_one_reference(made: Make, one: One) -> None:
    variants = known(List((), rest=from_python({"model_id": ACTIVE})))

    assert one(made("aws_bedrockagent_prompt", known(Map({"variant": variants})))).path == "variant[*].model_id"


@pytest.mark.parametrize("absent", [None, ""])
def test_what_is_not_there_is_no_reference(absent: object, made: Make, references: Many) -> None:
    assert references(made("aws_bedrockagent_agent", {"foundation_model": absent})) == ()
    assert references(made("aws_bedrockagent_agent", {})) == ()


def test_an_empty_text_put_together_of_nothing_is_not_there(made: Make, references: Many) -> None:
    empty = known(Text((Piece("", (Step(Location("a.tf", 1, 1), "written here"),)),)))

    assert references(made("aws_bedrockagent_agent", known(Map({"foundation_model": empty})))) == ()


def test_a_name_that_tells_no_model_is_unresolved(made: Make, one: One) -> None:
    arn = "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abc"

    reference = one(made("aws_bedrockagent_agent", {"foundation_model": arn}))

    assert reference.candidates == ()
    assert reference.unresolved is not None
    assert (reference.unresolved.cause, reference.unresolved.subject) == (Cause.OPAQUE_NAME, arn)


@pytest.mark.parametrize(
    ("arn", "form"),
    [
        ("arn:aws:bedrock:us-east-1:123456789012:imported-model/abc", Form.IMPORTED_MODEL_ARN),
        ("arn:aws:sagemaker:us-east-1:123456789012:endpoint/abc", Form.SAGEMAKER_ENDPOINT_ARN),
    ],
)
def test_a_model_of_ones_own_has_no_lifecycle(arn: str, form: Form, made: Make, one: One) -> None:
    reference = one(made("aws_bedrockagent_prompt", {"variant": [{"model_id": arn}]}))

    assert [(c.model, c.form, c.text) for c in reference.candidates] == [(None, form, arn)]
    assert reference.unresolved is None


def test_what_is_no_text_is_unresolved(made: Make, one: One) -> None:
    reference = one(made("aws_bedrockagent_agent", {"foundation_model": 7}))

    assert reference.unresolved is not None
    assert reference.unresolved.cause is Cause.INVALID


def test_a_sensitive_value_is_unresolved(made: Make, one: One) -> None:
    hidden = unknown(Cause.SENSITIVE, "aws_bedrockagent_agent.this.foundation_model")

    reference = one(made("aws_bedrockagent_agent", known(Map({"foundation_model": hidden}))))

    assert reference.unresolved is not None
    assert reference.unresolved.cause is Cause.SENSITIVE
    assert "sensitive" in reference.unresolved.advice


def test_properties_of_which_nothing_is_known_are_unresolved(made: Make, one: One) -> None:
    reference = one(made("aws_bedrockagent_agent", unknown(Cause.REMOTE_MODULE, "module.x")))

    assert reference.unresolved is not None
    assert reference.unresolved.cause is Cause.REMOTE_MODULE


@pytest.mark.parametrize(
    ("content", "model", "form"),
    [
        ("anthropic.test-active", ACTIVE, Form.MANTLE_MODEL_ID),
        ("qwen.test-chat-32b", "qwen.test-chat-32b-v1:0", Form.MANTLE_MODEL_ID),
        (f"eu.{ACTIVE}", ACTIVE, Form.INFERENCE_PROFILE_ID),
        ("vendor.of-no-catalog-v1:0", "vendor.of-no-catalog-v1:0", Form.MODEL_ID),
    ],
)
def test_an_id_is_that_of_the_catalogs_model(content: str, model: str, form: Form, made: Make, one: One) -> None:
    (candidate,) = one(made("aws_bedrockagent_agent", {"foundation_model": content})).candidates

    assert (candidate.model, candidate.form, candidate.text) == (model, form, content)


class TestOtherVendors:
    """Sites that take the models of other vendors too."""

    @pytest.mark.parametrize("content", ["gpt-4o", "openai/gpt-4o", "gemini/gemini-2.5-pro", "anthropic/claude-x"])
    def test_another_vendors_model_is_no_reference(self, content: str, made: Make, references: Many) -> None:
        harness = {"model": [{"litellm_model_config": [{"model_id": content}]}]}

        assert references(made("aws_bedrockagentcore_harness", harness)) == ()

    @pytest.mark.parametrize("content", [f"bedrock/{ACTIVE}", f"bedrock/converse/us.{ACTIVE}", ACTIVE])
    def test_one_of_bedrock_is(self, content: str, made: Make, one: One) -> None:
        harness = {"model": [{"litellm_model_config": [{"model_id": content}]}]}

        assert [c.model for c in one(made("aws_bedrockagentcore_harness", harness)).candidates] == [ACTIVE]

    def test_one_of_several_choices(self, made: Make, one: One) -> None:
        choices = [
            assume(text(content), (Assumption("var.c", name, True, Basis.OPEN),))
            for name, content in (("1", f"bedrock/{ACTIVE}"), ("2", "gpt-4o"))
        ]
        harness = known(
            Map({"model": known(Map({"litellm_model_config": known(Map({"model_id": one_of(choices, "c")}))}))})
        )

        reference = one(made("aws_bedrockagentcore_harness", harness))

        assert [(c.model, c.certainty) for c in reference.candidates] == [(ACTIVE, Certainty.POSSIBLE)]
        assert reference.unresolved is None

    def test_a_gateway_names_models_that_the_catalog_need_not_know(self, made: Make, models: Models) -> None:
        operations = [{"Models": [{"Model": "openai.gpt-oss-999b"}, {"Model": "gpt-4o"}]}]
        target = {"TargetConfiguration": {"Inference": {"Provider": {"Operations": operations}}}}

        assert list(models(made("AWS::BedrockAgentCore::GatewayTarget", target)).values()) == [["openai.gpt-oss-999b"]]

    def test_the_region_in_its_spelling_decides(self, made: Make, one: One) -> None:
        harness = {"Model": {"LiteLlmModelConfig": {"ModelId": f"bedrock/us-west-2/{ACTIVE}"}}}

        (candidate,) = one(made("AWS::BedrockAgentCore::Harness", harness)).candidates

        assert (candidate.regions, candidate.form) == (("us-west-2",), Form.PROVIDER_MODEL_ID)


class TestCertainty:
    """What assumptions leave of it."""

    DEFAULT = Assumption("var.m", '"x"', True, Basis.DEFAULT)
    OPEN = Assumption("var.c", "true", True, Basis.OPEN)
    CLOSED = Assumption("var.c", "true", False, Basis.OPEN)
    OVERRIDE = Assumption("var.n", "0", False, Basis.OVERRIDE)

    def agent(self, made: Make, model: Value, **fields: Any) -> Resource:
        return made("aws_bedrockagent_agent", known(Map({"foundation_model": model})), **fields)

    def test_a_default(self, made: Make, one: One) -> None:
        (candidate,) = one(self.agent(made, assume(text(ACTIVE), (self.DEFAULT,)))).candidates

        assert (candidate.certainty, candidate.given) == (Certainty.DEFAULT, (self.DEFAULT,))

    @pytest.mark.parametrize(
        ("model", "written"),
        [
            (known(Null(), Location("a.tf", 1, 1)), "null"),
            (text(""), '""'),
            (text("arn:aws:bedrock:us-east-1::foundation-model/"), '""'),
            (text("anthropic."), '""'),
        ],
    )
    def test_a_default_with_which_nothing_is_deployed(self, model: Value, written: str, made: Make, one: One) -> None:
        left = Assumption("var.model", written, True, Basis.DEFAULT)
        other = Assumption("var.env", '"dev"', True, Basis.DEFAULT)

        reference = one(self.agent(made, assume(model, (other, left))))

        assert reference.unresolved is not None
        assert (reference.unresolved.cause, reference.unresolved.subject) == (Cause.INPUT_NOT_SET, "var.model")

    def test_a_default_that_leaves_out_what_is_optional(self, made: Make, references: Many) -> None:
        left = Assumption("var.model", "null", True, Basis.DEFAULT)
        model = assume(known(Null(), Location("a.tf", 1, 1)), (left,))

        assert references(made("awscc_bedrock_agent", known(Map({"foundation_model": model})))) == ()

    def test_one_of_two_is_possible(self, made: Make, one: One) -> None:
        choice = one_of([assume(text(ACTIVE), (self.OPEN,)), assume(text(LEGACY), (self.CLOSED,))], "choice")

        found = one(self.agent(made, choice)).candidates

        assert [(c.model, c.certainty) for c in found] == [
            (ACTIVE, Certainty.POSSIBLE),
            (LEGACY, Certainty.POSSIBLE),
        ]

    def test_one_model_whatever_is_chosen_is_certain(self, made: Make, one: One) -> None:
        choice = one_of([assume(text(ACTIVE), (self.OPEN,)), assume(text(ACTIVE), (self.CLOSED,))], "choice")

        (candidate,) = one(self.agent(made, choice)).candidates

        assert (candidate.certainty, candidate.given) == (Certainty.CERTAIN, ())

    def test_one_model_or_none_is_possible(self, made: Make, one: One) -> None:
        choice = one_of([assume(text(ACTIVE), (self.OPEN,)), assume(known(Null()), (self.CLOSED,))], "choice")

        assert [c.certainty for c in one(self.agent(made, choice)).candidates] == [Certainty.POSSIBLE]

    def test_one_model_or_something_unknown_is_possible_and_unresolved(self, made: Make, one: One) -> None:
        other = assume(unknown(Cause.INPUT_NOT_SET, "var.m"), (self.CLOSED,))

        reference = one(self.agent(made, one_of([assume(text(ACTIVE), (self.OPEN,)), other], "choice")))

        assert [c.certainty for c in reference.candidates] == [Certainty.POSSIBLE]
        assert reference.unresolved is not None

    def test_what_only_an_override_makes_unknown_need_not_be_known(self, made: Make, one: One) -> None:
        other = assume(unknown(Cause.INPUT_NOT_SET, "var.m"), (self.OVERRIDE,))

        reference = one(self.agent(made, one_of([text(ACTIVE), other], "choice")))

        assert reference.unresolved is None
        assert [c.certainty for c in reference.candidates] == [Certainty.CERTAIN]

    def test_a_branch_that_would_fail_is_no_reason_where_others_do_not(self, made: Make, one: One) -> None:
        other = assume(unknown(Cause.INVALID, "no such key"), (self.CLOSED,))

        assert one(self.agent(made, one_of([text(ACTIVE), other], "choice"))).unresolved is None

    def test_the_surest_of_the_same_candidate_stays(self, made: Make, one: One) -> None:
        both = one_of([assume(text(ACTIVE), (self.OVERRIDE,)), assume(text(ACTIVE), (self.DEFAULT,))], "both")

        assert [c.certainty for c in one(self.agent(made, both)).candidates] == [Certainty.DEFAULT]

    def test_a_resource_that_only_an_override_creates(self, made: Make, one: One) -> None:
        (candidate,) = one(self.agent(made, text(ACTIVE), presence=((self.OVERRIDE,),))).candidates

        assert (candidate.certainty, candidate.given) == (Certainty.OVERRIDE, (self.OVERRIDE,))

    def test_what_contradicts_that_the_resource_exists_is_gone(self, made: Make, one: One) -> None:
        choice = one_of([assume(text(ACTIVE), (self.OPEN,)), assume(text(LEGACY), (self.CLOSED,))], "choice")

        found = one(self.agent(made, choice, presence=((self.OPEN,),))).candidates

        assert [c.model for c in found] == [ACTIVE]

    def test_the_surest_come_first(self, made: Make, one: One) -> None:
        values = [
            assume(text(model), given)
            for model, given in ((LEGACY, (self.OVERRIDE,)), (EMBED, (self.OPEN,)), (ACTIVE, (self.DEFAULT,)))
        ]

        assert [c.certainty for c in one(self.agent(made, one_of(values, "all"))).candidates] == [
            Certainty.DEFAULT,
            Certainty.POSSIBLE,
            Certainty.OVERRIDE,
        ]


class TestRegions:
    """In order: the ARN's, the resource's own, its provider's or stack's."""

    def agent(self, made: Make, model: object, **fields: Any) -> Resource:
        properties = {"foundation_model": model, **fields.pop("more", {})}
        return made("aws_bedrockagent_agent", properties, **fields)

    def test_the_arns(self, made: Make, one: One) -> None:
        arn = f"arn:aws:bedrock:eu-west-1::foundation-model/{ACTIVE}"

        (candidate,) = one(self.agent(made, arn, more={"region": "us-east-1"}, region=text("us-west-2"))).candidates

        assert (candidate.regions, candidate.partition) == (("eu-west-1",), "aws")

    def test_the_resources_own(self, made: Make, one: One) -> None:
        (candidate,) = one(
            self.agent(made, ACTIVE, more={"region": "us-gov-west-1"}, region=text("us-west-2"))
        ).candidates

        assert (candidate.regions, candidate.partition) == (("us-gov-west-1",), "aws-us-gov")

    def test_the_providers(self, made: Make, one: One) -> None:
        (candidate,) = one(self.agent(made, ACTIVE, region=text("cn-north-1"))).candidates

        assert (candidate.regions, candidate.partition) == (("cn-north-1",), "aws-cn")

    def test_none_is_known(self, made: Make, one: One) -> None:
        (candidate,) = one(self.agent(made, ACTIVE)).candidates

        assert (candidate.regions, candidate.partition) == ((), "aws")

    def test_an_unknown_region_in_the_arn_leaves_the_providers(self, made: Make, one: One) -> None:
        arn = concat(
            [
                text("arn:aws-us-gov:bedrock:"),
                unknown(Cause.DEPLOY_TIME, "AWS::Region", shape=Shape.REGION),
                text(f"::foundation-model/{ACTIVE}"),
            ],
            "arn",
        )

        (candidate,) = one(
            made("aws_bedrockagent_agent", known(Map({"foundation_model": arn})), region=text("us-gov-east-1"))
        ).candidates
        (nowhere,) = one(made("aws_bedrockagent_agent", known(Map({"foundation_model": arn})))).candidates

        assert (candidate.regions, candidate.partition) == (("us-gov-east-1",), "aws-us-gov")
        assert (nowhere.regions, nowhere.partition) == ((), "aws-us-gov")

    def test_a_partition_that_is_assumed(self, made: Make, one: One) -> None:
        is_gov = Assumption("AWS::Partition", '"aws-us-gov"', True, Basis.OPEN)
        models = (
            *assume(text(ACTIVE), (is_gov,)),
            *assume(text(LEGACY), (is_gov._replace(holds=False),)),
        )

        gov, other = one(made("aws_bedrockagent_agent", known(Map({"foundation_model": models})))).candidates

        assert (gov.model, gov.regions, gov.partition) == (ACTIVE, (), "aws-us-gov")
        assert (other.model, other.regions, other.partition) == (LEGACY, (), "aws")

    def test_alternatives_are_candidates_under_their_assumptions(self, made: Make, one: One) -> None:
        regions = tuple(
            Alternative(text(region)[0].atom, (Assumption("var.region", f'"{region}"', True, Basis.OPEN),))
            for region in ("us-east-1", "eu-west-1")
        )

        found = one(self.agent(made, ACTIVE, region=regions)).candidates

        assert [(c.regions, c.certainty) for c in found] == [
            (("us-east-1",), Certainty.POSSIBLE),
            (("eu-west-1",), Certainty.POSSIBLE),
        ]

    def test_a_model_that_goes_with_a_region_is_judged_there(self, made: Make, one: One) -> None:
        region = unknown(Cause.DEPLOY_TIME, "AWS::Region", shape=Shape.REGION)
        here = (Assumption("AWS::Region", '"eu-west-1"', True, Basis.OPEN),)

        (candidate,) = one(
            made("AWS::Bedrock::Agent", known(Map({"FoundationModel": assume(text(ACTIVE), here)})), region=region)
        ).candidates

        assert candidate.regions == ("eu-west-1",)


class TestBefore:
    """The state before a planned change."""

    def test_the_models_before(self, made: Make, one: One) -> None:
        before = from_python({"foundation_model": LEGACY})

        reference = one(
            made("aws_bedrockagent_agent", {"foundation_model": ACTIVE}, before=before, change=Change.UPDATE)
        )

        assert reference.models_before == (LEGACY,)

    def test_nothing_was_there_before(self, made: Make, one: One) -> None:
        reference = one(made("aws_bedrockagent_agent", {"foundation_model": ACTIVE}, before=from_python({})))

        assert reference.models_before == ()

    @pytest.mark.parametrize(
        ("before", "after", "there"),
        [
            # A variable gets the model that another one has already.
            ({"BIG": LEGACY, "SMALL": ACTIVE}, {"BIG": ACTIVE, "SMALL": ACTIVE}, [(LEGACY,), (ACTIVE,)]),
            # One is put before it.
            ({"BIG": LEGACY}, {"SMALL": ACTIVE, "BIG": LEGACY}, [(), (LEGACY,)]),
            # Without names, any of the elements may be the new one; their order does not matter.
            ([LEGACY, ACTIVE], [ACTIVE, ACTIVE], [(LEGACY,), (LEGACY,)]),
            ([LEGACY, ACTIVE], [ACTIVE, LEGACY], [(ACTIVE, LEGACY), (ACTIVE, LEGACY)]),
        ],
    )
    def test_the_elements_of_a_list(
        self,
        made: Make,
        references: Callable[..., Sequence[Reference]],
        before: dict[str, str] | list[str],
        after: dict[str, str] | list[str],
        there: list[tuple[str, ...]],
    ) -> None:
        def properties(elements: dict[str, str] | list[str]) -> dict[str, Any]:
            if isinstance(elements, list):
                return {"environment": [{"value": model} for model in elements]}
            return {"environment": [{"name": name, "value": model} for name, model in elements.items()]}

        was = from_python(properties(before))
        found = references(made("aws_codebuild_project", properties(after), before=was, change=Change.UPDATE))

        assert [set(reference.models_before or ()) for reference in found] == [set(models) for models in there]

    def test_without_a_state_nothing_is_said(self, made: Make, one: One) -> None:
        assert one(made("aws_bedrockagent_agent", {"foundation_model": ACTIVE})).models_before is None


@pytest.mark.parametrize("term", ["OneMonth", "SixMonths"])
def test_the_commitment_of_provisioned_throughput(term: str, made: Make, one: One) -> None:
    arn = f"arn:aws:bedrock:us-east-1::foundation-model/{ACTIVE}"

    reference = one(made("aws_bedrock_provisioned_model_throughput", {"model_arn": arn, "commitment_duration": term}))
    without = one(made("aws_bedrock_provisioned_model_throughput", {"model_arn": arn}))

    assert (reference.commitment, without.commitment) == (term, None)
