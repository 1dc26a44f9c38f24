"""What parameters can be, and where their values come from."""

import json
from pathlib import Path

import pytest

from checker.errors import UsageError
from checker.frontends.cloudformation.parameter_files import read_parameters
from checker.frontends.cloudformation.template import load_template
from checker.model.settings import Options
from checker.source.files import Boundary, SourceFiles
from checker.values import Assumption, Basis


def template(declaration: str, use: str = "!Ref P", more: str = "") -> str:
    resources = f"Resources:\n  R:\n    Type: Custom::R\n    Properties:\n      V: {use}\n"
    return f"Parameters:\n  P: {declaration}\n{more}{resources}"


@pytest.mark.parametrize(
    ("declaration", "expected"),
    [
        ("{Type: String, Default: a}", [("a", "default")]),
        ("{Type: String, Default: ''}", [("", "default")]),
        ("{Type: Number, Default: 5}", [("5", "default")]),
        ("{Type: String, Default: true}", [("true", "default")]),
        ("{Type: String, Default: a, AllowedValues: [a, b]}", [("a", "default"), ("b", "override")]),
        ("{Type: String, Default: a, AllowedValues: [a]}", [("a", "certain")]),
        ("{Type: String, AllowedValues: [a, b]}", [("a", "possible"), ("b", "possible")]),
        ("{Type: String, AllowedValues: [a]}", [("a", "certain")]),
        ("{Type: String}", [("?input-not-set parameter P", "certain")]),
        ("{Type: String, Default: s3cret, NoEcho: true}", [("?sensitive parameter P", "certain")]),
        (
            "{Type: 'AWS::SSM::Parameter::Value<String>', Default: /models/chat}",
            [("?external-data SSM parameter /models/chat", "default")],
        ),
        ("{Type: 'AWS::SSM::Parameter::Name', Default: /models/chat}", [("/models/chat", "default")]),
        ("{Type: 'AWS::EC2::VPC::Id'}", [("?input-not-set parameter P", "certain")]),
    ],
)
def test_declaration(load, describe, declaration, expected):
    described = describe(load(template(declaration)).resources[0].properties)
    assert [(text, given) for text, given, _ in described["V"]] == expected


@pytest.mark.parametrize(
    ("declaration", "told"),
    [
        ("{Type: String, Default: ab, AllowedValues: [ab, cd]}", None),
        ("{Type: String, Default: ab, AllowedValues: [cd]}", "is not one of the allowed values"),
        ("{Type: String, Default: ab, MinLength: 2, MaxLength: '2'}", None),
        ("{Type: String, Default: ab, MinLength: 3}", "is shorter than MinLength, 3"),
        ("{Type: String, Default: ab, MaxLength: 1}", "is longer than MaxLength, 1"),
        ("{Type: String, Default: ab, AllowedPattern: 'a|ab'}", None),
        ("{Type: String, Default: ab, AllowedPattern: '^[a-z]$'}", "does not match AllowedPattern"),
        # Java has it, and RE2 has not.
        ("{Type: String, Default: ab, AllowedPattern: '(?!a).*'}", None),
        ("{Type: String, Default: ab, AllowedPattern: c, NoEcho: true}", None),
        ("{Type: Number, Default: 1.0, AllowedValues: [1]}", None),
        ("{Type: CommaDelimitedList, Default: 'a,b', AllowedValues: [a, b]}", None),
    ],
)
def test_a_value_that_cloudformation_refuses_is_told(load, declaration, told):
    problems = load(template(declaration)).problems
    assert [(each.message, each.line, each.incomplete) for each in problems] == (
        [] if told is None else [(f"The value of parameter P {told}.", 2, False)]
    )


@pytest.mark.parametrize("kind", ["CommaDelimitedList", "List<Number>", "'List<AWS::EC2::Subnet::Id>'"])
def test_lists_are_split_at_commas(load, describe, kind):
    described = describe(load(template(f"{{Type: {kind}, Default: '1, 2 ,3'}}")).resources[0].properties)
    assert [described[f"V[{n}]"][0][0] for n in range(3)] == ["1", "2", "3"]


def test_values_of_a_bounded_parameter_say_so(load):
    loaded = load(template("{Type: String, Default: a, AllowedValues: [a, b]}"))
    given = [one.given for one in loaded.resources[0].properties[0].atom.entries["V"]]
    assert given == [
        (Assumption("parameter P", '"a"', True, Basis.DEFAULT, True),),
        (Assumption("parameter P", '"b"', True, Basis.OVERRIDE, True),),
    ]


def test_rules_bound_a_parameter(load, describe):
    rules = "Rules:\n  Known:\n    Assertions:\n      - Assert: {'Fn::Contains': [[a, b], !Ref P]}\n"
    described = describe(load(template("{Type: String}", more=rules)).resources[0].properties)
    assert [(text, given) for text, given, _ in described["V"]] == [("a", "possible"), ("b", "possible")]


def test_a_rule_whose_condition_asks_for_the_parameter_does_not_bound(load, describe):
    rules = (
        "Rules:\n  Known:\n    RuleCondition: !Equals [!Ref P, x]\n"
        "    Assertions:\n      - Assert: {'Fn::Contains': [[a, b], !Ref P]}\n"
    )
    described = describe(load(template("{Type: String}", more=rules)).resources[0].properties)
    assert described["V"][0][0] == "?input-not-set parameter P"


UNSET = "?input-not-set parameter P"


@pytest.mark.parametrize(
    ("declaration", "stage", "condition", "expected"),
    [
        (
            "{Type: String}",
            "{Type: String, AllowedValues: [prod]}",
            "!Equals [!Ref S, prod]",
            [("a", "possible"), ("b", "possible")],
        ),
        ("{Type: String}", "{Type: String, AllowedValues: [dev]}", "!Equals [!Ref S, prod]", [(UNSET, "certain")]),
        (
            "{Type: String}",
            "{Type: String}",
            "!Equals [!Ref S, prod]",
            [("a", "possible"), ("b", "possible"), (UNSET, "possible")],
        ),
        (
            "{Type: String}",
            "{Type: String, Default: prod}",
            "!Equals [!Ref S, prod]",
            [("a", "possible"), ("b", "possible"), (UNSET, "override")],
        ),
        (
            "{Type: String}",
            "{Type: String, AllowedValues: [prod]}",
            "!Contains [[dev, prod], !Ref S]",
            [("a", "possible"), ("b", "possible")],
        ),
        (
            "{Type: String}",
            "{Type: String, AllowedValues: [qa]}",
            "!Contains [[dev, prod], !Ref S]",
            [(UNSET, "certain")],
        ),
        (
            "{Type: String}",
            "{Type: String}",
            "{'Fn::EachMemberIn': [[x], [x]]}",
            [("a", "possible"), ("b", "possible"), (UNSET, "possible")],
        ),
        (
            "{Type: String, AllowedValues: [b, c]}",
            "{Type: String, AllowedValues: [prod]}",
            "!Equals [!Ref S, prod]",
            [("b", "certain")],
        ),
        (
            "{Type: String, AllowedValues: [b, c]}",
            "{Type: String}",
            "!Equals [!Ref S, prod]",
            [("b", "possible"), ("c", "possible")],
        ),
        (
            "{Type: String, Default: a}",
            "{Type: String, AllowedValues: [prod]}",
            "!Equals [!Ref S, prod]",
            [("a", "default"), ("b", "override")],
        ),
        ("{Type: String, Default: a}", "{Type: String}", "!Equals [!Ref S, prod]", [("a", "default")]),
        ("{Type: String, Default: z}", "{Type: String, Default: dev}", "!Equals [!Ref S, prod]", [("z", "default")]),
    ],
)
def test_a_rule_bounds_where_its_condition_holds(load, describe, declaration, stage, condition, expected):
    rules = (
        f"  S: {stage}\nRules:\n  Known:\n    RuleCondition: {condition}\n"
        "    Assertions:\n      - Assert: {'Fn::Contains': [[a, b], !Ref P]}\n"
    )
    described = describe(load(template(declaration, more=rules)).resources[0].properties)
    assert [(text, given) for text, given, _ in described["V"]] == expected


def test_rules_for_each_stage_leave_nothing_unknown(load, describe):
    rules = "  S: {Type: String, AllowedValues: [dev, prod]}\nRules:\n" + "".join(
        f"  {stage}:\n    RuleCondition: !Equals [!Ref S, {stage}]\n"
        f"    Assertions: [{{Assert: {{'Fn::Contains': [[{chosen}], !Ref P]}}}}]\n"
        for stage, chosen in (("dev", "a"), ("prod", "b"))
    )
    described = describe(load(template("{Type: String}", more=rules)).resources[0].properties)
    assert [(text, given) for text, given, _ in described["V"]] == [("a", "possible"), ("b", "possible")]


def test_overriding_an_unbounded_default_reaches_the_other_branch(load, describe):
    conditions = "Conditions:\n  C: !Equals [!Ref P, prod]\n"
    described = describe(
        load(template("{Type: String, Default: dev}", "!If [C, a, b]", conditions)).resources[0].properties
    )
    assert sorted((text, given) for text, given, _ in described["V"]) == [("a", "override"), ("b", "default")]


FORMS = {
    "list.json": ('[{"ParameterKey": "P", "ParameterValue": "given"}]', 1),
    "words.json": ('["Other=1",\n "P=given"]', 2),
    "map.json": ('{\n  "P": "given"\n}', 2),
    "map.yaml": ("# comment\nP: given\n", 2),
    "pipeline.json": ('{\n "Parameters": {\n  "P": "given"\n }\n}', 3),
    "samconfig.toml": (
        'version = 0.1\n[default.deploy.parameters]\nstack_name = "P=no"\nparameter_overrides = "Q=x P=given"\n',
        4,
    ),
    "keys.toml": (
        """[default.deploy.parameters]
parameter_overrides = [
  'ParameterKey=Q,ParameterValue=x',
  'ParameterKey=P,ParameterValue=given'
]
""",
        4,
    ),
    "samconfig.yaml": ("version: 0.1\ndefault:\n  deploy:\n    parameters:\n      parameter_overrides: P=given\n", 5),
}


@pytest.mark.parametrize("name", FORMS)
def test_values_from_a_file_are_certain_and_lead_there(load, describe, tmp_path, name):
    content, line = FORMS[name]
    (tmp_path / name).write_text(content, encoding="utf-8")
    loaded = load(template("{Type: String, Default: a}"), options=Options(parameters=(Path(name),)))
    assert describe(loaded.resources[0].properties)["V"] == [("given", "certain", f"{name}:{line}")]


ENVIRONMENTS = """\
version = 0.1
[default.deploy.parameters]
parameter_overrides = "P=dev"
[prod.deploy.parameters]
parameter_overrides = [
  "Q=x",
  "P=live",
]
[ci.global.parameters]
region = "us-east-1"
"""


def test_environments_of_a_sam_configuration(load, describe, tmp_path):
    (tmp_path / "samconfig.toml").write_text(ENVIRONMENTS, encoding="utf-8")
    options = Options(parameters=(Path("samconfig.toml"),))
    properties = load(template("{Type: String, Default: a}"), options=options).resources[0].properties
    assert describe(properties)["V"] == [
        ("dev", "possible", "samconfig.toml:3"),
        ("live", "possible", "samconfig.toml:7"),
        ("a", "possible", "template.yaml:2"),
    ]
    chosen = Options(parameters=(Path("samconfig.toml"),), workspace="prod")
    properties = load(template("{Type: String, Default: a}"), options=chosen).resources[0].properties
    assert describe(properties)["V"] == [("live", "certain", "samconfig.toml:7")]


SAM_FORMS = {
    "text": ("toml", 'parameter_overrides = "P=given Q=1"'),
    "quoted": ("toml", """parameter_overrides = 'P="given" Q=1'"""),
    "texts": ("toml", 'parameter_overrides = ["Q=1", "P=given"]'),
    "keys": ("toml", 'parameter_overrides = "ParameterKey=Q,ParameterValue=1 ParameterKey=P,ParameterValue=given"'),
    "inline table": ("toml", 'parameter_overrides = { Q = 1, P = "given" }'),
    "list of tables": ("toml", 'parameter_overrides = [{ Q = 1 }, { P = "given" }]'),
    "list in a list": ("toml", 'parameter_overrides = [["Q=1"], [["P=other"]], { P = "given" }]'),
    "file": ("toml", 'parameter_overrides = "file://in/values.yaml"'),
    "files": ("toml", 'parameter_overrides = ["P=other", "file://in/values.yaml"]'),
    "include": (
        "toml",
        'parameter_overrides = { "$include" = ["in/texts.yaml"], P = "given" }'.replace("in/", "file://in/"),
    ),
    "map": ("yaml", "parameter_overrides: {Q: 1, P: given}"),
    "list of maps": ("yaml", "parameter_overrides:\n  - Q: 1\n  -\n  - P: given"),
    "alias": ("yaml", "parameter_overrides: [&a {P: given}, [*a]]"),
    "json": ("json", '"parameter_overrides": [{"Q": [1, 2]}, "P=given"]'),
}


def sam_configuration(kind, overrides):
    match kind:
        case "toml":
            return f"version = 0.1\n[default.deploy.parameters]\n{overrides}\n"
        case "yaml":
            return "default:\n  deploy:\n    parameters:\n      " + overrides.replace("\n", "\n      ") + "\n"
        case _:
            return f'{{"default": {{"deploy": {{"parameters": {{{overrides}}}}}}}}}'


@pytest.mark.parametrize("name", SAM_FORMS)
def test_forms_of_a_sam_configuration(load, describe, tmp_path, name):
    kind, overrides = SAM_FORMS[name]
    (tmp_path / f"samconfig.{kind}").write_text(sam_configuration(kind, overrides), encoding="utf-8")
    options = Options(parameters=(Path(f"samconfig.{kind}"),))
    others = {"in__values_yaml": "P: given\nQ: 1\n", "in__texts_yaml": '["P=other", "Q=2"]'}
    properties = load(template("{Type: String, Default: a}"), options=options, **others).resources[0].properties
    ((value, certainty, _),) = describe(properties)["V"]
    assert (value, certainty) == ("given", "certain")


def test_values_in_a_map_are_what_sam_makes_of_them(load, describe, tmp_path):
    written = "parameter_overrides: {P: [a, 1, null, b], On: true, Half: 1.5, Not: }"
    (tmp_path / "samconfig.yaml").write_text(sam_configuration("yaml", written), encoding="utf-8")
    parameters = "".join(f"  {name}: {{Type: String, Default: x}}\n" for name in ("P", "On", "Half", "Not"))
    text = f"Parameters:\n{parameters}Resources:\n  R:\n    Type: Custom::R\n    Properties:\n      V: "
    text += "!Sub '${P}|${On}|${Half}|${Not}'\n"
    properties = load(text, options=Options(parameters=(Path("samconfig.yaml"),))).resources[0].properties
    assert describe(properties)["V"][0][:2] == ("a,1,b|True|1.5|", "certain")


@pytest.mark.parametrize(
    ("kind", "overrides", "said"),
    [
        ("toml", 'parameter_overrides = "P"', "form Name=value"),
        ("toml", "parameter_overrides = 3", "expected Name=value"),
        ("toml", 'parameter_overrides = "file://gone.yaml"', "gone.yaml"),
        ("toml", 'parameter_overrides = "file://itself.yaml"', "includes itself"),
        ("toml", 'parameter_overrides = "file://values.json"', "SAM reads no file such as"),
        ("yaml", "parameter_overrides: {P: {A: b}}", "is a map"),
        ("yaml", "parameter_overrides: {P: [{A: b}]}", "more than texts"),
        ("yaml", "parameter_overrides: {$include: {A: b}}", "a text or a list"),
    ],
)
def test_forms_that_sam_refuses(load, tmp_path, kind, overrides, said):
    (tmp_path / f"samconfig.{kind}").write_text(sam_configuration(kind, overrides), encoding="utf-8")
    options = Options(parameters=(Path(f"samconfig.{kind}"),))
    with pytest.raises(UsageError, match=said):
        load(template("{Type: String}"), options=options, itself_yaml='["file://itself.yaml"]')


# What SAM CLI 1.170.0 makes of forms that were drawn at random, null where it refuses them.
VECTORS = json.loads((Path(__file__).parent / "samconfig_vectors.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=range(len(VECTORS)))
def test_a_sam_configuration_is_read_as_sam_reads_it(tmp_path, vector):
    for name, content in vector["files"].items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    (name,) = (Path(name) for name in vector["files"] if name.startswith("samconfig."))
    files = SourceFiles(Boundary(tmp_path), tmp_path)
    try:
        values = read_parameters(Options(parameters=(name,)), files)
        found = {key: value[0].atom.plain for key, value in values.items()}
    except UsageError:
        found = None
    assert found == vector["expected"]


@pytest.mark.parametrize(
    "text",
    [
        '[default.deploy.parameters]\nparameter-overrides = "P=given"\n',
        '[default.deploy.parameters]\nparameters_override = "P=given"\n',
        '[default.deploy.parameter]\nparameter_overrides = "P=given"\n',
        '[default.deploy]\nparameter_overrides = "P=given"\n',
    ],
)
def test_parameters_where_sam_reads_none_are_refused(load, tmp_path, text):
    (tmp_path / "samconfig.toml").write_text(f"version = 0.1\n{text}", encoding="utf-8")
    with pytest.raises(UsageError, match=r"samconfig\.toml:3:.*SAM reads parameters only in"):
        load(template("{Type: String, Default: a}"), options=Options(parameters=(Path("samconfig.toml"),)))


def test_a_line_break_separates_as_a_space_does(load, describe, tmp_path):
    overrides = 'parameter_overrides = """\nQ=1\nP=given\n"""'
    (tmp_path / "samconfig.toml").write_text(sam_configuration("toml", overrides), encoding="utf-8")
    options = Options(parameters=(Path("samconfig.toml"),))
    properties = load(template("{Type: String, Default: a}"), options=options).resources[0].properties
    assert describe(properties)["V"] == [("given", "certain", "samconfig.toml:5")]


PARAMETERS_OF_TOOLS = {
    "cli-input.json": '{"StackName": "s", "Parameters": [{"ParameterKey": "P", "ParameterValue": "given"}]}',
    "rain.yaml": "Parameters:\n  P: given\nTags:\n  Project: x\n",
    "pipeline.json": '{"Parameters": {"P": "given"}, "Tags": {"a": "b"}, "StackPolicy": {"Statement": []}}',
    "git-sync.yaml": "template-file-path: t.yaml\nparameters:\n  P: given\ntags: {}\n",
    "cdk.json": '{"app": "python app.py", "context": {"P": "given", "@aws-cdk/x": true, "envs": {"a": 1}}}',
    "cdk.context.json": '{"P": "given", "ami:account=1:region=us-east-1": {"ImageId": "x"}}',
    "plain.toml": 'P = "given"\n',
}


@pytest.mark.parametrize("name", PARAMETERS_OF_TOOLS)
def test_files_of_other_tools(load, describe, tmp_path, name):
    (tmp_path / name).write_text(PARAMETERS_OF_TOOLS[name], encoding="utf-8")
    properties = load(template("{Type: String, Default: a}"), options=Options(parameters=(Path(name),)))
    assert describe(properties.resources[0].properties)["V"][0][:2] == ("given", "certain")


def test_an_environment_is_chosen(load, describe, tmp_path):
    (tmp_path / "samconfig.toml").write_text(ENVIRONMENTS, encoding="utf-8")
    chosen = Options(parameters=(Path("samconfig.toml"),), workspace="default", config_env="prod")
    properties = load(template("{Type: String, Default: a}"), options=chosen).resources[0].properties
    assert describe(properties)["V"] == [("live", "certain", "samconfig.toml:7")]
    unheard = Options(parameters=(Path("samconfig.toml"),), config_env="prd")
    with pytest.raises(UsageError, match="no environment 'prd'; did you mean 'prod'"):
        load(template("{Type: String, Default: a}"), options=unheard)


def test_the_last_file_wins_and_unknown_names_are_left_alone(load, describe, tmp_path):
    (tmp_path / "one.json").write_text('{"P": "one", "Elsewhere": "x"}')
    (tmp_path / "two.json").write_text('{"P": ["a", "b"]}')
    options = Options(parameters=(Path("one.json"), Path("two.json")))
    described = describe(load(template("{Type: CommaDelimitedList}"), options=options).resources[0].properties)
    assert [described["V[0]"][0][0], described["V[1]"][0][0]] == ["a", "b"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "there is no such file"),
        ("{", "p.json:1:2"),
        ('[{"Key": 1}]', "ParameterKey"),
        (
            '[{"ParameterKey": "P", "ParamterValue": "a"}]',
            "'ParamterValue' of a parameter; did you mean 'ParameterValue'",
        ),
        ('{"P": {"a": 1}}', "is an object"),
        ('{"P": "a", "P": "b"}', "occurs twice"),
        (
            '[{"ParameterKey": "P", "ParameterValue": "a"},\n {"ParameterKey": "P", "ParameterValue": "b"}]',
            "the parameter 'P' occurs twice in one list, on lines 1 and 2",
        ),
        ('["P=a", "Q=b", "P=a"]', "occurs twice"),
        ("3", "expected a list"),
    ],
)
def test_unusable_file(tmp_path, content, said):
    if content is not None:
        (tmp_path / "p.json").write_text(content)
    (tmp_path / "t.yaml").write_text(template("{Type: String}"))
    files = SourceFiles(Boundary(tmp_path), tmp_path)
    with pytest.raises(UsageError, match=said.replace(".", r"\.")):
        load_template(tmp_path / "t.yaml", Options(parameters=(Path("p.json"),)), files)


def test_a_toml_file_that_is_none(tmp_path):
    (tmp_path / "p.toml").write_text("a = 1\nb =\n")
    (tmp_path / "t.yaml").write_text(template("{Type: String}"))
    files = SourceFiles(Boundary(tmp_path), tmp_path)
    with pytest.raises(UsageError, match=r"p\.toml:2:"):
        load_template(tmp_path / "t.yaml", Options(parameters=(Path("p.toml"),)), files)


def test_one_region_is_the_stacks_several_are_not(load, describe):
    text = template("{Type: String}", "!Sub '${AWS::Region}/${AWS::Partition}/${AWS::URLSuffix}/${AWS::AccountId}'")
    one = load(text, options=Options(regions=("cn-north-1",))).resources[0]
    assert describe(one.properties)["V"][0][0] == "cn-north-1/aws-cn/amazonaws.com.cn/⟨AWS::AccountId⟩"
    assert one.region[0].atom.plain == "cn-north-1"
    two = load(text, options=Options(regions=("us-east-1", "eu-west-1"))).resources[0]
    assert describe(two.properties)["V"][0][0].startswith("⟨AWS::Region⟩/aws/amazonaws.com/")
    far = load(text, options=Options(regions=("us-east-1", "cn-north-1"))).resources[0]
    assert describe(far.properties)["V"][0][0].startswith("⟨AWS::Region⟩/⟨AWS::Partition⟩/⟨AWS::URLSuffix⟩")


def test_what_a_choice_makes_of_several_regions_is_bounded_by_them(load, describe):
    text = """\
Mappings:
  ByRegion:
    us-east-1: {Id: us.m}
    us-west-2: {Id: us.n}
    eu-west-1: {Id: eu.m}
    ap-south-1: {Id: ap.m}
  ByPart:
    us: {Prefix: us}
    eu: {Prefix: eu}
    ap: {Prefix: apac}
Conditions:
  IsMumbai: !Equals [!Ref AWS::Region, ap-south-1]
  IsDublin: !Equals [!Ref AWS::Region, eu-west-1]
Resources:
  Mumbai: {Type: "Custom::R", Condition: IsMumbai, Properties: {V: x}}
  R:
    Type: Custom::R
    Properties:
      Mapped: !FindInMap [ByRegion, !Ref AWS::Region, Id]
      Prefixed: !Sub ["${P}.m", {P: !FindInMap [ByPart, !Select [0, !Split ["-", !Ref AWS::Region]], Prefix]}]
      Never: !If [IsMumbai, a, b]
      Chosen: !If [IsDublin, a, b]
      Both: !If [IsDublin, !FindInMap [ByRegion, !Ref AWS::Region, Id], none]
      Plain: !Ref AWS::Region
"""
    loaded = load(text, options=Options(regions=("us-east-1", "eu-west-1")))
    (resource,) = loaded.resources
    found = {
        path: [(words, certainty) for words, certainty, _ in values]
        for path, values in describe(resource.properties).items()
    }
    assert found == {
        "Mapped": [("us.m", "certain"), ("eu.m", "certain")],
        "Prefixed": [("us.m", "certain"), ("eu.m", "certain")],
        "Never": [("b", "certain")],
        "Chosen": [("b", "certain"), ("a", "certain")],
        "Both": [("none", "certain"), ("eu.m", "certain")],
        "Plain": [("?deploy-time AWS::Region", "certain")],
    }
    assert resource.address == "R"


def test_secrets_are_never_in_what_is_read(load):
    loaded = load(template("{Type: String, NoEcho: 'true', Default: hunter2, AllowedValues: [hunter2, hunter3]}"))
    assert "hunter" not in repr(loaded)


def test_json_list_with_a_previous_value_is_unknown(load, describe, tmp_path):
    (tmp_path / "p.json").write_text(json.dumps([{"ParameterKey": "P", "UsePreviousValue": True}]))
    loaded = load(template("{Type: String, Default: a}"), options=Options(parameters=(Path("p.json"),)))
    assert describe(loaded.resources[0].properties)["V"][0][0] == "?input-not-set previous value of parameter P"
