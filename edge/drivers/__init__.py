"""Protocols in, Frames out. A full room for each protocol; the rooms do not know one another."""
