"""Comments of YAML: what is one, and what only looks like one."""

import pytest

from checker.source.yaml import yaml_comments


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# a\nk: v # b\n", [(1, 1, "# a"), (2, 6, "# b")]),
        ('k: "x # no" # yes\n', [(1, 13, "# yes")]),
        ("k: 'it''s # no' # yes\n", [(1, 17, "# yes")]),
        ("k: plain#no # yes\n", [(1, 13, "# yes")]),
        ("k: |\n  # no\n  text\n# yes\nl: v\n", [(4, 1, "# yes")]),
        ("k: | # yes\n  # no\n", [(1, 6, "# yes")]),
        ("k: >-\n  # no\n\n  # no\nl: v\t# yes\n", [(5, 6, "# yes")]),
        ('k: "a\n  # no\n  b" # yes\n', [(3, 6, "# yes")]),
        ("k: [a, # one\n  b] # two # too\n", [(1, 8, "# one"), (2, 6, "# two # too")]),
        ("\ufeff# a\n", [(1, 1, "# a")]),
        ("k: é # a\r\nl: v # b\r\n", [(1, 6, "# a"), (2, 6, "# b")]),
        ("k: !Sub '${x} # no' # yes\n", [(1, 21, "# yes")]),
        ("k: [\n", []),
        ("", []),
    ],
)
def test_comments_are_found_outside_of_texts(text, expected):
    assert [(location.line, location.column, comment) for location, comment in yaml_comments(text, "f")] == expected
