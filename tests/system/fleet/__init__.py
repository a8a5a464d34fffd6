"""Many nodes, brokers and workers on one machine: the product's own stages, with load in the place of PLCs."""
