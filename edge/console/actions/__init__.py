"""What a supervisor can do from a page, each with who, when, before and after."""
