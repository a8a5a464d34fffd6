"""The year against its plan: how it stands, how it will end, and how far past forecasts were off."""
