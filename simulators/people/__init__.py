"""Who works here, when they should, and when they press the terminals."""
