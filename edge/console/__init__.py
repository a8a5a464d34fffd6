"""The built-in web pages, served by the host from the historian."""
