"""Values of a call as a table, so that one statement writes any number of rows."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    Boolean,
    DateTime,
    Dialect,
    Double,
    Integer,
    Numeric,
    Text,
    TextClause,
    Uuid,
    bindparam,
    column,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql.base import PGCompiler, PGDialect
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.selectable import TableValuedAlias

SqlType = Text | Boolean | Double[float] | Integer | Numeric[Decimal] | Uuid[UUID] | DateTime

_postgresql: Callable[..., Dialect] = PGDialect
"""The library leaves the constructor of its dialect untyped."""

_PREFIX = "given_"
"""Keeps the parameters apart from the columns that a statement sets."""


def given_rows(**columns: SqlType) -> TableValuedAlias:
    """The columns side by side as `given`; each travels as a single array parameter. Statements built on it once serve
    every call, with `given_values`.
    """
    arrays = [bindparam(_PREFIX + name, type_=ARRAY(sql_type)) for name, sql_type in columns.items()]
    names = [column(name, sql_type) for name, sql_type in columns.items()]
    return func.unnest(*arrays).table_valued(*names, name="given").render_derived()


def given_values(**columns: Sequence[object]) -> Mapping[str, list[object]]:
    """The parameters of a statement on `given_rows`: for each column its value in every row."""
    return {_PREFIX + name: list(values) for name, values in columns.items()}


def fixed(statement: ClauseElement) -> TextClause:
    """The same statement as text: before every execution SQLAlchemy walks a statement through to find it in its cache, which
    costs more than a short transaction. What it returns is as the driver gives it.
    """
    compiled = PGCompiler(_postgresql(paramstyle="named"), statement)
    sql = str(compiled).replace("::", " ::")  # a cast right behind a parameter would hide it
    return text(sql).bindparams(
        *(
            bindparam(name, bound.value, bound.type, required=bound.required)
            for bound, name in compiled.bind_names.items()
        )
    )
