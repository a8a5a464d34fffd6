"""A long outage in virtual time: within its budget, counted to the point, drained fast and without delaying what is new.

`make outage` is the long form: 72 h at 2,000 values/s.
"""

from __future__ import annotations

import os
import random
import statistics
import time
from contextlib import closing
from pathlib import Path

from edge.messages.acknowledgement import Acknowledgement, merge
from edge.messages.schema import Stream
from edge.outbox.lane import Lane
from edge.outbox.options import OutboxOptions
from edge.outbox.sqlite import FILE, Outbox

HOURS = float(os.environ.get("OUTAGE_HOURS", "0.03"))
RATE, COMMITS_PER_S = 2000, 4
"""Values per second, all of them changing, and commits per second."""
EACH = RATE // COMMITS_PER_S
NOW, NS = 1_790_000_000_000_000_000, 10**9
BYTES_PER_VALUE = 20
BUDGET = int(max(HOURS, 1) * 3600 * RATE * BYTES_PER_VALUE)
TURNS = 32
"""Scans whose values are made beforehand: each batch is packed by itself, so that it does not matter when they come again."""
HOST_RATE = 20
"""Batches that the host stores in the time in which one is made, at the most; a slow host."""


class Source:
    """2,000 tags that all change; of each commit only the time stamps are new text, as in a node that formats quickly."""

    def __init__(self) -> None:
        rng = random.Random(1)
        values = [rng.uniform(0, 100) for _ in range(RATE)]
        self._scans = []
        for _ in range(TURNS):
            values = [round(value + rng.random() * 0.4 - 0.2, 3) for value in values]
            self._scans.append(
                [
                    f"tag,device=plc{at // 100},line=suanjiao-1,site=aikou,tag=value_{at % 100} v={value!r},q=192i "
                    for at, value in enumerate(values)
                ]
            )

    def commit_to(self, outbox: Outbox, step: int) -> None:
        """Make a quarter of a scan."""
        turn, quarter = divmod(step, COMMITS_PER_S)
        now, first = NOW + step * NS // COMMITS_PER_S, quarter * EACH
        texts = self._scans[turn % TURNS][first : first + EACH]
        lines = [f"{text}{time}" for time, text in enumerate(texts, now + first)]
        outbox.commit({Stream.TREND: lines}, {}, now)


def test_an_outage_fits_the_budget_and_drains_beside_new_data(tmp_path: Path) -> None:
    """Nothing is dropped, bytes per value are below 20, the backlog drains ≥ 10 times as fast as it grew, p99 of new < 1 s."""
    source, steps = Source(), int(HOURS * 3600 * COMMITS_PER_S)
    options = OutboxOptions.model_construct(
        budget=BUDGET, max_hours=None, min_free=0, thin=False, max_upload=None
    )
    with closing(Outbox(tmp_path / FILE, "aikou-1", options)) as outbox:
        begun, cpu = time.perf_counter(), time.process_time()
        for step in range(steps):
            source.commit_to(outbox, step)
        usage, tally = outbox.usage(), outbox.tallies()[Stream.TREND]
        took, cpu_s = time.perf_counter() - begun, time.process_time() - cpu
        assert tally.dropped == 0
        assert tally.unaccounted == 0
        assert tally.waiting == steps * EACH
        per_value = usage.used / tally.waiting
        assert per_value < BYTES_PER_VALUE

        lags, drained_s = _drain(outbox, source, steps)
        after = outbox.tallies()[Stream.TREND]
    speed = HOURS * 3600 / drained_s
    p99 = statistics.quantiles(lags, n=100)[98]
    print(
        f"{HOURS} h: {tally.waiting:,} values, {usage.used / 1e6:.0f} of {BUDGET / 1e6:.0f} MB, {per_value:.1f} bytes per value,"
        f" made in {took:.0f} s ({cpu_s:.0f} s of CPU); drained {speed:.0f} × live rate, live lag p99 {p99:.2f} s"
    )
    assert after.waiting == after.dropped == after.unaccounted == 0
    assert speed >= 10
    assert p99 < 1


def _drain(outbox: Outbox, source: Source, made_before: int) -> tuple[list[float], float]:
    """Let a host take the backlog in the order in which batches come; return the lags of new ones and the s until it ends."""
    lane, queue, lags, clock = Lane(), list[int](), [], 0.0
    made: dict[int, float] = {}
    lane.connected(outbox.newest(Stream.TREND))
    ticks, tick = 0, 1 / COMMITS_PER_S / 5
    while lane.sent or lane.backlog < lane.live:
        clock += tick
        if ticks % 5 == 0:
            source.commit_to(outbox, made_before + ticks // 5)
            made[outbox.newest(Stream.TREND)] = clock
        ticks += 1
        queue += _sent(outbox, lane, clock)
        stored, queue = queue[: HOST_RATE // 5], queue[HOST_RATE // 5 :]
        lags += [clock - made.pop(seq) for seq in stored if seq in made]
        ranges = merge((seq, seq) for seq in stored)
        outbox.acknowledge(Stream.TREND, ranges)
        lane.acknowledged(Acknowledgement(outbox.epoch, ranges), clock)
    return lags, clock


def _sent(outbox: Outbox, lane: Lane, now: float) -> list[int]:
    """Send as the forwarder does, with a window of 20."""
    numbers = []
    after = lane.next_live(outbox.newest(Stream.TREND))
    for row in () if after is None else outbox.waiting(Stream.TREND, after, 20):
        lane.sent_live(row.seq, now)
        numbers.append(row.seq)
    limit, top = min(lane.next_backlog(), 15), lane.live
    if limit:
        rows = outbox.waiting(Stream.TREND, lane.backlog, limit, top + 1)
        for row in rows:
            if row.seq not in lane.sent:
                lane.sent_backlog(row.seq, now)
                numbers.append(row.seq)
        lane.looked_through(rows[-1].seq if len(rows) == limit else top)
    return numbers
