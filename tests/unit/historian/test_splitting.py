"""A wide table asked for in parts is the table."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from edge.historian.base import Aggregate, Column, Table, TableRow
from edge.historian.splitting import join, split

ROWS = st.dictionaries(
    st.tuples(st.sampled_from("ab"), st.integers(0, 3)),
    st.lists(st.none() | st.integers(-9, 9), min_size=7, max_size=7),
)


@given(ROWS, st.integers(1, 7), st.integers(1, 9))
def test_parts_make_the_whole(rows: dict[tuple[str, int], list[int | None]], width: int, count: int) -> None:
    """Each column once, in its place; a row that only one part has is there."""
    table = Table(
        "oee", tuple(Column(f"f{number}", Aggregate.SUM) for number in range(width)), 0, 4, {}, ("device",)
    )
    known = [
        TableRow({"device": device}, time, tuple(values[:width]))
        for (device, time), values in sorted(rows.items())
        if any(value is not None for value in values[:width])
    ]

    parts = split(table, count)
    answers = []
    for part in parts:
        places = [table.columns.index(column) for column in part.columns]
        found = [TableRow(row.tags, row.time, tuple(row.values[place] for place in places)) for row in known]
        answers.append([row for row in found if any(value is not None for value in row.values)])

    assert len(parts) == min(count, width)
    assert sorted(column.field for part in parts for column in part.columns) == sorted(
        column.field for column in table.columns
    )
    assert join(table, answers) == known
