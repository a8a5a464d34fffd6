"""The vocabulary every stage speaks; imports nothing of ours but errors, and never touches I/O or the clock."""
