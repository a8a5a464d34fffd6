"""Readings of the past, replayed in virtual time through the node's own processing; see README.md."""
