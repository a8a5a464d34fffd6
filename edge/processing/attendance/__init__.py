"""Roster, punches and decisions → who was there, for how long, in which class of pay; persons in, groups out. Pure."""
