"""Values of a call as a table, so that one statement writes any number of rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import DateTime, Double, Integer, Numeric, Text, Uuid, column, func, literal
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.selectable import TableValuedAlias

SqlType = Text | Double[float] | Integer | Numeric[Decimal] | Uuid[UUID] | DateTime


@dataclass(frozen=True, slots=True)
class GivenColumn:
    """One column: its name, its SQL type and a value for each row."""

    name: str
    sql_type: SqlType
    values: Sequence[object]


def given_rows(*columns: GivenColumn) -> TableValuedAlias:
    """The columns side by side as `given`; each travels as a single array parameter."""
    arrays = [literal(list(given.values), ARRAY(given.sql_type)) for given in columns]
    names = [column(given.name, given.sql_type) for given in columns]
    return func.unnest(*arrays).table_valued(*names, name="given").render_derived()
