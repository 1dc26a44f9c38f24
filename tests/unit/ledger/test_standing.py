"""What the text around an id says of it."""

import pytest

from checker.ledger.standing import Standing
from checker.model.reference import Reason
from checker.source import Location

ID = "anthropic.claude-v2"


def reason(text: str, file: str) -> Reason | None:
    offset = text.index(ID)
    before = text[:offset]
    location = Location(file, before.count("\n") + 1, offset - before.rfind("\n"))
    return Standing(text, file).reason(location)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("a.tf", f"# {ID}"),
        ("a.tf", f"a = 1 // {ID}"),
        ("a.tf", f"/* one\n   {ID}\n*/"),
        ("a.tf", f"a = [1, /* {ID} */ 2]"),
        ("a.tf", f"user_data = <<-EOT\n  # {ID}\nEOT\n"),
        ("a.tfvars", f'a = "x" # {ID}'),
        ("a.yaml", f"a: b # {ID}"),
        ("a.yaml", f'a: "b" # {ID}'),
        ("a.toml", f"# {ID}"),
        (".env", f"A=1 # {ID}"),
        ("a.tpl", f"<!-- {ID} -->"),
        ("a.yaml", f"ZipFile: |\n  /* once\n  {ID} */\n  x()\n"),
        ("a.yaml", f'UserData:\n  - "#!/bin/sh"\n  - "# {ID}"\n'),
        ("a.json", f'{{"UserData": "#!/bin/sh\\n# {ID}\\nrun\\n"}}'),
        ("a.json", f'{{"a": ["#!/bin/sh", "# {ID}"]}}'),
    ],
)
def test_comments(file: str, text: str) -> None:
    assert reason(text, file) is Reason.COMMENT


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("a.tf", f'description = "such as {ID}"'),
        ("a.tf", f"description = <<-EOT\n  such as\n  {ID}\nEOT\n"),
        ("a.yaml", f"Description: such as {ID}"),
        ("a.yaml", f"Description: >-\n  such as\n\n  {ID}\n"),
        ("a.yaml", f"Description: such as\n  {ID}\n"),
        ("a.json", f'{{"description": "such as {ID}"}}'),
    ],
)
def test_descriptions(file: str, text: str) -> None:
    assert reason(text, file) is Reason.DESCRIPTION


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("a.tf", f'a = "see # or // {ID}"'),
        ("a.tf", f"/* one */ a = <<EOT\n{ID}\nEOT\n"),
        ("a.tf", f'description = <<EOT\nx\nEOT\na = [\n  "{ID}",\n]\n'),
        ("a.yaml", f'a: "# {ID}"'),
        ("a.yaml", f"a: 'http://x # {ID}'"),
        ("a.yaml", f"Description: |\n  x\nb:\n  - {ID}\n"),
        ("a.yaml", f"Description: x\nModels:\n  {ID}: 1\n"),
        ("a.json", f'{{"description": 1,\n "m": "{ID}"}}'),
        (".env", f"A=http://{ID}"),
        ("a.yaml", f"UserData: |\n  #!/bin/sh\n  rm /tmp/x /*\n  run {ID}\n  ls */\n"),
        ("a.yaml", f"ZipFile: |\n  /* once */\n  run('{ID}')\n  /* twice */\n"),
        ("a.json", f'{{"UserData": "# one\\nexport M={ID}\\n"}}'),
        ("a.json", f'{{"a": ["#!/bin/sh", "run {ID}"]}}'),
    ],
)
def test_values(file: str, text: str) -> None:
    assert reason(text, file) is None


def test_a_text_of_several_lines_begins_where_its_key_is() -> None:
    text = "Code:\n  ZipFile: |\n    def f():\n        if x:\n\n            return 1\n    y = 2\nOther: 1\n"
    standing = Standing(text, "a.yaml")
    assert [standing.beginning(number) for number in range(1, 9)] == [None, None, 2, 2, None, 2, 2, None]
