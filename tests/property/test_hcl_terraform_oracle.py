"""What our HCL parser accepts and refuses, held against `terraform fmt`, which parses with HCL's own parser."""

import os
import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from checker.errors import ParseError
from checker.frontends.terraform.hcl import parse

needs_terraform = pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not on PATH")

_MUTANTS = 2500
_AT_ONCE = 300

VALID = (
    "",
    "\n\n",
    "\ufeffa = 1\n",
    "a = 1",
    "a = 1\r\nb = 2\r\n",
    "a=1\n\tb\t=\t2\n",
    "# only a comment",
    "// only a comment",
    "/* a */",
    "/* a\n b */ a = 1\n",
    "a = 1 # c\n",
    "a = 1 // c\r\nb = 2\n",
    "a = 1 /* c */\n",
    "a = /* c */ 1\n",
    "a /* c */ = 1\n",
    "a = 1 /* c\n */\nb = 2\n",
    "a = /**/ 1\n",
    "a = /***/ 1\n",
    "a = 6 / 2\n",
    "a = 6 /2\n",
    "a = 6/ 2\n",
    "b {}\n",
    "b {}",
    "b { }\n",
    "b {\n}\n",
    "b { # c\n}\n",
    "b { /* c */ }\n",
    "b /* c */ {\n}\n",
    "b { a = 1 }\n",
    "b { a = 1 /* c */ }\n",
    "b { a = [\n1\n] }\n",
    'b "l" {}\n',
    'b "l" m "n" {}\n',
    'b "l\\"m" {}\n',
    'b "$" {}\n',
    'b ""{}\n',
    'b"l"{}\n',
    "b c {\n a {\n }\n}\n",
    "b {\n  for = 1\n}\n",
    "b {\n for {\n a = 1\n }\n}\n",
    "for {\n a = 1\n}\n",
    "if = 1\nin = 2\nfor = 3\nnull = 4\ntrue = 5\n",
    "null {\n}\n",
    "a-b = 1\na_b = 2\n_c = 3\nd-1 = 4\ne- = 5\n",
    "größe = 1\n名前 = größe\n",
    'a = "größe 名前"\n',
    "a = b-c\n",
    "a = b - c\n",
    "a = b -c\n",
    "a = 1-1\n",
    "a = -1\n",
    "a = - 1\n",
    "a = - -1\n",
    "a = --1\n",
    "a = !!b\n",
    "a = !-b.c\n",
    "a = 1.5\n",
    "a = 1e3\n",
    "a = 1E+3\n",
    "a = 1.5e-3\n",
    "a = 007\n",
    "a = 100000000000000000000000000000000000000001\n",
    "a = null\n",
    "a = true.b\n",
    'a = "x".y\n',
    "a = 1.e5\n",
    "a = 1.5.b\n",
    "a = 1 .5\n",
    "a = 1e3.b\n",
    "a = b.c.d\n",
    "a = b . c\n",
    "a = b .c.d\n",
    "a = b. c.d\n",
    "a = b.0\n",
    "a = b.0.c\n",
    "a = b.0.c.2\n",
    "a = b.00\n",
    "a = b.1e3\n",
    "a = b.1e-3\n",
    "a = b.*.0\n",
    "a = b.*.0.c\n",
    "a = b.*.c.0\n",
    "a = b.*.c . 0 . d\n",
    "a = b.*.c[0].*.d\n",
    " ",
    "\n\t",
    "a = 1 ",
    "# c\rd\na = 1\n",
    "/* c\rd */\na = 1\n",
    "a = <<EOT\n1%\n$\r\nEOT\n",
    "a = 1 /* c */ # d\n",
    'a = "b" # c',
    'a = b[0].c["d"].e\n',
    "a = b[\n0\n]\n",
    "a = b[c.d]\n",
    "a = b [0]\n",
    "a = b[*]\n",
    "a = (b[\n*\n].c)\n",
    "a = b[* /*\n*/ ]\n",
    "a = b[*].c\n",
    "a = b[*].c[0]\n",
    "a = b[*].c[*].d\n",
    "a = b[*].c.0\n",
    "a = b.*\n",
    "a = b.*.c\n",
    "a = b.*.c.d[0]\n",
    "a = b .* .c\n",
    "a = b.*.c[*].d\n",
    "a = b*c\n",
    "a = b[0]*c\n",
    "a = f()\n",
    "a = f ()\n",
    "a = f(1)\n",
    "a = f(1, 2,)\n",
    "a = f(b...)\n",
    "a = f(b, c...)\n",
    "a = f(\n1,\n2\n)\n",
    "a = f(\n# c\n1 # d\n, // e\n2)\n",
    "a = f(1).b[0]\n",
    "a = provider::aws::f(1)\n",
    "a = provider :: aws :: f(1)\n",
    "a = f([for x in y : x]...)\n",
    "a = (1)\n",
    "a = (\n1\n+\n2\n)\n",
    "a = (b).c\n",
    "a = (b)[0]\n",
    "a = []\n",
    "a = [\n]\n",
    "a = [1]\n",
    "a = [1,]\n",
    "a = [1, 2,\n3,\n]\n",
    "a = [ # c\n1, # d\n2 # e\n]\n",
    "a = [1][0]\n",
    "a = [{\nb = 1\n}, {\nb = 2\n}]\n",
    "a = {}\n",
    "a = {\n}\n",
    "a = { b = 1 }\n",
    "a = { b = 1, }\n",
    "a = { b = 1, c = 2 }\n",
    "a = { b : 1 }\n",
    'a = { "b" = 1 }\n',
    'a = { "b" : 1 }\n',
    'a = { "${b}" = 1 }\n',
    'a = { "b${c}d" = 1 }\n',
    "a = { (b) = 1 }\n",
    "a = { (b.c) : 1 }\n",
    "a = { b.c = 1 }\n",
    "a = { b[0] = 1 }\n",
    "a = { f(b) = 1 }\n",
    "a = { 1 = 2 }\n",
    "a = { true = 1, null = 2 }\n",
    "a = { if = 1, in = 2 }\n",
    "a = {\nb = 1\nc = 2\n}\n",
    "a = {\nb = 1,\nc = 2,\n}\n",
    "a = {\n\n\nb = 1,\n\nc = 2\n\n}\n",
    "a = {\nb = 1 # c\n# d\nc = 2\n}\n",
    "a = { b = { c = [1, { d = 2 }] } }\n",
    "a = { b = 1 }.b\n",
    'a = { b = 1 }["b"]\n',
    "a = b ? c : d\n",
    "a = b?c:d\n",
    "a = b ? c : d ? e : f\n",
    "a = b ? c ? d : e : f\n",
    "a = (b\n? c\n: d)\n",
    "a = b == c ? { d = 1 } : {}\n",
    'a = { b = c ? "d" : "e" }\n',
    "a = b ? c : d > 0 ? e : f\n",
    "a = b || c && d == e != f < g <= h > i >= j + k - l * m / n % o\n",
    "a = b%c\n",
    "a = !b == c\n",
    "a = [for b in c : b]\n",
    "a = [for b, c in d : c]\n",
    "a = [for b in c : b if b > 1]\n",
    "a = [\nfor\nb\nin\nc\n:\nb\nif\nb\n]\n",
    "a = [for b in c: b]\n",
    "a = {for b in c : b => b}\n",
    "a = {for b, c in d : b => c}\n",
    "a = {for b, c in d : b => c...}\n",
    "a = {for b, c in d : b => c... if c}\n",
    "a = {for b, c in d : b => c if c != null}\n",
    "a = {\nfor b, c in d :\nb => {\nx = 1\ny = 2\n}\n}\n",
    "a = {\n# c\nfor b, c in d : b\n=>\nc\n}\n",
    "a = { /* c */ for b, c in d : b => c }\n",
    "a = {for b in c : (b) => [for d in b : d]}\n",
    "a = [for b in [for c in d : c] : b]\n",
    "a = [for x in in : x]\n",
    "a = [for for in c : for]\n",
    "a = [for in in in : in]\n",
    "a = [for if in c : if if if]\n",
    "a = { format = 1 }\n",
    "a = { for_each = 1 }\n",
    "a = { for-each = 1 }\n",
    'a = ""\n',
    'a = "b"\n',
    'a = "${b}"\n',
    'a = "${ b }"\n',
    'a = "${~ b ~}"\n',
    'a = "b ${~ c ~} d"\n',
    'a = "${\nb\n}"\n',
    'a = "${ b # c\n}"\n',
    'a = "${/* b */ c}"\n',
    'a = "${"b"}"\n',
    'a = "${"${"b"}"}"\n',
    'a = "${b}${c}"\n',
    'a = "${{ b = 1 }}"\n',
    'a = "${{ b = 1\nc = 2 }["b"]}"\n',
    'a = "${[for b in c : b]}"\n',
    'a = "${f("b", "c")}"\n',
    'a = "$${b}"\n',
    'a = "$$${b}"\n',
    'a = "%%{b}"\n',
    'a = "$"\n',
    'a = "$$"\n',
    'a = "%"\n',
    'a = "100%"\n',
    'a = "$b %c $ {} % {}"\n',
    'a = "b\\n\\r\\t\\"\\\\"\n',
    'a = "\\u00e9\\U0001F600"\n',
    'a = "\\\\${b}"\n',
    'a = "%{ if b }c%{ endif }"\n',
    'a = "%{ if b }c%{ else }d%{ endif }"\n',
    'a = "%{~ if b ~} c %{~ endif ~}"\n',
    'a = "%{ for b in c }${b}%{ endfor }"\n',
    'a = "%{ for b, c in d }${b}%{ endfor }"\n',
    'a = "%{ for b in c }%{ if b }${b}%{ else }x%{ endif }%{ endfor }"\n',
    'a = "%{if b}c%{endif}"\n',
    "a = <<EOT\nEOT\n",
    "a = <<EOT\nb\nEOT\n",
    "a = <<EOT\nb\n  EOT\n",
    "a = <<EOT\nb\nEOT  \n",
    "a = <<-EOT\n  b\n    c\n  EOT\n",
    "a = <<-EOT\r\n  b\r\n  EOT\r\n",
    "a = <<EOT\n${b}\nEOT\n",
    "a = <<EOT\n${b}EOT\nEOT\n",
    "a = <<EOT\nEOTX\nEOT\n",
    "a = <<EOT\n\"\\ $ % 'b'\nEOT\n",
    "a = <<EOT\n$${b} %%{c}\nEOT\n",
    "a = <<EOT\n%{ if b }\nc\n%{ else }\nd\n%{ endif }\nEOT\n",
    "a = <<EOT\n%{ for b in c ~}\n${b}\n%{ endfor ~}\nEOT\n",
    "a = <<EOT\n${<<IN\nb\nIN\n}\nEOT\n",
    "a = f(<<EOT\nb\nEOT\n)\n",
    "a = f(<<EOT\nb\nEOT\n, 1)\n",
    "a = [<<EOT\nb\nEOT\n]\n",
    "a = {\nb = <<EOT\nc\nEOT\nd = 1\n}\n",
    "a = <<E-T\nb\nE-T\n",
    "a = <<_\nb\n_\n",
    "a = <<É\nb\nÉ\n",
    'a = <<EOT\n${f("EOT")}\nEOT\n',
    "b {\n a = <<EOT\nc\nEOT\n}\n",
    "a = <<EOT\n# not a comment\n/* nor this\nEOT\n",
)

INVALID = (
    "a",
    "a\n",
    "a =",
    "a =\n",
    "a = \n1\n",
    "a\n= 1\n",
    "= 1\n",
    "1 = 1\n",
    '"a" = 1\n',
    "a.b = 1\n",
    "a[0] = 1\n",
    "a : 1\n",
    "a = 1 b = 2\n",
    "a = 1, b = 2\n",
    "a = 1;\n",
    "a = 1 2\n",
    "a = b c\n",
    "a = 1a\n",
    "a = 0x10\n",
    "a = 1.\n",
    "a = .5\n",
    "a = 1e\n",
    "a = 1__0\n",
    "a = 1.2.3\n",
    "a = 1e2.5\n",
    "a = 1e2e3\n",
    "a = 1.5e-31.5e-3\n",
    "a = b.0.1.2\n",
    "a = 1e99999999999999999999\n",
    "a = 1\na = 2\n",
    "b {\na = 1\na = 2\n}\n",
    "b {",
    "b {\n",
    "b {\na = 1\n",
    "b {\n c {\n}\n",
    "b }\n",
    "}\n",
    "b {}}\n",
    "b {} c {}\n",
    "b {} a = 1\n",
    "b\n{\n}\n",
    'b "l"\n{\n}\n',
    "b { a = 1\n}\n",
    "b { a = 1",
    "b {\na = 1 }\n",
    "b { a = 1, c = 2 }\n",
    "b { a = 1 c = 2 }\n",
    "b { c {} }\n",
    "b { c }\n",
    "b { a = 1 # c }\n}\n",
    'b "${l}" {}\n',
    'b "l${m}" {}\n',
    'b "%{if l}m%{endif}" {}\n',
    "b l.m {}\n",
    "b <<EOT\nl\nEOT\n{}\n",
    "b 1 {}\n",
    "b = {} {}\n",
    "b.c {}\n",
    "a = 'b'\n",
    "a = `b`\n",
    "a = \u201cb\u201d\n",
    'a = "b\n',
    'a = "b\nc"\n',
    'a = "b',
    'a = "b\\',
    'a = "\\c"\n',
    'a = "\\$"\n',
    'a = "\\u12"\n',
    'a = "\\u12zz"\n',
    'a = "\\U1234"\n',
    'a = "\\uD800"\n',
    'a = "\\U00110000"\n',
    'a = "${b"\n',
    'a = "${"\n',
    'a = "${}"\n',
    'a = "${b c}"\n',
    'a = "${b:c}"\n',
    'a = "${b~"\n',
    'a = "${b ~ }"\n',
    'a = "%{"\n',
    'a = "%{}"\n',
    'a = "%{b}"\n',
    'a = "%{ if }b%{ endif }"\n',
    'a = "%{ if b }c"\n',
    'a = "%{ if b }c%{ endfor }"\n',
    'a = "%{ endif }"\n',
    'a = "%{ else }"\n',
    'a = "%{ endfor }"\n',
    'a = "%{ if b }c%{ else }d%{ else }e%{ endif }"\n',
    'a = "%{ for b }c%{ endfor }"\n',
    'a = "%{ for b in c }d"\n',
    'a = "%{ for in c }d%{ endfor }"\n',
    'a = "%{ for b in c }d%{ else }e%{ endfor }"\n',
    'a = "%{ if b }%{ for c in d }%{ endif }%{ endfor }"\n',
    'a = "%{ elseif b }"\n',
    "a = <<EOT\nb\n",
    "a = <<EOT\nb\nEOT",
    "a = <<EOT\nb\nEOTX\n",
    "a = <<EOT\nb\nEOT)\n",
    "a = << EOT\nb\nEOT\n",
    "a = <<EOT \nb\nEOT\n",
    'a = <<"EOT"\nb\nEOT\n',
    "a = <<EOT\n${b\nEOT\n",
    "a = <<~EOT\nb\nEOT\n",
    "a = f(<<EOT\nb\nEOT)\n",
    "a = (1\n",
    "a = (1]\n",
    "a = ()\n",
    "a = [1\n",
    "a = [1 2]\n",
    "a = [1,,2]\n",
    "a = [,]\n",
    "a = [1;2]\n",
    "a = {\n",
    "a = { b }\n",
    "a = { b = }\n",
    "a = { b = 1 c = 2 }\n",
    "a = { b = 1,, c = 2 }\n",
    "a = { , }\n",
    "a = { b = 1 ; }\n",
    "a = {\nb = 1\n, c = 2\n}\n",
    "a = {\nb = 1\n+ 2\n}\n",
    "a = {\nb\n= 1\n}\n",
    "a = { b => 1 }\n",
    "a = { for = 1 }\n",
    "a = { for.b = 1 }\n",
    "a = [for]\n",
    "a = [for.b]\n",
    "a = [for b in c]\n",
    "a = [for b c : d]\n",
    "a = [for b, in c : d]\n",
    "a = [for b, c, d in e : f]\n",
    "a = [for b in c : b...]\n",
    "a = [for b in c : b => c]\n",
    "a = [for b in c : b if]\n",
    "a = [for b in c : b if c if d]\n",
    "a = [for b in c : b, d]\n",
    "a = [for b.c in d : e]\n",
    "a = [for 1 in d : e]\n",
    "a = {for b in c : b}\n",
    "a = {for b in c : b = c}\n",
    "a = {for b in c : b => }\n",
    "a = {for b in c : b => c,}\n",
    "a = f(\n",
    "a = f(1 2)\n",
    "a = f(,)\n",
    "a = f(1,,2)\n",
    "a = f(b..., c)\n",
    "a = f(...)\n",
    "a = f(b...,)\n",
    "a = b.f(1)\n",
    "a = provider::aws::f\n",
    "a = provider::aws\n",
    "a = provider::(1)\n",
    "a = ::f(1)\n",
    "a = a::b.c(1)\n",
    "a = b.\n",
    "a = b..c\n",
    "a = b.-1\n",
    "a = b.0.1\n",
    "a = b.0.1.c.2\n",
    "a = b.*.0.1\n",
    "a = b.*.c.*.d\n",
    "a = b.1.\n",
    "a = <<EOT\nb\rc\nEOT\n",
    'a = "b\rc"\n',
    "a = b.(c)\n",
    'a = b."c"\n',
    "a = b[]\n",
    "a = b[0\n",
    "a = b[0, 1]\n",
    "a = b[*\n",
    "a = b[*.c]\n",
    "a = b[\n*].c\n",
    "a = b[*\n].c\n",
    "a = {\nb = c[*\n]\n}\n",
    "a = b[*].\n",
    "a = b.**\n",
    "a = b ? c\n",
    "a = b ? c :\n",
    "a = b ? : c\n",
    "a = b ?\n",
    "a = b\n? c : d\n",
    "a = b +\n",
    "a = b +\nc\n",
    "a = + b\n",
    "a = * b\n",
    "a = b && && c\n",
    "a = b & c\n",
    "a = b | c\n",
    "a = b ^ c\n",
    "a = ~b\n",
    "a = b = c\n",
    "a = b === c\n",
    "a = b <> c\n",
    "a = b ** c\n",
    "a = b not c\n",
    "a = b @ c\n",
    "a = /* b\n",
    "/* b",
    "a = 1 */\n",
    "a = 1 /* c\n */ b = 2\n",
    "a = 1\rb = 2\r",
    "a\u00a0= 1\n",
    "\u00b2a = 1\n",
    "a\u00b2 = 1\n",
    "a = 1\n\ufeffb = 2\n",
    "a = 1\x00\n",
    "-a = 1\n",
    "0a = 1\n",
    "a == 1\n",
    "a := 1\n",
    "module = {\n",
    'variable "x" {\n  default = "y\n}\n',
    'resource "a" "b" {\n  c = {\n    d = 1\n}\n',
)

WHOLE = """
terraform {
  required_version = ">= 1.9"
  required_providers { aws = { source = "hashicorp/aws", version = "~> 5.0" } }
}

variable "models" {
  description = "What may be called" # shown in the console
  type        = map(object({ id = string, tier = optional(string, "std") }))
  default = {
    fast  = { id = "anthropic.claude-3-haiku-20240307-v1:0" }
    smart = { id = "anthropic.claude-3-opus-20240229-v1:0", tier = "gold" },
  }
  validation {
    condition     = alltrue([for k, m in var.models : length(m.id) > 0 && !startswith(m.id, "x.")])
    error_message = "An id is ${upper("missing")}."
  }
}

locals {
  arn    = "arn:${data.aws_partition.this.partition}:bedrock:${local.region}::foundation-model/${var.models["fast"].id}"
  region = try(data.aws_region.now.name, "us-${local.area}-1")
  all    = { for k, m in var.models : m.tier => m.id... if m.tier != null }
  pick   = terraform.workspace == "prod" ? var.models.smart.id : var.models["fast"].id
  names  = aws_bedrockagent_agent.all[*].agent_name
  old    = aws_instance.x.*.id[0]
  sum    = (1 + 2) * 3 - -4 % 5 / 6
  text   = <<-EOT
    Dear ${var.who ~}
      , your models:
    %{ for k, m in var.models ~}
    * ${k}: ${m.id}%{ if m.tier == "gold" } (gold)%{ else } (std)%{ endif }
    %{ endfor ~}
    $${literal} 100%
  EOT
}

resource "aws_bedrockagent_agent" "all" {
  for_each         = var.models
  foundation_model = each.value.id
  lifecycle { create_before_destroy = true }
  dynamic "setting" {
    for_each = toset([1.5, 2e3, 007])
    content {
      value = setting.value
    }
  }
  /* depends_on
     is here */
  depends_on = [aws_iam_role.x, module.y["a-b"].z]
}
"""

_ALPHABET = [
    *"{}[]()\"\"$%.,:=?!<>+-*/#&|~\\\n\r\t 'e0",
    "${", "%{", "~}", "<<EOT\n", "EOT\n", "for ", " if ", " in ", "=>", "...", "::", "[*]", ".*", "//", "/*", "*/",
    "\r\n",
    '"${', '}"', "%{ endif }", "null", "\\u00", "é", "\n\n", "a = 1", "b {",
]  # fmt: skip


def _accepts(text: str) -> bool:
    try:
        parse(text, "mutant.tf")
    except ParseError:
        return False
    return True


def _terraform_refuses(texts: list[str], folder: Path) -> set[int]:
    """The indices of the texts that terraform cannot parse."""
    # The time that it takes to tell of errors grows with the square of their number.
    refused: set[int] = set()
    for start in range(0, len(texts), _AT_ONCE):
        part = folder / str(start)
        part.mkdir()
        refused |= _refused_of({i: texts[i] for i in range(start, min(start + _AT_ONCE, len(texts)))}, part)
    return refused


def _refused_of(texts: dict[int, str], folder: Path) -> set[int]:
    for i, text in texts.items():
        (folder / f"f{i}.tf").write_bytes(text.encode())
    # It ends before collecting garbage would pay.
    quiet = {"TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1", "GOGC": "400"}
    environment = {**os.environ, **quiet}
    run = subprocess.run(
        ["terraform", "fmt", "-no-color", "-list=false", "-write=false", str(folder)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        env=environment,
        timeout=120,
        check=False,
    )
    refused = {int(number) for number in re.findall(r"f(\d+)\.tf line \d+", run.stderr)}
    # An error that names no file of ours would make every answer above a guess.
    assert run.returncode in (0, 2), run.stderr
    assert (run.returncode == 0) == (not refused), run.stderr
    return refused


def _mutant(random_: random.Random) -> str:
    lines = WHOLE.splitlines(keepends=True)
    start = random_.randrange(len(lines))
    match random_.randrange(4):
        case 0:
            text = WHOLE
        case 1:
            text = "".join(lines[start : start + random_.randrange(1, 12)])
        case _:
            text = "".join(random_.sample(VALID, random_.randrange(1, 4)))
    for _ in range(random_.choice((1, 1, 1, 2, 3))):
        at = random_.randrange(len(text) + 1)
        match random_.randrange(4):
            case 0:
                text = text[:at] + text[at + random_.choice((1, 1, 2, 5)) :]
            case 1:
                text = text[:at] + random_.choice(_ALPHABET) + text[at:]
            case 2:
                text = text[:at] + random_.choice(_ALPHABET) + text[at + 1 :]
            case _:
                other = random_.randrange(len(text) + 1)
                text = text[:at] + text[other : other + random_.randrange(1, 20)] + text[at:]
    return text


@pytest.mark.parametrize("text", VALID)
def test_valid_snippet_is_read(text: str) -> None:
    parse(text, "valid.tf")


@pytest.mark.parametrize("text", INVALID)
def test_invalid_snippet_is_refused_with_a_place(text: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(text, "invalid.tf")
    lines = text.split("\n")
    assert 1 <= caught.value.line <= len(lines)
    assert 1 <= caught.value.column <= len(lines[caught.value.line - 1]) + 1
    assert caught.value.file == "invalid.tf"
    assert caught.value.reason


@needs_terraform
def test_the_tables_say_what_terraform_says(tmp_path: Path) -> None:
    texts = [*VALID, *INVALID]
    refused = _terraform_refuses(texts, tmp_path)
    assert [texts[i] for i in sorted(refused) if i < len(VALID)] == []
    assert [text for i, text in enumerate(texts) if i >= len(VALID) and i not in refused] == []


@needs_terraform
@pytest.mark.parametrize("seed", [20261124, 7])
def test_mutants_are_judged_as_terraform_judges_them(seed: int, tmp_path: Path) -> None:
    random_ = random.Random(seed)
    texts = [WHOLE, *(_mutant(random_) for _ in range(_MUTANTS))]
    refused = _terraform_refuses(texts, tmp_path)
    assert 0 not in refused
    assert len(texts) / 20 < len(refused) < len(texts) * 19 / 20
    differing = [text for i, text in enumerate(texts) if _accepts(text) == (i in refused)]
    assert differing == []
