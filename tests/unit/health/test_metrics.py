"""Figures as Prometheus reads them."""

from __future__ import annotations

from edge.health.metrics import Kind, Metric, counter, gauge, render


def test_renders_as_prometheus_reads() -> None:
    """Help, type, labels with their escapes; a figure that is not known has no sample."""
    metrics = [
        counter("a_total", "How many.", 3),
        gauge("b", "Unknown.", None),
        Metric("c", Kind.GAUGE, "By name.", (({"name": 'x"\\\n'}, 0.5),)),
    ]

    assert render(metrics) == (
        "# HELP a_total How many.\n# TYPE a_total counter\na_total 3\n"
        "# HELP b Unknown.\n# TYPE b gauge\n"
        '# HELP c By name.\n# TYPE c gauge\nc{name="x\\"\\\\\\n"} 0.5\n'
    )
