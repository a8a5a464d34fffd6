"""Figures as text for Prometheus; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


class Kind(StrEnum):
    """What a figure does over time."""

    COUNTER = "counter"
    GAUGE = "gauge"


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure, or one for each set of labels."""

    name: str
    kind: Kind
    text: str
    samples: tuple[tuple[Mapping[str, str], float], ...]


def counter(name: str, text: str, value: float) -> Metric:
    """Return a figure that only grows."""
    return Metric(name, Kind.COUNTER, text, (({}, value),))


def gauge(name: str, text: str, value: float | None) -> Metric:
    """Return a figure that goes up and down; without a sample when it is not known."""
    return Metric(name, Kind.GAUGE, text, () if value is None else (({}, value),))


def render(metrics: Iterable[Metric]) -> str:
    """Return the text of a scrape."""
    return "".join(
        f"# HELP {metric.name} {metric.text}\n# TYPE {metric.name} {metric.kind}\n"
        + "".join(f"{metric.name}{_labels(labels)} {value!r}\n" for labels, value in metric.samples)
        for metric in metrics
    )


def _labels(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{key}="{value.translate(_ESCAPES)}"' for key, value in labels.items()) + "}"
