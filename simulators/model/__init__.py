"""The factory as physics and people: pure, seeded, stepped by whoever owns the time; no I/O and no clock in here."""
