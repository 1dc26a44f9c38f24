"""What a model reaches through each construct is evaluated; what it does not is left alone."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest

from checker.frontends.terraform.configuration import directory
from checker.frontends.terraform.configuration.module import ResourceInstance
from checker.model.resource import Resource
from checker.model.scan import Scan
from checker.model.settings import Options, Settings
from checker.pipeline import scan

MODEL = "anthropic.claude-3-haiku-20240307-v1:0"
IN_BASE64 = "YW50aHJvcGljLmNsYXVkZS0zLWhhaWt1LTIwMjQwMzA3LXYxOjA="

# Name of the construct: the code around, then expressions that a model reaches, and those that it does not reach.
# MODEL stands for a model.
Case = tuple[str, Sequence[str], Sequence[str]]
CONSTRUCTS: Mapping[str, Case] = {
    "object": (
        """\
locals {
  m = { chat = { id = "MODEL", name = "x" }, "plain" = { id = "y" } }
}
""",
        ["local.m.chat.id", 'local.m["chat"]["id"]', "local.m[terraform.workspace].id", "jsonencode(local.m)"],
        ["local.m.chat.name", "local.m.plain.id", 'local.m["plain"].id'],
    ),
    "keys that are expressions": (
        """\
locals {
  k = "chat"
  m = { (local.k) = { id = "MODEL", name = "x" }, 1 = "MODEL" }
}
""",
        ["local.m.chat.id", 'local.m["1"]'],
        ["local.m.chat.name"],
    ),
    "list": (
        """\
locals {
  l = [{ id = "MODEL", name = "x" }]
}
""",
        [
            "local.l[0].id",
            "local.l.0.id",
            "(local.l[*].id)[0]",
            "local.l.*.id[0]",
            "[for each in local.l : each.id][0]",
        ],
        ["local.l[0].name", "(local.l[*].name)[0]", "[for each in local.l : each.name][0]", "length(local.l)"],
    ),
    "one element as a list": (
        """\
locals {
  o = { id = "MODEL", n = "x" }
}
""",
        ["(local.o[*].id)[0]"],
        ["(local.o[*].n)[0]"],
    ),
    "for": (
        """\
locals {
  m = { a = { id = "MODEL", name = "x", on = true } }
  kept  = { for key, each in local.m : key => each if each.on }
  turned = { for key, each in local.m : each.id => key }
  grouped = { for key, each in local.m : key => each... }
}
""",
        [
            "local.kept.a.id",
            "local.grouped.a[0].id",
            "keys(local.turned)[0]",
            "[for key, each in local.turned : key][0]",
        ],
        ["local.kept.a.name", "local.grouped.a[0].name", "values(local.turned)[0]", "keys(local.kept)[0]"],
    ),
    "template": (
        """\
locals {
  l = ["MODEL"]
  n = ["x"]
}
""",
        ['"%{ for x in local.l }${x}%{ endfor }"', '"%{ if true }${local.l[0]}%{ else }x%{ endif }"'],
        ['"%{ for x in local.n }${x}%{ endfor }"', '"%{ if local.l[0] == "x" }a%{ endif }"'],
    ),
    "condition": (
        """\
variable "x" {
  type = bool
}
locals {
  m = var.x ? { id = "MODEL", n = "a" } : { id = "y", n = "b" }
}
""",
        ["local.m.id", "(var.x ? local.m : null).id"],
        ["local.m.n", 'local.m.id == "z" ? "a" : "b"'],
    ),
    "merge": (
        """\
locals {
  a = { chat = { id = "MODEL", n = "x" } }
  b = { plain = { id = "y" } }
  l = [local.a, local.b]
  m = merge(local.a, local.b)
  e = merge(local.l...)
  f = merge([for each in [1] : local.a]...)
}
""",
        ["local.m.chat.id", "local.e.chat.id", "local.f.chat.id", 'lookup(local.e, "chat", local.b).id'],
        ["local.m.plain.id", "local.e.plain.id", "local.e.chat.n", "local.f.chat.n"],
    ),
    "lookup": (
        """\
locals {
  m = { chat = { id = "MODEL" }, plain = { id = "y" } }
}
""",
        [
            'lookup(local.m, "chat").id',
            'lookup(local.m, "none", local.m.chat).id',
            "lookup(local.m, terraform.workspace).id",
        ],
        ['lookup(local.m, "plain").id', 'lookup(lookup(local.m, "plain"), "id")'],
    ),
    "lists in functions": (
        """\
locals {
  l = [{ id = "MODEL", n = "x" }]
  ll = [local.l]
}
""",
        [
            "element(local.l, 0).id",
            "one(local.l).id",
            "concat(local.l, [])[0].id",
            "concat(local.ll...)[0].id",
            "flatten(local.ll)[0].id",
            "reverse(distinct(slice(local.l, 0, 1)))[0].id",
            "values({ a = local.l[0] })[0].id",
            'zipmap(["a"], local.l).a.id',
            "chunklist(local.l, 1)[0][0].id",
            "coalesce(local.l...).id",
        ],
        ["element(local.l, 0).n", "concat(local.l, [])[0].n", "values({ a = local.l[0] })[0].n"],
    ),
    "sets": (
        """\
locals {
  s = toset(["MODEL"])
  n = toset(["x"])
}
""",
        [
            "one(local.s)",
            "tolist(local.s)[0]",
            "sort(local.s)[0]",
            "setunion(local.s, local.n)",
            "[for x in local.s : x][0]",
        ],
        ["one(local.n)", 'contains(local.s, "x") ? "a" : "b"'],
    ),
    "pieces": (
        """\
locals {
  p = ["anthropic", "claude-3-haiku-20240307-v1:0"]
  q = ["x", "y"]
}
""",
        [
            'join(".", local.p)',
            'format("%s.%s", local.p[0], local.p[1])',
            'formatlist("%s.%s", [local.p[0]], [local.p[1]])[0]',
        ],
        ['join(".", local.q)'],
    ),
    "letters that are made": (
        """\
locals {
  t = "$${base64decode(\\"BASE64\\")}"
}
""",
        [
            '"BASE64"',
            '"echo BASE64 | base64 -d"',
            'base64decode("BASE64")',
            f'strrev("{MODEL[::-1]}")',
            "templatestring(local.t, {})",
        ],
        ['base64encode("x")'],
    ),
    "decoded": (
        """\
locals {
  j = jsondecode("{\\"a\\": {\\"id\\": \\"MODEL\\"}}")
  n = jsondecode("{\\"a\\": 1}")
}
""",
        ["local.j.a.id", "yamldecode(yamlencode({ a = local.j })).a.a.id"],
        ["local.n.a"],
    ),
    "files": (
        """\
variable "env" {
  default = "dev"
}
locals {
  d = jsondecode(file("${path.module}/${var.env}.json"))
}
""",
        [
            'file("${path.module}/model.txt")',
            'file("model.txt")',
            'file("${path.root}/model.txt")',
            "local.d.id",
            'templatefile("${path.module}/reads.tpl", { here = path.module })',
            'templatefile("${path.module}/decodes.tpl", {})',
            'templatefile("${path.module}/plain.tpl", { x = "MODEL" })',
            'trimsuffix(basename(one(fileset(path.module, "models/*.json"))), ".json")',
        ],
        ['file("${path.module}/plain.tpl")', 'filesha256("${path.module}/model.txt")', "path.module"],
    ),
    "variables": (
        """\
variable "c" {
  default = { a = { id = "MODEL", n = "x" } }
}
variable "o" {
  type = object({ id = optional(string, "MODEL"), n = optional(string, "x") })
  default = {}
}
variable "s" {
  type = any
}
""",
        ["var.c.a.id", "var.o.id", 'var.s.envs["dev"].models[0]', "keys(var.s.names)[0]"],
        ["var.c.a.n", "var.o.n", "var.s.size", "values(var.s.names)[0]"],
    ),
    "sensitive inputs": (
        """\
variable "model" {
  sensitive = true
  default   = "MODEL"
}
variable "chat" {
  sensitive = true
  default   = { id = "MODEL", name = "x" }
}
""",
        ["var.model", "nonsensitive(var.model)", "var.chat.id"],
        ["var.chat.name"],
    ),
    "inputs of a module": (
        """\
module "m" {
  source = "./inner"
  for_each = { a = { id = "MODEL", n = "x" } }
  given = each.value
  optional = [{}]
}
""",
        [
            'module.m["a"].passed.id',
            'module.m["a"].model',
            "[for each in module.m : each.passed.id][0]",
            "module.m.a.default",
        ],
        ['module.m["a"].passed.n', 'module.m["a"].name', "keys(module.m)[0]"],
    ),
    "outputs of a single module": (
        """\
module "m" {
  source = "./inner"
  given = { id = "MODEL", n = "x" }
  optional = []
}
""",
        ["module.m.passed.id", "values(module.m)[3].id"],
        ["module.m.passed.n", "module.m.name"],
    ),
    "keys of instances": (
        """\
resource "aws_sqs_queue" "q" {
  for_each = toset(["MODEL"])
  name = "x"
}
module "m" {
  source = "./inner"
  for_each = { "MODEL" = { id = "x" } }
  given = each.value
  optional = []
}
""",
        ["keys(aws_sqs_queue.q)[0]", "[for key, each in aws_sqs_queue.q : key][0]", "keys(module.m)[0]"],
        ["[for key, each in aws_sqs_queue.q : each.name][0]", "[for key, each in module.m : each.passed.id][0]"],
    ),
    "attributes of resources": (
        """\
resource "aws_sqs_queue" "q" {
  count = 1
  name = "x"
  tags = { id = "MODEL", n = "y" }
}
""",
        ["aws_sqs_queue.q[0].tags.id", "(aws_sqs_queue.q[*].tags.id)[0]", "element(aws_sqs_queue.q, 0).tags.id"],
        ["aws_sqs_queue.q[0].name", "aws_sqs_queue.q[0].tags.n"],
    ),
}
BESIDE = {
    "model.txt": MODEL,
    "plain.tpl": "plain ${x}",
    "reads.tpl": '${file("${here}/model.txt")}',
    "decodes.tpl": '${base64decode("BASE64")}',
    "dev.json": '{"id": "MODEL"}',
    f"models/{MODEL}.json": "{}",
    "terraform.tfvars": 's = { envs = { dev = { models = ["MODEL"] } }, names = { "MODEL" = "x" }, size = "large" }\n',
    "inner/main.tf": """\
variable "given" {}
variable "optional" {
  type = list(object({ id = optional(string, "MODEL") }))
}
output "model" {
  value = "MODEL"
}
output "name" {
  value = "x"
}
output "passed" {
  value = var.given
}
output "default" {
  value = var.optional[0].id
}
""",
}


def parameter(name: str, value: str, more: str = "") -> str:
    return f'resource "aws_ssm_parameter" "{name}" {{\n  name  = "p"\n  type  = "String"\n  value = {value}\n{more}}}\n'


class Seen:
    """What a scan evaluates; the model and its spelling in base64 are filled into the files."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._root = root
        self.evaluated: set[str] = set()
        made = directory._Loader._resource

        def noted(loader: directory._Loader, found: ResourceInstance) -> Resource:
            self.evaluated.add(found.address)
            return made(loader, found)

        monkeypatch.setattr(directory._Loader, "_resource", noted)

    def scan(self, files: Mapping[str, str], options: Options | None = None) -> Scan:
        (self._root / ".git").mkdir()
        for name, text in files.items():
            path = self._root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.replace("MODEL", MODEL).replace("BASE64", IN_BASE64), encoding="utf-8")
        given = Settings(date(2026, 11, 24), options=options or Options())
        return scan(["."], given, standard_input=bytes, cwd=self._root)


@pytest.fixture
def seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Seen:
    return Seen(tmp_path, monkeypatch)


@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_construct(construct: str, seen: Seen) -> None:
    around, reached, free = CONSTRUCTS[construct]
    code = around + "".join(parameter(f"reached{number}", value) for number, value in enumerate(reached))
    code += "".join(parameter(f"free{number}", value) for number, value in enumerate(free))
    result = seen.scan({**BESIDE, "main.tf": code})
    expected = {f"aws_ssm_parameter.reached{number}": value for number, value in enumerate(reached)}
    assert {each for each in seen.evaluated if "parameter" in each} == set(expected)
    found = {one.address for one in result.references if "parameter" in one.address}
    assert {address: value for address, value in expected.items() if address not in found} == {}


def test_blocks_that_are_made_for_each(seen: Seen) -> None:
    code = """\
locals {
  groups = { a = { inner = [{ id = "MODEL", name = "x" }], name = "y" } }
}
resource "aws_lambda_function" "reached" {
  dynamic "environment" {
    for_each = local.groups
    iterator = group
    content {
      dynamic "entry" {
        for_each = group.value.inner
        content {
          variables = { A = entry.value.id }
        }
      }
    }
  }
}
resource "aws_lambda_function" "keys" {
  dynamic "environment" {
    for_each = toset(["MODEL"])
    content {
      variables = { A = environment.key }
    }
  }
}
resource "aws_lambda_function" "free" {
  for_each = { "MODEL" = "x" }
  dynamic "environment" {
    for_each = local.groups
    content {
      variables = { A = "${environment.value.name}-${environment.value.inner[0].name}-${each.value}" }
    }
  }
  depends_on = [aws_lambda_function.reached]
}
"""
    seen.scan({"main.tf": code})
    assert seen.evaluated == {"aws_lambda_function.reached", "aws_lambda_function.keys"}


def test_the_path_of_a_module(seen: Seen) -> None:
    inner = "anthropic.claude-3-haiku-20240307-v1"
    reached, free = parameter("reached", '"${basename(path.module)}:0"'), parameter("free", '"${path.root}/a"')
    result = seen.scan({"main.tf": f'module "m" {{\n  source = "./{inner}"\n}}\n', f"{inner}/main.tf": reached + free})
    assert seen.evaluated == {"module.m.aws_ssm_parameter.reached"}
    assert len(result.references) == 1


def test_json_syntax(seen: Seen) -> None:
    code = """\
{
  "locals": {"m": {"chat": {"id": "MODEL", "name": "x"}}},
  "variable": {"o": {"type": "object({ id = optional(string, \\"MODEL\\") })", "default": {}}},
  "resource": {
    "aws_ssm_parameter": {
      "reached": {"name": "p", "type": "String", "value": "${local.m.chat.id}"},
      "of_type": {"name": "p", "type": "String", "value": "${var.o.id}"},
      "free": {"name": "p", "type": "String", "value": "${local.m.chat.name}"}
    }
  }
}
"""
    result = seen.scan({"main.tf.json": code})
    assert seen.evaluated == {"aws_ssm_parameter.reached", "aws_ssm_parameter.of_type"}
    assert len(result.references) == 2


def test_modules_in_modules(seen: Seen) -> None:
    files = {
        "main.tf": 'module "outer" {\n  source = "./outer"\n  all = { a = { id = "MODEL", name = "x" } }\n}\n',
        "outer/main.tf": 'variable "all" {}\nmodule "inner" {\n  source = "../inner"\n  for_each = var.all\n'
        "  id = each.value.id\n  name = each.value.name\n}\n"
        + parameter("reached", 'module.inner["a"].id')
        + parameter("free", 'module.inner["a"].name'),
        "inner/main.tf": 'variable "id" {}\nvariable "name" {}\n'
        'output "id" {\n  value = var.id\n}\noutput "name" {\n  value = var.name\n}\n'
        + parameter("reached", "var.id")
        + parameter("free", "var.name"),
    }
    result = seen.scan(files)
    outer = "module.outer"
    assert seen.evaluated == {
        f"{outer}.aws_ssm_parameter.reached",
        f'{outer}.module.inner["a"].aws_ssm_parameter.reached',
    }
    assert len(result.references) == 2


def test_each_call_of_a_module_by_itself(seen: Seen) -> None:
    call = 'module "{}" {{\n  source = "./inner"\n  id     = "{}"\n}}\n'
    inner = 'variable "id" {}\n' + parameter("p", "var.id")
    seen.scan({"main.tf": call.format("a", "MODEL") + call.format("b", "x"), "inner/main.tf": inner})
    assert seen.evaluated == {"module.a.aws_ssm_parameter.p"}


def test_modules_that_are_not_here(seen: Seen) -> None:
    code = """\
locals {
  m = { chat = { id = "MODEL", name = "x" } }
}
module "reached" {
  source                = "terraform-aws-modules/lambda/aws"
  environment_variables = { A = local.m.chat.id }
}
module "free" {
  source        = "terraform-aws-modules/lambda/aws"
  function_name = local.m.chat.name
}
"""
    result = seen.scan({"main.tf": code})
    assert [one.address for one in result.references] == ["module.reached"]


def test_what_leads_back_to_itself_is_evaluated(seen: Seen) -> None:
    code = 'locals {\n  a = local.b\n  b = local.a\n  m = "MODEL"\n}\n' + parameter("p", "local.a")
    seen.scan({"main.tf": code})
    assert seen.evaluated == {"aws_ssm_parameter.p"}


@pytest.mark.parametrize("depth", [100, 5_000])
def test_chains(depth: int, seen: Seen) -> None:
    chain = "".join(f"  l{number} = local.l{number + 1}\n" for number in range(depth))
    code = f'locals {{\n{chain}  l{depth} = "MODEL"\n}}\n' + parameter("p", "local.l0")
    seen.scan({"main.tf": code})
    assert seen.evaluated == {"aws_ssm_parameter.p"}


def test_a_module_of_many_ways_is_evaluated(seen: Seen) -> None:
    ways = ", ".join(f"local.l@.k{number}" for number in range(20))
    levels = "".join(f"  l{level} = try({ways})\n".replace("@", str(level + 1)) for level in range(12))
    code = (
        f'locals {{\n{levels}  l12 = "x"\n  m = "MODEL"\n}}\n' + parameter("p", "local.l0") + parameter("q", "local.m")
    )
    seen.scan({"main.tf": code})
    assert seen.evaluated == {"aws_ssm_parameter.p", "aws_ssm_parameter.q"}
