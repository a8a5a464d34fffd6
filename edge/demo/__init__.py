"""`chili-edge demo`: the whole factory on loopback, and the reconciliation at its end; see README.md."""
