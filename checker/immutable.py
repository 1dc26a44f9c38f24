"""Classes whose instances nothing changes."""

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

_Class = TypeVar("_Class")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def immutable(cls: type[_Class]) -> type[_Class]:
    """A dataclass with slots and a hash, which the type checker holds to be frozen.

    At run time nothing guards its fields: to write what guards them takes as long as all the rest of such a class, and
    each instance three times as long to make. Every start of the program pays for the one, every large tree of code for
    the other.
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)
