"""`chili-edge probe`: what stands in some registers, in every way in which it may be meant."""
