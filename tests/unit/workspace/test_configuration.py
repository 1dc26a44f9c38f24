"""The configuration file: where it is found, what it may say, what it does, what wins."""

import json
import re
from pathlib import Path

import jsonschema
import pytest

from checker.cli import run
from checker.errors import UsageError
from checker.model.settings import OwnOptions
from checker.workspace.configuration import Configuration, configuration_schema, find_configuration, load_configuration

CATALOG = Path(__file__).parents[2] / "catalog.json"
EOL, ACTIVE = "anthropic.test-eol-v1:0", "anthropic.test-active-v1:0"
CODE = 'variable "m" {}\nresource "aws_bedrockagent_agent" "chat" {\n  foundation_model = var.m\n}\n'


def test_the_nearest_file_upward_holds_and_none_beyond_the_work_tree(repository):
    outside = repository.top.parent / ".bedrock-eol.yaml"
    outside.write_text("version: 1\n")
    repository.write("a/b/main.tf", CODE)
    assert find_configuration(repository.top / "a" / "b") is None
    top = repository.write(".bedrock-eol.yaml", "version: 1\n")
    assert find_configuration(repository.top) == top
    assert find_configuration(repository.top / "a" / "b" / "main.tf") == top
    repository.write("a/pyproject.toml", "[project]\nname = 'x'\n")
    assert find_configuration(repository.top / "a" / "b") == top
    nearer = repository.write("a/pyproject.toml", "[tool.bedrock-eol]\npolicy = 'strict'\n")
    assert find_configuration(repository.top / "a" / "b") == nearer


YAML = """\
version: 1
policy: [strict, policies/own.yaml]
paths: infra
exclude: ["examples/"]
regions: us-east-1
baseline: known.json
fail-on: warning
roots:
  - {path: "infra/*", var-files: [prod.tfvars], workspace: prod}
templates:
  - {path: "stacks/**", parameters: p.json, regions: [eu-west-1]}
"""
TOML = """\
[project]
name = "x"

[tool.bedrock-eol]
version = 1
policy = ["strict", "policies/own.yaml"]
paths = "infra"
exclude = ["examples/"]
regions = "us-east-1"
baseline = "known.json"
fail-on = "warning"

[[tool.bedrock-eol.roots]]
path = "infra/*"
var-files = ["prod.tfvars"]
workspace = "prod"

[[tool.bedrock-eol.templates]]
path = "stacks/**"
parameters = "p.json"
regions = ["eu-west-1"]
"""


def test_both_files_say_the_same(tmp_path):
    for name in ("prod.tfvars", "p.json"):
        (tmp_path / name).write_text("")
    read = []
    for name, text in ((".bedrock-eol.yaml", YAML), ("pyproject.toml", TOML)):
        (tmp_path / name).write_text(text)
        read.append(load_configuration(tmp_path / name, tmp_path))
    first, second = read
    assert first.policy == ("strict", str(tmp_path / "policies" / "own.yaml"))
    assert (first.fail_on, first.exclude, first.baseline) == ("warning", ("examples",), tmp_path / "known.json")
    assert [own.glob for own in first.own_options] == ["**", "infra/*", "stacks/**"]
    assert first.own_options[1].var_files == (tmp_path / "prod.tfvars",)
    assert (second.policy, second.exclude, second.own_options) == (first.policy, first.exclude, first.own_options)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            ".bedrock-eol.yaml",
            "polcy: strict\n",
            r"1:1: unknown key 'polcy' .*; did you mean 'policy'",
        ),
        (".bedrock-eol.yaml", "fail-on: fatal\n", r"1:10: 'fatal' is not a severity to fail on"),
        (".bedrock-eol.yaml", "regions: [europe]\n", r"1:11: 'europe' is not the code of a Region"),
        (".bedrock-eol.yaml", "policy: 3\n", r"1:9: 'policy' has to be a text or a list of texts"),
        (".bedrock-eol.yaml", "roots: [{var-files: []}]\n", r"1:9: a root has no 'path'"),
        (
            ".bedrock-eol.yaml",
            "roots:\n  - path: a\n    var-files: [no.tfvars]\n",
            r"3:17: there is no file 'no\.tfvars'",
        ),
        (".bedrock-eol.yaml", "- a\n", r"1:1: the configuration has to be a mapping"),
        (".bedrock-eol.yaml", "a: [\n", r"\.bedrock-eol\.yaml:2:1: "),
        (
            ".bedrock-eol.yaml",
            "version: 1\n---\n  policy: strict\n",
            r"3:3: a configuration is one document, not several",
        ),
        (".bedrock-eol.yaml", "catalog: no.json\n", r"1:10: there is no file 'no\.json'"),
        (".bedrock-eol.yaml", "answers: no.json\n", r"1:10: there is no file 'no\.json'"),
        (".bedrock-eol.yaml", "answers:\n  - pyproject.toml\n", r"2:5: there is no file 'pyproject\.toml'"),
        (".bedrock-eol.yaml", "templates: [{path: a, parameters: no.json}]\n", r"1:35: there is no file 'no\.json'"),
        (".bedrock-eol.yaml", "regions: us-est-1\n", r"1:10: 'us-est-1' is not a Region of AWS; did you mean"),
        (".bedrock-eol.yaml", "regions: [us-east-1, us-est-1]\n", r"1:22: 'us-est-1' is not a Region of AWS"),
        (
            ".bedrock-eol.yaml",
            "roots:\n  - {path: a, regions: us-est-1}\n",
            r"2:24: 'us-est-1' is not a Region of AWS",
        ),
        (
            ".bedrock-eol.yaml",
            "templates:\n  - path: a\n    regions:\n      - us-east-1\n      - us-est-1\n",
            r"5:9: 'us-est-1' is not a Region of AWS",
        ),
        ("pyproject.toml", "[tool.bedrock-eol]\npolcy = 'x'\n", r"pyproject\.toml:2:1: unknown key 'polcy'"),
        ("pyproject.toml", "[tool.bedrock-eol]\nfail-on = 'x'\n", r"pyproject\.toml:2:1: 'x' is not a severity"),
        (
            "pyproject.toml",
            "[tool.bedrock-eol]\n[[tool.bedrock-eol.roots]]\npath = 'a'\n[[tool.bedrock-eol.roots]]\nx = 1\n",
            r"pyproject\.toml:5:1: unknown key 'x' in a root",
        ),
        ("pyproject.toml", "[tool.bedrock-eol]\npolicy = \n", r"pyproject\.toml:2:10: "),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path, name, text, said):
    (tmp_path / name).write_text(text)
    with pytest.raises(UsageError, match=said):
        load_configuration(tmp_path / name, tmp_path)


@pytest.mark.parametrize(
    ("name", "text"), [(".bedrock-eol.yaml", "# nothing yet\n"), ("pyproject.toml", "[project]\nname = 'x'\n")]
)
def test_an_empty_file_says_nothing(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    everything = OwnOptions("**", workspace=None, regions=())
    expected = Configuration(name, tmp_path, own_options=(everything,))
    assert load_configuration(tmp_path / name, tmp_path) == expected


@pytest.mark.parametrize("name", ["own.yaml", "own.yml", "own.json", "rules/own.yaml", "rules/own", "./own"])
def test_a_policy_that_is_a_file_is_beside_the_configuration(tmp_path, name):
    (tmp_path / ".bedrock-eol.yaml").write_text(f"policy: {name}\n")
    assert load_configuration(tmp_path / ".bedrock-eol.yaml", Path("/")).policy == (str(tmp_path / name),)


@pytest.mark.parametrize("name", ["strict", "our.rules", "https://example.com/own.yaml", "git::https://x/own.yaml"])
def test_a_policy_that_is_no_file_keeps_its_name(tmp_path, name):
    (tmp_path / ".bedrock-eol.yaml").write_text(f"policy: {name}\n")
    assert load_configuration(tmp_path / ".bedrock-eol.yaml", tmp_path).policy == (name,)


def test_all_errors_are_told_at_once(tmp_path):
    (tmp_path / ".bedrock-eol.yaml").write_text("catalog: no.json\nregions: us-est-1\n")
    with pytest.raises(UsageError) as caught:
        load_configuration(tmp_path / ".bedrock-eol.yaml", tmp_path)
    assert [line.split()[0] for line in str(caught.value).splitlines()] == [
        ".bedrock-eol.yaml:1:10:",
        ".bedrock-eol.yaml:2:10:",
    ]


@pytest.mark.parametrize("more", [0, 1])
def test_a_file_may_be_as_large_as_a_configuration_ever_is(tmp_path, more):
    line = "policy: strict\n"
    (tmp_path / ".bedrock-eol.yaml").write_text(line + "#" * (1_000_000 - len(line) + more))
    if more:
        with pytest.raises(UsageError, match=r"yaml:1:1: the configuration is larger than 1,000,000 characters"):
            load_configuration(tmp_path / ".bedrock-eol.yaml", tmp_path)
    else:
        assert load_configuration(tmp_path / ".bedrock-eol.yaml", tmp_path).policy == ("strict",)


def test_a_file_that_grows_when_its_aliases_are_expanded_is_refused(tmp_path):
    levels = "".join(f"- &l{level} [{', '.join([f'*l{level - 1}'] * 9)}]\n" for level in range(1, 6))
    (tmp_path / ".bedrock-eol.yaml").write_text("paths:\n- &l0 [a, a, a]\n" + levels)
    with pytest.raises(UsageError, match=r"yaml:1:1: the configuration has more than 50,000 entries, aliases expanded"):
        load_configuration(tmp_path / ".bedrock-eol.yaml", tmp_path)


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(configuration_schema())


@pytest.fixture
def check(repository, monkeypatch, capsys):
    """The exit code of a check in the repository, and its report."""
    monkeypatch.chdir(repository.top)

    def call(*arguments):
        code = run(["check", "--catalog", str(CATALOG), "--as-of", "2026-11-24", "--format", "json", *arguments])
        told = capsys.readouterr()
        return code, json.loads(told.out) if told.out else told.err

    return call


def models(report):
    return sorted({(finding["rule"], finding["model"], finding["region"]) for finding in report["findings"]})


def test_variables_are_those_of_each_root(repository, check):
    for name, model in (("prod", EOL), ("dev", ACTIVE)):
        repository.write(f"envs/{name}/main.tf", CODE)
        repository.write(f"vars/{name}.tfvars", f'm = "{model}"\n')
    roots = "".join(f"  - {{path: envs/{name}, var-files: [vars/{name}.tfvars]}}\n" for name in ("prod", "dev"))
    repository.write(".bedrock-eol.yaml", f"paths: [envs]\nregions: us-east-1\nroots:\n{roots}")
    code, report = check()
    assert (code, models(report)) == (1, [("eol-reached", EOL, "us-east-1")])
    code, report = check("envs/dev")
    assert (code, report["findings"]) == (0, [])
    # The command line wins.
    repository.write("other.tfvars", f'm = "{EOL}"\n')
    code, report = check("envs/dev", "--var-file", "other.tfvars")
    assert (code, models(report)) == (1, [("eol-reached", EOL, "us-east-1")])


def test_what_the_command_line_says_wins(repository, check):
    repository.write("main.tf", CODE.replace("var.m", f'"{EOL}"'))
    repository.write("own.yaml", "version: 1\nrules: [{id: mine, check: eol-reached, severity: error}]\n")
    repository.write(".bedrock-eol.yaml", "policy: own.yaml\nfail-on: never\nregions: us-west-2\npaths: .\n")
    code, report = check(".")
    assert (code, models(report)) == (0, [("mine", EOL, "us-west-2")])
    code, report = check(".", "--fail-on", "error", "--policy", "baseline", "--region", "us-east-1")
    assert (code, models(report)) == (1, [("eol-reached", EOL, "us-east-1")])
    code, report = check(".", "--no-config")
    assert (code, {finding["rule"] for finding in report["findings"]}) == (1, {"eol-reached"})


def test_what_a_root_says_wins_over_what_is_said_for_all(repository, check):
    repository.write("a/main.tf", CODE.replace("var.m", f'"{EOL}"'))
    repository.write("b/main.tf", CODE.replace("var.m", f'"{EOL}"'))
    repository.write(".bedrock-eol.yaml", "regions: us-east-1\nroots:\n  - {path: b, regions: us-west-2}\n")
    _, report = check(".")
    assert {(finding["location"]["file"], finding["region"]) for finding in report["findings"]} == {
        ("a/main.tf", "us-east-1"),
        ("b/main.tf", "us-west-2"),
    }


def test_what_is_excluded_is_not_searched_but_checked_by_name(repository, check):
    repository.write("main.tf", CODE.replace("var.m", f'"{ACTIVE}"'))
    repository.write("examples/deep/main.tf", CODE.replace("var.m", f'"{EOL}"'))
    repository.write(".bedrock-eol.yaml", "exclude: [examples]\nregions: us-east-1\n")
    code, report = check(".")
    assert (code, [each["path"] for each in report["inputs"]]) == (0, ["."])
    assert check("examples/deep")[0] == 1


def test_without_a_path_and_without_configuration_it_says_what_to_do(repository, check):
    code, told = check()
    assert (code, "Give a path" in told) == (2, True)


def test_different_configurations_are_not_mixed(repository, check):
    repository.write("a/.bedrock-eol.yaml", "fail-on: note\n")
    repository.write("a/main.tf", CODE)
    repository.write("b/main.tf", CODE)
    code, told = check("a", "b")
    assert (code, "different configurations" in told) == (2, True)
    assert check("a", "b", "--no-config")[0] == 0


def test_init_names_no_file_that_only_looks_like_a_template(repository, capsys, monkeypatch):
    monkeypatch.chdir(repository.top)
    repository.write("report.json", '{"version": 1, "references": [{"resource_type": "AWS::Bedrock::Agent"}]}')
    repository.write("t.json", '{"Resources": {"A": {"Type": "AWS::Bedrock::Agent", "Properties": {}}}}')
    assert run(["init"]) == 0
    assert "(found: 1 cloudformation)" in capsys.readouterr().out
    assert "report.json" not in (repository.top / ".bedrock-eol.yaml").read_text()


@pytest.mark.parametrize(
    ("sign", "said"),
    [
        (".github/dependabot.yml", "GitHub Actions, in .github/workflows/bedrock-eol.yml"),
        (".gitlab-ci.yml", "GitLab CI"),
        ("azure-pipelines.yml", "Azure Pipelines"),
        ("bitbucket-pipelines.yml", "Bitbucket Pipelines"),
        ("README.md", "any CI"),
    ],
)
def test_init_writes_a_configuration_that_is_valid_and_a_snippet_for_the_host(repository, check, capsys, sign, said):
    repository.write(sign, "")
    repository.write("envs/prod/main.tf", CODE)
    repository.write("envs/prod/prod.tfvars", f'm = "{EOL}"\n')
    assert run(["init"]) == 0
    assert f"For {said}" in capsys.readouterr().out
    file = repository.top / ".bedrock-eol.yaml"
    text = file.read_text()
    assert load_configuration(file, repository.top).paths == (str(repository.top / "."),)
    # What stands in comments is valid, too.
    wanted = text[text.index("# roots:") : text.index("# What is supplied for single CloudFormation")]
    file.write_text(text + "\n".join(line.removeprefix("# ") for line in wanted.splitlines()))
    code, report = check()
    assert (code, {finding["model"] for finding in report["findings"]}) == (1, {EOL})
    assert run(["init"]) == 2
    assert "--force" in capsys.readouterr().err
    assert run(["init", "--force"]) == 0
    assert file.read_text() == text


def test_a_host_is_known_by_its_remote(repository, capsys, monkeypatch):
    repository.git("remote", "add", "origin", "git@gitlab.com:a/b.git")
    monkeypatch.chdir(repository.top)
    assert run(["init"]) == 0
    assert "For GitLab CI, in .gitlab-ci.yml" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("roots: [{path: nosuch}]", r"1:16: no directory matches 'nosuch' of `roots`$"),
        ("roots: [{path: Infra}]", r"no directory matches 'Infra' of `roots`; did you mean 'infra'\?"),
        ("roots: [{path: prod}]", r"did you mean '\*\*/prod'\?"),
        ("roots: [{path: infra/prod/main.tf}]", "no directory matches"),
        (
            "templates: [{path: 'stack/*'}]",
            r"no template matches 'stack/\*' .*; did you mean 'stacks/\*'\?",
        ),
        ("templates: [{path: '*.yaml'}]", r"did you mean '\*\*/\*\.yaml'\?"),
        ("templates: [{path: 'stacks/**/x.yaml'}]", "no template matches"),
    ],
)
def test_options_of_what_is_not_there_are_refused(repository, check, written, said):
    repository.write("infra/prod/main.tf", CODE)
    repository.write("stacks/t.yaml", "Resources: {A: {Type: 'AWS::SNS::Topic'}}\n")
    repository.write(".bedrock-eol.yaml", f"{written}\n")
    for path in (".", "infra"):
        code, told = check(path)
        assert code == 2
        assert re.search(said, told, re.MULTILINE)


@pytest.mark.parametrize(
    "written",
    [
        "roots: [{path: infra/prod}, {path: ./infra/*/}, {path: '**/prod'}, {path: .}]",
        "templates: [{path: stacks/t.yaml}, {path: 'stacks/**'}, {path: '**/*.yaml'}, {path: '-'}]",
        "templates: [{path: app/cdk.out}]",
        "templates: [{path: build/t.yaml}, {path: packaged.yml}, {path: stacks/output-template.yaml}]",
        "roots: [{path: target/infra}]",
    ],
)
def test_options_of_what_is_there_are_for_other_runs_too(repository, check, written):
    repository.write("infra/prod/main.tf", CODE)
    repository.write("stacks/t.yaml", "Resources: {A: {Type: 'AWS::SNS::Topic'}}\n")
    repository.write(".bedrock-eol.yaml", f"{written}\n")
    assert check("infra")[0] == 0
    assert check("stacks")[0] == 0


def test_options_are_for_what_a_link_leads_to_as_well(repository, check, tmp_path):
    repository.write("infra/prod/main.tf", CODE)
    repository.write("v.tfvars", f'm = "{ACTIVE}"\n')
    link = repository.write("live/readme", "").with_name("x")
    link.symlink_to("../infra")
    repository.write(".bedrock-eol.yaml", "roots: [{path: 'live/**/prod', var-files: v.tfvars}]\n")
    code, report = check("live")
    assert (code, [each["path"] for each in report["inputs"]]) == (0, ["live/x/prod"])
    assert report["references"][0]["complete"]
    (tmp_path / "elsewhere" / "prod").mkdir(parents=True)
    link.unlink()
    link.symlink_to(tmp_path / "elsewhere")
    assert check("live")[0] == 2


def test_what_is_excluded_is_counted(repository, check):
    repository.write("main.tf", CODE.replace("var.m", f'"{ACTIVE}"'))
    repository.write("old/a/main.tf", CODE)
    repository.write("old/a/more.tf", "locals {}\n")
    repository.write("old/t.yaml", "Resources: {A: {Type: 'AWS::SNS::Topic'}}\n")
    repository.write("notes/a.yaml", "a: 1\n")
    repository.write(".bedrock-eol.yaml", "exclude: [old, notes]\nregions: us-east-1\n")
    code, report = check(".")
    assert (code, report["summary"]["pruned"]) == (0, 1)
    (problem,) = report["problems"]
    assert (problem["file"], problem["kind"]) == ("old", "pruned")
    assert problem["message"] == "not searched, since the configuration excludes it: 3 files of infrastructure code"


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("olb", "nothing matches 'olb' of `exclude`; did you mean 'old'?"),
        ("old/*/b", "nothing matches 'old/*/b' of `exclude`"),
        ("old/main.tf", "'old/main.tf' of `exclude` excludes nothing: a module is read with all of its files"),
        ("**/*.tf", "'**/*.tf' of `exclude` excludes nothing: a module is read with all of its files"),
        ("**/examples", None),
        ("ol?", None),
        ("app/cdk.out", None),
        ("node_modules", None),
        (".venv", None),
    ],
)
def test_a_pattern_that_excludes_nothing_is_told(repository, check, pattern, said):
    repository.write("main.tf", CODE.replace("var.m", f'"{ACTIVE}"'))
    repository.write("old/main.tf", "locals {}\n")
    repository.write(".bedrock-eol.yaml", f"exclude:\n  - '{pattern}'\nregions: us-east-1\n")
    code, report = check(".")
    told = [(each["file"], each["line"], each["message"]) for each in report["problems"] if each["kind"] != "pruned"]
    assert (code, told) == (0, [] if said is None else [(".bedrock-eol.yaml", 2, said)])


@pytest.mark.parametrize(
    ("name", "text", "is_refused"),
    [
        (".bedrock-eol.toml", 'version = 1\nfail-on="warning"\n', True),
        (".bedrock-eol.json", '{"version": 1, "fail-on": "warning"}', True),
        ("bedrock-eol.yaml", "version: 1\nexclude: [a]\nregions: us-east-1\n", True),
        ("bedrock-eol.yml", "fail-on: note\n", True),
        (".bedrock-eol.toml", '[tool.bedrock-eol]\nexclude = "a"\n', True),
        ("bedrock-eol", "policy: strict\nexec bedrock-eol check\n", False),
        ("bedrock-eol.yml", ".gitlab: {script: x}\npaths: [a]\n", False),
        (".bedrock-eol.json", '{"scope": {"paths": ["a"], "policy": "x"}}', False),
        (".bedrock-eol.toml", '[other]\npolicy = "a"\n', False),
        (".bedrock-eol.json", '{"policy": ', False),
        (".bedrock-eol.json", '{"version": 2, "findings": [], "policy": []}', False),
        ("bedrock-eol.yml", "on: push\njobs:\n  a:\n    with:\n      policy: strict\n", False),
        ("bedrock-eol.yaml", "version: 1\nrules: []\n", False),
    ],
)
def test_a_configuration_under_a_name_that_is_not_read_is_refused(repository, check, name, text, is_refused):
    repository.write(name, text)
    repository.write("a/main.tf", CODE)
    code, told = check("a")
    assert (code == 2, f"{name} is not read" in str(told)) == (is_refused, is_refused)
    assert check("a", "--no-config")[0] == 0


def test_a_file_that_an_option_names_is_no_misnamed_configuration(repository, check):
    repository.write("main.tf", CODE)
    repository.write(".bedrock-eol.json", '{"version": 1, "regions": ["us-east-1"]}')
    assert "is not read" in check(".")[1]
    assert "is not read" not in check(".", "--answers", ".bedrock-eol.json")[1]


def test_a_table_of_toml_that_is_named_has_to_be_there(repository, check):
    repository.write("a/main.tf", CODE)
    file = repository.write("own.toml", 'fail-on = "note"\n')
    code, told = check("a", "--config", str(file))
    assert (code, "has to be the table [tool.bedrock-eol]" in told) == (2, True)
