"""Converts records to Arrow tables and back. The schema follows from the types of the fields."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, NamedTuple, TypeVar, get_args, get_origin, get_type_hints

import pyarrow as pa

from checker.model.stages import StageOn

Record = TypeVar("Record")
_Convert = Callable[[Any], Any]
_SCALARS = {str: pa.string(), int: pa.int64(), bool: pa.bool_(), date: pa.date32(), float: pa.float64()}
# A stage is derived from the catalog, so it is not stored and is read back as None.
_DERIVED = StageOn


class _Column(NamedTuple):
    """The type in which values are stored, and the functions that store them and make them again."""

    type: pa.DataType
    stored: _Convert
    made: _Convert


def schema_of(record: type) -> pa.Schema:
    """The Arrow schema of a record, a named tuple or a dataclass: scalars, structs, and lists of both."""
    return pa.schema(list(_column_of(record).type))


def table_of(record: type, values: Iterable[Any], **columns: Sequence[str]) -> pa.Table:
    """A table with one row per value; the `columns` of strings come first."""
    column = _column_of(record)
    table = pa.Table.from_pylist([column.stored(value) for value in values], schema=schema_of(record))
    for position, (name, texts) in enumerate(columns.items()):
        table = table.add_column(position, name, pa.array(texts, pa.string()))
    return table


def records_in(table: pa.Table, record: type[Record]) -> tuple[Record, ...]:
    """The values in a table; columns that the type does not have are left out."""
    column = _column_of(record)
    names = [field.name for field in column.type]
    made = column.made
    return tuple(made(row) for row in table.select(names).to_pylist())


def _column_of(record: Any) -> _Column:
    return _column(record)


@cache
def _column(kind: Any) -> _Column:
    if kind in _SCALARS:
        return _Column(_SCALARS[kind], _same, _same)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is UnionType or NoneType in arguments:
        (inner,) = (each for each in arguments if each is not NoneType)
        if inner is _DERIVED:
            return _Column(pa.null(), _nothing, _nothing)
        return _optional(_column(inner))
    if origin in (tuple, frozenset):
        return _sequence(origin, arguments)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _Column(pa.string(), lambda value: value.value, kind)
    return _struct(kind)


def _same(value: Any) -> Any:
    return value


def _nothing(_value: Any) -> None:
    return None


def _optional(column: _Column) -> _Column:
    stored, made = column.stored, column.made
    if stored is _same and made is _same:
        return column
    return _Column(
        column.type,
        lambda value: None if value is None else stored(value),
        lambda value: None if value is None else made(value),
    )


def _sequence(origin: Callable[[Iterable[Any]], Any], arguments: Sequence[Any]) -> _Column:
    if origin is tuple and Ellipsis not in arguments:
        return _fixed([_column(each) for each in arguments])
    column = _column(arguments[0])
    stored, made = column.stored, column.made
    is_sorted = origin is frozenset

    def stored_all(values: Iterable[Any]) -> list[Any]:
        return [stored(value) for value in (sorted(values) if is_sorted else values)]

    return _Column(pa.list_(column.type), stored_all, lambda values: origin(made(value) for value in values))


def _fixed(columns: Sequence[_Column]) -> _Column:
    """A tuple of fixed length: a struct with the fields `_0`, `_1`, …."""
    names = [f"_{number}" for number in range(len(columns))]
    return _Column(
        pa.struct([pa.field(name, column.type) for name, column in zip(names, columns, strict=True)]),
        lambda values: {name: column.stored(value) for name, column, value in zip(names, columns, values, strict=True)},
        lambda row: tuple(column.made(row[name]) for name, column in zip(names, columns, strict=True)),
    )


def _struct(kind: Any) -> _Column:
    columns: Mapping[str, _Column] = {name: _column(hint) for name, hint in get_type_hints(kind).items()}
    stored = [(name, column.stored) for name, column in columns.items()]
    made = [(name, column.made) for name, column in columns.items()]
    return _Column(
        pa.struct([pa.field(name, column.type) for name, column in columns.items()]),
        lambda value: {name: convert(getattr(value, name)) for name, convert in stored},
        lambda row: kind(*[convert(row[name]) for name, convert in made]),
    )
