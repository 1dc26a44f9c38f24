"""A file that our parser refuses: what python-hcl2 can still make of it."""

import subprocess
import sys
from typing import Any

from checker.frontends.terraform.hcl import read_file
from checker.frontends.terraform.hcl.second_reader import MAX_CHARACTERS, read
from checker.frontends.terraform.hcl.syntax import Block, Comment, Template, Unreadable
from checker.source.locations import Location

# The bad escape is an error to Terraform and to us, and text to python-hcl2.
REFUSED = """# why
resource "aws_x" "y" {
  model = "a.${var.b}"
  bad = "\\c"
  policy = <<EOT
one
two ${three}
EOT
  nested {
    n = [
      1,
    ]
  }
}
"""


def test_a_refused_file_is_read_in_part() -> None:
    result = read_file(REFUSED, "t.tf")
    assert result.second_reader
    assert result.error is not None
    assert (result.error.line, result.error.column) == (4, 10)
    assert result.parsed is not None
    (block,) = result.parsed.body.blocks
    assert (block.type, block.labels, block.location) == ("resource", ("aws_x", "y"), Location("t.tf", 2, 1))
    model, bad, policy = block.body.attributes
    assert (model.name, model.location, model.expression.location) == (
        "model",
        Location("t.tf", 3, 3),
        Location("t.tf", 3, 11),
    )
    assert isinstance(model.expression, Template)
    assert isinstance(bad.expression, Unreadable)
    assert bad.expression.text == '"\\c"'
    assert "is not an escape" in bad.expression.reason
    assert isinstance(policy.expression, Template)
    assert [part.location.line for part in policy.expression.parts] == [6, 7, 7, 7]
    (nested,) = block.body.blocks
    assert isinstance(nested, Block)
    assert nested.body.attributes[0].name == "n"
    assert result.parsed.comments == (Comment("# why", Location("t.tf", 1, 1)),)


def test_what_neither_reads_is_invalid_with_our_error() -> None:
    result = read_file("a = = 1\n", "t.tf")
    assert result.parsed is None
    assert not result.second_reader
    assert result.error is not None
    assert (result.error.line, result.error.column) == (1, 5)


def test_a_valid_file_has_no_error() -> None:
    result = read_file("a = 1\n", "t.tf")
    assert (result.error, result.second_reader) == (None, False)
    assert result.parsed is not None


def test_json_is_told_by_its_name_and_has_no_second_reader() -> None:
    parsed: Any = read_file('{"locals": {"a": 1}}', "t.tf.json").parsed
    assert parsed.body.blocks[0].type == "locals"
    assert read_file('{"a": 1}', "t.tfvars.json").parsed is not None
    broken = read_file("a = 1", "t.tf.json")
    assert broken.parsed is None
    assert broken.error is not None
    assert not broken.second_reader


def test_what_would_take_too_long_is_not_tried() -> None:
    assert read("a = " + "[" * 1000 + "]" * 1000 + "\n", "t.tf") is None
    assert read("#" * MAX_CHARACTERS + "\n", "t.tf") is None


def test_the_library_is_not_imported_for_valid_files() -> None:
    program = (
        "import sys; from checker.frontends.terraform.hcl import read_file; "
        "read_file('a = 1', 't.tf'); sys.exit('hcl2' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
