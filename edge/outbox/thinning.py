"""Old trend at a lower fidelity: one value per tag and minute, each of them as it was measured; pure."""

from __future__ import annotations

from collections.abc import Sequence

MINUTE_NS = 60 * 10**9


class Thinner:
    """Keeps the first line of each series in each minute; takes batches in the order in which they were made."""

    def __init__(self) -> None:
        self._minute: dict[str, int] = {}

    def keep(self, lines: Sequence[str]) -> list[str]:
        """Return the lines that stay."""
        kept = []
        for line in lines:
            rest, _, stamp = line.rpartition(" ")
            # A change of quality is news of its own: a bad value (`q` alone) is another series here.
            series, _, fields = rest.partition(" ")
            key, minute = f"{series} {fields.partition('=')[0]}", int(stamp) // MINUTE_NS
            if self._minute.get(key) != minute:
                self._minute[key] = minute
                kept.append(line)
        return kept
