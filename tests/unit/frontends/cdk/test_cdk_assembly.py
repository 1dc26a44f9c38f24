"""Cloud assemblies: manifests of every age, stages, nested stacks, construct paths, source lines."""

import json
from pathlib import Path

import pytest

from checker.extract import extract
from checker.frontends.cdk.assembly import load_assembly
from checker.model.resource import Framework
from checker.model.settings import Options
from checker.source.files import Boundary, SourceFiles
from checker.values import Text

ROOT = Path(__file__).resolve().parents[4]
AGENT = {
    "Type": "AWS::Bedrock::Agent",
    "Properties": {"FoundationModel": {"Fn::Sub": "${AWS::Region}/${AWS::AccountId}"}},
}
IMPORTING = {"Type": "AWS::Bedrock::Agent", "Properties": {"FoundationModel": {"Fn::ImportValue": "One:Arn"}}}


def stack(template, environment="aws://111122223333/eu-west-1", **more):
    properties = {"templateFile": template, **more.pop("properties", {})}
    return {"type": "aws:cloudformation:stack", "environment": environment, "properties": properties, **more}


def write(directory, artifacts, **files):
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "manifest.json").write_text(json.dumps({"version": "36.0.0", "artifacts": artifacts}))
    for name, content in files.items():
        text = content if isinstance(content, str) else json.dumps(content, indent=1)
        (directory / f"{name.replace('__', '.')}.json").write_text(text)


@pytest.fixture
def load(tmp_path):
    def read(path="cdk.out", **options):
        return load_assembly(tmp_path / path, Options(**options), SourceFiles(Boundary(tmp_path), tmp_path))

    return read


def model(loaded, address, describe):
    resource = next(r for r in loaded.resources if r.address == address)
    return describe(resource.properties)["FoundationModel"][0][0]


@pytest.mark.parametrize(
    ("environment", "region", "expected"),
    [
        ("aws://111122223333/eu-west-1", "eu-west-1", "eu-west-1/111122223333"),
        ("aws://unknown-account/us-east-1", "us-east-1", "us-east-1/⟨AWS::AccountId⟩"),
        ("aws://unknown-account/unknown-region", "⟨AWS::Region⟩", "⟨AWS::Region⟩/⟨AWS::AccountId⟩"),
        ("nonsense", "⟨AWS::Region⟩", "⟨AWS::Region⟩/⟨AWS::AccountId⟩"),
        (None, "⟨AWS::Region⟩", "⟨AWS::Region⟩/⟨AWS::AccountId⟩"),
    ],
)
def test_environment_of_a_stack(load, tmp_path, describe, environment, region, expected):
    write(tmp_path / "cdk.out", {"S": stack("S.template.json", environment)}, S__template={"Resources": {"A": AGENT}})
    loaded = load()
    assert loaded.problems == ()
    (resource,) = loaded.resources
    assert (resource.framework, resource.input, resource.address) == (Framework.CDK, "cdk.out", "S/A")
    assert model(loaded, "S/A", describe) == expected
    (where,) = resource.region
    assert (where.atom.plain if isinstance(where.atom, Text) else f"⟨{where.atom.subject}⟩") == region


def test_region_of_the_options_is_for_stacks_without_one(load, tmp_path, describe):
    artifacts = {"S": stack("S.template.json", "aws://unknown-account/unknown-region"), "T": stack("S.template.json")}
    write(tmp_path / "cdk.out", artifacts, S__template={"Resources": {"A": AGENT}})
    loaded = load(regions=("us-west-2",))
    assert model(loaded, "S/A", describe) == "us-west-2/⟨AWS::AccountId⟩"
    assert model(loaded, "T/A", describe) == "eu-west-1/111122223333"


def test_manifest_may_be_named(load, tmp_path):
    write(tmp_path / "cdk.out", {"S": stack("S.template.json")}, S__template={"Resources": {"A": AGENT}})
    assert load("cdk.out/manifest.json") == load()


METADATA = {
    "/S/Agent/Resource": [{"type": "aws:cdk:logicalId", "data": "A", "trace": ["new X (/gone.js:1:2)"]}],
    "/S/Nested.NestedStack/Nested.NestedStackResource": [{"type": "aws:cdk:logicalId", "data": "N"}],
    "/S/Nested/Agent/Deep/Resource": [{"type": "aws:cdk:logicalId", "data": "A"}],
}


@pytest.mark.parametrize("where", ["template", "inline", "file", "tree"])
def test_construct_path_is_the_address(load, tmp_path, where):
    agent = {**AGENT, "Metadata": {"aws:cdk:path": "S/Agent/Resource"}} if where == "template" else AGENT
    artifact = stack("S.template.json")
    if where == "inline":
        artifact["metadata"] = METADATA
    if where == "file":
        artifact["additionalMetadataFile"] = "S.metadata.json"
    leaf = {"path": "S/Agent/Resource", "attributes": {"aws:cdk:cloudformation:logicalId": "A"}}
    tree = {"tree": {"path": "", "children": {"S": {"path": "S", "children": {"A": leaf}}}}}
    files = {"S__template": {"Resources": {"A": agent}}, "S__metadata": METADATA}
    if where == "tree":
        files["tree"] = tree
    write(tmp_path / "cdk.out", {"S": artifact}, **files)
    assert [r.address for r in load().resources] == ["S/Agent/Resource"]


def nested(asset="N.nested.template.json", path=None):
    metadata = {"aws:asset:path": asset, **({"aws:cdk:path": path} if path else {})}
    url = {"Fn::Join": ["", ["https://s3.", {"Ref": "AWS::URLSuffix"}, "/assets/0123.json"]]}
    return {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": url, "Parameters": {"Model": "passed"}},
        "Metadata": metadata,
    }


CHILD = {
    "Parameters": {"Model": {"Type": "String"}},
    "Resources": {"A": {"Type": "AWS::Bedrock::Agent", "Properties": {"FoundationModel": {"Ref": "Model"}}}},
}


@pytest.mark.parametrize(
    ("metadata", "path", "expected"),
    [
        (None, None, "S/N/A"),
        (None, "S/Nested.NestedStack/Nested.NestedStackResource", "S/Nested/A"),
        (METADATA, None, "S/Nested/Agent/Deep/Resource"),
    ],
)
def test_nested_stacks_are_followed_by_their_asset(load, tmp_path, describe, metadata, path, expected):
    artifact = stack("S.template.json", **({"metadata": metadata} if metadata else {}))
    template = {"Resources": {"N": nested(path=path), "A": AGENT}}
    write(tmp_path / "cdk.out", {"S": artifact}, S__template=template, N__nested__template=CHILD)
    loaded = load()
    assert loaded.problems == ()
    assert model(loaded, expected, describe) == "passed"
    child = next(r for r in loaded.resources if r.address == expected)
    assert child.region[0].atom.plain == "eu-west-1"
    assert "cdk.out/N.nested.template.json" in loaded.input.files


def test_stages_are_gone_into(load, tmp_path, describe):
    stage = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Prod", "displayName": "Prod"}}
    tree = {"type": "cdk:tree", "properties": {"file": "tree.json"}}
    write(tmp_path / "cdk.out", {"assembly-Prod": stage, "Tree": tree})
    inner = stack("ProdS.template.json", "aws://1/us-east-1", displayName="Prod/S")
    write(tmp_path / "cdk.out" / "assembly-Prod", {"ProdS": inner}, ProdS__template={"Resources": {"A": AGENT}})
    loaded = load()
    assert [r.address for r in loaded.resources] == ["Prod/S/A"]
    assert model(loaded, "Prod/S/A", describe) == "us-east-1/1"


def test_stage_that_holds_itself_ends(load, tmp_path):
    stage = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "../cdk.out"}}
    write(tmp_path / "cdk.out", {"loop": stage, "S": stack("S.template.json")}, S__template={"Resources": {"A": AGENT}})
    assert any("nested too deeply" in problem.message for problem in load().problems)


def test_values_are_followed_from_stack_to_stack(load, tmp_path, describe):
    producer = {
        "Resources": {
            "P": {"Type": "AWS::Bedrock::ApplicationInferenceProfile", "Metadata": {"aws:cdk:path": "One/Profile"}}
        },
        "Outputs": {
            "O": {"Value": {"Fn::GetAtt": ["P", "InferenceProfileArn"]}, "Export": {"Name": "One:Arn"}},
            "Q": {"Value": "by-name", "Export": {"Name": {"Fn::Sub": "${AWS::StackName}-q"}}},
            "Loop": {"Value": {"Fn::ImportValue": "Loop"}, "Export": {"Name": "Loop"}},
        },
    }
    consumer = {
        "Resources": {
            "A": {
                "Type": "AWS::Bedrock::Agent",
                "Properties": {
                    "FoundationModel": {"Fn::ImportValue": "One:Arn"},
                    "Named": {"Fn::ImportValue": "one-stack-q"},
                    "Other": {"Fn::ImportValue": "elsewhere"},
                    "Loop": {"Fn::ImportValue": "Loop"},
                },
            }
        }
    }
    artifacts = {
        "Two": stack("Two.template.json"),
        "One": stack("One.template.json", properties={"stackName": "one-stack"}),
        "Far": stack("Far.template.json", "aws://111122223333/us-east-1"),
    }
    far = {"Resources": {"A": IMPORTING}}
    write(tmp_path / "cdk.out", artifacts, One__template=producer, Two__template=consumer, Far__template=far)
    loaded = load()
    described = describe(next(r for r in loaded.resources if r.address == "Two/A").properties)
    assert described["FoundationModel"][0][0] == "-> One/Profile InferenceProfileArn"
    assert described["Named"][0][0] == "by-name"
    assert described["Other"][0][0] == "?external-data export elsewhere"
    assert described["Loop"][0][0].startswith("?")
    assert model(loaded, "Far/A", describe) == "?external-data export One:Arn"


def test_parameters_of_two_stacks_are_told_apart(load, tmp_path):
    template = {
        "Parameters": {"M": {"Type": "String", "Default": "m"}},
        "Resources": {"A": {"Type": "AWS::Bedrock::Agent", "Properties": {"FoundationModel": {"Ref": "M"}}}},
    }
    write(tmp_path / "cdk.out", {"S": stack("T.template.json"), "T": stack("T.template.json")}, T__template=template)
    subjects = [r.properties[0].atom.entries["FoundationModel"][0].given[0].subject for r in load().resources]
    assert subjects == ["parameter S/M", "parameter T/M"]


@pytest.mark.parametrize("age", ["new", "old"])
@pytest.mark.parametrize(
    "named",
    [
        "new S (lib/stack.js:23:19)",
        "new S ({here}/lib/stack.js:23:19)",
        "at {here}/lib/stack.js:23:19",
        "async main (file://{here}/lib/stack.js:23:19)",
        "new S (/app/lib/stack.js:23:19)",
        r"new S (C:\a\1\s\lib\stack.js:23:19)",
    ],
)
def test_source_lines_end_the_trail(load, tmp_path, age, named):
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "stack.js").write_text("new Agent();\n")
    frames = [
        "...new Role2 in aws-cdk-lib...",
        "new Role ({here}/node_modules/aws-cdk-lib/lib/role.js:1:1)",
        named,
        "<anonymous> ({here}/app.js:10:1)",
        "...node...",
    ]
    frames = [frame.replace("{here}", str(tmp_path)) for frame in frames]
    entries = [{"type": "aws:cdk:logicalId", "data": "A"}, {"type": "aws:cdk:creationStack", "data": frames}]
    if age == "old":
        entries = [{"type": "aws:cdk:logicalId", "data": "A", "trace": frames}]
    write(
        tmp_path / "cdk.out",
        {"S": stack("S.template.json", metadata={"/S/Agent/Resource": entries})},
        S__template={"Resources": {"A": AGENT}},
    )
    (resource,) = load().resources
    step = resource.properties[0].trail[-1]
    assert (str(step.location), step.text) == ("lib/stack.js:23:19", "construct S/Agent/Resource")
    assert str(resource.location) == "cdk.out/S.template.json:3:3"


@pytest.mark.parametrize(
    "frame",
    [
        "x (../out.js:1:1)",
        "x (/etc/passwd:1:1)",
        "x (node_modules/a.js:1:1)",
        "x (/usr/lib/python3/site-packages/lib/own.js:1:1)",
        "x (/elsewhere/own.js:1:1)",
        "x (gone.js:1:1)",
        "x",
    ],
)
def test_source_lines_outside_the_app_are_not_used(load, tmp_path, frame):
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "a.js").write_text("")
    (tmp_path / "lib").mkdir()
    for own in (tmp_path / "own.js", tmp_path / "lib" / "own.js"):
        own.write_text("")
    entries = [{"type": "aws:cdk:logicalId", "data": "A", "trace": [frame]}]
    artifact = stack("S.template.json", metadata={"/S/A": entries})
    write(tmp_path / "cdk.out", {"S": artifact}, S__template={"Resources": {"A": AGENT}})
    assert load().resources[0].properties[0].trail == ()


def test_folder_of_templates(load, tmp_path, describe):
    directory = tmp_path / "out"
    directory.mkdir()
    (directory / "S.template.json").write_text(json.dumps({"Resources": {"N": nested(), "A": AGENT}}))
    (directory / "N.nested.template.json").write_text(json.dumps(CHILD))
    (directory / "Lost.nested.template.json").write_text(json.dumps(CHILD))
    (directory / "notes.json").write_text("{")
    loaded = load("out")
    assert loaded.problems == ()
    assert [r.address for r in loaded.resources] == ["S/N", "S/N/A", "S/A", "Lost.nested/A"]
    assert model(loaded, "S/N/A", describe) == "passed"


def manifest_of(kind, **properties):
    return json.dumps({"artifacts": {"S": {"type": kind, "properties": properties}}})


@pytest.mark.parametrize(
    ("manifest", "kind"),
    [
        ("{", "invalid-syntax"),
        ("[]", "invalid-syntax"),
        ('{"artifacts": []}', "invalid-value"),
        # A template in the place of the manifest.
        ('{"Resources": {}}', "invalid-value"),
        ('{"artifacts": {"S": 1}}', "unsupported"),
        ('{"artifacts": {"S": {"type": 3}}}', "unsupported"),
        ('{"artifacts": {"S": {}}}', "unsupported"),
        (manifest_of("aws:cloudformation:stack"), "invalid-value"),
        (manifest_of("aws:cloudformation:stack", templateFile="x.json"), "not-found"),
        (manifest_of("cdk:cloud-assembly", directoryName="x"), "not-found"),
        (manifest_of("aws:cloudformation:stack", templateFile="/etc/passwd"), "outside-boundary"),
        # A type may be damaged, or new.
        (manifest_of("new:kind", templateFile="x.json"), "unsupported"),
        (manifest_of("cdk:cloud-assembly}", directoryName="x"), "unsupported"),
        ("[" * 100_000, "invalid-syntax"),
    ],
)
def test_broken_assemblies_are_incomplete(load, tmp_path, manifest, kind):
    (tmp_path / "cdk.out").mkdir()
    (tmp_path / "cdk.out" / "manifest.json").write_text(manifest)
    loaded = load()
    assert [(p.kind.value, p.incomplete) for p in loaded.problems] == [(kind, True)]


@pytest.mark.parametrize("artifacts", [{"S": {"type": "cdk:tree"}}, {"S": {"type": "new:kind"}}, {}])
def test_other_artifacts_are_passed_over(load, tmp_path, artifacts):
    write(tmp_path / "cdk.out", artifacts)
    loaded = load()
    assert (loaded.resources, loaded.problems) == ((), ())


def test_a_file_that_is_no_template_in_the_place_of_one_is_told(load, tmp_path):
    properties = {"templateFile": "S.json"}
    write(tmp_path / "cdk.out", {"S": {"type": "aws:cloudformation:stack", "properties": properties}})
    (tmp_path / "cdk.out" / "S.json").write_text('{"/S/Agent": []}')
    (problem,) = load().problems
    assert (problem.message, problem.incomplete) == ("cdk.out/S.json is not a template.", True)
    # A stack need not have resources.
    for text in ("{}", '{"Parameters": {"BootstrapVersion": {"Type": "String"}}}'):
        (tmp_path / "cdk.out" / "S.json").write_text(text)
        assert load().problems == ()


def test_directory_without_templates_is_incomplete(load, tmp_path):
    (tmp_path / "cdk.out").mkdir()
    assert [(p.kind.value, p.incomplete) for p in load().problems] == [("not-found", True)]
    assert [(p.kind.value, p.incomplete) for p in load("gone").problems] == [("not-found", True)]


@pytest.mark.parametrize(
    ("named", "content", "kind"),
    [
        ("S.metadata.json", "{", "invalid-syntax"),
        ("S.metadata.json", "[]", "invalid-syntax"),
        ("S.metadata.json", None, "not-found"),
        ("../../S.metadata.json", METADATA, "outside-boundary"),
        ("/S.metadata.json", METADATA, "outside-boundary"),
    ],
)
def test_metadata_that_cannot_be_read_costs_names_and_is_told(load, tmp_path, named, content, kind):
    """Rules may be for some constructs only, whose paths are then not known."""
    write(
        tmp_path / "cdk.out",
        {"S": stack("S.template.json", additionalMetadataFile=named)},
        S__template={"Resources": {"A": AGENT}},
        **({} if content is None or "/" in named else {"S__metadata": content}),
    )
    loaded = load()
    assert [r.address for r in loaded.resources] == ["S/A"]
    assert [(p.kind.value, p.incomplete) for p in loaded.problems] == [(kind, True)]


@pytest.mark.parametrize(("content", "told"), [(None, []), ("{", [("invalid-syntax", True)])])
def test_a_snapshot_may_have_the_paths_only_in_its_tree(load, tmp_path, content, told):
    attributes = {"aws:cdk:cloudformation:logicalId": "A"}
    write(
        tmp_path / "cdk.out",
        {"S": stack("S.template.json", additionalMetadataFile="S.metadata.json")},
        S__template={"Resources": {"A": AGENT}},
        tree={"tree": {"path": "", "children": {"R": {"path": "S/Agent/Resource", "attributes": attributes}}}},
        **({} if content is None else {"S__metadata": content}),
    )
    loaded = load()
    assert [r.address for r in loaded.resources] == ["S/Agent/Resource"]
    assert [(p.kind.value, p.incomplete) for p in loaded.problems] == told


def test_a_tree_that_cannot_be_read_is_told_where_it_is_needed(load, tmp_path):
    for agent, expected in ((AGENT, [("invalid-syntax", True)]), (named_in_template(AGENT), [])):
        write(tmp_path / "cdk.out", {"S": stack("S.template.json")}, S__template={"Resources": {"A": agent}}, tree="{")
        assert [(p.kind.value, p.incomplete) for p in load().problems] == expected


def named_in_template(resource):
    return {**resource, "Metadata": {"aws:cdk:path": "S/A/Resource"}}


@pytest.mark.parametrize("variant", ["failing", "clean"])
def test_what_cdk_synthesized(describe, variant):
    directory = ROOT / "examples" / "cdk" / variant
    files = SourceFiles(Boundary(directory), directory)
    loaded = load_assembly(directory / "cdk.out", Options(), files)
    assert loaded.problems == ()
    resources = {r.address: r for r in loaded.resources}
    assert len(resources) == len(loaded.resources)
    rows = json.loads((directory / "expect.jsonc").read_text(encoding="utf-8"))
    for row in rows:
        resource = resources[row["construct"]]
        assert resource.location is not None
        region = resource.region[0].atom
        assert (region.plain if isinstance(region, Text) else None) == row["region"]
    direct = [row for row in rows if row["site"] in {"FoundationModel", "ModelSource.CopyFrom"}]
    assert len(direct) >= 4
    for row in direct:
        ((text, certainty, written),) = describe(resources[row["construct"]].properties)[row["site"]]
        assert row["model"] in text
        assert (certainty, written) == (row["certainty"], row["written_at"])
    step = resources["Pilot/Agent"].properties[0].trail[-1]
    assert step.location is not None
    source = (directory / step.location.file).read_text(encoding="utf-8").splitlines()
    assert "Agent" in source[step.location.line - 1]


def test_a_use_is_at_the_line_of_the_app_and_its_trail_keeps_the_template(load, tmp_path):
    (tmp_path / "app.py").write_text("agent()\n")
    agent = {"Type": "AWS::Bedrock::Agent", "Properties": {"FoundationModel": "anthropic.claude-3-haiku-20240307-v1:0"}}
    entries = [
        {"type": "aws:cdk:logicalId", "data": "A"},
        {"type": "aws:cdk:creationStack", "data": ["x (app.py:1:1)"]},
    ]
    write(
        tmp_path / "cdk.out",
        {"S": stack("S.template.json", metadata={"/S/A": entries})},
        S__template={"Resources": {"A": agent}},
    )
    (reference,) = extract(load().resources, lambda identifier: identifier)
    (candidate,) = reference.candidates
    assert str(reference.location) == "app.py:1:1"
    assert str(candidate.written_at) == "cdk.out/S.template.json:6:24"
    assert [str(step.location) for step in candidate.trail] == ["cdk.out/S.template.json:6:24", "app.py:1:1"]


def assets(path="N.nested.template.json", key="prefix/0123.json"):
    destination = {"bucketName": "b", "objectKey": key}
    return {"files": {"0123": {"source": {"path": path}, "destinations": {"here": destination}}}}


@pytest.mark.parametrize(
    "url",
    [
        "https://s3.us-east-1.amazonaws.com/assets/0123.json",
        {"Fn::Join": ["", ["https://s3.us-east-1.", {"Ref": "AWS::URLSuffix"}, "/assets/0123.json"]]},
        {"Fn::Sub": "https://s3.${AWS::Region}.${AWS::URLSuffix}/assets-${AWS::AccountId}/0123.json"},
    ],
)
def test_a_nested_template_is_found_by_the_key_under_which_it_is_uploaded(load, tmp_path, describe, url):
    """Without the CDK CLI, an app writes no path of the file into the template."""
    nesting = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": url, "Parameters": {"Model": "passed"}},
    }
    write(
        tmp_path / "cdk.out",
        {"S": stack("S.template.json")},
        S__template={"Resources": {"N": nesting}},
        N__nested__template=CHILD,
        S__assets=assets(),
    )
    loaded = load()
    assert loaded.problems == ()
    assert model(loaded, "S/N/A", describe) == "passed"


@pytest.mark.parametrize("broken", ["{", "[]", '{"files": []}', '{"files": {"a": 1, "b": {"source": 1}}}'])
def test_an_asset_manifest_that_is_none_leaves_the_nested_stack_unread(load, tmp_path, broken):
    nesting = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "https://b/0123.json"}}
    write(
        tmp_path / "cdk.out",
        {"S": stack("S.template.json")},
        S__template={"Resources": {"N": nesting}},
        S__assets=broken,
    )
    assert ("remote-module", True) in [(problem.kind.value, problem.incomplete) for problem in load().problems]


def test_nested_stacks_export_too(load, tmp_path, describe):
    inner = {"Resources": {}, "Outputs": {"O": {"Value": "of-the-nested", "Export": {"Name": "One:Arn"}}}}
    inner["Resources"]["A"] = AGENT
    nesting = {"Type": "AWS::CloudFormation::Stack", "Metadata": {"aws:asset:path": "N.nested.template.json"}}
    nesting["Properties"] = {"TemplateURL": "https://b/x.json"}
    write(
        tmp_path / "cdk.out",
        {"One": stack("One.template.json"), "Two": stack("Two.template.json")},
        One__template={"Resources": {"N": nesting}},
        N__nested__template=inner,
        Two__template={"Resources": {"A": IMPORTING}},
    )
    assert model(load(), "Two/A", describe) == "of-the-nested"
