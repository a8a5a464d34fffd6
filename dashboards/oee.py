"""ISO 22400-2 ratios as InfluxQL over sums: of any span, shift or machine, never an average of ratios (`edge.model.oee`)."""

from __future__ import annotations

from dashboards.influxql import Source, outer
from edge.model.oee import FIELDS

_KNOWN = '(sum("pbt") - sum("unknown"))'
AVAILABILITY = f'sum("apt") / {_KNOWN}'
EFFECTIVENESS = 'sum("ideal") / sum("apt")'
QUALITY = 'sum("gq") / sum("pq")'
OEE = f'sum("ideal") / {_KNOWN} * sum("gq") / sum("pq")'
NEE = f'(sum("apt") + sum("asut")) / {_KNOWN} * sum("ideal") / sum("apt") * sum("gq") / sum("pq")'
MTBF_S = 'sum("apt") / sum("failures") / 1000'
MTTR_S = 'sum("adot") / sum("failures") / 1000'
UNKNOWN = 'sum("unknown") / sum("pbt")'


def ratios(source: Source, columns: dict[str, str], group_by: tuple[str, ...] = ()) -> str:
    """Return the SELECT of ratios over the time shown: of each group, or of all machines together."""
    return outer(columns, source.sums(*_used(columns), group_by=group_by), group_by)


def ratios_over_time(
    source: Source, columns: dict[str, str], group_by: tuple[str, ...] = (), every: str = "1h"
) -> str:
    """Return the SELECT of ratios of each window; one without planned time has none."""
    each = {name: expression.replace("sum(", "(") for name, expression in columns.items()}
    inner = source.sums(*sorted({*_used(columns), "pbt"}), group_by=group_by, every=every)
    return outer(each, inner, group_by, where='"pbt" > 0')


def _used(columns: dict[str, str]) -> list[str]:
    return [name for name in FIELDS if any(f'"{name}"' in expression for expression in columns.values())]
