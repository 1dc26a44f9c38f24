"""What Terragrunt writes beside a module and passes to Terraform: generated files and extra arguments."""

import json

import pytest

from checker.frontends.terraform.terragrunt import arguments, generated
from checker.model.settings import Options
from tests.unit.frontends.terraform.test_terragrunt import LITE, MICRO, PRO, SOURCE, Run, kinds, models, run

__all__ = ["run"]

MODULE = """
variable "model" {
  type    = string
  default = "amazon.nova-micro-v1:0"
}
variable "list" {
  type    = list(string)
  default = []
}
resource "aws_bedrockagent_agent" "a" {
  foundation_model = var.model
}
resource "aws_bedrockagent_agent" "l" {
  count            = length(var.list)
  foundation_model = var.list[count.index]
}
"""
DEFAULT = f"{MICRO} default"


def agent(model: str, name: str = "z") -> str:
    return f'resource "aws_bedrockagent_agent" "{name}" {{\n  foundation_model = "{model}"\n}}\n'


def heredoc(content: str) -> str:
    return f"<<EOF\n{content}EOF\n"


def generate(path: str, contents: str, label: str = "x", more: str = "") -> str:
    return f'generate "{label}" {{\n  path = {path}\n  contents = {contents}\n  {more}\n}}\n'


def found(result: object) -> dict[str, list[str]]:
    """What is found, by the address of the resource."""
    return {
        reference.address.rpartition(".")[2]: [f"{one.model} {one.certainty.value}" for one in reference.candidates]
        + ([reference.unresolved.subject] if reference.unresolved else [])
        for reference in result.references  # type: ignore[attr-defined]
    }


FILE = 'resource "aws_bedrockagent_agent" "z" {\n  foundation_model = file("${get_terragrunt_dir()}/m.txt")\n}\n'
FILE_IN_JSON = '"$${file(\\"${get_terragrunt_dir()}/m.txt\\")}"'
OF_VARIABLE = generate('"z.tf"', heredoc(agent("$${var.model}")), "y")
# Each writes an agent `z` that uses LITE.
GENERATED = {
    "block": generate('"z.tf"', heredoc(agent(LITE))),
    "attribute": f'generate = {{\n  x = {{\n    path = "z.tf"\n    contents = {heredoc(agent(LITE))}  }}\n}}\n',
    "merged attribute": 'generate = merge({}, { x = { path = "z.tf", contents = file("plain.tf.txt") } })\n',
    "file": generate('"z.tf"', 'file("${get_terragrunt_dir()}/plain.tf.txt")'),
    "template": generate('"z.tf"', f'templatefile("z.tpl", {{ model = "{LITE}" }})'),
    "template in a directory": generate(
        '"z.tf"', f'templatefile("${{get_terragrunt_dir()}}/z.tpl", {{ model = "{LITE}" }})'
    ),
    "json": generate(
        '"z.tf.json"',
        f'jsonencode({{ resource = {{ aws_bedrockagent_agent = {{ z = {{ foundation_model = "{LITE}" }} }} }} }})',
    ),
    "written json": generate(
        '"z.tf.json"',
        heredoc(f'{{"resource": {{"aws_bedrockagent_agent": {{"z": {{"foundation_model": "{LITE}"}}}}}}}}\n'),
    ),
    "unknown name": generate('"${get_env("NAME")}.tf"', heredoc(agent(LITE))),
    "working directory": generate('"${get_working_dir()}/z.tf"', heredoc(agent(LITE))),
    "directory of the unit": generate('"${get_terragrunt_dir()}/z.tf"', heredoc(agent(LITE))),
    "file that it names": generate('"z.tf"', heredoc(FILE)),
    "file that json names": generate(
        '"z.tf.json"',
        f"jsonencode({{ resource = {{ aws_bedrockagent_agent = {{ z = {{ foundation_model = {FILE_IN_JSON}}} }} }} }})",
    ),
    "values": generate('"z.auto.tfvars"', heredoc(f'model = "{LITE}"\n')) + OF_VARIABLE,
    "values in json": generate('"terraform.tfvars.json"', f'jsonencode({{ model = "{LITE}" }})') + OF_VARIABLE,
}
BESIDE = {"plain.tf.txt": agent(LITE), "z.tpl": agent("${model}"), "m.txt": LITE}


@pytest.mark.parametrize("form", GENERATED)
def test_a_generated_file_is_read(run: Run, form: str) -> None:
    files = {"m/main.tf": MODULE, "a/terragrunt.hcl": SOURCE + GENERATED[form]}
    result = run({**files, **{f"a/{name}": content for name, content in BESIDE.items()}})
    assert not result.problems
    assert found(result)["z"] == [f"{LITE} certain"]


@pytest.mark.parametrize(
    "written",
    [
        generate('"x.tf"', 'run_cmd("cat", "x.tf")'),
        generate('"x.tf"', "dependency.d.outputs.code"),
        generate('get_env("PATH_OF_FILE")', heredoc(agent(LITE))),
        generate('"../other/x.tf"', heredoc(agent(LITE))),
        'generate "x" {\n  path = "x.tf"\n}\n',
        'generate = run_cmd("x")\n',
        'generate = { x = run_cmd("x") }\n',
        generate('"x.auto.tfvars"', 'run_cmd("x")'),
        generate('"x.tf"', heredoc("resource {\n")),
        generate('"x.tf.json"', '"{"'),
    ],
)
def test_what_is_generated_and_not_known_is_said(run: Run, written: str) -> None:
    result = run({"m/main.tf": MODULE, "a/terragrunt.hcl": SOURCE + written})
    (problem,) = result.problems
    assert (problem.file, problem.incomplete) == ("a/terragrunt.hcl", True)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("x.auto.tfvars.json", f'{{ model = "{LITE}", other = [get_env("X")], "a\\"b" = "c-${{get_env("X")}}" }}'),
        ("x.tf.json", f'{{ locals = {{ x = get_env("X") }}, variable = {{ model = {{ default = "{LITE}" }} }} }}'),
    ],
)
def test_a_value_of_json_that_is_not_known_leaves_the_others_known(run: Run, path: str, content: str) -> None:
    module = 'resource "aws_bedrockagent_agent" "a" {\n  foundation_model = var.model\n}\n'
    declared = "" if path == "x.tf.json" else 'variable "model" {}\n'
    written = SOURCE + generate(f'"{path}"', f"jsonencode({content})")
    result = run({"m/main.tf": module + declared, "a/terragrunt.hcl": written})
    assert not any(problem.incomplete for problem in result.problems)
    assert found(result)["a"][0].split()[0] == LITE


@pytest.mark.parametrize(
    "written",
    [
        '  x = ${jsonencode([get_env("X")])}\n',
        '  x = ${jsonencode({ a = get_env("X"), b = "c-${get_env("X")}" })}\n  y = "${get_env("X")}"\n',
        '  x = [${get_env("X")}, ${get_env("Y")}]\n',
    ],
)
def test_a_value_of_code_that_is_not_known_leaves_the_others_known(run: Run, written: str) -> None:
    contents = heredoc(f"locals {{\n{written}}}\n" + agent(LITE))
    result = run({"m/main.tf": MODULE, "a/terragrunt.hcl": SOURCE + generate('"z.tf"', contents)})
    assert not result.problems
    assert found(result)["z"] == [f"{LITE} certain"]
    assert result.references[-1].candidates[0].written_at.line == 10 + written.count("\n")


@pytest.mark.parametrize(
    ("part", "certainty", "told"),
    [
        ('%{ if get_env("X", "") != "" }tags = "${get_env("X", "")}"%{ endif }', "default", []),
        ('${get_env("X")}', "certain", ["a part of what 'x' generates is not known: environment variable X"]),
    ],
)
def test_arguments_that_may_be_there_leave_the_others_known(
    run: Run, part: str, certainty: str, told: list[str]
) -> None:
    contents = heredoc(agent(LITE).replace("}\n", f"  {part}\n}}\n"))
    result = run({"m/main.tf": MODULE, "a/terragrunt.hcl": SOURCE + generate('"z.tf"', contents)})
    assert [problem.message for problem in result.problems] == told
    assert all(problem.incomplete for problem in result.problems)
    assert found(result)["z"] == [f"{LITE} {certainty}"]


def test_a_default_in_json_that_is_not_known_is_said(run: Run) -> None:
    written = generate('"x.tf.json"', 'jsonencode({ variable = { x = { default = get_env("X") } } })')
    result = run({"m/main.tf": MODULE, "a/terragrunt.hcl": SOURCE + written})
    assert [(each.message, each.incomplete) for each in result.problems] == [
        ("the default of a variable that 'x' generates is not known", True)
    ]


def test_what_is_no_code_of_terraform_is_no_problem(run: Run) -> None:
    written = generate('".terraform-version"', '"1.11.4"') + generate('"x.json"', 'run_cmd("x")', "y")
    result = run({"m/main.tf": MODULE, "a/terragrunt.hcl": SOURCE + written})
    assert not result.problems


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("", {"z": [f"{PRO} certain"]}),
        ('if_exists = "overwrite_terragrunt"', {"z": [f"{PRO} certain"]}),
        ('if_exists = "skip"', {"a": [DEFAULT]}),
        ("disable = true", {"a": [DEFAULT]}),
        ("disable = false", {"z": [f"{PRO} certain"]}),
    ],
)
def test_a_generated_file_takes_the_place_of_another(run: Run, more: str, expected: dict[str, list[str]]) -> None:
    written = generate('"main.tf"', heredoc(agent(PRO)), more=more)
    assert found(run({"m/main.tf": MODULE, "a/terragrunt.hcl": SOURCE + written})) == expected


@pytest.mark.parametrize(("strategy", "expected"), [("shallow", "y"), ("deep", "y"), ("no_merge", "")])
def test_a_generated_file_replaces_the_one_of_the_same_label_that_is_included(
    run: Run, strategy: str, expected: str
) -> None:
    root = generate('"x.tf"', heredoc(agent(PRO, "x"))) + generate('"y.tf"', heredoc(agent(PRO, "y")), "y")
    include = f'include "r" {{\n  path = "../root.hcl"\n  merge_strategy = "{strategy}"\n}}\n'
    unit = SOURCE + include + generate('"z.tf"', heredoc(agent(LITE)))
    result = run({"m/main.tf": MODULE, "root.hcl": root, "a/terragrunt.hcl": unit})
    assert set(found(result)) == {"a", "z", *expected}


def test_a_unit_may_consist_of_what_it_generates(run: Run) -> None:
    assert models(run({"m/main.tf": "", "a/terragrunt.hcl": generate('"main.tf"', heredoc(agent(LITE)))})) == {
        "a": [f"{LITE} certain"]
    }


def test_what_is_only_included_is_not_evaluated_for_itself(run: Run) -> None:
    root = generate('"x.tf"', 'file("${get_terragrunt_dir()}/x.tf.txt")')
    include = 'include "r" {\n  path = "../shared/terragrunt.hcl"\n}\n'
    files = {"m/main.tf": MODULE, "shared/terragrunt.hcl": root, "a/x.tf.txt": agent(LITE)}
    result = run({**files, "a/terragrunt.hcl": SOURCE + include})
    assert not result.problems
    assert [one.path for one in result.inputs] == ["a"]
    assert found(result)["z"] == [f"{LITE} certain"]
    # A unit without a module is told.
    unknown = include + generate('"x.tf"', 'run_cmd("x")')
    assert ("unsupported", "b/terragrunt.hcl") in kinds(run({"b/terragrunt.hcl": unknown}))


def test_a_configuration_that_many_include_is_read_once(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[object] = []
    for module, name in ((arguments, "blocks_of"), (generated, "blocks_of")):
        real = getattr(module, name)
        monkeypatch.setattr(module, name, lambda body, kind, real=real: (read.append(body), real(body, kind))[1])
    files = {"m/main.tf": MODULE, "a/terragrunt.hcl": SOURCE + _including(0)}
    for level in range(12):
        files |= {f"{name}{level}.hcl": _including(level + 1) if level < 11 else "" for name in "xy"}
    result = run(files)
    assert not result.problems
    assert len(read) < 400


def _including(level: int) -> str:
    return "".join(f'include "{name}" {{\n  path = "../{name}{level}.hcl"\n}}\n' for name in "xy")


def extra(written: str, label: str = "x", commands: str = '["plan", "apply"]') -> str:
    return f'extra_arguments "{label}" {{\n  commands = {commands}\n  {written}\n}}\n'


def unit(*blocks: str) -> str:
    return f'terraform {{\n  source = "../m"\n{"".join(blocks)}}}\n'


VALUES = {"pro.vars": f'model = "{PRO}"\n', "lite.vars": f'model = "{LITE}"\n'}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (f'env_vars = {{ TF_VAR_model = "{LITE}", OTHER = "x" }}', f"{LITE} certain"),
        (f'arguments = ["-lock-timeout=1m", "-var", "model={LITE}"]', f"{LITE} certain"),
        (f'arguments = ["-var=model={LITE}"]', f"{LITE} certain"),
        (f'arguments = ["--var=model={LITE}", "-input=${{get_env("INPUT")}}"]', f"{LITE} certain"),
        ('arguments = ["-var-file=${get_terragrunt_dir()}/lite.vars"]', f"{LITE} certain"),
        ('arguments = ["-var-file", "lite.vars"]', f"{LITE} certain"),
        ('required_var_files = ["lite.vars"]', f"{LITE} certain"),
        ('optional_var_files = ["missing.vars", "lite.vars"]', f"{LITE} certain"),
        ('optional_var_files = ["missing.vars"]', DEFAULT),
        ('optional_var_files = ["of-module.vars"]', f"{LITE} certain"),
        # Later ones win, and files come after arguments.
        (f'arguments = ["-var=model={PRO}", "-var=model={LITE}"]', f"{LITE} certain"),
        (f'arguments = ["-var=model={PRO}"]\n  required_var_files = ["lite.vars"]', f"{LITE} certain"),
        ('required_var_files = ["pro.vars"]\n  optional_var_files = ["lite.vars"]', f"{LITE} certain"),
        (f'env_vars = {{ TF_VAR_model = "{PRO}" }}\n  required_var_files = ["lite.vars"]', f"{LITE} certain"),
        # What is not about variables sets none, whatever it is.
        ('arguments = get_env("CI", "") != "" ? ["-input=false", "-no-color"] : ["-no-color"]', DEFAULT),
        ('arguments = concat(["-no-color"], get_env("CI", "") != "" ? ["-input=false"] : [])', DEFAULT),
        ('arguments = ["${get_terragrunt_dir()}/saved.tfplan", "-no-color"]', DEFAULT),
        ("arguments = [get_repo_root()]", DEFAULT),
        # What has a default may be another one.
        (f'arguments = ["-var=model=${{get_env("MODEL", "{LITE}")}}"]', f"{LITE} default"),
        ('required_var_files = ["${get_env("ENV", "lite")}.vars"]', f"{LITE} default"),
    ],
)
def test_extra_arguments_set_variables(run: Run, written: str, expected: str) -> None:
    files = {f"a/{name}": content for name, content in VALUES.items()}
    files["m/of-module.vars"] = VALUES["lite.vars"]
    result = run({"m/main.tf": MODULE, "a/terragrunt.hcl": unit(extra(written)), **files})
    assert not result.problems
    assert found(result)["a"] == [expected]


@pytest.mark.parametrize(
    ("commands", "expected"),
    [
        ('["plan"]', LITE),
        ('["apply"]', LITE),
        ("get_terraform_commands_that_need_vars()", LITE),
        ('concat(get_terraform_commands_that_need_vars(), ["x"])', LITE),
        ('run_cmd("x")', LITE),
        ('["destroy", "import"]', MICRO),
        ('["init"]', MICRO),
    ],
)
def test_extra_arguments_are_for_commands(run: Run, commands: str, expected: str) -> None:
    written = extra(f'env_vars = {{ TF_VAR_model = "{LITE}" }}', commands=commands)
    result = run({"m/main.tf": MODULE, "a/terragrunt.hcl": unit(written)})
    assert found(result)["a"][0].split()[0] == expected


def test_the_order_of_what_sets_a_variable(run: Run) -> None:
    """Inputs, the environment, files beside the module, arguments of blocks, arguments of the user."""
    inputs = f'inputs = {{ model = "{PRO}" }}\n'
    environment = extra(f'env_vars = {{ TF_VAR_model = "{LITE}" }}')
    files = {"m/main.tf": MODULE, "a/terragrunt.hcl": unit(environment) + inputs}
    assert found(run(files))["a"] == [f"{LITE} certain"]
    given = Options(environment={"model": MICRO})
    assert found(run(files, given))["a"] == [f"{LITE} certain"]
    files["a/terraform.tfvars"] = f'model = "{PRO}"\n'
    assert found(run(files))["a"] == [f"{PRO} certain"]
    files["a/terragrunt.hcl"] = unit(environment, extra(f'arguments = ["-var=model={MICRO}"]', "y"))
    assert found(run(files))["a"] == [f"{MICRO} certain"]
    assert found(run(files, Options(arguments=(("model", LITE),))))["a"] == [f"{LITE} certain"]


def test_extra_arguments_replace_those_of_the_same_label_that_are_included(run: Run) -> None:
    root = unit(
        extra(f'arguments = ["-var=model={PRO}"]', "same"),
        extra(f'arguments = ["-var=list=[\\"{PRO}\\"]"]', "other"),
    )
    include = 'include "r" {\n  path = "../root.hcl"\n}\n'
    files = {"m/main.tf": MODULE, "root.hcl": root, "a/terragrunt.hcl": include + unit(extra("", "same"))}
    assert found(run(files)) == {"a": [DEFAULT], "l[0]": [f"{PRO} certain"]}
    # The blocks of the unit come last.
    files["a/terragrunt.hcl"] = include + unit(extra(f'arguments = ["-var=model={LITE}"]', "new"))
    assert found(run(files))["a"] == [f"{LITE} certain"]


@pytest.mark.parametrize(
    "written",
    [
        f'env_vars = {{ TF_VAR_list = jsonencode(["{LITE}"]) }}',
        f'arguments = ["-var=list=[\\"{LITE}\\"]"]',
        f'arguments = ["-var", "list=${{jsonencode(["{LITE}"])}}"]',
    ],
)
def test_what_is_no_text_is_an_expression(run: Run, written: str) -> None:
    result = run({"m/main.tf": MODULE, "a/terragrunt.hcl": unit(extra(written))})
    assert found(result)["l[0]"] == [f"{LITE} certain"]
    assert result.references[1].candidates[0].written_at.file == "a/terragrunt.hcl"


@pytest.mark.parametrize(
    "written",
    [
        'required_var_files = ["${get_env("ENV")}/values.vars"]',
        'required_var_files = run_cmd("x")',
        'required_var_files = get_env("X", "") == "" ? ["lite.vars"] : [run_cmd("x")]',
        'optional_var_files = [run_cmd("x")]',
        'arguments = run_cmd("x")',
        'arguments = [run_cmd("x")]',
        'arguments = ["-var", run_cmd("x")]',
        'arguments = ["-var=${get_env("NAME")}=x"]',
        'arguments = ["-${get_env("FLAG")}"]',
        'arguments = get_env("CI", "") != "" ? ["-var=model=x"] : ["-no-color"]',
        'arguments = concat(["-no-color"], get_env("CI", "") != "" ? ["-var=model=x"] : [])',
        'env_vars = run_cmd("x")',
        f'env_vars = run_cmd("x") == "y" ? {{ TF_VAR_model = "{LITE}" }} : {{}}',
    ],
)
def test_what_may_set_any_variable_is_said(run: Run, written: str) -> None:
    files = {f"a/{name}": content for name, content in VALUES.items()}
    result = run({"m/main.tf": MODULE, "a/terragrunt.hcl": unit(extra(written)), **files})
    assert set(kinds(result)) == {("unsupported", "a/terragrunt.hcl")}
    assert all(problem.incomplete for problem in result.problems)
    (reference,) = (one for one in result.references if one.address.endswith(".a"))
    assert reference.unresolved is not None
    assert all(one.certainty.value != "certain" for one in reference.candidates)


def test_a_file_of_variables_with_an_unknown_name_is_each_that_fits(run: Run) -> None:
    written = extra('required_var_files = ["${get_terragrunt_dir()}/values/${get_env("ENV")}.vars"]')
    files = {f"a/values/{name}": content for name, content in VALUES.items()}
    result = run({"m/main.tf": MODULE, "a/terragrunt.hcl": unit(written), **files})
    assert not result.problems
    assert found(result)["a"] == [f"{MICRO} default", f"{LITE} possible", f"{PRO} possible"]


@pytest.mark.parametrize(
    "written", ['required_var_files = ["no.vars"]', 'arguments = ["-var-file=${get_terragrunt_dir()}/no.vars"]']
)
def test_a_file_of_variables_that_is_missing_is_told_where_it_is_named(run: Run, written: str) -> None:
    result = run({"m/main.tf": MODULE, "a/terragrunt.hcl": unit(extra(written))})
    [problem] = result.problems
    assert (problem.kind.value, problem.file, problem.line) == ("not-found", "a/terragrunt.hcl", 5)
    assert problem.message == "a/no.vars cannot be read: there is no such file or directory"
    assert problem.incomplete


def test_a_value_that_is_not_known_is_that_of_its_variable(run: Run) -> None:
    written = extra('arguments = ["-var=model=${get_env("MODEL")}"]')
    result = run({"m/main.tf": MODULE, "a/terragrunt.hcl": unit(written)})
    assert not result.problems
    assert found(result)["a"] == ["environment variable MODEL"]


def test_a_template_in_a_configuration_is_relative_to_its_directory(run: Run) -> None:
    unit_ = 'inputs = { model = trimspace(templatefile("model.tpl", { name = "lite" })) }\n'
    files = {"m/main.tf": MODULE, "a/terragrunt.hcl": SOURCE + unit_, "a/model.tpl": "amazon.nova-${name}-v1:0\n"}
    assert found(run(files))["a"] == [f"{LITE} certain"]


def test_inputs_from_a_template_are_where_they_are_written(run: Run) -> None:
    unit_ = 'inputs = yamldecode(templatefile("inputs.tpl", { name = "lite" }))\n'
    files = {"m/main.tf": MODULE, "a/terragrunt.hcl": SOURCE + unit_, "a/inputs.tpl": f"model: {LITE}\n"}
    result = run(files)
    assert found(result)["a"] == [f"{LITE} certain"]
    assert str(result.references[0].candidates[0].written_at).startswith("a/inputs.tpl:1:")


@pytest.mark.parametrize("include", [{"root": {"path": "../root.hcl"}}, {"path": "../root.hcl"}])
def test_a_configuration_in_json_has_the_same_blocks(run: Run, include: object) -> None:
    written = {
        "terraform": {
            "source": "../m",
            "extra_arguments": {"x": {"commands": ["plan"], "env_vars": {"TF_VAR_model": PRO}}},
        },
        "generate": {"x": {"path": "z.tf", "contents": agent(LITE)}},
        "include": include,
        "dependency": {"d": {"config_path": "../d", "mock_outputs": {"model": MICRO}}},
        "inputs": {"list": ["${dependency.d.outputs.model}"]},
    }
    root = generate('"y.tf"', heredoc(agent(MICRO, "y")), "y")
    result = run({"m/main.tf": MODULE, "root.hcl": root, "a/terragrunt.hcl.json": json.dumps(written)})
    assert not result.problems
    assert found(result) == {
        "a": [f"{PRO} certain"],
        "l[0]": [f"{MICRO} possible", "dependency.d.outputs"],
        "y": [f"{MICRO} certain"],
        "z": [f"{LITE} certain"],
    }
