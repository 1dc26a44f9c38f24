"""Classes with immutable instances."""

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

_Class = TypeVar("_Class")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def immutable(cls: type[_Class]) -> type[_Class]:
    """A dataclass with slots and a hash, which the type checker treats as frozen.

    At run time nothing protects its fields. Protection would double the time to create such a class, and triple that of
    an instance. Every start of the program pays for the first, every large tree of code for the second.
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)
