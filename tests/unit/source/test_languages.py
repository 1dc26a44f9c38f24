"""What in a program is a comment or documentation, by the rules of its language."""

import json

import pytest

from checker.source.languages import CODE_SUFFIXES, Remark, Remarks, is_code

HERE = "HERE"


def at(text: str, name: str) -> Remark | None:
    return Remarks(text, name).at(text.index(HERE))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.py", f"x = 1  # {HERE}"),
        ("a.ts", f"/* a\n {HERE} */ const x = 1"),
        ("a.js", f"const u = 'http://x'; // {HERE}"),
        ("a.java", f"/** {HERE} */ class A {{}}"),
        ("a.go", f"package a\n// {HERE}\n"),
        ("a.cs", f"/// <summary>{HERE}</summary>\nclass A {{}}"),
        ("a.sh", f"#!/bin/sh\n# {HERE}\n"),
        ("Dockerfile", f"FROM x\n# {HERE}\n"),
        ("app/Dockerfile.prod", f"FROM x\n# {HERE}\n"),
        ("Jenkinsfile", f"node {{ // {HERE}\n}}\n"),
        ("a.properties", f"# {HERE}\na=b\n"),
    ],
)
def test_comments(name: str, text: str) -> None:
    assert at(text, name) is Remark.COMMENT


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.py", f"x = '# {HERE}'"),
        ("a.ts", f"const x = `// {HERE}`"),
        ("a.js", f'const u = "/* {HERE} */"'),
        ("a.java", f'String s = "// {HERE}";'),
        ("a.go", f"package a\nvar x = `// {HERE}`\n"),
        ("a.cs", f'var x = @"// {HERE}";'),
        ("a.sh", f"export MODEL='#{HERE}'\n"),
        ("a.ini", f"[a]\nb = {HERE}\n"),
    ],
)
def test_a_string_with_the_mark_of_a_comment_is_none(name: str, text: str) -> None:
    assert at(text, name) is None


def test_documentation_of_python() -> None:
    assert at(f'def f():\n    """{HERE}"""\n', "a.py") is Remark.DOCUMENTATION


def notebook(*cells: tuple[str, list[str] | str], **metadata: object) -> str:
    return json.dumps({"cells": [{"cell_type": kind, "source": lines} for kind, lines in cells], "metadata": metadata})


def test_a_notebook_has_cells_of_text_and_of_code() -> None:
    text = notebook(
        ("markdown", ["# ONE"]),
        ("code", ['x = "# TWO" # THREE "q" é\n', "# FOUR\n", "FIVE"]),
        ("code", "SIX # SEVEN\n"),
    )
    remarks = Remarks(text, "a.ipynb")
    found = {word: remarks.at(text.index(word)) for word in ["ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN"]}
    assert found == {
        "ONE": Remark.DOCUMENTATION,
        "TWO": None,
        "THREE": Remark.COMMENT,
        "FOUR": Remark.COMMENT,
        "FIVE": None,
        "SIX": None,
        "SEVEN": Remark.COMMENT,
    }


@pytest.mark.parametrize("text", ["", "[", "[]", '{"cells": 1}', '{"cells": [1, {}, {"source": [1]}]}', "[" * 5000])
def test_a_damaged_notebook_has_no_comments(text: str) -> None:
    assert Remarks(text, "a.ipynb").at(0) is None


def test_a_notebook_in_another_language() -> None:
    text = notebook(("code", [f"// {HERE}"]), kernelspec={"language": "typescript"})
    assert Remarks(text, "a.ipynb").at(text.index(HERE)) is Remark.COMMENT


def test_of_long_text_lines_of_comment_are_told() -> None:
    text = "x = 1\n" * 100_000 + f"  # {HERE}\n"
    assert at(text, "a.py") is Remark.COMMENT


def test_what_only_begins_like_a_name_is_no_code() -> None:
    assert is_code("Dockerfile.prod")
    assert not is_code("Dockerfiles.txt")
    assert not is_code("MyDockerfile.prod")


def test_every_language_is_known() -> None:
    for suffix in CODE_SUFFIXES:
        assert is_code(f"a{suffix}")
        assert Remarks("", f"a{suffix}").at(0) is None
        Remarks("x", f"a{suffix}")
