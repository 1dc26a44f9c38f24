"""Comments of inline code and scripts name nothing that is in use; what only looks like one does."""

import pytest

from checker.extract.free_text import without_comments
from checker.values import HOLE, Cause, Piece, Text, Unknown
from tests.growth import takes_linear_time

OLD = "anthropic.claude-v2"


def kept(code: str) -> str:
    return without_comments(Text((Piece(code),))).marked()


@pytest.mark.parametrize(
    "code",
    [
        f"# {OLD}",
        f"## {OLD}\n#set($x = 1)\n",
        f"# {OLD}\nx\n",
        f"x\n  // {OLD}\n",
        f"#{OLD}\nx\n",
        f"x = 1  # {OLD}\ny\n",
        f"x = 'a'  # \"was\" '{OLD}'\ny\n",
        f"x(); // {OLD}\n",
        f"it's it // {OLD}\nx\n",
        f"/* {OLD} */\nx\n",
        f"x();\n/**\n * {OLD}\n */\ny();\n",
        f"f(/* {OLD} */ 1)\n",
        f"<powershell>\n<#\n  {OLD}\n#>\n$x = 1\n",
        f"<a>\n  <!-- {OLD}\n  -->\n</a>\n",
    ],
)
def test_comments_go(code: str) -> None:
    assert OLD not in kept(code)


@pytest.mark.parametrize(
    "code",
    [
        f"x # {OLD}",
        f'#set($model = "{OLD}")',
        f'class C {{\n  #model = "{OLD}";\n  f() {{ return this.#model; }}\n}}\n',
        f'## x\n  #if ($model == "{OLD}")\n{{}}\n#end\n',
        f"#!/usr/bin/env run {OLD}",
        f'x = "a # {OLD}"\n',
        f"x = 'a // {OLD}'\n",
        f"x = `// {OLD}`\n",
        f"echo http://x/{OLD}\n",
        f"x#{OLD}\n",
        f"#!/bin/sh\nls /* \nrun {OLD}\nls */\n",
        f'#!/bin/sh\nrun "it\'s" {OLD} # y\n',
        f"cp a/* {OLD} b/*/\n",
    ],
)
def test_code_stays(code: str) -> None:
    assert OLD in kept(code)


def test_what_is_around_a_comment_stays() -> None:
    hole = Unknown(Cause.INPUT_NOT_SET, "var.x", "var.x")
    text = Text((Piece("a = 1 # one "), hole, Piece(" two\nb = "), hole, Piece(" /* c\n */ d\n")))
    assert without_comments(text).marked() == f"a = 1 \nb = {HOLE}  d\n"


@pytest.mark.parametrize("unit", [" /*", " <#", " <!--", " /* a */ /*\n"])
def test_comments_that_nothing_closes_take_linear_time(unit: str) -> None:
    assert takes_linear_time(lambda size: kept("x\n" + unit * (size // len(unit))), 60_000)


def test_a_comment_that_nothing_closes_is_none() -> None:
    assert kept("a /* b */ c\nd <!-- e /* f */ g\n") == "a  c\nd <!-- e  g\n"
