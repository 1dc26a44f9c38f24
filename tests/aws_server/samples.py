"""Samples of answers, made of botocore's shapes: what is required, and what leads to one member."""

from datetime import UTC, datetime
from typing import Any

_WHEN = datetime(2026, 11, 1, tzinfo=UTC)


def sample(shape: Any, path: str = "", value: Any = None) -> Any:
    """A value of the shape that has `value` at a path of the table, and else only what each answer has."""
    name, _, further = path.partition(".")
    key = name.removesuffix("[]").removesuffix("{}")
    match shape.type_name:
        case "structure":
            if shape.is_tagged_union:
                # One of its members, and no other.
                chosen = key or next(iter(shape.members))
                return {chosen: _member(shape, f"{chosen}{name[len(key) :]}", further, value)}
            made = {each: sample(shape.members[each]) for each in shape.required_members if each != key}
            return made | {key: _member(shape, name, further, value)} if path else made
        case "list":
            return [sample(shape.member)] * int(shape.metadata.get("min", 0) or 0)
        case "map":
            return {}
        case "string":
            return value if value is not None else _text(shape)
        case "timestamp":
            return _WHEN
        case "boolean":
            return False
        case "integer" | "long":
            return int(shape.metadata.get("min", 1) or 1)
        case "float" | "double":
            return float(shape.metadata.get("min", 0.5) or 0.5)
        case "blob":
            return b"x"
        case other:
            raise NotImplementedError(other)


def _member(shape: Any, name: str, further: str, value: Any) -> Any:
    """A member of a structure; `name` is written as in the table."""
    member = shape.members[name.removesuffix("[]").removesuffix("{}")]
    if name.endswith("[]"):
        least = max(int(member.metadata.get("min", 1) or 1), 1)
        return [sample(member.member, further, value), *(sample(member.member) for _ in range(least - 1))]
    if name.endswith("{}"):
        return {"A_NAME": sample(member.value, further, value)}
    return sample(member, further, value)


def _text(shape: Any) -> str:
    if shape.enum:
        return str(shape.enum[0])
    return "x" * max(int(shape.metadata.get("min", 1) or 1), 1)
