"""From a server's address space to a map; see README.md."""
