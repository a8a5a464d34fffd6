"""Batches from the broker into the historian: commit, then acknowledge; see README.md."""
