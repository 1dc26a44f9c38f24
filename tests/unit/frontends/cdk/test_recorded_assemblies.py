"""Assemblies that aws-cdk-lib 2.276.0 made of the apps beside them: lines of the app, and Regions."""

from datetime import date
from pathlib import Path

from checker.model.reference import Usage
from checker.model.settings import Settings
from checker.pipeline import scan

CASES = Path(__file__).resolve().parents[3] / "cases" / "cdk"


def found(case: str) -> list[tuple[str, str, list[tuple[str | None, tuple[str, ...]]]]]:
    """Construct path, line of the app and candidates (model and Regions) of each reference in an assembly."""
    result = scan(["cdk.out"], Settings(date(2026, 11, 24), judge=False), standard_input=bytes, cwd=CASES / case)
    assert result.problems == ()
    return [
        (one.address, line_of(CASES / case, one.location), [(c.model, c.regions) for c in one.candidates])
        for one in result.references
        if one.site.usage is not Usage.MENTION
    ]


def line_of(root: Path, location) -> str:
    return (root / location.file).read_text(encoding="utf-8").splitlines()[location.line - 1].strip()


def test_what_property_injectors_choose_is_at_the_line_of_the_construct():
    agent = "new bedrock.Agent(this, 'Agent', {"
    summary = "const summary = new lambda.Function(this, 'Summary', functionProps);"
    chosen = "new lambda.Function(this, 'Chosen', {"
    grant = "bedrock.BedrockFoundationModel.AMAZON_TITAN_TEXT_EXPRESS_V1.grantInvoke(summary);"
    here = ("eu-central-1",)
    haiku = [("anthropic.claude-3-haiku-20240307-v1:0", here)]
    titan = [("amazon.titan-text-express-v1", here)]
    nova = "amazon.nova-pro-v1:0"
    assert found("c14-property-injectors") == [
        ("Guarded/Support/Agent/Role/DefaultPolicy/Resource", agent, haiku),
        ("Guarded/Support/Agent/Resource", agent, haiku),
        ("Guarded/Support/Summary/ServiceRole/DefaultPolicy/Resource", grant, titan),
        ("Guarded/Support/Summary/Resource", summary, [("anthropic.claude-v2:1", here)]),
        ("Guarded/Support/Chosen/Resource", chosen, titan),
        # The trace of a policy that a library makes for its grant may have no frame of the app.
        ("Free/Agent/Role/DefaultPolicy/Resource", agent, [(nova, ())]),
        ("Free/Agent/Role/DefaultPolicy/Resource", agent, [(nova, here)]),
        ("Free/Agent/Resource", agent, [(nova, here)]),
        ("Free/Summary/ServiceRole/DefaultPolicy/Resource", grant, titan),
        ("Free/Chosen/Resource", chosen, titan),
    ]


def test_a_call_may_name_its_own_region_and_a_stack_set_has_those_of_its_instances():
    instances = ("eu-central-1", "eu-west-1")
    capacity = "new cr.AwsCustomResource(stack, 'Capacity', {"
    abroad = "const abroad = new tasks.CallAwsServiceCrossRegion(stack, 'Abroad', {"
    machine = "new sfn.StateMachine(stack, 'Machine', {"
    agents = "new cdk.CfnStackSet(stack, 'Agents', {"
    handler = "Jobs/CrossRegionAwsSdk8a0c93f3dbef4b71ac137aaf2048ce7e"
    assert found("c15-calls-in-other-regions") == [
        ("Jobs/Capacity/Resource/Default", capacity, [("amazon.titan-embed-text-v1", ("eu-central-1",))]),
        ("Jobs/Capacity/CustomResourcePolicy/Resource", capacity, [(None, ())]),
        (f"{handler}/ServiceRole/DefaultPolicy/Resource", abroad, [("anthropic.claude-v2", ("eu-west-1",))]),
        ("Jobs/Machine/Role/DefaultPolicy/Resource", machine, [("amazon.nova-premier-v1:0", ())]),
        ("Jobs/Machine/Resource", machine, [("anthropic.claude-v2", ("eu-west-1",))]),
        ("Jobs/Machine/Resource", machine, [("amazon.nova-premier-v1:0", ("us-east-1",))]),
        ("Jobs/Agents", agents, [("amazon.nova-lite-v1:0", (region,)) for region in instances]),
        ("Jobs/Agents", agents, [("anthropic.claude-v2:1", (region,)) for region in instances]),
    ]
