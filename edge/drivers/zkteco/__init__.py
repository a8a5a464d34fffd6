"""ZKTeco attendance terminals: the HTTP push protocol (ADMS); see README.md."""
