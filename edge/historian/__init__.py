"""Where time series rest: one port, two implementations; see README.md."""
