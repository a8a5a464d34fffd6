"""The wire contract between node and host; with `edge.model`, all that the two programs share."""
