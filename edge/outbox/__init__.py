"""Store and forward: a batch and the state behind it rest in one commit before anything is sent; see README.md."""
