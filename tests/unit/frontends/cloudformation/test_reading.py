"""Files as they are: syntax, encodings, locations, and what SAM, loops, includes and definitions make of them."""

import json

import pytest

from checker.frontends.cloudformation.template import is_template, load_template
from checker.model.settings import Options
from checker.source.files import Boundary, SourceFiles
from checker.source.yaml import parse_yaml
from checker.values import Piece, Text, certainty
from tests.growth import takes_linear_time

SMALL = (
    "Resources:\n  R:\n    Type: AWS::Bedrock::Agent\n    Properties:\n      FoundationModel: amazon.nova-lite-v1:0\n"
)


def pieces(value):
    """The pieces of the one text that a value is, each with where it is written."""
    (one,) = value
    assert isinstance(one.atom, Text)
    return [
        (piece.text, f"{location.line}:{location.column}")
        for piece in one.atom.pieces
        if isinstance(piece, Piece) and (location := (piece.trail + one.trail)[0].location)
    ]


def properties(loaded, address="R"):
    resource = next(r for r in loaded.resources if r.address == address)
    return resource.properties[0].atom.entries


@pytest.mark.parametrize(
    "text",
    [
        SMALL,
        SMALL.replace("\n", "\r\n"),
        "\ufeff" + SMALL,
        "# a comment\n---\n" + SMALL,
        "kind: Other\n---\n" + SMALL,
        SMALL.replace("Type: AWS", "Type: &t AWS").replace("Properties:", "Metadata: *t\n    Properties:"),
        json.dumps(
            {
                "Resources": {
                    "R": {"Type": "AWS::Bedrock::Agent", "Properties": {"FoundationModel": "amazon.nova-lite-v1:0"}}
                }
            }
        ),
        (
            '{\n\t"Resources": {\n\t\t"R": {"Type": "AWS::Bedrock::Agent",\t"Properties":'
            ' {"FoundationModel": "amazon.nova-lite-v1:0"}}}}'
        ),
        "{Resources: {R: {Type: 'AWS::Bedrock::Agent', Properties: {FoundationModel: 'amazon.nova-lite-v1:0'}}}}",
    ],
)
def test_forms_of_a_template(load, describe, text):
    loaded = load(text)
    assert loaded.problems == ()
    assert describe(loaded.resources[0].properties)["FoundationModel"][0][:2] == ("amazon.nova-lite-v1:0", "certain")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: [1\nb: 2\n", []),
        ("kind: List\nitems: []\n", []),
        ("", []),
        ("Resources: text\n", []),
        ("Resources:\n  R:\n    Type: not-a-type\n", []),
        (SMALL + "  broken: [\n", [("invalid-syntax", 7, True)]),
        (SMALL.replace("    Type", "\tType"), [("invalid-syntax", 3, True)]),
        ('{"Resources": {"R": {"Type": "AWS::X::Y"}', [("invalid-syntax", 1, True)]),
        (SMALL.encode("latin-1").decode() + "# \udce4", None),
    ],
)
def test_what_is_no_template_or_cannot_be_read(load, tmp_path, text, expected):
    if expected is None:
        (tmp_path / "t.yaml").write_bytes(text.encode("utf-8", "surrogateescape"))
        loaded = load_template(tmp_path / "t.yaml", Options(), SourceFiles(Boundary(tmp_path), tmp_path))
        assert [(p.kind.value, p.incomplete) for p in loaded.problems] == [("unreadable", True)]
    else:
        loaded = load(text)
        assert [(p.kind.value, p.line, p.incomplete) for p in loaded.problems] == expected
    assert loaded.resources == ()
    assert loaded.input.files == ()


def test_content_in_place_of_a_file(tmp_path, describe):
    files = SourceFiles(Boundary(tmp_path), tmp_path)
    loaded = load_template(tmp_path / "<stdin>", Options(), files, SMALL.encode())
    assert describe(loaded.resources[0].properties)["FoundationModel"] == [
        ("amazon.nova-lite-v1:0", "certain", "<stdin>:5")
    ]


@pytest.mark.parametrize("name", ["t.yaml", "t.json"])
def test_key_that_occurs_twice_is_told_and_the_last_counts(load, describe, name):
    text = SMALL + "      FoundationModel: amazon.nova-pro-v1:0\n"
    if name == "t.json":
        text = (
            '{"Resources": {"R": {"Type": "AWS::Bedrock::Agent", "Properties": {\n'
            '"FoundationModel": "amazon.nova-lite-v1:0",\n"FoundationModel": "amazon.nova-pro-v1:0"}}}}'
        )
    loaded = load(text, name)
    line = 6 if name == "t.yaml" else 3
    assert [(p.kind.value, p.line, p.incomplete) for p in loaded.problems] == [("invalid-syntax", line, True)]
    assert describe(loaded.resources[0].properties)["FoundationModel"][0][0] == "amazon.nova-pro-v1:0"


def test_lines_of_a_block_scalar_are_told_apart(load):
    loaded = load(
        """\
Resources:
  R:
    Type: Custom::R
    Properties:
      Sub: !Sub |
        first line
        arn:${AWS::Partition}:bedrock:${AWS::Region}::foundation-model/amazon.nova-lite-v1:0
        last
      Folded: !Sub
        - >-
          arn:aws:bedrock:${AWS::Region}::
          ${Id}-suffix
        - Id: amazon.nova-pro-v1:0
      Plain: |
        one
        two
      OneLine: >-
        amazon.nova-micro-v1:0
      Quoted: !Sub "a\\"b ${AWS::Region} c"
"""
    )
    found = properties(loaded)
    assert pieces(found["Sub"]) == [
        ("first line\n", "6:9"),
        ("arn:", "7:9"),
        (":bedrock:", "7:30"),
        ("::foundation-model/amazon.nova-lite-v1:0\n", "7:53"),
        ("last\n", "8:9"),
    ]
    assert pieces(found["Folded"]) == [
        ("arn:aws:bedrock:", "11:11"),
        (":: ", "11:41"),
        ("amazon.nova-pro-v1:0", "13:15"),
        ("-suffix", "12:16"),
    ]
    assert pieces(found["Plain"]) == [("one\n", "15:9"), ("two\n", "16:9")]
    assert pieces(found["OneLine"]) == [("amazon.nova-micro-v1:0", "18:9")]
    assert pieces(found["Quoted"]) == [('a"b ', "19:21"), (" c", "19:40")]


def test_columns_in_json_with_escapes(load):
    sub = '{"Fn::Sub": "{\\"a\\": \\"${AWS::Region}x\\"}"}'
    text = '{"Resources": {"R": {"Type": "Custom::R", "Properties": {\n "P": ' + sub + "}}}}"
    found = properties(load(text, "t.json"))
    assert pieces(found["P"]) == [('{"a": "', "2:20"), ('x"}', "2:44")]


def test_recognition():
    def node(text):
        return parse_yaml(text, "t")[0]

    assert is_template(node(SMALL))
    assert is_template(node("Resources:\n  Fn::ForEach::A: [N, [x], {'R${N}': {Type: 'AWS::X::Y'}}]\n"))
    assert not is_template(node("Resources: []"))
    assert not is_template(node("- a"))


def test_documents_of_a_stream_are_told_apart(load):
    assert [r.address for r in load(SMALL + "---\n" + SMALL).resources] == ["R", "document2.R"]


def test_where_a_text_is_put_together_ends_its_trail(load):
    """The location of the property, while its pieces are written elsewhere."""
    loaded = load(
        """\
Parameters: {M: {Type: String, Default: m}}
Resources:
  R:
    Type: Custom::R
    Properties:
      P:
        !Sub |
          model
          ${M}
      Q:
        Fn::Join: ["", [a, !Ref M]]
"""
    )
    found = properties(loaded)
    assert [str(found[name][0].trail[-1].location) for name in "PQ"] == ["template.yaml:7:9", "template.yaml:11:9"]


def test_presence_follows_the_condition(load):
    loaded = load(
        """\
Parameters:
  Stage: {Type: String, Default: dev, AllowedValues: [dev, prod]}
  Free: {Type: String, Default: x}
Conditions:
  Never: !Equals [a, b]
  IsProd: !Equals [!Ref Stage, prod]
  IsY: !Equals [!Ref Free, y]
Resources:
  Gone: {Type: Custom::R, Condition: Never}
  Prod: {Type: Custom::R, Condition: IsProd}
  Y: {Type: Custom::R, Condition: IsY}
  Odd: {Type: Custom::R, Condition: Missing}
  Always: {Type: Custom::R}
"""
    )
    presence = {r.address: [[str(a) for a in given] for given in r.presence] for r in loaded.resources}
    assert presence == {
        "Prod": [['parameter Stage = "prod"']],
        "Y": [['parameter Free ≠ "x"']],
        "Odd": [[]],
        "Always": [[]],
    }


def test_loops(load, describe):
    loaded = load(
        """\
Transform: AWS::LanguageExtensions
Parameters:
  Models: {Type: CommaDelimitedList, Default: "amazon.nova-lite-v1:0,amazon.nova-pro-v1:0"}
  Unknown: {Type: CommaDelimitedList}
Resources:
  Fn::ForEach::Stages:
    - Stage
    - [dev, prod]
    - Agent${Stage}:
        Type: AWS::Bedrock::Agent
        Properties:
          AgentName: !Sub agent-${Stage}
          Fn::ForEach::Extra:
            - Key
            - [A, B]
            - Tag${Key}: !Ref Stage
  Fn::ForEach::Ids:
    - Id
    - !Ref Models
    - "P&{Id}":
        Type: Custom::P
        Properties: {Model: !Ref Id, Peer: !GetAtt 'Agent${Q}.Arn', Text: "x-${Id}"}
  Fn::ForEach::Later:
    - Name
    - !Ref Unknown
    - "L${Name}": {Type: Custom::L, Properties: {Model: !Ref Name}}
"""
    )
    described = {r.address: describe(r.properties) for r in loaded.resources}
    assert described["Agentdev"]["AgentName"][0][:2] == ("agent-dev", "certain")
    assert described["Agentprod"]["TagB"][0][0] == "prod"
    assert described["Pamazonnovaprov10"]["Model"][0] == ("amazon.nova-pro-v1:0", "certain", "template.yaml:3")
    presence = {r.address: [certainty(given).value for given in r.presence] for r in loaded.resources}
    assert presence["Pamazonnovaprov10"] == ["default"]
    assert presence["Agentdev"] == ["certain"]
    assert described["Pamazonnovaprov10"]["Text"][0][0] == "x-amazon.nova-pro-v1:0"
    assert described["L⟨parameter Unknown⟩"]["Model"][0][0] == "?input-not-set parameter Unknown"


@pytest.mark.parametrize(
    ("transform", "is_told"),
    [("", True), ("Transform: AWS::Serverless-2016-10-31\n", True), ("Transform: [AWS::LanguageExtensions]\n", False)],
)
def test_a_loop_needs_its_transform(load, transform, is_told):
    loop = "Fn::ForEach::A: [N, [x, y], {'R${N}': {Type: Custom::R}}]"
    loaded = load(f"{transform}Resources:\n  {loop}\n")
    assert [resource.address for resource in loaded.resources] == ["Rx", "Ry"]
    message = "Fn::ForEach needs the transform AWS::LanguageExtensions, which the template does not have."
    assert [problem.message for problem in loaded.problems] == [message] * is_told


@pytest.mark.parametrize(
    ("collection", "told"),
    [
        ("[x, x]", "Fn::ForEach makes Rx, which the template has already."),
        ("[x, a.b]", "Fn::ForEach makes 'Ra.b', which is no logical id: these have letters and digits only."),
        ("!If [Own, [x, y], [x, z]]", None),
        ("!Split [',', !Ref Open]", None),
    ],
)
def test_a_loop_makes_what_cloudformation_takes(load, collection, told):
    loop = f"Fn::ForEach::A: [N, {collection}, {{'R${{N}}': {{Type: Custom::R}}}}]"
    before = "Transform: AWS::LanguageExtensions\nParameters: {Open: {Type: String}}\n"
    before += "Conditions: {Own: !Equals [!Ref Open, own]}\n"
    problems = load(f"{before}Resources:\n  {loop}\n").problems
    assert [problem.message for problem in problems] == ([told] if told else [])


def test_loops_over_what_stands_beside_them(load, describe):
    loaded = load(
        """\
Transform: AWS::LanguageExtensions
Conditions:
  Fn::ForEach::C: [N, !If [Plain, [a], [b]], {"Is${N}": !Equals [!Ref N, a]}]
  Plain: !Equals [x, x]
Mappings:
  Fn::ForEach::M: [N, !FindInMap [Names, all, of], {"For${N}": {k: {v: made}}}]
  Names: {all: {of: [one, two]}}
Resources:
  Fn::ForEach::None: [N, !Ref Nothing, {"N${N}": {Type: Custom::N}}]
  Fn::ForEach::Role: [N, !Ref Role, {"R${N}": {Type: Custom::R, Properties: {Name: !Ref N}}}]
  Fn::ForEach::Itself: [N, !GetAtt Rx.Arn, {"I${N}": {Type: Custom::I}}]
  Fn::ForEach::Known: [N, [y], {"K${N}": {Type: Custom::K, Condition: Isa}}]
  Role: {Type: Custom::Role, Properties: {Of: !FindInMap [Fortwo, k, v]}}
Outputs:
  Fn::ForEach::O: [N, [!GetAtt Role.Name], {"O${N}": {Value: x}}]
"""
    )
    described = {r.address: describe(r.properties) for r in loaded.resources}
    assert {"Role", "Ky"} < set(described)
    assert described["Role"]["Of"][0][0] == "made"
    [made] = [address for address in described if address.startswith("R⟨")]
    assert described[made]["Name"][0][0].startswith("?deploy-time Role")
    said = {problem.message for problem in loaded.problems}
    assert {"Nothing is not defined in this template.", "Rx.Arn is not defined in this template."} <= said


def test_includes(load, describe):
    loaded = load(
        """\
Resources:
  Fn::Transform: {Name: AWS::Include, Parameters: {Location: more/resources.yaml}}
  R:
    Type: Custom::R
    Properties:
      Fn::Transform: {Name: AWS::Include, Parameters: {Location: ./more/properties.yaml}}
      Own: x
      Whole: {'Fn::Transform': {Name: AWS::Include, Parameters: {Location: more/properties.yaml}}}
  S:
    Type: Custom::S
    Properties: {Fn::Transform: {Name: Mine}, Known: y}
""",
        more__resources_yaml="Added: {Type: Custom::A, Properties: {Model: amazon.nova-lite-v1:0}}\n",
        more__properties_yaml="Model: amazon.nova-pro-v1:0\n",
    )
    described = {r.address: describe(r.properties) for r in loaded.resources}
    assert described["Added"]["Model"] == [("amazon.nova-lite-v1:0", "certain", "more/resources.yaml:1")]
    assert described["R"]["Model"] == [("amazon.nova-pro-v1:0", "certain", "more/properties.yaml:1")]
    assert described["R"]["Whole.Model"][0][0] == "amazon.nova-pro-v1:0"
    assert described["S"]["{*}"][0][0] == "?unsupported-function macro Mine"
    assert loaded.input.files == ("template.yaml", "more/resources.yaml", "more/properties.yaml")


def test_missing_include_is_incomplete(load):
    loaded = load(
        "Resources:\n  R:\n    Type: Custom::R\n    Properties:\n"
        "      Fn::Transform: {Name: AWS::Include, Parameters: {Location: gone.yaml}}\n"
    )
    assert [(p.kind.value, p.incomplete) for p in loaded.problems] == [("not-found", True)]


def test_globals_of_sam(load, describe):
    loaded = load(
        """\
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Layers: [shared]
    Environment: {Variables: {SHARED: a, BOTH: globally}}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Layers: [own]
      Environment: {Variables: {OWN: b, BOTH: here}}
  Bare: {Type: AWS::Serverless::Function}
  Other: {Type: AWS::Lambda::Function, Properties: {Handler: h}}
"""
    )
    described = {r.address: {k: v[0][0] for k, v in describe(r.properties).items()} for r in loaded.resources}
    assert described["F"] == {
        "Layers[0]": "shared",
        "Layers[1]": "own",
        "Environment.Variables.SHARED": "a",
        "Environment.Variables.BOTH": "here",
        "Environment.Variables.OWN": "b",
    }
    assert described["Bare"]["Environment.Variables.BOTH"] == "globally"
    assert described["Other"] == {"Handler": "h"}


ASL = """{"States": {"Ask": {"Parameters": {
  "ModelId": "${Model}",
  "Other": "x-${Name}-${Kept}",
  "Lost": "${Lost}"}}}}
"""


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("AWS::Serverless::StateMachine", "DefinitionUri: flow/a.json"),
        ("AWS::StepFunctions::StateMachine", "DefinitionS3Location: ./flow/a.json"),
        ("AWS::Bedrock::Flow", "DefinitionS3Location: flow/a.json"),
    ],
)
def test_definition_files(load, describe, kind, written):
    loaded = load(
        f"Resources:\n  R:\n    Type: {kind}\n    Properties:\n      {written}\n"
        "      DefinitionSubstitutions: {Model: !Sub 'm-${AWS::Region}', Name: n}\n",
        flow__a_json=ASL,
    )
    described = describe(loaded.resources[0].properties)
    base = "Definition.States.Ask.Parameters."
    assert described[base + "ModelId"] == [("m-⟨AWS::Region⟩", "certain", "template.yaml:6")]
    assert described[base + "Other"] == [("x-n-${Kept}", "certain", "flow/a.json:3")]
    assert described[base + "Lost"][0][0] == "?invalid-expression ${Lost}"
    assert loaded.input.files == ("template.yaml", "flow/a.json")


def test_definition_that_is_json_only_after_substitution(load):
    loaded = load(
        "Resources:\n  R:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      DefinitionUri: a.json\n"
        "      DefinitionSubstitutions: {Tokens: 5, Model: amazon.nova-lite-v1:0}\n",
        a_json='{"MaxTokens": ${Tokens},\n "ModelId": "${Model}"}\n',
    )
    definition = properties(loaded)["Definition"]
    assert definition[0].atom.plain == '{"MaxTokens": 5,\n "ModelId": "amazon.nova-lite-v1:0"}\n'
    assert pieces(definition)[2:] == [
        (",\n", "1:1"),
        (' "ModelId": "', "2:1"),
        ("amazon.nova-lite-v1:0", "6:51"),
        ('"}\n', "2:1"),
    ]


def test_definition_string_with_substitutions_of_alternatives(load, describe):
    loaded = load(
        """\
Parameters:
  Model: {Type: String, AllowedValues: [a, b]}
Resources:
  R:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      DefinitionString: !Sub '{"ModelId": "${!M}", "Region": "${AWS::Region}", "Gone": "${!Gone}"}'
      DefinitionSubstitutions: {M: !Ref Model}
"""
    )
    assert [text for text, _, _ in describe(loaded.resources[0].properties)["DefinitionString"]] == [
        '{"ModelId": "a", "Region": "⟨AWS::Region⟩", "Gone": "⟨${Gone}⟩"}',
        '{"ModelId": "b", "Region": "⟨AWS::Region⟩", "Gone": "⟨${Gone}⟩"}',
    ]


def test_missing_definition_file_is_incomplete(load, describe):
    loaded = load(
        "Resources:\n  R:\n    Type: AWS::Serverless::StateMachine\n    Properties: {DefinitionUri: gone.json}\n"
    )
    assert [(p.kind.value, p.line, p.incomplete) for p in loaded.problems] == [("not-found", 4, True)]
    assert "Definition" in describe(loaded.resources[0].properties)


def test_tags(load):
    loaded = load(
        """\
Resources:
  A: {Type: Custom::A, Properties: {Tags: [{Key: team, Value: chat}, {Key: x, Value: !Ref AWS::Region}]}}
  B: {Type: Custom::B, Properties: {Tags: {team: search}}}
"""
    )
    assert [r.tags[0] for r in loaded.resources] == [("team", "chat"), ("team", "search")]


def test_modules_and_macros_are_told(load):
    loaded = load(
        "Transform: [AWS::Serverless-2016-10-31, Mine]\nResources:\n"
        "  M: {Type: Org::Chat::Agent::MODULE}\n  N: {Properties: {}}\n"
    )
    assert [(p.kind.value, p.line, p.incomplete) for p in loaded.problems] == [
        ("unsupported", 1, False),
        ("remote-module", 3, True),
        ("invalid-value", 4, True),
    ]


def test_five_megabytes_of_json_take_linear_time(load):
    statement = {
        "Effect": "Allow",
        "Action": ["bedrock:InvokeModel"],
        "Resource": {
            "Fn::Join": [
                "",
                ["arn:", {"Ref": "AWS::Partition"}, ":bedrock:", {"Ref": "AWS::Region"}, "::foundation-model/x"],
            ]
        },
    }

    def read(count: int) -> None:
        resources = {
            f"Policy{number}": {
                "Type": "AWS::IAM::Policy",
                "Properties": {"PolicyDocument": {"Statement": [statement] * 10}},
            }
            for number in range(count)
        }
        assert len(load(json.dumps({"Resources": resources}, indent=1), "t.json").resources) == count

    assert takes_linear_time(read, 1300)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a ${Name} b", []),
        ("a ${ AWS::Region } ${R.Arn} ${!Literal-} b", []),
        ('a ${N"ame} b ${Name:-other}', ['${N"ame}', "${Name:-other}"]),
        ("a ${} b", ["${}"]),
    ],
)
def test_names_that_sub_does_not_take_are_told(load, text, written):
    """CloudFormation refuses them; a damaged name must not pass as a text."""
    template = {
        "Parameters": {"Name": {"Type": "String", "Default": "x"}},
        "Resources": {"R": {"Type": "AWS::SSM::Parameter", "Properties": {"Value": {"Fn::Sub": text}}}},
    }
    told = [problem.message for problem in load(json.dumps(template)).problems]
    assert [message.partition("`")[2].partition("`")[0] for message in told] == written
