"""Forms of a document: each file turns it into the bytes of one kind of file."""
