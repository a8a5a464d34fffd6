"""What each page asks for: one small module a page, through the historian's port, as plain JSON."""
