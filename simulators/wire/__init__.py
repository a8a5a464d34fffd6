"""The wire between the product and the plant: a proxy that spoils it, and servers that are stopped and killed."""
