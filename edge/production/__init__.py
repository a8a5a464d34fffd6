"""What was produced, at what rate, what stopped it, and which entries are doubtful: asked of the historian; see README.md."""
