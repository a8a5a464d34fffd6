"""A season without sockets: every reading that a node would have seen, and the truth beside them."""
