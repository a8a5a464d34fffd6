"""The reports' charts as SVG: the only room that loads matplotlib, and only when one is drawn."""

from edge.reports.pictures.drawing import draw

__all__ = ["draw"]
