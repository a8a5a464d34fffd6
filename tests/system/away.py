"""A historian that tests send away and call back."""

from __future__ import annotations

from collections.abc import Sequence

from edge.errors import TransientError
from edge.historian.base import Query, Row, Table, TableRow
from edge.historian.embedded import EmbeddedHistorian


class Away(EmbeddedHistorian):
    """A historian that can go away and come back."""

    away = False

    async def query(self, query: Query) -> list[Row]:
        """Answer, or not."""
        if self.away:
            raise TransientError("the database cannot be reached")
        return await super().query(query)

    async def tables(self, tables: Sequence[Table]) -> list[list[TableRow]]:
        """Answer, or not."""
        if self.away:
            raise TransientError("the database cannot be reached")
        return await super().tables(tables)
