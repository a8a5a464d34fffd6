"""OPC UA client; see README.md."""
