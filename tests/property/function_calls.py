"""Random calls of Terraform's functions with odd arguments, as expressions. `scripts/call_functions.py` makes more."""

import random
from collections.abc import Iterator

from checker.frontends.terraform.configuration.types import Collection, Primitive, Type
from checker.frontends.terraform.functions import FUNCTIONS

_STRINGS = (
    *(
        '""',
        '"a"',
        '"A b,c;d"',
        '"señal"',
        '"n\\u0303"',
        '"👩‍👩‍👧‍👦x"',
        '"\\u0000"',
        '"\\n"',
        '"a\\r\\nb\\n"',
        '" x\\t"',
    ),
    *('"1"', '"-1.5"', '"1e3"', '"0x1F"', '"true"', '"null"', '"YWJj"', '"YWJ"', '"H4sI"', '"////"', '"%s"', '"%d-%v"'),
    *('"/a+/"', '"/(/"', '"(a|b)*c"', '"(?P<x>.)"', '"[[:alpha:]]"', '"$1"', '"\\\\d"', '"[a-"', '"{"', '"[1, {}]"'),
    *('"{\\"a\\": [1, null]}"', '"a: 1\\nno: x"', '"- a\\n- b"', '"&a [*a]"', '"a,b\\n1,2"', '"\\""', '"10.0.0.0/8"'),
    *('"fe80::/64"', '"10.0.0.1"', '"1.2.3.4/99"', '"2026-11-30T12:00:00Z"', '"2026-02-30T00:00:00Z"', '"1h30m"'),
    *(
        "\"YYYY-MM-DD'T'\"",
        '"dns"',
        '"6ba7b810-9dad-11d1-80b4-00c04fd430c8"',
        '"UTF-16"',
        '"utf-8"',
        '"latin1"',
        '"x/../y"',
    ),
    *('"."', '"/"', '"*"', '"**/["', '"us.anthropic.claude-3-haiku-20240307-v1:0"'),
)
_NUMBERS = ("0", "1", "2", "-1", "-3", "10", "62", "63", "1.5", "-0.1", "1e3", "255", "1000", "9223372036854775808")
_OTHERS = ("true", "false", "null", "[]", "{}", "[null]", "[[]]", "{a = 1}", '{a = "x", b = null}', "[1, 2, 3]")
_COLLECTIONS = ('["a", "b"]', '["a", 1, true]', '[["a"], ["b", "c"]]', 'tolist(["b", "a", "b"])', 'toset(["x", "y"])')
_MAPS = (
    'tomap({a = "1", b = "2"})',
    '{a = ["x"], b = ["x", "y"]}',
    "{a = {b = {c = 1}}}",
    "tomap({})",
    "toset([1, 2])",
)
_ANY = (*_STRINGS, *_NUMBERS, *_OTHERS, *_COLLECTIONS, *_MAPS)


def calls(seed: int, count: int) -> Iterator[str]:
    """As many calls, the same ones for the same seed; each function comes about equally often."""
    source = random.Random(seed)
    names = sorted(FUNCTIONS)
    for number in range(count):
        name = names[number % len(names)]
        function = FUNCTIONS[name]
        wanted = [parameter.type for parameter in function.parameters]
        if function.variadic is not None:
            wanted += [function.variadic.type] * source.randrange(4)
        if source.random() < 0.05:
            wanted = wanted[:-1] if source.random() < 0.5 else [*wanted, Primitive("any")]
        yield f"{name}({', '.join(_argument(each, source) for each in wanted)})"


def _argument(wanted: Type, source: random.Random) -> str:
    if source.random() < 0.12:
        return source.choice(_ANY)
    match wanted:
        case Primitive("string"):
            return source.choice(_STRINGS)
        case Primitive("number"):
            return source.choice(_NUMBERS)
        case Collection("map"):
            return source.choice(_MAPS)
        case Collection(_, element):
            if source.random() < 0.5:
                return source.choice(_COLLECTIONS)
            return f"[{', '.join(_argument(element, source) for _ in range(source.randrange(4)))}]"
        case _:
            return source.choice(_ANY)


def may_differ(expression: str) -> bool:
    """Whether a call may be something else here than in Terraform 1.11: what the console cannot show, and reasons.

    `console_values.jsonl` among the tests of expressions says which these are.
    """
    name = expression.partition("(")[0]
    # What a format makes of a null without a type is only known after apply.
    is_open = name.startswith("format") and "null" in expression
    # A list may have an index that counts from its end, a tuple may not: they are not told apart.
    is_from_end = name == "element" and ", -" in expression
    # A null that is written out has no type, and what it may stand beside depends on that.
    is_untyped = "null" in expression and ("{" in expression or "[" in expression)
    # Sums of fractions are exact here, and rounded in binary there.
    is_rounded = name == "range" and "." in expression
    return (
        is_open
        or is_from_end
        or is_untyped
        or is_rounded
        or name in _MAY_DIFFER
        or name.startswith(("file", "provider::"))
    )


_MAY_DIFFER = frozenset(
    # Another result each time, or on each machine; or what a build has yet to make.
    {"timestamp", "plantimestamp", "uuid", "bcrypt", "rsadecrypt", "abspath", "pathexpand", "templatefile"}
    | {"base64gzip", "base64gunzip", "cidrcontains", "urldecode", "templatestring", "type"}
    # The last of seventeen digits.
    | {"log", "pow"}
)
