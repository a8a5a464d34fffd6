"""Who may see and do what in the console: users, sessions, limits, and the audit."""
