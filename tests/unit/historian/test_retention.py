"""Growing old: raw tags become minutes after their days, and what is counted stays for good."""

from __future__ import annotations

from pathlib import Path

from edge.historian.base import Aggregate, Query
from edge.historian.embedded import EmbeddedHistorian
from edge.historian.options import EmbeddedOptions
from edge.historian.retention import DAY_NS, MINUTE_NS

NOW = 1_790_000_000_000_000_000 // DAY_NS * DAY_NS
EVER = (0, 2**62)


def raw(day: int, tag: str = "t") -> list[str]:
    """Return a value every ten seconds of one hour, so many days ago, some of them bad."""
    start = NOW - day * DAY_NS
    return [
        f"tag,device=d,line=l,site=s,tag={tag} {'q=0i' if at % 60 == 7 else f'v={at}.0,q=192i'} {start + at * 10**10}"
        for at in range(360)
    ]


async def test_old_values_become_one_a_minute_and_new_ones_stay(tmp_path: Path) -> None:
    """What stays is what was measured: the last of each minute, and the bad ones beside it."""
    options = EmbeddedOptions(raw_days=30)
    async with EmbeddedHistorian(tmp_path / "h.db", options=options) as historian:
        lines = [*raw(40), *raw(40, "other"), *raw(31), *raw(5)]
        counts = [
            f"count,counter=c,device=d,line=l,site=s n=1i {NOW - 4000 * DAY_NS + at}" for at in range(500)
        ]
        await historian.write([*lines, *counts])
        for _ in range(2):
            await historian.thin(NOW)

        values = await historian.query(Query("tag", "v", None, *EVER, group_by=("tag",)))
        bad = await historian.query(Query("tag", "q", None, *EVER, where={"tag": "t"}))
        (total,) = await historian.query(Query("count", "n", Aggregate.SUM, *EVER))

    old = [row for row in values if row.time < NOW - 30 * DAY_NS]
    assert len({row.time // MINUTE_NS for row in old if row.tags["tag"] == "t"}) == len(old) - 60 == 120
    assert {f"v={row.value}," in line for row in old[:1] for line in lines} == {True, False}
    assert len([row for row in values if row.time >= NOW - 30 * DAY_NS]) == 354
    assert sum(row.value == 0 for row in bad) == 18
    assert total.value == 500


async def test_minutes_go_after_their_time_when_one_is_given(tmp_path: Path) -> None:
    """Only where the configuration says so; otherwise they stay for good."""
    options = EmbeddedOptions(raw_days=30, minute_days=60)
    async with EmbeddedHistorian(tmp_path / "h.db", options=options) as historian:
        await historian.write([*raw(100), *raw(50), *raw(1)])
        await historian.thin(NOW)
        rows = await historian.query(Query("tag", "v", None, *EVER))

    assert min(row.time for row in rows) >= NOW - 50 * DAY_NS
    assert len(rows) == 60 + 354
