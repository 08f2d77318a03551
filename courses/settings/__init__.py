"""What the organisation calls itself and signs with. Data with a history, never code."""
