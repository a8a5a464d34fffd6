"""The machines of the plant with their figures: what stands in the prep hall and what in the packing hall."""
