"""The syntax tree of HCL: the content of a file before evaluation.

Every node but a body ends with its `location`: where the expression starts (for an operation or a traversal, where its
first operand starts). Expressions that contain others are not named tuples, which are faster to make: mypy compares
recursive tuple types by structure and does not terminate on these.

The parser's limit on nesting bounds the height of a tree, whatever the input. Chains of operators are flat
(`Binary.rest`) and the steps of a traversal count as nesting, so a recursive walk is safe.
"""

from decimal import Decimal
from typing import NamedTuple, TypeAlias

from checker.immutable import immutable
from checker.source.locations import Location


class Literal(NamedTuple):
    """A number, `true`, `false`, `null`, a bare object key, or text without interpolation (escapes decoded).

    Numbers are exact: an int for an integer of ordinary size, else a Decimal.
    """

    value: str | int | Decimal | bool | None
    location: Location


@immutable
class Template:
    """A string template: every part is evaluated, converted to a string and joined.

    Literal text is a `Literal` part. Strip markers and the indentation of `<<-` are already applied. The text of a
    heredoc (or a bare template) has one part per line, so that each line has its own location.
    """

    parts: tuple["TemplatePart", ...]
    location: Location


@immutable
class TemplateWrap:
    """A quoted or bare template that is exactly one interpolation: the result is the value itself with its type."""

    expression: "Expression"
    location: Location


@immutable
class TemplateIf:
    """`%{ if condition }then%{ else }otherwise%{ endif }`, a part of a template."""

    condition: "Expression"
    then: tuple["TemplatePart", ...]
    otherwise: tuple["TemplatePart", ...]
    location: Location


@immutable
class TemplateFor:
    """`%{ for key, value in collection }body%{ endfor }`, a part of a template; `key` is None if unnamed."""

    key: str | None
    value: str
    collection: "Expression"
    body: tuple["TemplatePart", ...]
    location: Location


class RootName(NamedTuple):
    """The first name of a traversal: `var`, `local`, `aws_iam_role`, or a variable of a `for`."""

    name: str
    location: Location


class SplatItem(NamedTuple):
    """The current element of a splat; the root of `AttrSplat.each` and `FullSplat.each`."""

    location: Location


@immutable
class GetAttr:
    """`object.name`."""

    object: "Expression"
    name: str
    location: Location


@immutable
class Index:
    """`object[key]`."""

    object: "Expression"
    key: "Expression"
    location: Location


@immutable
class LegacyIndex:
    """`object.0`, the legacy form of `object[0]`."""

    object: "Expression"
    key: int
    location: Location


@immutable
class AttrSplat:
    """`object.*.a.b`: `each` is applied to every element, with a `SplatItem` at its root."""

    object: "Expression"
    each: "Expression"
    location: Location


@immutable
class FullSplat:
    """`object[*].a[0]`: `each` is applied to every element, with a `SplatItem` at its root."""

    object: "Expression"
    each: "Expression"
    location: Location


@immutable
class Call:
    """`name(args...)`. `name` may be qualified (`provider::aws::arn_parse`); `expand_final` is a trailing `...`."""

    name: str
    args: tuple["Expression", ...]
    expand_final: bool
    location: Location


@immutable
class Unary:
    """`-operand` or `!operand`."""

    operator: str
    operand: "Expression"
    location: Location


@immutable
class Binary:
    """`first op operand op operand ...`: operators of one precedence, applied from the left."""

    first: "Expression"
    rest: tuple[tuple[str, "Expression"], ...]
    location: Location


@immutable
class Conditional:
    """`condition ? then : otherwise`."""

    condition: "Expression"
    then: "Expression"
    otherwise: "Expression"
    location: Location


@immutable
class ForTuple:
    """`[for key, value in collection : result if condition]`; `key` and `condition` are None if absent."""

    key: str | None
    value: str
    collection: "Expression"
    result: "Expression"
    condition: "Expression | None"
    location: Location


@immutable
class ForObject:
    """`{for key, value in collection : result_key => result_value... if condition}`; `grouped` is the `...`."""

    key: str | None
    value: str
    collection: "Expression"
    result_key: "Expression"
    result_value: "Expression"
    grouped: bool
    condition: "Expression | None"
    location: Location


@immutable
class TupleCons:
    """`[a, b]`."""

    items: tuple["Expression", ...]
    location: Location


class ObjectItem(NamedTuple):
    """One `key = value` of an object. A bare name is a `Literal` key; `(name)` is `Parens`, to be evaluated."""

    key: "Expression"
    value: "Expression"


@immutable
class ObjectCons:
    """`{ a = 1, b = 2 }`, in written order."""

    items: tuple[ObjectItem, ...]
    location: Location


@immutable
class Parens:
    """`(expression)`."""

    expression: "Expression"
    location: Location


class Unreadable(NamedTuple):
    """Text from the second parser that is not an expression to ours. Its value is unknown."""

    text: str
    reason: str
    location: Location


Expression: TypeAlias = (
    Literal
    | Template
    | TemplateWrap
    | RootName
    | SplatItem
    | GetAttr
    | Index
    | LegacyIndex
    | AttrSplat
    | FullSplat
    | Call
    | Unary
    | Binary
    | Conditional
    | ForTuple
    | ForObject
    | TupleCons
    | ObjectCons
    | Parens
    | Unreadable
)

TemplatePart: TypeAlias = Expression | TemplateIf | TemplateFor


class Attribute(NamedTuple):
    """`name = expression` in a body; `location` is the name's."""

    name: str
    expression: Expression
    location: Location


@immutable
class Block:
    """`type "label" ... { body }`."""

    type: str
    labels: tuple[str, ...]
    body: "Body"
    location: Location


@immutable
class Body:
    """The attributes and blocks of a file or a block, each in written order. Attribute names are unique."""

    attributes: tuple[Attribute, ...]
    blocks: tuple[Block, ...]

    def get(self, name: str) -> Attribute | None:
        """The attribute `name`, or None."""
        for attribute in self.attributes:
            if attribute.name == name:
                return attribute
        return None


class Comment(NamedTuple):
    """A comment with its marker (`# x`, `// x`, `/* x */`), without the end of the line."""

    text: str
    location: Location


class ParsedFile(NamedTuple):
    """One file. `json`: nested blocks are attributes (see `json_syntax`)."""

    body: Body
    comments: tuple[Comment, ...]
    json: bool = False
