"""Sheets of a workbook: the cover, a sheet for each table, native charts, strips of states."""
