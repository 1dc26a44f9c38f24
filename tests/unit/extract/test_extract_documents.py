"""IAM policies, API calls, and free text."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from checker.model.reference import Form, Kind, Reference, Role, Usage
from checker.model.resource import Change, Framework, Resource
from checker.source import Location
from checker.values import Alternative, Assumption, Basis, Cause, Certainty, Json, List, Map, Target
from checker.values.operations import assume, concat, from_python, known, one_of, text, unknown

Make = Callable[..., Resource]
One = Callable[..., Reference]
Many = Callable[..., tuple[Reference, ...]]
Models = Callable[..., dict[str, list[str | None]]]

ACTIVE, LEGACY = "anthropic.test-active-v1:0", "anthropic.test-legacy-v1:0"
FM = f"arn:aws:bedrock:us-east-1::foundation-model/{ACTIVE}"
ANY = "arn:aws:bedrock:*::foundation-model/*"
INVOKE = "bedrock:InvokeModel"


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(resource: Any, action: Any = INVOKE, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


class TestPolicies:
    """IAM documents."""

    def of(self, made: Make, document: Any) -> Resource:
        return made("AWS::IAM::ManagedPolicy", {"PolicyDocument": document})

    def test_a_model_of_a_list(self, made: Make, references: Many) -> None:
        found = references(self.of(made, policy(allow([FM, f"arn:aws:bedrock:*::foundation-model/{LEGACY}"]))))

        assert [(one.path, [c.model for c in one.candidates]) for one in found] == [
            ("PolicyDocument.Statement[0].Resource[0]", [ACTIVE]),
            ("PolicyDocument.Statement[0].Resource[1]", [LEGACY]),
        ]
        assert {(one.site.usage, one.site.role, one.site.kind) for one in found} == {
            (Usage.GRANT, Role.GRANT, Kind.IAM)
        }
        assert [one.candidates[0].regions for one in found] == [("us-east-1",), ()]

    def test_one_text_and_one_statement_without_a_list(self, made: Make, one: One) -> None:
        document = {"Statement": allow(FM)}

        assert one(self.of(made, document)).path == "PolicyDocument.Statement.Resource"

    def test_a_policy_as_json_text(self, made: Make, one: One) -> None:
        reference = one(made("aws_iam_policy", {"policy": json.dumps(policy(allow(FM)))}))

        assert (reference.path, reference.site.path) == ("policy.Statement[0].Resource", "policy")

    def test_a_policy_as_unwritten_json(self, made: Make, one: One) -> None:
        content = known(Map({"policy": known(Json(from_python(policy(allow(FM)))))}))

        assert [c.model for c in one(made("aws_iam_policy", content)).candidates] == [ACTIVE]

    def test_what_is_denied_is_only_mentioned(self, made: Make, one: One) -> None:
        assert one(self.of(made, policy({**allow(FM), "Effect": "Deny"}))).site.usage is Usage.MENTION

    def test_what_is_excepted_is_only_mentioned(self, made: Make, one: One) -> None:
        statement = {"Effect": "Allow", "Action": INVOKE, "NotResource": FM}

        reference = one(self.of(made, policy(statement)))

        assert (reference.site.usage, reference.path) == (Usage.MENTION, "PolicyDocument.Statement[0].NotResource")

    @pytest.mark.parametrize("resource", [ANY, "*", "arn:aws:bedrock:*:*:inference-profile/*", "arn:aws:bedrock:*:*:*"])
    @pytest.mark.parametrize(
        "action", [INVOKE, "bedrock:*", "bedrock:Invoke*", "Bedrock:invokemodel", [INVOKE, "s3:*"]]
    )
    def test_a_wildcard_with_an_action_that_takes_a_model(
        self, resource: str, action: object, made: Make, one: One
    ) -> None:
        (candidate,) = one(self.of(made, policy(allow(resource, action)))).candidates

        assert (candidate.model, candidate.form) == (None, Form.WILDCARD)

    @pytest.mark.parametrize("action", ["bedrock:ListFoundationModels", "bedrock:Get*", "s3:GetObject", "*"])
    @pytest.mark.parametrize("resource", [ANY, "*"])
    def test_a_wildcard_with_another_action(self, resource: str, action: str, made: Make, references: Many) -> None:
        assert references(self.of(made, policy(allow(resource, action)))) == ()

    def test_a_wildcard_around_one_known_id_names_the_model(self, made: Make, one: One) -> None:
        around = f"arn:aws:bedrock:*:*:inference-profile/*.{ACTIVE}"

        (candidate,) = one(self.of(made, policy(allow(around)))).candidates

        assert (candidate.model, candidate.form, candidate.text) == (ACTIVE, Form.WILDCARD, around)

    @pytest.mark.parametrize(
        "resource",
        [
            "arn:aws:bedrock:us-east-1:123456789012:guardrail/*",
            "arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/*",
            "arn:aws:bedrock:us-east-1:123456789012:agent-alias/*",
            "arn:aws:s3:::bucket/*",
        ],
    )
    def test_other_resources_are_no_models(self, resource: str, made: Make, references: Many) -> None:
        assert references(self.of(made, policy(allow(resource, "bedrock:*")))) == ()

    def test_an_unknown_resource_of_an_action_that_takes_a_model(self, made: Make, one: One) -> None:
        statement = known(
            Map(
                {
                    "Effect": text("Allow"),
                    "Action": text(INVOKE),
                    "Resource": unknown(Cause.INPUT_NOT_SET, "var.arns"),
                }
            )
        )
        document = known(Map({"PolicyDocument": known(Map({"Statement": known(List((statement,)))}))}))

        reference = one(made("AWS::IAM::ManagedPolicy", document))

        assert reference.unresolved is not None
        assert reference.unresolved.subject == "var.arns"

    def test_a_resource_that_is_no_model_is_nothing_to_know(self, made: Make, references: Many) -> None:
        bucket = made("aws_s3_bucket", {}, name="b")
        arn = unknown(Cause.DEPLOY_TIME, "aws_s3_bucket.b.arn", target=Target("aws_s3_bucket.b", "arn"))
        statement = known(Map({"Effect": text("Allow"), "Action": text(INVOKE), "Resource": arn}))
        document = known(Map({"policy": known(Map({"Statement": known(List((statement,)))}))}))

        assert references(made("aws_iam_policy", document), bucket) == ()

    def test_a_model_in_a_condition(self, made: Make, one: One) -> None:
        condition = {
            "StringLike": {"bedrock:InferenceProfileArn": f"arn:aws:bedrock:*:*:inference-profile/us.{ACTIVE}"}
        }

        reference = one(self.of(made, policy(allow("arn:aws:s3:::x", Condition=condition))))

        assert [c.model for c in reference.candidates] == [ACTIVE]
        assert (reference.site.usage, reference.site.role) == (Usage.GRANT, Role.GRANT)

    def test_a_policy_inside_a_role(self, made: Make, one: One) -> None:
        policies = [{"PolicyName": "x", "PolicyDocument": policy(allow(FM))}]

        assert one(made("AWS::IAM::Role", {"Policies": policies})).path == (
            "Policies[0].PolicyDocument.Statement[0].Resource"
        )


class TestPolicyDocuments:
    """Terraform's `aws_iam_policy_document`."""

    def document(self, made: Make, resources: Any, **more: Any) -> Resource:
        statement = {"actions": [INVOKE], "resources": resources, **more}
        return made("data.aws_iam_policy_document", {"statement": [statement]}, name="d")

    def test_its_blocks_are_read(self, made: Make, one: One) -> None:
        reference = one(self.document(made, [FM]))

        assert [c.model for c in reference.candidates] == [ACTIVE]
        assert reference.site.path == "statement[].resources"

    def test_what_it_denies(self, made: Make, one: One) -> None:
        assert one(self.document(made, [FM], effect="Deny")).site.usage is Usage.MENTION

    def test_its_exceptions_and_conditions(self, made: Make, references: Many) -> None:
        condition = [{"test": "ArnLike", "variable": "bedrock:InferenceProfileArn", "values": [FM]}]

        found = references(self.document(made, [], not_resources=[FM], condition=condition))

        assert [(one.site.path, one.site.usage) for one in found] == [
            ("statement[].not_resources", Usage.MENTION),
            ("statement[].condition[].values", Usage.GRANT),
        ]

    def test_the_policy_that_is_made_of_it_says_nothing_again(self, made: Make, references: Many) -> None:
        location = Location("iam.tf", 4, 20)
        resources = known(List((text(FM, location),)))
        statement = known(Map({"actions": from_python([INVOKE]), "resources": resources}))
        document = made("data.aws_iam_policy_document", known(Map({"statement": known(List((statement,)))})), name="d")
        written = known(Map({"Effect": text("Allow"), "Action": text(INVOKE), "Resource": text(FM, location)}))
        copy = made(
            "aws_iam_policy", known(Map({"policy": known(Json(known(Map({"Statement": known(List((written,)))}))))}))
        )
        other = made("aws_iam_policy", {"policy": json.dumps(policy(allow(FM)))}, name="other")

        assert [one.resource_type for one in references(document, copy)] == ["data.aws_iam_policy_document"]
        assert [one.address for one in references(document, copy, other)] == [
            "data.aws_iam_policy_document.d",
            "aws_iam_policy.other",
        ]


class TestStepFunctions:
    """Tasks of a state machine, and the SDK calls of custom resources."""

    def machine(self, *, definition: Any = None, **states: Any) -> Any:
        return {"definition": json.dumps(definition or {"StartAt": "a", "States": states})}

    def task(self, parameters: dict[str, Any], holder: str = "Parameters", call: str = "bedrock:invokeModel") -> Any:
        return {"Type": "Task", "Resource": f"arn:aws:states:::{call}", holder: parameters, "End": True}

    @pytest.mark.parametrize("holder", ["Parameters", "Arguments"])
    @pytest.mark.parametrize(
        "call", ["bedrock:invokeModel", "aws-sdk:bedrockruntime:converse", "bedrock:invokeModel.sync"]
    )
    def test_a_task(self, holder: str, call: str, made: Make, one: One) -> None:
        reference = one(made("aws_sfn_state_machine", self.machine(a=self.task({"ModelId": FM}, holder, call))))

        assert reference.path == f"definition.States.a.{holder}.ModelId"
        assert [c.model for c in reference.candidates] == [ACTIVE]
        assert (reference.site.usage, reference.site.kind, reference.site.role) == (
            Usage.INDIRECT,
            Kind.STEP_FUNCTIONS,
            Role.GENERATION,
        )

    def test_a_model_that_the_catalog_does_not_know_counts_where_a_call_takes_one(self, made: Make, one: One) -> None:
        reference = one(made("aws_sfn_state_machine", self.machine(a=self.task({"ModelId": "vendor.unknown-v1:0"}))))

        assert [c.model for c in reference.candidates] == ["vendor.unknown-v1:0"]

    @pytest.mark.parametrize(
        "parameters",
        [{"ModelId.$": "$.model"}, {"ModelId": "{% $states.input.model %}"}],
    )
    def test_a_model_that_the_input_of_a_state_chooses(self, parameters: Any, made: Make, one: One) -> None:
        reference = one(made("aws_sfn_state_machine", self.machine(a=self.task(parameters))))

        assert reference.candidates == ()
        assert reference.unresolved is not None
        assert reference.unresolved.cause is Cause.RUN_TIME

    def test_tasks_inside_maps_and_branches(self, made: Make, models: Models) -> None:
        inner = {"StartAt": "x", "States": {"x": self.task({"ModelId": ACTIVE})}}
        other = {"StartAt": "y", "States": {"y": self.task({"ModelId": LEGACY})}}

        found = models(
            made(
                "aws_sfn_state_machine",
                self.machine(m={"Type": "Map", "ItemProcessor": inner}, p={"Type": "Parallel", "Branches": [other]}),
            )
        )

        assert sorted(found.values()) == [[ACTIVE], [LEGACY]]

    def test_another_service_is_free_text(self, made: Make, one: One, references: Many) -> None:
        payload = {"Payload": {"model": ACTIVE, "other": "vendor.unknown-v1:0"}}

        reference = one(made("aws_sfn_state_machine", self.machine(a=self.task(payload, call="lambda:invoke"))))

        assert [c.model for c in reference.candidates] == [ACTIVE]
        assert reference.site.path == "definition"

    def test_the_definition_is_a_text_with_holes(self, made: Make, one: One) -> None:
        written = json.dumps({"States": {"a": self.task({"ModelId": "@"})}})
        before, after = written.split("@")
        arn = [
            text("arn:aws:bedrock:"),
            unknown(Cause.DEPLOY_TIME, "AWS::Region"),
            text(f"::foundation-model/{ACTIVE}"),
        ]
        definition = concat([text(before), *arn, text(after)], "definition")

        reference = one(made("AWS::StepFunctions::StateMachine", known(Map({"DefinitionString": definition}))))

        assert [(c.model, c.text) for c in reference.candidates] == [
            (ACTIVE, f"arn:aws:bedrock:⟨AWS::Region⟩::foundation-model/{ACTIVE}")
        ]

    def test_a_model_of_a_definition_that_is_not_known(self, made: Make, one: One) -> None:
        task = from_python(self.task({}))[0]
        assert isinstance(task.atom, Map)
        parameters = known(Map({"ModelId": unknown(Cause.INPUT_NOT_SET, "var.model")}))
        whole = known(
            Json(known(Map({"States": known(Map({"a": known(Map({**task.atom.entries, "Parameters": parameters}))}))})))
        )

        reference = one(made("aws_sfn_state_machine", known(Map({"definition": whole}))))

        assert reference.unresolved is not None
        assert reference.unresolved.subject == "var.model"

    def test_the_calls_of_a_custom_resource(self, made: Make, models: Models) -> None:
        def call(model: str) -> str:
            parameters = {"modelId": model, "provisionedModelName": "x", "modelUnits": 1}
            return json.dumps(
                {
                    "service": "@aws-sdk/client-bedrock",
                    "action": "CreateProvisionedModelThroughputCommand",
                    "parameters": parameters,
                }
            )

        found = models(made("Custom::AWS", {"Create": call(FM), "Update": call(LEGACY), "Delete": "{}"}, name="R"))

        assert found == {"R Create.parameters.modelId": [ACTIVE], "R Update.parameters.modelId": [LEGACY]}


class TestFreeText:
    """Environment variables, parameters, dashboards and all other texts."""

    def test_environment_variables(self, made: Make, one: One) -> None:
        variables = {"MODEL_ID": f"eu.{ACTIVE}", "OTHER": "x", "HOST": "lambda.amazonaws.com"}

        reference = one(made("aws_lambda_function", {"environment": [{"variables": variables}]}))

        assert reference.path == "environment[0].variables.MODEL_ID"
        assert (reference.site.usage, reference.site.kind) == (Usage.INDIRECT, Kind.ENV)
        assert [(c.model, c.profile) for c in reference.candidates] == [(ACTIVE, "eu")]

    def test_an_id_that_the_catalog_does_not_know_is_one_if_it_is_the_whole_value(
        self, made: Make, references: Many
    ) -> None:
        variables = {
            "A": "anthropic.claude-of-tomorrow-v1:0",
            "B": "the host is amazon.some-host-1",
            "C": "www.amazon.com",
            "D": "nvidia.com/gpu-1",
            "E": "amazon.aws",
            "F": "us.anthropic.claude-7",
        }

        found = references(made("AWS::Lambda::Function", {"Environment": {"Variables": variables}}))

        assert [(one.path, [c.model for c in one.candidates]) for one in found] == [
            ("Environment.Variables.A", ["anthropic.claude-of-tomorrow-v1:0"]),
            ("Environment.Variables.F", ["anthropic.claude-7"]),
        ]

    def test_several_in_one_text(self, made: Make, one: One) -> None:
        code = f'MODELS = ["{ACTIVE}", "us.{LEGACY}"]'

        reference = one(made("AWS::Lambda::Function", {"Code": {"ZipFile": code}}))

        assert [c.model for c in reference.candidates] == [ACTIVE, LEGACY]
        assert {c.certainty for c in reference.candidates} == {Certainty.CERTAIN}

    @pytest.mark.parametrize(
        ("resource_type", "properties", "path", "kind"),
        [
            ("aws_ssm_parameter", {"value": ACTIVE}, "value", Kind.SSM),
            ("AWS::SSM::Parameter", {"Value": json.dumps({"model": ACTIVE})}, "Value.model", Kind.SSM),
            ("aws_ecs_task_definition", {"container_definitions": json.dumps([{"environment": [{"value": ACTIVE}]}])},
             "container_definitions[0].environment[0].value", Kind.ENV),
            ("aws_something_else", {"settings": {"a-b.c": [ACTIVE]}}, 'settings["a-b.c"][0]', Kind.OTHER),
        ],
    )  # fmt: skip
    def test_carriers(self, resource_type: str, properties: Any, path: str, kind: Kind, made: Make, one: One) -> None:
        reference = one(made(resource_type, properties))

        assert (reference.path, reference.site.kind, reference.site.usage) == (path, kind, Usage.INDIRECT)

    def test_a_dashboard_only_mentions(self, made: Make, one: One) -> None:
        body = json.dumps(
            {"widgets": [{"properties": {"metrics": [["AWS/Bedrock", "Invocations", "ModelId", ACTIVE]]}}]}
        )

        assert one(made("aws_cloudwatch_dashboard", {"dashboard_body": body})).site.usage is Usage.MENTION

    @pytest.mark.parametrize("name", ["description", "Description", "tags", "Tags", "comment", "Comment"])
    def test_prose_is_left_out(self, name: str, made: Make, references: Many) -> None:
        assert references(made("aws_lambda_function", {name: {"note": f"uses {ACTIVE}"}})) == ()

    def test_a_site_is_not_read_twice(self, made: Make, references: Many) -> None:
        agent = {"foundation_model": ACTIVE, "instruction": f"You are {LEGACY}."}

        assert [one.path for one in references(made("aws_bedrockagent_agent", agent))] == [
            "foundation_model",
            "instruction",
        ]

    def test_a_text_that_is_there_in_one_case_only_is_possible(self, made: Make, one: One) -> None:
        chosen, not_chosen = (Assumption("var.c", "true", holds, Basis.OPEN) for holds in (True, False))
        value = one_of([assume(text(ACTIVE), (chosen,)), assume(text("none"), (not_chosen,))], "c")
        variables = known(Map({"environment": known(Map({"variables": known(Map({"MODEL": value}))}))}))

        assert [c.certainty for c in one(made("aws_lambda_function", variables)).candidates] == [Certainty.POSSIBLE]

    def test_an_unknown_variable_is_nothing(self, made: Make, references: Many) -> None:
        variables = known(Map({"MODEL": unknown(Cause.INPUT_NOT_SET, "var.model")}))

        assert references(made("aws_lambda_function", known(Map({"environment": variables})))) == ()

    def test_an_id_in_a_text_with_a_hole(self, made: Make, one: One) -> None:
        value = concat([unknown(Cause.INPUT_NOT_SET, "var.geo"), text(f".{ACTIVE}")], "model")
        variables = known(Map({"environment": known(Map({"variables": known(Map({"MODEL": value}))}))}))

        (candidate,) = one(made("aws_lambda_function", variables)).candidates

        assert (candidate.model, candidate.text, candidate.form) == (
            ACTIVE,
            f"⟨var.geo⟩.{ACTIVE}",
            Form.INFERENCE_PROFILE_ID,
        )

    def test_the_place_is_that_of_the_line(self, made: Make, one: One) -> None:
        lines = [
            text("import boto3\n", Location("fn.py", 1, 1)),
            text(f'MODEL = "{ACTIVE}"\n', Location("fn.py", 2, 1)),
        ]
        code = known(Map({"Code": known(Map({"ZipFile": concat(lines, "code")}))}))

        assert one(made("AWS::Lambda::Function", code)).candidates[0].written_at == Location("fn.py", 2, 1)

    def test_a_plan_tells_a_copy_by_what_it_says(self, made: Make, references: Many) -> None:
        def in_plan(*resources: Resource) -> list[str]:
            found = references(*(one._replace(framework=Framework.TERRAFORM_PLAN) for one in resources))
            return [f"{one.resource_type} {one.change}" for one in found]

        statement = {"actions": [INVOKE], "resources": [FM]}
        made_of = {"statement": [statement], "json": json.dumps(policy(allow(FM)))}
        document = made("data.aws_iam_policy_document", made_of, name="d")._replace(change=Change.READ)
        copy = made("aws_iam_policy", {"policy": json.dumps(policy(allow(FM)), indent=1)})
        # The document is brought by what the plan makes of it.
        for change in (Change.CREATE, Change.UPDATE, Change.READ):
            assert in_plan(document, copy._replace(change=change)) == [f"data.aws_iam_policy_document {change}"]
        # What grants the same and says it in other words was not made of it.
        own = made("aws_iam_policy", {"policy": json.dumps(policy(allow(FM) | {"Sid": "Own"}))})
        assert in_plan(document, own._replace(change=Change.CREATE)) == [
            "data.aws_iam_policy_document read",
            "aws_iam_policy create",
        ]


def test_references_come_in_the_order_of_the_resources(made: Make, references: Many) -> None:
    resources = [made("aws_bedrockagent_agent", {"foundation_model": ACTIVE}, name=name) for name in "cab"]

    assert [one.address[-1] for one in references(*resources)] == ["c", "a", "b"]


def test_every_id_is_unique(made: Make, references: Many) -> None:
    machine = {"definition": json.dumps({"a": ACTIVE, "b": [ACTIVE, {"c": LEGACY}]})}
    found = references(made("aws_sfn_state_machine", machine), made("aws_ssm_parameter", {"value": ACTIVE}))

    assert len({one.id for one in found}) == len(found) == 4


def test_alternatives_of_properties_are_one_reference(made: Make, one: One) -> None:
    flag = [Assumption("var.c", "true", holds, Basis.OPEN) for holds in (True, False)]
    whole = tuple(
        Alternative(from_python({"foundation_model": model})[0].atom, (assumption,))
        for model, assumption in zip((ACTIVE, LEGACY), flag, strict=True)
    )

    assert [c.model for c in one(made("aws_bedrockagent_agent", whole)).candidates] == [ACTIVE, LEGACY]
