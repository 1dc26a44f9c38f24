"""What globs cover."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checker.policy.scope import matches, matches_path


@pytest.mark.parametrize(
    ("glob", "name", "expected"),
    [
        ("*", "", True),
        ("*", "a.b/c", True),
        ("a", "a", True),
        ("a", "ab", False),
        ("module.chat.*", "module.chat.module.x.aws_y.z", True),
        ("module.chat.*", 'module.chat["a"].aws_y.z', False),
        ('module.chat["a"].*', 'module.chat["a"].aws_y.z', True),
        ("x[0]", "x[0]", True),
        ("x[0]", "x0", False),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("a**/b", "axx/b", True),
        ("a**/b", "ab", False),
        ("*.b.*", "a.b.c", True),
        ("A", "a", False),
        ("a*b*c", "a-b-b-c", True),
        # Each of several stars may stand for nothing, wherever they begin.
        ("***b", "b", True),
        ("a***b", "ab", True),
        ("a***b", "a.b", True),
        ("ab****", "ab", True),
    ],
)
def test_names(glob: str, name: str, expected: bool) -> None:
    assert matches(glob, name) is expected


@pytest.mark.parametrize(
    ("glob", "path", "expected"),
    [
        ("envs/prod/**", "envs/prod/main.tf", True),
        ("envs/prod/**", "envs/prod/a/b.tf", True),
        ("envs/prod/**", "envs/production/main.tf", False),
        ("envs/prod/", "envs/prod/a/b.tf", True),
        ("envs/*/main.tf", "envs/prod/main.tf", True),
        ("envs/*/main.tf", "envs/a/b/main.tf", False),
        ("**/main.tf", "main.tf", True),
        ("**/main.tf", "a/b/main.tf", True),
        ("**/main.tf", "a/xmain.tf", False),
        ("a/**/b", "a/b", True),
        ("a/**/b", "a/x/y/b", True),
        ("a/**/b", "a/xb", False),
        # Of what stands before it, only a slash ends a directory.
        ("**/b.tf", "a.b.tf", False),
        ("**/b.tf", "a-b.tf", False),
        ("a**", "a/b", True),
        ("./a.tf", "a.tf", True),
        ("*.tf", "a/b.tf", False),
        ("a?b", "a/b", False),
        ("../x/*", "../x/y", True),
        ("****", "a/b", True),
    ],
)
def test_paths(glob: str, path: str, expected: bool) -> None:
    assert matches_path(glob, path) is expected


@given(st.text("ab*?/", max_size=8), st.text("ab/", max_size=10))
def test_they_agree_with_the_regular_expressions_they_stand_for(glob: str, text: str) -> None:
    name = "".join({"*": ".*", "?": "."}.get(part, re.escape(part)) for part in glob)
    assert matches(glob, text) is (re.fullmatch(name, text, re.DOTALL) is not None)
    parts = re.findall(r"\*\*/|\*\*|\*|.", re.sub(r"\*{3,}", "**", glob) + ("**" if glob.endswith("/") else ""))
    meaning = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    path = "".join(meaning.get(part, re.escape(part)) for part in parts)
    assert matches_path(glob, text) is (re.fullmatch(path, text, re.DOTALL) is not None)


def test_many_stars_take_no_longer() -> None:
    """To try where each star ends would not end."""
    assert not matches("a*" * 100 + "b", "a" * 400)
    assert not matches_path("a*" * 100 + "**/b", "a/" * 200)
