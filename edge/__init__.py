"""chili-edge: from the PLC's counter to the manager's report, every jin counted once."""

__version__ = "0.1.0"
