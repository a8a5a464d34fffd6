"""Grafana dashboards as plain Python: `python -m dashboards` writes what Grafana reads. Not part of the product."""
