"""InfluxQL as text, and answers that are not what they should be."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import EdgeError, RejectedError, TransientError
from edge.historian.base import Aggregate, Column, Query, Row, Table, TableRow
from edge.historian.http_status import DatabaseMissingError
from edge.historian.influxql import create_database, rows, statement, string, table_statement, tables_rows

QUERY = Query("count", "n", Aggregate.SUM, 10, 20)


def answer(*values: list[object], **more: object) -> bytes:
    """Return the JSON of an answer with one series."""
    series = {"name": "count", "columns": ["time", "sum"], "values": list(values), **more}
    return json.dumps({"results": [{"statement_id": 0, "series": [series]}]}).encode()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (QUERY, 'SELECT sum("n") FROM "count" WHERE time >= 10 AND time < 20'),
        (
            Query("count", "n", None, 10, 20, {"device": "it's"}),
            """SELECT "n" FROM "count" WHERE time >= 10 AND time < 20 AND "device" = 'it\\'s'""",
        ),
        (
            Query("count", "n", Aggregate.MEAN, 10, 20, group_by=("device",), every=60),
            'SELECT mean("n") FROM "count" WHERE time >= 10 AND time < 20 GROUP BY time(60ns, 0ns), "device" fill(none)',
        ),
        (
            Query("count", "n", Aggregate.LAST, 10, 20, group_by=("device",)),
            'SELECT last("n") FROM "count" WHERE time >= 10 AND time < 20 GROUP BY "device"',
        ),
    ],
)
def test_statements(query: Query, expected: str) -> None:
    """Every name is quoted."""
    assert statement(query) == expected


def test_a_table_is_one_select() -> None:
    """All columns are asked for at once, and answers that lack some say so."""
    columns = (Column("n", Aggregate.SUM), Column("g", Aggregate.COUNT))
    table = Table("count", columns, 10, 20, every=5, offset=-1)

    assert table_statement(table) == (
        'SELECT sum("n") AS "c0", count("g") AS "c1" FROM "count" WHERE time >= 10 AND time < 20'
        " GROUP BY time(5ns, -1ns) fill(none)"
    )
    assert tables_rows([table], answer([9, 3, 0], [14, None, 0])) == [[TableRow({}, 9, (3, None))]]
    with pytest.raises(TransientError, match="1 results of 2"):
        tables_rows([table, table], answer([9, 3, 0]))


@given(st.text())
def test_a_string_ends_where_it_ends(text: str) -> None:
    """Nothing in a value closes its quotes."""
    quoted = string(text)
    inside = quoted[1:-1].replace("\\\\", "").replace("\\'", "")

    assert quoted.startswith("'")
    assert quoted.endswith("'")
    assert "'" not in inside
    assert "\n" not in quoted


def test_creates_a_database() -> None:
    """The name is quoted."""
    assert create_database("chili") == 'CREATE DATABASE "chili"'


def test_reads_rows_in_the_port_s_order() -> None:
    """Whole floats and integers are told apart by the schema, empty values are left out."""
    assert rows(QUERY, answer([11, 2**53 + 1], [5, None])) == [Row({}, 11, 2**53 + 1)]
    assert rows(QUERY, b'{"results":[{"statement_id":0}]}') == []


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b'{"results":[{"error":"database not found: chili"}]}', DatabaseMissingError),
        (b'{"results":[{"error":"error parsing query"}]}', RejectedError),
        (answer([0, 1], partial=True), RejectedError),
        (b"<html>", TransientError),
        (b"{}", TransientError),
        (b'{"results":[{"series":[{"columns":["name"],"values":[["_internal"]]}]}]}', TransientError),
    ],
)
def test_answers_that_are_none(body: bytes, error: type[EdgeError]) -> None:
    """A proxy's page, a refused query and a cut answer are never taken for figures."""
    with pytest.raises(error):
        rows(QUERY, body)
