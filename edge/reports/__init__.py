"""The manager's output reports: the only room that loads pandas."""
