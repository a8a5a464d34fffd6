"""How node and host say that they are well: metrics, probes and a watchdog; see README.md."""
