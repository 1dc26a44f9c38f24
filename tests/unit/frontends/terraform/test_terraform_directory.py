"""Root modules: what is read, what is a problem, and what is called."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from checker.frontends.protocol import Run
from checker.frontends.terraform.configuration.directory import load_directory
from checker.frontends.terraform.configuration.module_code import called_modules
from checker.model.problem import ProblemKind
from checker.model.resource import Framework, InputKind, Loaded
from checker.model.settings import Options
from checker.source.files import Boundary, SourceFiles
from checker.values import Cause, Certainty, List, Map, Text, Unknown, Value, certainty

Load = Callable[..., Loaded]
AGENT = 'resource "aws_bedrockagent_agent" "a" {\n  foundation_model = "amazon.nova-lite-v1:0"\n}\n'


def properties(loaded: Loaded, number: int = 0) -> dict[str, Value]:
    """The properties of a resource."""
    atom = loaded.resources[number].properties[0].atom
    assert isinstance(atom, Map)
    return dict(atom.entries)


def test_a_resource_with_its_place_and_the_last_step_at_its_attribute(load: Load) -> None:
    loaded = load({"main.tf": AGENT})

    (resource,) = loaded.resources
    assert resource.framework is Framework.TERRAFORM
    assert loaded.input.kind is InputKind.TERRAFORM
    assert loaded.input.files == ("main.tf",)
    assert str(resource.location) == "main.tf:1:1"
    (model,) = properties(loaded)["foundation_model"]
    assert [(str(step.location), step.text) for step in model.trail] == [
        ("main.tf:2:22", "written here"),
        ("main.tf:2:3", "argument foundation_model"),
    ]


def test_meta_arguments_are_not_properties(load: Load) -> None:
    body = (
        '  provider = aws.x\n  depends_on = [aws_x.y]\n  count = 1\n  name = "n"\n'
        '  lifecycle {\n    prevent_destroy = true\n  }\n  timeouts {\n    create = "1h"\n  }\n'
    )
    loaded = load({"main.tf": 'resource "aws_x" "y" {\n' + body + "}\n"})

    assert list(properties(loaded)) == ["name"]


def test_the_arguments_of_provisioners_and_connections_are_properties(load: Load) -> None:
    body = (
        '  connection {\n    host = "h"\n  }\n  provisioner "local-exec" {\n    when       = destroy\n'
        '    on_failure = continue\n    command    = "x ${self.id}"\n  }\n'
    )
    loaded = load({"main.tf": 'resource "aws_x" "y" {\n' + body + "}\n"})

    assert list(properties(loaded)) == ["connection", "provisioner"]
    assert loaded.problems == ()
    (made,) = properties(loaded)["provisioner"]
    assert isinstance(made.atom, List)
    assert isinstance(made.atom.items[0][0].atom, Map)
    assert list(made.atom.items[0][0].atom.entries) == ["command"]


def test_a_dynamic_block_without_a_label_is_said(load: Load) -> None:
    body = '  dynamic {\n    for_each = [1]\n    content {\n      model_id = "amazon.nova-lite-v1:0"\n    }\n  }\n'
    loaded = load({"main.tf": 'resource "aws_x" "y" {\n' + body + '  name = "n"\n}\n'})

    assert list(properties(loaded)) == ["name", "dynamic"]
    [problem] = loaded.problems
    assert (problem.kind, problem.line, problem.incomplete) == (ProblemKind.INVALID_VALUE, 2, True)


@pytest.mark.parametrize(
    ("file", "text", "location"),
    [
        ("main.tf", 'model = "amazon.nova-lite-v1:0"\n', "1:1"),
        ("main.tf.json", '{\n  "aws_bedrockagent_agent": {"resource": {}},\n  "//": "a comment"\n}\n', "2:3"),
    ],
)
def test_what_stands_outside_blocks_is_told(load: Load, file: str, text: str, location: str) -> None:
    """In JSON, two lines that have changed locations make a type of resource a type of block."""
    (problem,) = load({file: text}).problems
    assert problem.incomplete
    assert (f"{problem.line}:{problem.column}", problem.kind) == (location, ProblemKind.INVALID_SYNTAX)
    assert "stands in no block" in problem.message


def test_comments_are_handed_on(load: Load) -> None:
    loaded = load({"main.tf": "# first\n" + AGENT + "/* last */\n"})

    assert [(str(location), text) for location, text in loaded.comments] == [
        ("main.tf:1:1", "# first"),
        ("main.tf:5:1", "/* last */"),
    ]


def test_hidden_and_other_files_are_not_read(load: Load) -> None:
    loaded = load({"main.tf": AGENT, ".hidden.tf": "broken {", "notes.txt": "x", "sub/other.tf": "broken {"})

    assert loaded.problems == ()
    assert len(loaded.resources) == 1


def test_what_terraform_init_installed_is_used(load: Load) -> None:
    loaded = load(
        {
            "main.tf": 'module "kb" {\n  source = "acme/kb/aws"\n  model = "amazon.titan-embed-text-v2:0"\n}\n',
            ".terraform/modules/modules.json": '{"Modules": [{"Key": "kb", "Dir": ".terraform/modules/kb/x"}]}',
            ".terraform/modules/kb/x/main.tf": (
                'module "inner" {\n  source = "../inner"\n  m = var.model\n}\nvariable "model" {}\n'
            ),
            ".terraform/modules/kb/inner/main.tf": 'variable "m" {}\nresource "aws_x" "y" {\n  m = var.m\n}\n',
        }
    )

    assert loaded.problems == ()
    assert [resource.address for resource in loaded.resources] == ["module.kb.module.inner.aws_x.y"]


REGISTRY = "registry.terraform.io/acme/kb/aws"


# What is asked for, what is fetched, and whether `terraform validate` of 1.11.4 uses the one for the other.
@pytest.mark.parametrize(
    ("asked", "fetched", "is_used"),
    [
        (("acme/kb/aws", "1.0.0"), (REGISTRY, "1.0.0"), True),
        (("acme/kb/aws", "2.0.0"), (REGISTRY, "1.0.0"), False),
        (("acme/kb/aws", "1.0.0"), (REGISTRY, None), False),
        (("acme/kb/aws", None), (REGISTRY, "1.0.0"), True),
        (("acme/kb/aws", "1"), (REGISTRY, "1.0.0"), True),
        (("acme/kb/aws", "v1.0.0"), (REGISTRY, "1.0.0"), True),
        (("acme/kb/aws", "1.0.0+x"), (REGISTRY, "1.0.0"), True),
        (("acme/kb/aws", "!= 1.0.0"), (REGISTRY, "1.0.0"), False),
        (("acme/kb/aws", "~> 2"), (REGISTRY, "3.1.0"), True),
        (("acme/kb/aws", "~> 2.0"), (REGISTRY, "2.9.0"), True),
        (("acme/kb/aws", "~> 2.0"), (REGISTRY, "3.0.0"), False),
        (("acme/kb/aws", "~> 2.1.0"), (REGISTRY, "2.2.0"), False),
        (("acme/kb/aws", "~> 1.0.0.1"), (REGISTRY, "1.0.0.2"), True),
        (("acme/kb/aws", ">= 1.0, < 2.0"), (REGISTRY, "1.5.0"), True),
        (("acme/kb/aws", ">=1.0,<2.0"), (REGISTRY, "2.0.0-rc1"), False),
        (("acme/kb/aws", "<= 1.0"), (REGISTRY, "1.0.1"), False),
        (("acme/kb/aws", ">= 1.0"), (REGISTRY, "1.5.0-beta1"), False),
        (("acme/kb/aws", ">= 1.5.0-beta1"), (REGISTRY, "1.5.0-beta2"), True),
        (("acme/kb/aws", "> 1.0.0-rc1"), (REGISTRY, "1.0.0"), True),
        (("acme/kb/aws", "~> 1.5.0-beta1"), (REGISTRY, "1.5.0"), False),
        (("acme/kb/aws", "1.0.0-rc1"), (REGISTRY, "1.0.0"), False),
        (("acme/kb/aws", "=> 1.0"), (REGISTRY, "1.0.0"), False),
        (("acme/kb/aws", "1.0.0beta1"), (REGISTRY, "1.0.0-beta1"), True),
        (("acme/kb/aws", "1" * 5000), (REGISTRY, "1.0.0"), False),
        (("acme/kb/aws", ">= 1.0"), (REGISTRY, "1." + "1" * 5000), False),
        (("acme/kb/aws", ">= 1.0.0-1"), (REGISTRY, "1.0.0-" + "1" * 5000), False),
        (("acme/other/aws", "1.0.0"), (REGISTRY, "1.0.0"), False),
        (("acme/kb/aws//deep", "1.0.0"), (f"{REGISTRY}//deep", "1.0.0"), True),
        (("acme/kb/aws//deep", "1.0.0"), (REGISTRY, "1.0.0"), False),
        (("git::https://x/y.git?ref=v2", None), ("git::https://x/y.git?ref=v1", None), False),
        (("git::https://x/y.git?ref=v2", None), ("git::https://x/y.git?ref=v2", None), True),
        (("github.com/a/b//sub?ref=v1", None), ("git::https://github.com/a/b.git//sub?ref=v1", None), True),
        (("git@github.com:a/b.git", None), ("git::ssh://git@github.com/a/b.git", None), True),
        (("git::git@x.com:a/b.git?ref=v1", None), ("git::ssh://git@x.com/a/b.git?ref=v1", None), True),
        (("s3-eu-west-1.amazonaws.com/b/m", None), ("s3::https://s3-eu-west-1.amazonaws.com/b/m", None), True),
        (("b.s3-eu-west-1.amazonaws.com/m", None), ("s3::https://s3-eu-west-1.amazonaws.com/b/m", None), True),
        (("b.s3.eu-west-1.amazonaws.com/m", None), ("s3::https://s3.eu-west-1.amazonaws.com/b/m", None), True),
        (("c.s3-eu-west-1.amazonaws.com/m", None), ("s3::https://s3-eu-west-1.amazonaws.com/b/m", None), False),
        (("github.com/a/b/sub?ref=v1", None), ("git::https://github.com/a/b.git//sub?ref=v1", None), True),
        (("github.com/a/b/sub", None), ("git::https://github.com/a/b.git//other", None), False),
        (("acme/kb/aws//./deep", "1.0.0"), (f"{REGISTRY}//deep", "1.0.0"), True),
        (("acme/kb/aws//modules/../deep", "1.0.0"), (f"{REGISTRY}//deep", "1.0.0"), True),
        (("app.terraform.io/o/m/aws", "1.0.0"), ("app.terraform.io/o/m/aws", "1.0.0"), True),
    ],
)
def test_a_fetched_module_is_read_if_it_is_the_one_that_is_asked_for(
    load: Load, asked: tuple[str, str | None], fetched: tuple[str, str | None], is_used: bool
) -> None:
    call = [f'source = "{asked[0]}"', *([] if asked[1] is None else [f'version = "{asked[1]}"'])]
    entry = {"Key": "kb", "Source": fetched[0], "Version": fetched[1], "Dir": ".terraform/modules/kb"}
    loaded = load(
        {
            "main.tf": "\n  ".join(['module "kb" {', *call]) + "\n}\n",
            ".terraform/modules/modules.json": json.dumps({"Modules": [entry]}),
            ".terraform/modules/kb/main.tf": AGENT,
        }
    )

    assert bool(loaded.resources) is is_used
    assert [(problem.kind, problem.incomplete) for problem in loaded.problems] == (
        [] if is_used else [(ProblemKind.REMOTE_MODULE, True)]
    )
    for problem in loaded.problems:
        assert "is not what is asked for" in problem.message
        # Both are named.
        differing = 0 if asked[0] not in fetched[0] else 1
        assert str(asked[differing]) in problem.message
        assert fetched[differing] is None or str(fetched[differing]) in problem.message


def test_a_broken_list_of_installed_modules_is_a_problem(load: Load) -> None:
    loaded = load(
        {"main.tf": 'module "kb" {\n  source = "acme/kb/aws"\n}\n', ".terraform/modules/modules.json": '{"Modules": 1}'}
    )

    assert [problem.kind for problem in loaded.problems] == [ProblemKind.INVALID_SYNTAX, ProblemKind.REMOTE_MODULE]
    assert all(problem.incomplete for problem in loaded.problems)


def test_a_module_outside_the_boundary_is_not_read(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "main.tf").write_text('module "m" {\n  source = "../outside"\n}\n')
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "main.tf").write_text(AGENT)
    loaded = load_directory(inside, Options(), SourceFiles(Boundary(inside), inside), Run())

    assert loaded.resources == ()
    assert [(problem.kind, problem.incomplete) for problem in loaded.problems] == [(ProblemKind.OUTSIDE_BOUNDARY, True)]


def test_links_that_go_round_are_a_problem(load: Load, tmp_path: Path) -> None:
    (tmp_path / "loop.tf").symlink_to("loop.tf")
    loaded = load({"main.tf": AGENT})

    assert len(loaded.resources) == 1
    assert [(problem.kind, problem.incomplete) for problem in loaded.problems] == [(ProblemKind.UNREADABLE, True)]


def test_a_missing_directory_is_a_problem(load: Load) -> None:
    loaded = load({}, root="nowhere")

    assert [(problem.kind, problem.file) for problem in loaded.problems] == [(ProblemKind.NOT_FOUND, "nowhere")]


def test_of_what_is_ephemeral_a_default_that_names_a_model_is_read(load: Load) -> None:
    for default, options, causes in (
        ("amazon.nova-lite-v1:0", Options(), []),
        ("token amazon.nova-lite-v1:0", Options(), [Cause.SENSITIVE]),
        ("amazon.nova-lite-v1:0", Options(arguments=(("m", "amazon.nova-pro-v1:0"),)), [Cause.SENSITIVE]),
    ):
        variable = f'variable "m" {{\n  ephemeral = true\n  default = "{default}"\n}}\n'
        loaded = load({"main.tf": variable + AGENT.replace('"amazon.nova-lite-v1:0"', "var.m")}, options)
        (model,) = properties(loaded)["foundation_model"]
        assert ([model.atom.cause] if isinstance(model.atom, Unknown) else []) == causes
        assert certainty(model.given) is (Certainty.CERTAIN if options.variables else Certainty.DEFAULT)


def test_what_only_the_second_reader_reads_is_possible(load: Load) -> None:
    # A name twice in one body: Terraform refuses it, a more lenient reader does not.
    twice = 'resource "aws_x" "y" {\n  a = "1"\n  a = "amazon.nova-lite-v1:0"\n}\n'
    loaded = load({"main.tf": twice})

    assert [(problem.kind, problem.incomplete) for problem in loaded.problems] == [(ProblemKind.SECOND_READER, True)]
    (resource,) = loaded.resources
    assert [certainty(given) for given in resource.presence] == [Certainty.POSSIBLE]


def test_a_value_file_that_is_missing_is_a_problem(load: Load, tmp_path: Path) -> None:
    loaded = load({"main.tf": AGENT}, Options(arguments=(tmp_path / "none.tfvars",)))

    assert [(problem.kind, problem.incomplete) for problem in loaded.problems] == [(ProblemKind.NOT_FOUND, True)]


def test_a_value_file_beats_what_is_loaded_by_itself_and_a_value_beats_both(load: Load, tmp_path: Path) -> None:
    files = {
        "main.tf": 'variable "a" {}\nvariable "b" {}\nresource "aws_x" "y" {\n  a = var.a\n  b = var.b\n}\n',
        "terraform.tfvars": 'a = "weak"\nb = "weak"\n',
        "prod.tfvars": 'a = "file"\nb = "file"\n',
    }
    loaded = load(files, Options(arguments=(tmp_path / "prod.tfvars", ("b", "given"))))

    found = properties(loaded)
    assert [one.atom.render() for name in "ab" for one in found[name] if isinstance(one.atom, Text)] == [
        "file",
        "given",
    ]
    assert [certainty(one.given) for name in "ab" for one in found[name]] == [Certainty.CERTAIN, Certainty.CERTAIN]


def test_the_workspace_can_be_given(load: Load) -> None:
    files = {"main.tf": 'resource "aws_x" "y" {\n  a = { dev = "d", prod = "p" }[terraform.workspace]\n}\n'}

    (one,) = properties(load(files, Options(workspace="prod")))["a"]

    assert isinstance(one.atom, Text)
    assert one.atom.plain == "p"


def test_a_chain_of_locals_as_long_as_one_likes(load: Load) -> None:
    chain = "".join(f"  l{number} = local.l{number + 1}\n" for number in range(400))
    loaded = load({"main.tf": f'locals {{\n{chain}  l400 = "end"\n}}\nresource "aws_x" "y" {{\n  a = local.l0\n}}\n'})

    (one,) = properties(loaded)["a"]
    assert isinstance(one.atom, Text)
    assert one.atom.plain == "end"


def test_a_chain_beyond_all_measure_is_unknown_and_not_a_crash(load: Load) -> None:
    chain = "".join(f"  l{number} = local.l{number + 1}\n" for number in range(20_000))
    loaded = load({"main.tf": f'locals {{\n{chain}  l20000 = "end"\n}}\nresource "aws_x" "y" {{\n  a = local.l0\n}}\n'})

    (whole,) = loaded.resources[0].properties
    value = whole.atom.entries["a"] if isinstance(whole.atom, Map) else loaded.resources[0].properties
    assert isinstance(value[0].atom, Unknown)
    assert value[0].atom.cause is Cause.TOO_MANY


def test_called_modules(tmp_path: Path) -> None:
    for name, content in {
        "envs/prod/main.tf": 'module "a" {\n  source = "../../modules/a"\n}\n',
        "envs/dev/main.tf": 'module "a" {\n  source = "../../modules/a"\n}\n',
        "modules/a/main.tf": 'module "b" {\n  source = "../b"\n}\n',
        "modules/b/main.tf": AGENT,
        "modules/c/main.tf": 'module "c" {\n  source = "acme/c/aws"\n}\n',
        "modules/d/main.tf.json": '{"module": {"b": {"source": "../b"}}}',
        "modules/broken/main.tf": 'module "b" {\n  source = "../c"\n',
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    directories = sorted({path.parent for path in tmp_path.rglob("main.tf*")})

    called = called_modules(directories, SourceFiles(Boundary(tmp_path), tmp_path), Run())

    assert {
        target.relative_to(tmp_path).as_posix(): sorted(caller.relative_to(tmp_path).as_posix() for caller in callers)
        for target, callers in called.items()
    } == {"modules/a": ["envs/dev", "envs/prod"], "modules/b": ["modules/a", "modules/d"]}


def test_a_provider_that_a_call_does_not_pass_is_said(load: Callable[..., Loaded]) -> None:
    module = 'resource "aws_bedrockagent_agent" "a" {\n  provider = aws.west\n  foundation_model = "m"\n}\n'
    call = 'provider "aws" {\n  region = "us-east-1"\n}\nmodule "m" {\n  source = "./m"\n}\n'
    loaded = load({"main.tf": call, "m/main.tf": module})

    [region] = loaded.resources[0].region
    assert isinstance(region.atom, Unknown)
    (problem,) = loaded.problems
    assert (problem.kind, problem.file, problem.incomplete) == (ProblemKind.INVALID_VALUE, "m/main.tf", False)
    assert "aws.west" in problem.message

    alone = load({"main.tf": module}, root="m")
    assert not alone.problems


# An empty document is null in YAML.
@pytest.mark.parametrize(("function", "content"), [("jsondecode", ""), ("jsondecode", "{"), ("yamldecode", "{")])
@pytest.mark.parametrize("use", ["%s", "{ A = %s }", 'merge({ B = "x" }, %s)', "{ A = try(%s.model, 1) }"])
def test_a_file_that_is_no_document_is_told_wherever_it_is_decoded(
    load: Load, function: str, content: str, use: str
) -> None:
    written = use % (function + '(file("${path.module}/a.txt"))')
    main = f'resource "aws_lambda_function" "f" {{\n  environment {{\n    variables = {written}\n  }}\n}}\n'
    loaded = load({"main.tf": main, "a.txt": content})
    told = [problem.message for problem in loaded.problems if problem.incomplete]
    assert told == [f"{function}(…) cannot read a.txt, which is not valid"]
