"""The host's figures as metrics."""

from __future__ import annotations

from collections.abc import Iterable

from edge.health.metrics import Kind, Metric, counter, gauge
from edge.ingest.counters import Counters
from edge.mqtt.client import MqttClient


def ingest_metrics(counters: Counters, missing: int, letters: int, mqtt: MqttClient) -> Iterable[Metric]:
    """Yield what came, what was stored and what was not."""
    yield counter("chili_edge_batches_received_total", "Batches that came.", counters.batches)
    yield counter("chili_edge_bytes_received_total", "Bytes that came.", counters.bytes)
    yield counter("chili_edge_points_committed_total", "Points stored or buried.", counters.points)
    yield counter("chili_edge_batches_duplicate_total", "Batches that had been stored.", counters.duplicates)
    yield counter(
        "chili_edge_batches_deferred_total", "Batches of nodes that send too fast.", counters.deferred
    )
    yield counter("chili_edge_batches_unknown_total", "Batches of newer programs.", counters.unknown)
    yield counter("chili_edge_commit_retries_total", "Times that the database was away.", counters.retries)
    yield Metric(
        "chili_edge_dead_letters_total",
        Kind.COUNTER,
        "Lines and messages that nobody stores, by cause.",
        tuple(({"cause": str(cause)}, float(number)) for cause, number in counters.letters.items()),
    )
    yield gauge("chili_edge_dead_letters", "Dead letters in the file.", letters)
    yield gauge("chili_edge_batches_missing", "Batches that have not come between others that have.", missing)
    lags = sorted(counters.lags)
    yield Metric(
        "chili_edge_lag_seconds",
        Kind.GAUGE,
        "From the last value of a batch to its commit, of the last batches.",
        tuple(
            ({"quantile": str(share)}, lags[min(int(len(lags) * share), len(lags) - 1)])
            for share in (0.5, 0.99)
            if lags
        ),
    )
    yield gauge("chili_edge_mqtt_connected", "Whether there is a broker.", float(mqtt.connected))
    yield counter("chili_edge_mqtt_connects_total", "Connections to a broker.", mqtt.connects)
