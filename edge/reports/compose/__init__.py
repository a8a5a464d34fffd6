"""From a report to a document: what is known, in the words and units of whoever reads it."""

from edge.reports.compose.document import compose

__all__ = ["compose"]
