"""Where both read a file, our parser and python-hcl2 see the same blocks, labels, attributes, lines and extents."""

import random
from typing import Any

import hcl2
import pytest
from lark.exceptions import LarkError

from checker.errors import ParseError
from checker.frontends.terraform.hcl import parse
from checker.frontends.terraform.hcl.second_reader import read
from checker.frontends.terraform.hcl.syntax import Body

_COUNT = 60

_EXPRESSIONS = (
    "1", "-1.5", "true", "null", '"x"', '"a ${var.b} c"', '"${local.x}"', "var.a.b", "var.a[0].b", "aws_x.y[*].id",
    "[1, 2]", "[\n    1, # one\n    2,\n  ]", '{ a = 1, "b" = 2 }', "{\n    a = 1\n    b = [2]\n  }", "f(a, b...)",
    "a ? b : c", "a == b && !c", "(a + b) * c", "[for a in b : a if a != null]", "{ for k, v in m : k => v... }",
    "<<EOT\none ${two}\n  three\nEOT", "<<-EOT\n    one\n    EOT",
    'jsonencode({ Statement = [{ Action = "bedrock:*" }] })',
)  # fmt: skip
_NAMES = ("model", "model_id", "a-b", "x1", "source", "tags", "for_each", "default")
_TYPES = ("resource", "variable", "module", "locals", "data", "dynamic", "lifecycle")
_LABELS = ("", ' "a"', ' "aws_x" "y"', " b")


def _body(random_: random.Random, depth: int) -> str:
    indent = "  " * depth
    lines = [
        f"{indent}{name} = {random_.choice(_EXPRESSIONS)}{random_.choice(('', ' # why', ''))}"
        for name in random_.sample(_NAMES, random_.randrange(4))
    ]
    lines = [line if "EOT" not in line else line.removesuffix(" # why") for line in lines]
    for _ in range(random_.randrange(4 if depth == 0 else 2)):
        header = f"{indent}{random_.choice(_TYPES)}{random_.choice(_LABELS)}"
        if random_.random() < 0.2:
            lines.append(f"{header} {{ {random_.choice(_NAMES)} = {random_.choice(_EXPRESSIONS[:12])} }}")
        elif depth < 3:
            lines.append(f"{header} {{\n{_body(random_, depth + 1)}{indent}}}")
    if random_.random() < 0.3:
        lines.insert(0, random_.choice(("# note", "// note", "/* note\n more */", "")))
    random_.shuffle(lines)
    return "".join(line + "\n" for line in lines)


def _theirs(rule: Any) -> tuple[Any, ...]:
    attributes, blocks = [], []
    for child in rule._children:
        if type(child).__name__ == "AttributeRule":
            attributes.append((child.identifier.serialize(), child._meta.line, child._meta.column))
        elif type(child).__name__ == "BlockRule":
            name, *labels = (str(label.serialize()).strip('"') for label in child.labels)
            blocks.append((name, tuple(labels), child._meta.line, _theirs(child.body)))
    return tuple(attributes), tuple(blocks)


def _ours(body: Body) -> tuple[Any, ...]:
    return (
        tuple((found.name, found.location.line, found.location.column) for found in body.attributes),
        tuple((b.type, b.labels, b.location.line, _ours(b.body)) for b in body.blocks),
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_both_see_the_same_structure(seed: int) -> None:
    random_ = random.Random(seed)
    compared = 0
    for _ in range(_COUNT):
        text = _body(random_, 0)
        try:
            theirs = _theirs(hcl2.parses(text).body)
        except (LarkError, RuntimeError):
            continue
        compared += 1
        assert _ours(parse(text, "t.tf").body) == theirs, text
    assert compared > _COUNT * 0.9


@pytest.mark.parametrize("seed", [3])
def test_the_second_reader_gives_our_tree(seed: int) -> None:
    """It is there for files that we refuse; on those that we read, its tree must be ours, locations included."""
    random_ = random.Random(seed)
    compared = 0
    for _ in range(_COUNT):
        text = _body(random_, 0)
        second = read(text, "t.tf")
        if second is None:
            continue
        compared += 1
        assert repr(second.body) == repr(parse(text, "t.tf").body), text
    assert compared > _COUNT * 0.9


@pytest.mark.parametrize("seed", [4, 5])
def test_the_second_reader_never_raises(seed: int) -> None:
    random_ = random.Random(seed)
    for _ in range(40):
        text = _body(random_, 1)
        at = random_.randrange(len(text) + 1)
        text = text[:at] + random_.choice(("{", "}", '"', "=", "\\", "${", "<<", " ", "\n", "'", "]")) + text[at:]
        try:
            parse(text, "t.tf")
        except ParseError:
            second = read(text, "t.tf")
            assert second is None or isinstance(second.body, Body)
