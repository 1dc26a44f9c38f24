"""The `message` of a rule: text with placeholders in braces."""

from collections.abc import Mapping
from string import Formatter

PLACEHOLDERS = (
    "address",
    "days_to_eol",
    "eol_date",
    "extended_access_date",
    "kind",
    "legacy_date",
    "message",
    "model",
    "path",
    "region",
    "rule",
    "stage",
    "text",
    "written_at",
)


def placeholders_of(template: str) -> tuple[str, ...]:
    """The placeholders of a message, in order. Raises ValueError for a brace that belongs to none."""
    names = []
    for _, name, spec, conversion in Formatter().parse(template):
        if name is None:
            continue
        if spec or conversion:
            raise ValueError(f"a placeholder is a name in braces, not {{{name}…}}")
        names.append(name)
    return tuple(names)


def fill(template: str, values: Mapping[str, object]) -> str:
    """The message with the values in place of the placeholders; None is written as `not known`."""
    parts = []
    for literal, name, _, _ in Formatter().parse(template):
        parts.append(literal)
        if name is not None:
            value = values.get(name)
            parts.append("not known" if value is None else str(value))
    return "".join(parts)
