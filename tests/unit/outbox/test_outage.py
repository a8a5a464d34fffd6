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
NOW, NS = 1_790_000_000_000_000_000, 10**9
BYTES_PER_VALUE = 20
BUDGET = int(max(HOURS, 1) * 3600 * RATE * BYTES_PER_VALUE)
HOST_RATE = 20
"""Batches that the host stores in the time in which one is made, at the most; a slow host."""


def prefixes() -> list[str]:
    """Return the series of 2,000 tags."""
    return [
        f"tag,device=plc{at // 100},line=suanjiao-1,site=aikou,tag=value_{at % 100}" for at in range(RATE)
    ]


def test_an_outage_fits_the_budget_and_drains_beside_new_data(tmp_path: Path) -> None:
    """Nothing is dropped, bytes per value are below 20, the backlog drains ≥ 10 times as fast as it grew, p99 of new < 1 s."""
    rng, series = random.Random(1), prefixes()
    options = OutboxOptions.model_construct(
        budget=BUDGET, max_hours=None, min_free=0, thin=False, max_upload=None
    )
    with closing(Outbox(tmp_path / FILE, "aikou-1", options)) as outbox:
        begun, values = time.perf_counter(), [rng.uniform(0, 100) for _ in series]
        steps, each = int(HOURS * 3600 * COMMITS_PER_S), RATE // COMMITS_PER_S
        for step in range(steps):
            now = NOW + step * NS // COMMITS_PER_S
            outbox.commit({Stream.TREND: _lines(rng, series, values, step, each, now)}, {}, now)
        usage, tally = outbox.usage(), outbox.tallies()[Stream.TREND]
        took = time.perf_counter() - begun
        assert tally.dropped == 0
        assert tally.unaccounted == 0
        assert tally.waiting == steps * each
        per_value = usage.used / tally.waiting
        assert per_value < BYTES_PER_VALUE

        lags, drained_s = _drain(outbox, rng, series, values, NOW + steps * NS // COMMITS_PER_S)
        after = outbox.tallies()[Stream.TREND]
    speed = HOURS * 3600 / drained_s
    p99 = statistics.quantiles(lags, n=100)[98]
    print(
        f"{HOURS} h: {tally.waiting:,} values, {usage.used / 1e6:.0f} MB, {per_value:.1f} bytes per value, made in"
        f" {took:.0f} s; drained {speed:.0f} × live rate, live lag p99 {p99:.2f} s"
    )
    assert after.waiting == after.dropped == after.unaccounted == 0
    assert speed >= 10
    assert p99 < 1


def _lines(
    rng: random.Random, series: list[str], values: list[float], step: int, each: int, now: int
) -> list[str]:
    first = step * each % RATE
    lines = []
    for at in range(first, first + each):
        values[at] = round(values[at] + rng.random() * 0.4 - 0.2, 3)
        lines.append(f"{series[at]} v={values[at]!r},q=192i {now + at}")
    return lines


def _drain(
    outbox: Outbox, rng: random.Random, series: list[str], values: list[float], begin: int
) -> tuple[list[float], float]:
    """Let a host take the backlog in the order in which batches come; return the lags of new ones and the s until it ends."""
    lane, queue, lags, clock = Lane(), list[tuple[int, bool]](), [], 0.0
    made: dict[int, float] = {}
    lane.connected(outbox.newest(Stream.TREND))
    step, each, tick = 0, RATE // COMMITS_PER_S, 1 / COMMITS_PER_S / 5
    while outbox.tallies()[Stream.TREND].waiting if step % 50 == 0 else True:
        clock += tick
        step += 1
        if step % 5 == 0:
            now = begin + int(clock * NS)
            outbox.commit({Stream.TREND: _lines(rng, series, values, step, each, now)}, {}, now)
            made[outbox.newest(Stream.TREND)] = clock
            if not lane.next_backlog() and lane.backlog >= lane.live:
                break
        for seq in _sent(outbox, lane, clock):
            queue.append((seq, seq in made))
        stored, queue = queue[: HOST_RATE // 5], queue[HOST_RATE // 5 :]
        lags += [clock - made[seq] for seq, is_new in stored if is_new]
        ranges = merge((seq, seq) for seq, _ in stored)
        outbox.acknowledge(Stream.TREND, ranges)
        lane.acknowledged(Acknowledgement(outbox.epoch, ranges), clock)
    while queue or outbox.tallies()[Stream.TREND].waiting:
        clock += tick
        queue += [(seq, seq in made) for seq in _sent(outbox, lane, clock)]
        ranges = merge((seq, seq) for seq, _ in queue)
        outbox.acknowledge(Stream.TREND, ranges)
        lane.acknowledged(Acknowledgement(outbox.epoch, ranges), clock)
        queue = []
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
