"""The node's figures, as the fields of its own point and as metrics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from edge.drivers.base import Driver
from edge.health.metrics import Kind, Metric, counter, gauge
from edge.messages.schema import Stream
from edge.mqtt.client import MqttClient
from edge.outbox.budget import Usage
from edge.outbox.forwarder import Forwarder
from edge.outbox.tally import Tally

_PERCENT = 100.0


def health_fields(tallies: Mapping[Stream, Tally], usage: Usage) -> dict[str, int | float]:
    """Return the outbox's part of the `node` point."""
    every = tallies.values()
    fields: dict[str, int | float] = {
        "acquired": sum(tally.acquired for tally in every),
        "acknowledged": sum(tally.acknowledged for tally in every),
        "pending": sum(tally.waiting for tally in every),
        "pending_bytes": sum(tally.bytes for tally in every),
        "pending_s": max(tally.oldest_s for tally in every),
        "dropped": sum(tally.dropped for tally in every),
        "unaccounted": sum(tally.unaccounted for tally in every),
        "outbox_percent": _percent(usage),
    }
    if usage.hours_left is not None:
        fields["hours_left"] = usage.hours_left
    return fields


def outbox_metrics(tallies: Mapping[Stream, Tally], usage: Usage) -> Iterable[Metric]:
    """Yield what the outbox holds and what became of every point."""
    counters = {
        "acquired": "Points committed to the outbox.",
        "acknowledged": "Points that the host has stored.",
    }
    for name, text in counters.items():
        yield _by_stream(f"chili_edge_points_{name}_total", Kind.COUNTER, text, tallies, name)
    yield Metric(
        "chili_edge_points_dropped_total",
        Kind.COUNTER,
        "Points dropped, by reason.",
        tuple(
            ({"stream": str(stream), "reason": str(reason)}, float(points))
            for stream, tally in tallies.items()
            for reason, points in tally.dropped_by.items()
        ),
    )
    gauges = {
        "waiting": ("points", "Points that wait for their acknowledgement."),
        "batches": ("batches", "Batches that wait."),
        "bytes": ("payload_bytes", "Bytes of the batches that wait."),
        "oldest_s": ("age_seconds", "Running time of the node since the oldest waiting batch."),
        "unaccounted": ("unaccounted_points", "Points whose fate is not known: always 0."),
    }
    for name, (suffix, text) in gauges.items():
        yield _by_stream(f"chili_edge_outbox_{suffix}", Kind.GAUGE, text, tallies, name)
    yield gauge("chili_edge_outbox_used_bytes", "Bytes of the outbox file in use.", usage.used)
    yield gauge("chili_edge_outbox_allowed_bytes", "Bytes that the outbox may use.", usage.allowed)
    yield gauge("chili_edge_outbox_hours_left", "Outage that the outbox has room for.", usage.hours_left)


def sending_metrics(forwarder: Forwarder, mqtt: MqttClient) -> Iterable[Metric]:
    """Yield what goes to the broker."""
    yield gauge("chili_edge_mqtt_connected", "Whether there is a broker.", float(mqtt.connected))
    yield counter("chili_edge_mqtt_connects_total", "Connections to a broker.", mqtt.connects)
    yield counter("chili_edge_mqtt_twins_total", "Times that another client took our id.", mqtt.twins)
    yield counter("chili_edge_batches_sent_total", "Batches handed to the broker.", forwarder.sent)
    yield counter("chili_edge_batches_resent_total", "Batches sent once more.", forwarder.sent_again)
    yield Metric(
        "chili_edge_batches_refused_total",
        Kind.COUNTER,
        "Batches that the broker took and will not deliver, by its reason.",
        tuple(({"reason": reason}, float(times)) for reason, times in forwarder.refused.items()),
    )


def driver_fields(drivers: Iterable[Driver]) -> dict[str, int]:
    """Return the drivers' part of the `node` point: sums, and the worst lag."""
    tallies = [driver.tally() for driver in drivers]
    strays = (count for tally in tallies for name, count in tally.items() if name.startswith("stray_"))
    return {
        "missed": sum(tally.get("missed", 0) for tally in tallies),
        "timeouts": sum(tally.get("timeouts", 0) for tally in tallies),
        "strays": sum(strays),
        "lag_ms": max((tally.get("lag_ms", 0) for tally in tallies), default=0),
    }


def reading_metrics(frames: int, bad_values: int, drivers: Iterable[Driver]) -> Iterable[Metric]:
    """Yield what was read, and what each driver counts."""
    yield counter("chili_edge_frames_received_total", "Frames that drivers have read.", frames)
    yield counter("chili_edge_bad_values_total", "Values of bad quality in them.", bad_values)
    samples = (
        ({"endpoint": driver.name, "figure": name}, float(value))
        for driver in drivers
        for name, value in driver.tally().items()
    )
    text = "What a driver counts since its start, by the names of its README; lag_ms is the longest."
    yield Metric("chili_edge_driver", Kind.GAUGE, text, tuple(samples))


def _by_stream(name: str, kind: Kind, text: str, tallies: Mapping[Stream, Tally], field: str) -> Metric:
    samples = (({"stream": str(stream)}, float(getattr(tally, field))) for stream, tally in tallies.items())
    return Metric(name, kind, text, tuple(samples))


def _percent(usage: Usage) -> float:
    return _PERCENT * usage.used / usage.allowed if usage.allowed else _PERCENT
