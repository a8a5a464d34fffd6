"""The factory that stands in for the plant in tests and in the demo; shares no code with `edge`."""
